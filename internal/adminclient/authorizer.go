package adminclient

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Authorizer is a merchant's account known to a component.
type Authorizer struct {
	Appid      string `json:"appid"`
	NickName   string `json:"nick_name"`
	Authorized bool   `json:"authorized"` // the authorization stands
	// Exchanged says that an authorization code was exchanged since the grant.
	Exchanged    bool         `json:"exchanged"`
	AuthTime     OptionalTime `json:"auth_time"` // of the grant; zero before the first
	FuncIDs      []int        `json:"func_ids"`  // permission sets granted, ascending
	Profile      Profile      `json:"profile"`
	Categories   []Category   `json:"categories"`
	Restrictions []string     `json:"restrictions"`
	// CategoryAudits are the categories whose own audit has not passed.
	CategoryAudits []CategoryAudit   `json:"category_audits"`
	PrivateInfos   []string          `json:"private_infos"` // location interfaces held; nil: all
	Plugins        []Plugin          `json:"plugins"`       // that code may use; nil: any
	Testers        []string          `json:"testers"`       // WeChat ids
	Privacy        *PrivacyGuideline `json:"privacy"`       // nil: none
	CreatedAt      time.Time         `json:"created_at"`
}

// Profile is what api_get_authorizer_info tells of an account. What is empty is
// answered with a value that fits.
type Profile struct {
	Account       string `json:"account,omitempty"`   // miniprogram, also when empty, or official_account
	UserName      string `json:"user_name,omitempty"` // original id, like gh_ and 12 hex digits
	PrincipalName string `json:"principal_name,omitempty"`
	HeadImg       string `json:"head_img,omitempty"`   // URL
	QrcodeURL     string `json:"qrcode_url,omitempty"` // URL
	Signature     string `json:"signature,omitempty"`
	Alias         string `json:"alias,omitempty"`
	ServiceType   int    `json:"service_type,omitempty"`
	VerifyType    int    `json:"verify_type,omitempty"`
	RegisterType  int    `json:"register_type,omitempty"`
	AccountStatus int    `json:"account_status,omitempty"`
}

// Category is a pair of category names.
type Category struct {
	First  string `json:"first"`
	Second string `json:"second,omitempty"`
}

// CategoryAudit is the audit of a category that has not passed.
type CategoryAudit struct {
	First  string `json:"first"`
	Second string `json:"second"`
	Status string `json:"status"` // auditing or rejected
	Reason string `json:"reason,omitempty"`
}

// Plugin is a plugin that a merchant's code may use, or may not.
type Plugin struct {
	Appid    string   `json:"appid"`
	Versions []string `json:"versions,omitempty"` // none: any
	Denied   bool     `json:"denied,omitempty"`
}

// PrivacyGuideline is a merchant's privacy guideline.
type PrivacyGuideline struct {
	Owner  PrivacyOwner `json:"owner_setting"`
	Uses   []PrivacyUse `json:"setting_list"`
	Online bool         `json:"online"` // it was released
}

// PrivacyOwner is who collects what users give.
type PrivacyOwner struct {
	ContactPhone  string `json:"contact_phone"`
	ContactEmail  string `json:"contact_email"`
	ContactQQ     string `json:"contact_qq"`
	ContactWeixin string `json:"contact_weixin"`
	StoreExpire   string `json:"store_expire_timestamp"` // like 30天
	ExtFile       string `json:"ext_file_media_id"`
	NoticeMethod  string `json:"notice_method"`
	StoreRegion   int    `json:"store_region"`
}

// PrivacyUse says what one kind of information is used for.
type PrivacyUse struct {
	Key  string `json:"privacy_key"`
	Text string `json:"privacy_text"`
}

// AuthorizerChange says what is to become of a merchant's account. What is nil
// stays as it is, and so does a member of the profile that is empty.
type AuthorizerChange struct {
	NickName     *string     `json:"nick_name,omitempty"`
	FuncIDs      *[]int      `json:"func_ids,omitempty"` // the default ones when it is empty
	Profile      *Profile    `json:"profile,omitempty"`
	Categories   *[]Category `json:"categories,omitempty"`
	Restrictions *[]string   `json:"restrictions,omitempty"`

	CategoryAudits *[]CategoryAudit  `json:"category_audits,omitempty"`
	PrivateInfos   *[]string         `json:"private_infos,omitempty"`
	Plugins        *[]Plugin         `json:"plugins,omitempty"`
	Testers        *[]string         `json:"testers,omitempty"`
	Privacy        *PrivacyGuideline `json:"privacy,omitempty"`
}

// AuthorizerInput says what a merchant's account is to be. An empty appid is made
// up.
type AuthorizerInput struct {
	Appid string `json:"appid,omitempty"`
	// Authorized makes it as if the merchant had granted already, or had not.
	Authorized *bool `json:"authorized,omitempty"`
	AuthorizerChange
}

// Grant is what a merchant's administrator confirms on the authorization page.
type Grant struct {
	// FuncIDs are the permission sets; when nil those of the last grant, or the
	// default ones.
	FuncIDs *[]int `json:"func_ids,omitempty"`
	// PreAuthCode is used up. When empty the push carries one made up.
	PreAuthCode string `json:"pre_auth_code,omitempty"`
}

// Granted is what the redirect of the authorization page would carry.
type Granted struct {
	AuthorizationCode string `json:"authorization_code"`
	ExpiresIn         int    `json:"expires_in"` // seconds
}

// PendingVersion is code that waits in a merchant's list, where an upload with
// directCommit put it.
type PendingVersion struct {
	SourceAppid string `json:"source_miniprogram_appid"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	Developer   string `json:"developer"`
	CreateTime  int64  `json:"create_time"` // Unix seconds
	ExtJSON     string `json:"ext_json"`
	Digest      string `json:"digest"`
}

// Authorizers lists a component's merchants by appid.
func (c *Client) Authorizers(ctx context.Context, component string) iter.Seq2[Authorizer, error] {
	return list[Authorizer](ctx, c, path("components", component, "authorizers"), limitQuery(0))
}

// Authorizer returns one merchant.
func (c *Client) Authorizer(ctx context.Context, component, appid string) (Authorizer, error) {
	return fetch[Authorizer](ctx, c, http.MethodGet, authorizerPath(component, appid), nil)
}

// CreateAuthorizer makes a merchant's account known, or changes one that is.
func (c *Client) CreateAuthorizer(ctx context.Context, component string, in AuthorizerInput) (Authorizer, error) {
	return fetch[Authorizer](ctx, c, http.MethodPost, path("components", component, "authorizers"), in)
}

// UpdateAuthorizer changes a merchant's account. Nothing is pushed.
func (c *Client) UpdateAuthorizer(ctx context.Context, component, appid string, change AuthorizerChange) (Authorizer, error) {
	return fetch[Authorizer](ctx, c, http.MethodPatch, authorizerPath(component, appid), change)
}

// DeleteAuthorizer forgets a merchant with its codes and tokens. Nothing is pushed.
func (c *Client) DeleteAuthorizer(ctx context.Context, component, appid string) error {
	return c.call(ctx, http.MethodDelete, authorizerPath(component, appid), nil, nil)
}

// GrantAuthorization authorizes the component, as the merchant does on the
// authorization page, and returns the code that api_query_auth takes.
func (c *Client) GrantAuthorization(ctx context.Context, component, appid string, in Grant) (Granted, error) {
	return fetch[Granted](ctx, c, http.MethodPost, authorizerPath(component, appid, "grant"), in)
}

// RevokeAuthorization cancels the authorization, as the merchant does.
func (c *Client) RevokeAuthorization(ctx context.Context, component, appid string) (Authorizer, error) {
	return fetch[Authorizer](ctx, c, http.MethodPost, authorizerPath(component, appid, "revoke"), struct{}{})
}

// PendingVersions lists what waits in a merchant's list: nothing or one version.
func (c *Client) PendingVersions(ctx context.Context, component, appid string) ([]PendingVersion, error) {
	page, err := fetch[struct {
		Items []PendingVersion `json:"items"`
	}](ctx, c, http.MethodGet, authorizerPath(component, appid, "pending"), nil)
	return page.Items, err
}

func authorizerPath(component, appid string, more ...string) string {
	return path(append([]string{"components", component, "authorizers", appid}, more...)...)
}
