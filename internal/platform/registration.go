package platform

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// RegistrationLife is how long a registration waits for the people it needs, in
// virtual time: 24 hours on every page that names a time.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
const RegistrationLife = 24 * time.Hour

// keepRegistrations is how long a registration is kept after it was made, open ones
// aside.
const keepRegistrations = 30 * 24 * time.Hour

// RegistrationsADay is how many registrations one WeChat id may begin with one
// component on a day of UTC+8: 91030 (said by the platform's staff).
const RegistrationsADay = 5

// RegistrationKind says what is registered.
type RegistrationKind string

// Kinds of registration.
const (
	RegistrationEnterprise RegistrationKind = "enterprise" // fastregisterweapp
	RegistrationPersonal   RegistrationKind = "personal"   // fastregisterpersonalweapp
	RegistrationBeta       RegistrationKind = "beta"       // fastregisterbetaweapp: a trial mini program
	RegistrationVerify     RegistrationKind = "verify"     // verifybetaweapp: a trial one becomes regular
)

// Registration is a task of fast registration: the call only takes it, its outcome
// is pushed.
type Registration struct {
	ComponentAppid string
	// ID is the taskid of a personal one (10 digits), the unique_id of a beta one (64
	// of [A-Za-z0-9_-]), and 10 digits of the others, which have none on the wire.
	ID      string
	Kind    RegistrationKind
	Request RegistrationRequest
	State   RegistrationState
	// WaitingFor says what an open one of the kinds enterprise and verify waits for.
	WaitingFor RegistrationWait
	// Progress is the status that the query of a personal one answers, 0 to 14 or
	// 1001 to 1008.
	Progress int
	Status   int    // of the push: 0 made, else of [RegistrationStatuses]
	Msg      string // of the push; empty while it is open
	// AuthorizerAppid is the account that was made; of the kind verify the one that is
	// to become regular.
	AuthorizerAppid string
	CreatedAt       time.Time
	EndsAt          time.Time // when it fails by itself
	DoneAt          time.Time // zero while it is open
}

// RegistrationRequest is what was asked for, as the calls name it. Which members
// there are depends on the kind.
type RegistrationRequest struct {
	Name               string `json:"name,omitempty"` // of the enterprise, or of the trial mini program
	Code               string `json:"code,omitempty"`
	CodeType           int    `json:"code_type,omitempty"` // 1 18 characters, 2 organization code, 3 business license
	LegalPersonaWechat string `json:"legal_persona_wechat,omitempty"`
	LegalPersonaName   string `json:"legal_persona_name,omitempty"`
	LegalPersonaIDCard string `json:"legal_persona_idcard,omitempty"`
	ComponentPhone     string `json:"component_phone,omitempty"`
	IDName             string `json:"idname,omitempty"`
	WXUser             string `json:"wxuser,omitempty"`
	NewVersion         bool   `json:"new_version,omitempty"`
	OpenID             string `json:"openid,omitempty"`
}

// RegistrationState says whether a registration is over.
type RegistrationState string

// States of a registration.
const (
	RegistrationOpen RegistrationState = "open"
	RegistrationDone RegistrationState = "done"
)

// RegistrationWait is what an open registration waits for.
type RegistrationWait string

// What a registration can wait for.
const (
	WaitLegalPerson RegistrationWait = "legal_person_checking" // 89251
	WaitFrontCheck  RegistrationWait = "front_checking"        // 89252
)

// Statuses of a registration that draftbox gives by itself.
const (
	registrationMade    = 0
	registrationEnded   = 100003 // nobody confirmed within the time
	personalTimedOut    = 1      // of the query
	personalNotCreated  = 11     // of the query
	personalCreated     = 12     // of the query
	lastPersonalStatus  = 14     // of the query
	firstOwnerStatus    = 1001
	lastOwnerStatus     = 1008
	registrationFailure = -1
)

// registrationMsgs are the documented statuses of the push and their msg: that of 0
// is printed, those of -1 and 1005 were seen, the others are draftbox's words for
// what the page says in Chinese.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
var registrationMsgs = map[int]string{
	registrationMade:    "OK",
	registrationFailure: "open verity failed",
	101:                 "enterprise closed",
	102:                 "enterprise not found or not updated",
	103:                 "legal person name not match",
	104:                 "legal person idcard not match",
	105:                 "legal person data not updated",
	1000:                "data not match",
	1001:                "realname exceed limits",
	1002:                "realname in black list",
	1003:                "admin exceed limits",
	1004:                "admin in black list",
	1005:                "real name check failed",
	1006:                "admin phone in black list",
	1007:                "admin idcard exceed limits",
	1008:                "admin idcard in black list",
	100001:              "legal person id check timeout",
	100002:              "legal person face check timeout",
	registrationEnded:   "legal person confirm timeout",
}

// RegistrationStatuses lists the statuses that a push can tell of, ascending.
func RegistrationStatuses() []int {
	out := make([]int, 0, len(registrationMsgs))
	for status := range registrationMsgs {
		out = append(out, status)
	}
	slices.Sort(out)
	return out
}

// open reports whether the outcome is still to come.
func (g *Registration) open() bool { return g.State == RegistrationOpen }

// Wechat is the WeChat id whose registrations of the day are counted, see
// [RegistrationsADay]; empty for the kinds that no page bounds.
func (g *Registration) Wechat() string {
	switch g.Kind {
	case RegistrationEnterprise:
		return g.Request.LegalPersonaWechat
	case RegistrationPersonal:
		return g.Request.WXUser
	case RegistrationBeta, RegistrationVerify:
	}
	return ""
}

// Subject is what tells registrations of one component apart that run at the same
// time. The call's search names the members of an enterprise's.
func (g *Registration) Subject() string {
	switch g.Kind {
	case RegistrationEnterprise:
		r := &g.Request
		return joinQuoted(r.Name, r.LegalPersonaWechat, r.LegalPersonaName)
	case RegistrationVerify:
		return g.AuthorizerAppid
	case RegistrationPersonal, RegistrationBeta:
	}
	return g.ID
}

// joinQuoted joins texts so that no two lists give the same.
func joinQuoted(texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(strconv.Quote(t))
	}
	return b.String()
}
