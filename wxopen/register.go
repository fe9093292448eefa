package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

const (
	pathRegister         = "/cgi-bin/component/fastregisterweapp"
	pathRegisterPersonal = "/wxa/component/fastregisterpersonalweapp"
)

// CodeType says what kind of number an enterprise is registered under.
type CodeType int

// Types of enterprise code.
const (
	// SocialCreditCode is the unified social credit code (统一社会信用代码), 18 characters.
	SocialCreditCode CodeType = 1
	// OrganizationCode is the organization code (组织机构代码), xxxxxxxx-x.
	OrganizationCode CodeType = 2
	// LicenseNumber is the number of the business license (营业执照注册号), 15 digits.
	LicenseNumber CodeType = 3
)

// MiniprogramRegistration says for which enterprise a mini program is to be made.
type MiniprogramRegistration struct {
	// Name is the enterprise's name as registered.
	Name string
	// Code is the number of the enterprise, of the kind that CodeType says.
	Code     string
	CodeType CodeType
	// LegalPersonaWechat and LegalPersonaName are the WeChat id and the name of the
	// legal person, who has to confirm within 24 hours.
	LegalPersonaWechat string
	LegalPersonaName   string
	// ComponentPhone is a phone number of the platform's; it may be empty.
	ComponentPhone string
}

type registerBody struct {
	Name         string   `json:"name"`
	Code         string   `json:"code,omitempty"`
	CodeType     CodeType `json:"code_type,omitempty"`
	LegalWechat  string   `json:"legal_persona_wechat"`
	LegalName    string   `json:"legal_persona_name"`
	ServicePhone string   `json:"component_phone,omitempty"`
}

// RegisterMiniprogram asks for a mini program of an enterprise. That it returns nil
// means that the task was taken; how it ended comes as a [FastRegisterEvent] of type
// [EventFastRegister], and as an [AuthorizedEvent] where it went well. It is made
// once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrSystem], [ErrWechatID], [ErrNamesDiffer], [ErrRegisterInner],
// [ErrCodeType], [ErrTaskRunning] (one with the same data), [ErrLegalPersonChecking],
// [ErrPlatformChecking], [ErrParamsMissing], [ErrComponentRights],
// [ErrEnterpriseCode]; seen were [ErrRegisterFrequency] and [ErrNicknameFrequency].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (c *Client) RegisterMiniprogram(ctx context.Context, m MiniprogramRegistration) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathRegister,
		query:  url.Values{"action": {"create"}},
		body:   registerBody{m.Name, m.Code, m.CodeType, m.LegalPersonaWechat, m.LegalPersonaName, m.ComponentPhone},
		once:   true,
	})
	return err
}

// SearchRegisterMiniprogram asks how the registration for an enterprise stands: nil
// means that it is done, [ErrTaskNotFound] that there is none, [ErrTaskRunning],
// [ErrLegalPersonChecking] and [ErrPlatformChecking] what it waits for. Name,
// LegalPersonaWechat and LegalPersonaName say which one.
//
// The refusals beside these are those of [Client.RegisterMiniprogram].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (c *Client) SearchRegisterMiniprogram(ctx context.Context, m MiniprogramRegistration) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathRegister,
		query:  url.Values{"action": {"search"}},
		body:   registerBody{Name: m.Name, LegalWechat: m.LegalPersonaWechat, LegalName: m.LegalPersonaName},
	})
	return err
}

// PersonalRegistration says for which person a mini program is to be made.
type PersonalRegistration struct {
	// IDName is the person's name, WxUser the WeChat id.
	IDName string
	WxUser string
	// ComponentPhone is a phone number of the platform's; it may be empty.
	ComponentPhone string
	// NewVersion asks for the present flow; false is the service's default.
	NewVersion bool
}

// PersonalTask is how the registration of a mini program of a person stands.
type PersonalTask struct {
	TaskID string
	// AuthorizeURL is the page on which the person confirms, good for 24 hours.
	AuthorizeURL string
	// Status is 0 made, 1 timed out, 2 refused by the person, 3 agreed, 4 face check
	// begun, 5 face check failed, 6 face check passed, 7 code sent to the phone, 8
	// phone check failed, 9 phone check passed, 10 creation submitted, 11 creation
	// failed, 12 created, 13 verified, 14 verification failed; from 1000 on as in
	// [FastRegisterEvent].
	Status int64
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// FastRegisterPersonal asks for a mini program of a person. How it ended comes as a
// [FastRegisterEvent] of type [EventFastRegister]. It is made once, whatever the
// [RetryPolicy] says.
//
// Refusals: [ErrRegisterFrequency]; the rest of the page's table is not known.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ind/api_fastregisterpersonalmp.html
func (c *Client) FastRegisterPersonal(ctx context.Context, p PersonalRegistration) (PersonalTask, error) {
	return c.personalTask(ctx, &request{
		method: http.MethodPost,
		path:   pathRegisterPersonal,
		query:  url.Values{"action": {"create"}},
		body: struct {
			IDName     string `json:"idname"`
			WxUser     string `json:"wxuser"`
			Phone      string `json:"component_phone,omitempty"`
			NewVersion bool   `json:"new_version,omitempty"`
		}{p.IDName, p.WxUser, p.ComponentPhone, p.NewVersion},
		once: true,
	})
}

// QueryFastRegisterPersonal asks how the registration of a mini program of a person
// stands. The refusals are those of [Client.FastRegisterPersonal].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ind/api_fastregisterpersonalmp.html
func (c *Client) QueryFastRegisterPersonal(ctx context.Context, taskID string) (PersonalTask, error) {
	return c.personalTask(ctx, &request{
		method: http.MethodPost,
		path:   pathRegisterPersonal,
		query:  url.Values{"action": {"query"}},
		body: struct {
			TaskID string `json:"taskid"`
		}{taskID},
	})
}

func (c *Client) personalTask(ctx context.Context, r *request) (PersonalTask, error) {
	ans, err := c.call(ctx, r)
	if err != nil {
		return PersonalTask{}, err
	}
	fields := ans.dataReader()
	task := PersonalTask{TaskID: fields.text("taskid"), AuthorizeURL: fields.text("authorize_url"), Status: fields.count("status")}
	task.Extra = fields.rest()
	if task.TaskID == "" {
		fields.fail(errors.New("the answer has no taskid"))
	}
	if fields.err != nil {
		return PersonalTask{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return task, nil
}
