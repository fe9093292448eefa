package platform

import (
	"time"
)

// DefaultMaxDevMiniprograms is how many development mini programs a component
// may bind.
// https://developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/2.0/operation/thirdparty/dev.html
const DefaultMaxDevMiniprograms = 30

// Component is a third-party platform (第三方平台), the tenant of everything else.
type Component struct {
	Appid          string
	Name           string
	Secret         string   // AppSecret, 32 hex digits
	Token          string   // message token that signs pushes
	EncodingAESKey string   // 43 characters of base64
	EventURL       string   // authorization events and tickets; empty = no push
	MessageURL     string   // messages and events of merchants; may hold $APPID$
	IPAllowlist    []string // addresses or CIDR prefixes; empty = any caller
	Settings       Settings
	CreatedAt      time.Time

	// NextDraftID and NextTemplateID are the ids that the next draft and the
	// next template get. They only grow.
	NextDraftID    int64
	NextTemplateID int64
	// NextTicketAt is when the ticket is pushed next; zero while there is no
	// EventURL to push it to.
	NextTicketAt time.Time
	// Rev grows with every committed change of anything that belongs to the
	// component. An answer computed at one Rev stays right while Rev stands. A
	// component made in place of a deleted one begins beyond the other's.
	Rev int64
}

// DevMiniprogram is a development mini program (开发小程序) bound to a component;
// its uploads become drafts.
type DevMiniprogram struct {
	ComponentAppid string
	Appid          string
	Name           string // nickname: source_miniprogram on the wire
	UploadKeyPEM   string // public half of the upload key pair, PEM, PKIX; may be empty
	// UploadIPAllowlist says from where its code may be uploaded with the key
	// (代码上传 IP 白名单): addresses, 172.0.0.* or prefixes, 10 at most; empty =
	// from anywhere.
	UploadIPAllowlist []string
	CreatedAt         time.Time
}

// AppidKind says what an appid is on this server.
type AppidKind int

// Kinds of appid.
const (
	AppidUnknown AppidKind = iota
	AppidComponent
	AppidMiniprogram // a development mini program or a merchant's
)
