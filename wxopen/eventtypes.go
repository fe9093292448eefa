package wxopen

import (
	"strings"
	"time"
)

// TicketEvent brings the component_verify_ticket, about every ten minutes.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
type TicketEvent struct {
	EventInfo
	// Ticket is good for 12 hours.
	Ticket string
}

// AuthorizedEvent says that an account authorized the platform
// ([EventAuthorized]) or changed the permission sets ([EventUpdateAuthorized]).
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html
type AuthorizedEvent struct {
	EventInfo
	// AuthorizationCode is exchanged by api_query_auth, once.
	AuthorizationCode string
	// AuthorizationCodeExpiredTime is when the code ends, one hour after CreateTime.
	AuthorizationCodeExpiredTime time.Time
	// PreAuthCode is the code with which the page was opened.
	PreAuthCode string
}

// UnauthorizedEvent says that an account, the AuthorizerAppid, took its
// authorization back.
type UnauthorizedEvent struct{ EventInfo }

// FastRegisterEvent tells how the registration or verification of a mini program
// by the platform went ([EventFastRegister], [EventFastRegisterBetaApp],
// [EventFastVerifyBetaApp]).
type FastRegisterEvent struct {
	EventInfo
	// Appid is the new mini program, empty on failure.
	Appid string
	// Status is 0 when all went well. The page of registerMiniprogram lists the
	// others; -1 stands for any other failure, and for a status that cannot be read.
	Status int64
	// AuthCode is the authorization code of the new mini program, empty on failure.
	AuthCode string
	// Msg is "OK" or the text of the failure.
	Msg string
	// Task is what had been asked for; which of its fields are there depends on that.
	Task FastRegisterTask
}

// FastRegisterTask tells whose registration a [FastRegisterEvent] is about.
type FastRegisterTask struct {
	// Name, Code and CodeType are those of the enterprise; the first is that of the
	// mini program in an [EventFastRegisterBetaApp].
	Name     string
	Code     string
	CodeType int64
	// LegalPersonaWechat and LegalPersonaName tell who must confirm.
	LegalPersonaWechat string
	LegalPersonaName   string
	ComponentPhone     string
	// WxUser and IDName are those of a person.
	WxUser string
	IDName string
	// UniqueID is that of a trial mini program.
	UniqueID string
}

// AuditEvent tells how the audit of a mini program's code stands
// ([EventAuditSuccess], [EventAuditFail], [EventAuditDelay]). A delay is not the
// end: success or failure follows. None has the auditid.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/code/audit_event.html
type AuditEvent struct {
	EventInfo
	// Time is the SuccTime, FailTime or DelayTime.
	Time time.Time
	// Reason is that of a failure, in HTML with <br> at the end of each line, or that
	// of a delay.
	Reason string
	// ScreenShots are the media ids of pictures that show the reason of a failure.
	ScreenShots []string
}

// NicknameAuditEvent tells how the audit of a mini program's name ended.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Mini_Program_Basic_Info/wxa_nickname_audit.html
type NicknameAuditEvent struct {
	EventInfo
	// Ret is 2 for a refusal and 3 when it passed.
	Ret      int64
	Nickname string
	Reason   string
}

// auditPassed is the ret of what passed.
const auditPassed = 3

// Passed reports whether the name may be used.
func (e *NicknameAuditEvent) Passed() bool { return e.Ret == auditPassed }

// CategoryAuditEvent tells how the audit of a mini program's category ended.
type CategoryAuditEvent struct {
	EventInfo
	// Ret is 2 for a refusal and 3 when it passed.
	Ret int64
	// First and Second are the ids of the category.
	First  int64
	Second int64
	Reason string
}

// Passed reports whether the category may be used.
func (e *CategoryAuditEvent) Passed() bool { return e.Ret == auditPassed }

// PrivacyApplyEvent tells how an application for a privacy interface ended.
type PrivacyApplyEvent struct {
	EventInfo
	APIName   string
	ApplyTime time.Time
	AuditID   string
	AuditTime time.Time
	Reason    string
	// Status is a number that WeChat does not explain for this event; a sample with
	// a reason for refusal has 2.
	Status int64
}

// OtherEvent is any other event, and any message: look at its Type and Fields.
type OtherEvent struct{ EventInfo }

func systemEvent(info EventInfo) Event {
	f := info.Fields
	switch info.Type {
	case EventTicket:
		return &TicketEvent{EventInfo: info, Ticket: f.Text("ComponentVerifyTicket")}
	case EventAuthorized, EventUpdateAuthorized:
		return &AuthorizedEvent{
			EventInfo:                    info,
			AuthorizationCode:            f.Text("AuthorizationCode"),
			AuthorizationCodeExpiredTime: f.Time("AuthorizationCodeExpiredTime"),
			PreAuthCode:                  f.Text("PreAuthCode"),
		}
	case EventUnauthorized:
		return &UnauthorizedEvent{EventInfo: info}
	case EventFastRegister, EventFastRegisterBetaApp, EventFastVerifyBetaApp:
		return fastRegisterEvent(info)
	}
	return &OtherEvent{EventInfo: info}
}

func fastRegisterEvent(info EventInfo) *FastRegisterEvent {
	f := info.Fields
	status, ok := f.number("status")
	if !ok {
		status = -1 // 0 would be success
	}
	return &FastRegisterEvent{
		EventInfo: info,
		Appid:     f.Text("appid"),
		Status:    status,
		AuthCode:  f.Text("auth_code"),
		Msg:       f.Text("msg"),
		Task: FastRegisterTask{
			Name:               f.Text("info", "name"),
			Code:               f.Text("info", "code"),
			CodeType:           f.Int("info", "code_type"),
			LegalPersonaWechat: f.Text("info", "legal_persona_wechat"),
			LegalPersonaName:   f.Text("info", "legal_persona_name"),
			ComponentPhone:     f.Text("info", "component_phone"),
			WxUser:             f.Text("info", "wxuser"),
			IDName:             f.Text("info", "idname"),
			UniqueID:           f.Text("info", "unique_id"),
		},
	}
}

func accountEvent(info EventInfo) Event {
	f := info.Fields
	switch info.Type {
	case EventAuditSuccess:
		return &AuditEvent{EventInfo: info, Time: f.Time("SuccTime")}
	case EventAuditFail:
		shots := strings.FieldsFunc(f.Text("ScreenShot"), func(r rune) bool { return r == '|' })
		return &AuditEvent{EventInfo: info, Time: f.Time("FailTime"), Reason: f.Text("Reason"), ScreenShots: shots}
	case EventAuditDelay:
		return &AuditEvent{EventInfo: info, Time: f.Time("DelayTime"), Reason: f.Text("Reason")}
	case EventNicknameAudit:
		return &NicknameAuditEvent{EventInfo: info, Ret: f.Int("ret"), Nickname: f.Text("nickname"), Reason: f.Text("reason")}
	case EventCategoryAudit:
		return &CategoryAuditEvent{EventInfo: info, Ret: f.Int("ret"), First: f.Int("first"), Second: f.Int("second"), Reason: f.Text("reason")}
	case EventPrivacyApply:
		return &PrivacyApplyEvent{
			EventInfo: info,
			APIName:   f.Text("result_info", "api_name"),
			ApplyTime: f.Time("result_info", "apply_time"),
			AuditID:   f.Text("result_info", "audit_id"),
			AuditTime: f.Time("result_info", "audit_time"),
			Reason:    f.Text("result_info", "reason"),
			Status:    f.Int("result_info", "status"),
		}
	case EventAppealRecord:
		return appealRecordEvent(info)
	case EventBetaVerifyApply, EventBetaVerify, EventBetaAuthorizationApply:
		return betaAppEvent(info)
	}
	return &OtherEvent{EventInfo: info}
}
