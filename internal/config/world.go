// Package config reads the declared world, draftbox.yaml, and makes it so.
//
// [Load] finds everything that is wrong with a file at once, each with its line.
// [Apply] is idempotent: a declared draft, template or merchant is made once and
// remembered by its digest, so that what was replaced or deleted since does not
// come back; changed settings and secrets are taken over; what the file no longer
// names stays.
package config

import (
	"io/fs"

	"draftbox/internal/platform"
)

// World is what a world file declares. The zero value declares nothing.
type World struct {
	Components []Component `yaml:"components"`

	origin   origin
	warnings []string
}

// Component declares a third-party platform. What is left out is made up when
// the component is made, and stays as it is after that.
type Component struct {
	Appid              string `yaml:"appid"`
	Name               string `yaml:"name"`
	Secret             string `yaml:"secret"` // AppSecret, 32 hex digits
	SecretFile         string `yaml:"secret_file"`
	Token              string `yaml:"token"` // signs pushes
	TokenFile          string `yaml:"token_file"`
	EncodingAESKey     string `yaml:"encoding_aes_key"` // 43 letters or digits
	EncodingAESKeyFile string `yaml:"encoding_aes_key_file"`
	// VerifyTicket is the ticket current at the first start; it rotates and ends
	// like any other.
	VerifyTicket       string                      `yaml:"verify_ticket"`
	VerifyTicketFile   string                      `yaml:"verify_ticket_file"`
	EventURL           *string                     `yaml:"event_url"` // empty: no push
	MessageURL         *string                     `yaml:"message_url"`
	IPAllowlist        []string                    `yaml:"ip_allowlist"` // empty, not nil: any
	MaxDevMiniprograms *int                        `yaml:"max_dev_miniprograms"`
	Switches           Patch[platform.Switches]    `yaml:"switches"`
	Quotas             Patch[platform.Quotas]      `yaml:"quotas"`
	DevMiniprograms    []DevMiniprogram            `yaml:"dev_miniprograms"`
	Drafts             []Upload                    `yaml:"drafts"`
	Templates          []Upload                    `yaml:"templates"`
	Authorizers        []Authorizer                `yaml:"authorizers"`
	Audit              Patch[platform.AuditPolicy] `yaml:"audit"`
	// AuthPageDomain is the registered domain of pages that begin an authorization;
	// empty, not nil: any.
	AuthPageDomain *string `yaml:"auth_page_domain"`
}

// DevMiniprogram declares a development mini program.
type DevMiniprogram struct {
	Appid string `yaml:"appid"`
	Name  string `yaml:"name"` // nickname
	// UploadKey is a file with the public half of the upload key (RSA, PEM).
	// Without one a pair is made, see [ApplyOptions].
	UploadKey string `yaml:"upload_key"`
	// UploadIPAllowlist says from where its code may be uploaded with the key;
	// empty, not nil: from anywhere.
	UploadIPAllowlist []string `yaml:"upload_ip_allowlist"`

	uploadKeyPEM string
}

// Upload declares a draft or a template.
type Upload struct {
	Source     string `yaml:"source"` // the development mini program
	Version    string `yaml:"version"`
	Desc       string `yaml:"desc"`
	Developer  string `yaml:"developer"`
	Dir        string `yaml:"dir"`         // the project
	CreateTime int64  `yaml:"create_time"` // Unix seconds; 0 is now

	// Project is the project in place of Dir, for worlds that are no file.
	Project fs.FS `yaml:"-"`
}

// Authorizer declares a merchant's account.
type Authorizer struct {
	Appid            string                        `yaml:"appid"`
	NickName         string                        `yaml:"nick_name"`
	Authorized       bool                          `yaml:"authorized"`
	RefreshToken     string                        `yaml:"refresh_token"`
	RefreshTokenFile string                        `yaml:"refresh_token_file"`
	Profile          Profile                       `yaml:"profile"`
	FuncIDs          []int                         `yaml:"func_ids"` // permission sets; nil: the default ones
	Categories       []platform.AuthorizerCategory `yaml:"categories"`
	Plugins          []platform.MerchantPlugin     `yaml:"plugins"`       // nil: as they are, any at first
	PrivateInfos     []string                      `yaml:"private_infos"` // nil: as they are, all at first
	Testers          []string                      `yaml:"testers"`       // WeChat ids
	Restrictions     []string                      `yaml:"restrictions"`
	Privacy          *platform.PrivacyDeclaration  `yaml:"privacy"`
}

// Profile declares what api_get_authorizer_info tells of an account. Its nickname
// may stand here, too.
type Profile struct {
	NickName string `yaml:"nick_name"`
	platform.Profile
}

// Patch changes the members of a T that it names and leaves the others.
type Patch[T any] func(*T)

// over applies the patch, if there is one.
func (p Patch[T]) over(v *T) {
	if p != nil {
		p(v)
	}
}
