package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
)

const (
	pathJumpDomains         = "/wxa/setwebviewdomain"
	pathJumpDomainsDirectly = "/wxa/setwebviewdomain_directly"
	pathEffectiveJumpDomain = "/wxa/get_effective_webviewdomain"
	pathJumpConfirmFile     = "/wxa/get_webviewdomain_confirmfile"
)

// JumpDomainChange is a change of a mini program's business domains.
type JumpDomainChange struct {
	// Action is what becomes of the domains. Empty adds all business domains of the
	// platform; the direct call needs one.
	Action DomainAction
	// Domains begin with https:// and have no port. [DomainGet] and an empty action need
	// none.
	Domains []string
}

// EffectiveJumpDomains are a mini program's business domains by where they come from.
type EffectiveJumpDomains struct {
	// Console are those that its owner set.
	Console []string
	// Platform are those of [AuthorizerClient.ModifyJumpDomain].
	Platform []string
	// Direct are those of [AuthorizerClient.ModifyJumpDomainDirectly].
	Direct []string
	// Effective are those in force since the last release.
	Effective []string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

type jumpDomainBody struct {
	Action  DomainAction `json:"action,omitempty"`
	Domains []string     `json:"webviewdomain,omitzero"`
}

// ModifyJumpDomain changes or reads the business domains (业务域名) of the mini program,
// which it may open in a web view, and returns them, nil where the answer does not tell.
// Each must be one that the platform has registered ([Client.ModifyJumpDomain]) or below
// one. At most 100 are possible, or 300 by the newest page. When code is released, they
// take the place of what the owner set. A change is made once, whatever the
// [RetryPolicy] says.
//
// Refusals: [ErrJumpDomainUnchanged], [ErrNoPlatformJumpDomain],
// [ErrJumpDomainForeign] (also where https:// is missing), [ErrJumpDomainCount],
// [ErrPersonalForbidden].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomain.html
func (a *AuthorizerClient) ModifyJumpDomain(ctx context.Context, change JumpDomainChange) ([]string, error) {
	return a.modifyJumpDomain(ctx, pathJumpDomains, change)
}

// ModifyJumpDomainDirectly is [AuthorizerClient.ModifyJumpDomain] for domains that the
// platform has not registered. They come into force with the next release, and stay so
// with later ones. The file of [AuthorizerClient.JumpDomainConfirmFile] must be at the
// root of each.
//
// Refusals: none are documented; those of ModifyJumpDomain are likely.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomaindirectly.html
func (a *AuthorizerClient) ModifyJumpDomainDirectly(ctx context.Context, change JumpDomainChange) ([]string, error) {
	return a.modifyJumpDomain(ctx, pathJumpDomainsDirectly, change)
}

func (a *AuthorizerClient) modifyJumpDomain(ctx context.Context, path string, change JumpDomainChange) ([]string, error) {
	body := jumpDomainBody{Action: change.Action}
	if change.Action != DomainGet && change.Action != "" {
		body.Domains = notNil(change.Domains)
	}
	var domains []string
	r := &request{method: http.MethodPost, path: path, body: body, once: change.Action != DomainGet}
	if err := a.fetch(ctx, r, func(fields *reader) { domains = fields.texts("webviewdomain") }); err != nil {
		return nil, err
	}
	return domains, nil
}

// EffectiveJumpDomains returns the business domains by where they come from.
//
// Refusals: none are documented.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getEffectiveJumpDomain.html
func (a *AuthorizerClient) EffectiveJumpDomains(ctx context.Context) (EffectiveJumpDomains, error) {
	var domains EffectiveJumpDomains
	err := a.fetch(ctx, &request{method: http.MethodPost, path: pathEffectiveJumpDomain, body: struct{}{}}, func(fields *reader) {
		domains = EffectiveJumpDomains{
			Console: fields.texts("mp_webviewdomain"), Platform: fields.texts("third_webviewdomain"),
			Direct: fields.texts("direct_webviewdomain"), Effective: fields.texts("effective_webviewdomain"),
		}
		domains.Extra = fields.rest()
	})
	if err != nil {
		return EffectiveJumpDomains{}, err
	}
	return domains, nil
}

// JumpDomainConfirmFile returns the file that must be at the root of each domain of
// [AuthorizerClient.ModifyJumpDomainDirectly].
//
// Refusals: [ErrEmptyPostData].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getJumpDomainConfirmFile.html
func (a *AuthorizerClient) JumpDomainConfirmFile(ctx context.Context) (ConfirmFile, error) {
	var file ConfirmFile
	err := a.fetch(ctx, &request{method: http.MethodPost, path: pathJumpConfirmFile, body: struct{}{}}, func(fields *reader) {
		file = ConfirmFile{Name: fields.needText("file_name"), Content: fields.text("file_content")}
	})
	if err != nil {
		return ConfirmFile{}, err
	}
	return file, nil
}
