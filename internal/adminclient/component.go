package adminclient

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Component is a third-party platform.
type Component struct {
	Appid string `json:"appid"`
	Name  string `json:"name"`
	// Secret, Token and EncodingAESKey are masked unless they were asked for
	// whole, or the component has just been made.
	Secret             string      `json:"secret"`
	Token              string      `json:"token"`
	EncodingAESKey     string      `json:"encoding_aes_key"`
	EventURL           string      `json:"event_url"`
	MessageURL         string      `json:"message_url"`
	IPAllowlist        []string    `json:"ip_allowlist"`
	MaxDevMiniprograms int         `json:"max_dev_miniprograms"`
	Switches           Switches    `json:"switches"`
	Quotas             Quotas      `json:"quotas"`
	AuthPageDomain     string      `json:"auth_page_domain"` // empty: the authorization page takes any host
	Audit              AuditPolicy `json:"audit"`
	Counts             Counts      `json:"counts"`
	CreatedAt          time.Time   `json:"created_at"`
}

// Switches choose between behaviors of the emulated service.
type Switches struct {
	DraftSlot         string   `json:"draft_slot"`
	ListOrder         string   `json:"list_order"`
	EmptyList         string   `json:"empty_list"`
	StandardTemplates string   `json:"standard_templates"`
	TokenGrace        string   `json:"token_grace"` // like 5m0s
	TicketEachPush    string   `json:"ticket_each_push"`
	StrayToken        string   `json:"stray_token"`
	UnauthorizedAPIs  []string `json:"unauthorized_apis"`
	DeniedPlugins     []string `json:"denied_plugins"`
	PushTries         int      `json:"push_tries"` // of a push, in all
	PushFormat        string   `json:"push_format"`
	Registrations     string   `json:"registrations"`
	// RegistrationRefuse gives the code that a registration is refused with by a
	// value of its request, or by * for any.
	RegistrationRefuse map[string]int `json:"registration_refuse"`
	Published          string         `json:"published"`
	JumpDomainCheck    string         `json:"jump_domain_check"`
	PrivacyCheck       string         `json:"privacy_check"` // after a commit, like 1m0s
	CommitTime         string         `json:"commit_time"`   // until the next change, like 5s
	JumpList           string         `json:"jump_list"`
	NoICPDomains       []string       `json:"no_icp_domains"` // hosts without ICP filing
	TesterRefuse       map[string]int `json:"tester_refuse"`  // code by WeChat id, or by * for any
}

// Quotas bound the calls of a day by path.
type Quotas struct {
	Enforce bool             `json:"enforce"`
	Limits  map[string]int64 `json:"limits"`
	// Submits and Speedups are the audits of a month.
	Submits  int64 `json:"submits"`
	Speedups int64 `json:"speedups"`
}

// AuditPolicy says how audits are decided: by the first rule that matches, else as it
// says itself.
type AuditPolicy struct {
	Decide string      `json:"decide"` // manual, pass, fail or delay
	After  string      `json:"after"`  // like 2h0m0s, on the virtual clock
	Reason string      `json:"reason"` // of a rejection or a delay
	Rules  []AuditRule `json:"rules"`
}

// AuditRule decides the audits that it matches.
type AuditRule struct {
	Match  AuditMatch `json:"match"`
	Decide string     `json:"decide"`
	After  string     `json:"after"`
	Reason string     `json:"reason"`
}

// AuditMatch chooses audits; empty members choose all.
type AuditMatch struct {
	UserVersion string `json:"user_version,omitempty"` // * stands for any text
	Appid       string `json:"appid,omitempty"`
}

// Counts say how much belongs to a component.
type Counts struct {
	DevMiniprograms int `json:"dev_miniprograms"`
	Drafts          int `json:"drafts"`
	Templates       int `json:"templates"`
}

// ComponentCreate says what a new component is to be. What is empty is made up.
type ComponentCreate struct {
	Appid           string                `json:"appid,omitempty"`
	Name            string                `json:"name,omitempty"`
	Secret          string                `json:"secret,omitempty"`
	Token           string                `json:"token,omitempty"`
	EncodingAESKey  string                `json:"encoding_aes_key,omitempty"`
	EventURL        string                `json:"event_url,omitempty"`
	MessageURL      string                `json:"message_url,omitempty"`
	DevMiniprograms []DevMiniprogramInput `json:"dev_miniprograms,omitempty"`
}

// DevMiniprogram is a development mini program bound to a component.
type DevMiniprogram struct {
	Appid             string    `json:"appid"`
	Name              string    `json:"name"`
	UploadKey         string    `json:"upload_key"` // public half, PEM; may be empty
	UploadIPAllowlist []string  `json:"upload_ip_allowlist"`
	CreatedAt         time.Time `json:"created_at"`
}

// DevMiniprogramInput says what a development mini program is to be. An empty
// appid is made up, an empty name is the appid.
type DevMiniprogramInput struct {
	Appid string `json:"appid,omitempty"`
	Name  string `json:"name,omitempty"`
}

// Components lists all components by appid, fetching pageSize at a time; 0 is as
// many as the API gives.
func (c *Client) Components(ctx context.Context, pageSize int) iter.Seq2[Component, error] {
	return list[Component](ctx, c, path("components"), limitQuery(pageSize))
}

// Component returns one component, its secrets whole if reveal is set.
func (c *Client) Component(ctx context.Context, appid string, reveal bool) (Component, error) {
	return fetch[Component](ctx, c, http.MethodGet, path("components", appid)+revealQuery(reveal), nil)
}

// CreateComponent makes a component and returns it with its secrets whole.
func (c *Client) CreateComponent(ctx context.Context, in ComponentCreate) (Component, error) {
	return fetch[Component](ctx, c, http.MethodPost, path("components"), in)
}

// DevMiniprograms lists a component's development mini programs by appid.
func (c *Client) DevMiniprograms(ctx context.Context, component string) iter.Seq2[DevMiniprogram, error] {
	return list[DevMiniprogram](ctx, c, path("components", component, "dev_miniprograms"), limitQuery(0))
}

// BindDevMiniprogram binds a development mini program to a component, or renames
// one that is bound.
func (c *Client) BindDevMiniprogram(ctx context.Context, component string, in DevMiniprogramInput) (DevMiniprogram, error) {
	return fetch[DevMiniprogram](ctx, c, http.MethodPost, path("components", component, "dev_miniprograms"), in)
}

// UploadKey is the private half of a new upload key pair.
type UploadKey struct {
	Appid      string `json:"appid"`
	PrivateKey string `json:"private_key"` // PKCS #1, PEM
}

// NewUploadKey makes the upload key of a development mini program anew.
func (c *Client) NewUploadKey(ctx context.Context, component, appid string) (UploadKey, error) {
	return fetch[UploadKey](ctx, c, http.MethodPost, path("components", component, "dev_miniprograms", appid, "upload_key"), nil)
}

// DevVersion is the development version of a development mini program, which a
// preview makes.
type DevVersion struct {
	Appid       string `json:"appid"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	Developer   string `json:"developer"`
	CreateTime  int64  `json:"create_time"` // Unix seconds
	Path        string `json:"path"`        // the page that the preview opens
	Digest      string `json:"digest"`
}

// DevVersion returns the development version that the newest preview made.
func (c *Client) DevVersion(ctx context.Context, component, appid string) (DevVersion, error) {
	return fetch[DevVersion](ctx, c, http.MethodGet, path("components", component, "dev_miniprograms", appid, "dev_version"), nil)
}
