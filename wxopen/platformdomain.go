package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const (
	pathServerDomain = "/cgi-bin/component/modify_wxa_server_domain"
	pathJumpDomain   = "/cgi-bin/component/modify_wxa_jump_domain"
	pathConfirmFile  = "/cgi-bin/component/get_domain_confirmfile"
)

// DomainAction says what becomes of the domains of a platform.
type DomainAction string

// Actions.
const (
	DomainAdd    DomainAction = "add"
	DomainDelete DomainAction = "delete" // of one that is not there: no error
	DomainSet    DomainAction = "set"    // in place of all
	DomainGet    DomainAction = "get"    // changes nothing
)

// DomainChange is a change of a platform's domains.
type DomainChange struct {
	Action DomainAction
	// Domains are host names, without scheme and path. [DomainGet] needs none.
	Domains []string
	// Published changes the values of the released platform (全网发布版), too, beside
	// those of the test version (测试版).
	Published bool
}

// PlatformDomains are the domains of a platform after a call.
type PlatformDomains struct {
	// Published are those of the released platform, nil when it was never released
	// or the change failed.
	Published []string
	// Testing are those of the test version, nil when the change failed.
	Testing []string
	// Invalid are those that were refused.
	Invalid []string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// ModifyServerDomain changes or reads the server domains (服务器域名) of the platform,
// at most 1000, which its templates may reach. 50 changes a month are possible. A
// change is made once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrSystem]; [ErrComponentUnpublished] is likely for Published.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyserverdomain
func (c *Client) ModifyServerDomain(ctx context.Context, change DomainChange) (PlatformDomains, error) {
	return c.modifyDomains(ctx, pathServerDomain, "wxa_server_domain", change)
}

// ModifyJumpDomain changes or reads the business domains (业务域名) of the platform, at
// most 200 or, by the newest page, 300, which its templates may open. The file of
// [Client.JumpDomainConfirmFile] must be at the root of a domain first. A change is
// made once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrSystem], which is what a domain without the file gets.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyjumpdomain
func (c *Client) ModifyJumpDomain(ctx context.Context, change DomainChange) (PlatformDomains, error) {
	return c.modifyDomains(ctx, pathJumpDomain, "wxa_jump_h5_domain", change)
}

// modifyDomains makes either call. Their bodies differ in the name of the domains.
func (c *Client) modifyDomains(ctx context.Context, path, name string, change DomainChange) (PlatformDomains, error) {
	for _, domain := range change.Domains {
		if domain == "" || strings.Contains(domain, ";") {
			return PlatformDomains{}, fmt.Errorf("wxopen: %q is no domain", domain)
		}
	}
	known := struct {
		Action DomainAction `json:"action"`
	}{change.Action}
	members := map[string]json.RawMessage{}
	if change.Action != DomainGet {
		joined, err := json.Marshal(strings.Join(change.Domains, ";"))
		if err != nil {
			return PlatformDomains{}, err
		}
		members[name] = joined
	}
	if change.Published {
		members["is_modify_published_together"] = json.RawMessage("true")
	}
	body, err := withExtra(known, members)
	if err != nil {
		return PlatformDomains{}, err
	}
	r := &request{method: http.MethodPost, path: path, body: json.RawMessage(body), once: change.Action != DomainGet}
	ans, err := c.call(ctx, r)
	if err != nil {
		return PlatformDomains{}, err
	}
	fields := ans.dataReader()
	return PlatformDomains{
		Published: fields.joined("published_" + name),
		Testing:   fields.joined("testing_" + name),
		Invalid:   fields.joined("invalid_" + name),
		Extra:     fields.rest(),
	}, nil
}

// joined reads domains with semicolons between, nil where there are none.
func (r *reader) joined(name string) []string {
	text := r.text(name)
	if r.value(name) == nil {
		return nil
	}
	return strings.FieldsFunc(text, func(c rune) bool { return c == ';' || c == ' ' })
}

// ConfirmFile is a file by which a platform shows that a domain is its own.
type ConfirmFile struct {
	Name    string
	Content string
}

// JumpDomainConfirmFile returns the file that must be at the root of each domain of
// [Client.ModifyJumpDomain].
//
// Refusals: [ErrSystem].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_getthirdpartyjumpdomainconfirmfile
func (c *Client) JumpDomainConfirmFile(ctx context.Context) (ConfirmFile, error) {
	r := &request{method: http.MethodPost, path: pathConfirmFile, body: struct{}{}}
	ans, err := c.call(ctx, r)
	if err != nil {
		return ConfirmFile{}, err
	}
	file := ConfirmFile{Name: ans.text("file_name"), Content: ans.text("file_content")}
	if file.Name == "" {
		return ConfirmFile{}, unusable(r, ans.status, nil, "%w", errors.New("the answer has no file_name"))
	}
	return file, nil
}
