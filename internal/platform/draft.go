package platform

import "time"

// MaxTemplates is how many templates a component's library holds; the next
// addition is refused with 85065.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/operation/thirdparty/template.html
const MaxTemplates = 200

// Draft is the newest upload of one development mini program.
type Draft struct {
	ComponentAppid string
	ID             int64  // draft_id: from 0 up, never reused within a component
	Slot           string // what the draft replaces: see Switches.DraftSlot
	SourceAppid    string // the development mini program
	SourceName     string // its nickname now
	UserVersion    string
	UserDesc       string
	Developer      string
	CreateTime     time.Time // whole seconds, when it was uploaded
	Digest         string    // SHA-256 of the package, 64 hex digits
}

// Template types on the wire.
const (
	TemplateOrdinary = 0
	TemplateStandard = 1 // retired on the real service
)

// Template is a permanent copy of a draft in the template library.
type Template struct {
	ComponentAppid string
	ID             int64 // template_id: from 0 up, never reused within a component
	Place          int64 // position in the list; a deleted template's place is used again
	DraftID        int64
	Type           int // TemplateOrdinary or TemplateStandard
	SourceAppid    string
	SourceName     string // nickname when it was added
	UserVersion    string
	UserDesc       string
	Developer      string
	CreateTime     time.Time // when the draft was uploaded
	Digest         string
}
