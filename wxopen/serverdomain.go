package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
)

const (
	pathModifyDomain         = "/wxa/modify_domain"
	pathModifyDomainDirectly = "/wxa/modify_domain_directly"
	pathEffectiveDomain      = "/wxa/get_effective_domain"
)

// ServerDomains are domains that a mini program may reach, each with its scheme. A port
// is allowed, an IP address and api.weixin.qq.com are not.
type ServerDomains struct {
	Request   []string // https://
	WsRequest []string // wss://
	Upload    []string // https://
	Download  []string // https://
	UDP       []string // udp://
	TCP       []string // tcp://
}

// ServerDomainChange is a change of a mini program's server domains. With [DomainGet]
// the domains count for nothing; with the others all six lists are sent, so that
// [DomainSet] empties those that are empty here.
type ServerDomainChange struct {
	Action  DomainAction
	Domains ServerDomains
}

// ServerDomainSettings are the server domains after a call.
type ServerDomainSettings struct {
	Domains ServerDomains
	// Invalid are those that were refused, NoICP those without ICP filing. The direct call
	// does not tell.
	Invalid ServerDomains
	NoICP   []string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// EffectiveServerDomains are a mini program's server domains by where they come from.
type EffectiveServerDomains struct {
	// Console are those that its owner set.
	Console ServerDomains
	// Platform are those of [AuthorizerClient.ModifyServerDomain].
	Platform ServerDomains
	// Direct are those of [AuthorizerClient.ModifyServerDomainDirectly].
	Direct ServerDomains
	// Effective are those in force since the last release.
	Effective ServerDomains
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

type serverDomainBody struct {
	Action    DomainAction `json:"action"`
	Request   []string     `json:"requestdomain,omitzero"`
	WsRequest []string     `json:"wsrequestdomain,omitzero"`
	Upload    []string     `json:"uploaddomain,omitzero"`
	Download  []string     `json:"downloaddomain,omitzero"`
	UDP       []string     `json:"udpdomain,omitzero"`
	TCP       []string     `json:"tcpdomain,omitzero"`
}

func (c ServerDomainChange) body() serverDomainBody {
	if c.Action == DomainGet {
		return serverDomainBody{Action: c.Action}
	}
	d := c.Domains
	return serverDomainBody{
		c.Action, notNil(d.Request), notNil(d.WsRequest), notNil(d.Upload), notNil(d.Download), notNil(d.UDP), notNil(d.TCP),
	}
}

func readServerDomains(fields *reader, prefix string) ServerDomains {
	return ServerDomains{
		Request:   fields.texts(prefix + "requestdomain"),
		WsRequest: fields.texts(prefix + "wsrequestdomain"),
		Upload:    fields.texts(prefix + "uploaddomain"),
		Download:  fields.texts(prefix + "downloaddomain"),
		UDP:       fields.texts(prefix + "udpdomain"),
		TCP:       fields.texts(prefix + "tcpdomain"),
	}
}

// ModifyServerDomain changes or reads the server domains (服务器域名) of the mini program.
// The platform must have registered them ([Client.ModifyServerDomain]); at most 200 of a
// kind are possible. When code is released, those take the place of what the owner set.
// 50 changes a month are possible, and a change is made once, whatever the [RetryPolicy]
// says.
//
// Refusals: [ErrInvalidCredential], [ErrInvalidAccessToken], [ErrNotMiniProgram],
// [ErrDomainCount], [ErrDomainUnchanged], [ErrDomainNotOfPlatform], [ErrDomainRules],
// [ErrDomainICP], [ErrDomainRulesICP].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyserverdomain.html
func (a *AuthorizerClient) ModifyServerDomain(ctx context.Context, change ServerDomainChange) (ServerDomainSettings, error) {
	return a.modifyServerDomain(ctx, pathModifyDomain, change)
}

// ModifyServerDomainDirectly is [AuthorizerClient.ModifyServerDomain] for domains that
// the platform has not registered. They come into force with the next release.
//
// Refusals: [ErrURLDomainICP], [ErrNotMiniProgram], [ErrDomainCount], [ErrURLProtocol],
// [ErrDomainForbidden], [ErrDomainChanges].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/modifyServerDomainDirectly.html
func (a *AuthorizerClient) ModifyServerDomainDirectly(ctx context.Context, change ServerDomainChange) (ServerDomainSettings, error) {
	return a.modifyServerDomain(ctx, pathModifyDomainDirectly, change)
}

func (a *AuthorizerClient) modifyServerDomain(ctx context.Context, path string, change ServerDomainChange) (ServerDomainSettings, error) {
	var settings ServerDomainSettings
	r := &request{method: http.MethodPost, path: path, body: change.body(), once: change.Action != DomainGet}
	err := a.fetch(ctx, r, func(fields *reader) {
		settings = ServerDomainSettings{
			Domains: readServerDomains(fields, ""), Invalid: readServerDomains(fields, "invalid_"), NoICP: fields.texts("no_icp_domain"),
		}
		settings.Extra = fields.rest()
	})
	if err != nil {
		return ServerDomainSettings{}, err
	}
	return settings, nil
}

// EffectiveServerDomains returns the server domains by where they come from.
//
// Refusals: [ErrEmptyPostData], [ErrRequirePOST].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getEffectiveServerDomain.html
func (a *AuthorizerClient) EffectiveServerDomains(ctx context.Context) (EffectiveServerDomains, error) {
	var domains EffectiveServerDomains
	err := a.fetch(ctx, &request{method: http.MethodPost, path: pathEffectiveDomain, body: struct{}{}}, func(fields *reader) {
		for name, into := range map[string]*ServerDomains{
			"mp_domain": &domains.Console, "third_domain": &domains.Platform, "direct_domain": &domains.Direct, "effective_domain": &domains.Effective,
		} {
			fields.inner(name, func(in *reader) { *into = readServerDomains(in, "") })
		}
		domains.Extra = fields.rest()
	})
	if err != nil {
		return EffectiveServerDomains{}, err
	}
	return domains, nil
}
