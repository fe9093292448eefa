package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
)

const (
	pathBindTester   = "/wxa/bind_tester"
	pathUnbindTester = "/wxa/unbind_tester"
	pathTesters      = "/wxa/memberauth"
)

// Tester is somebody who may open the experience version (体验者).
type Tester struct {
	// UserStr stands for the person. There is no name and no picture.
	UserStr string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads a tester of an answer.
func (t *Tester) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*t = Tester{UserStr: r.needText("userstr")}
	t.Extra = r.rest()
	return r.err
}

type testerBody struct {
	WechatID string `json:"wechatid,omitempty"`
	UserStr  string `json:"userstr,omitempty"`
}

// BindTester makes the owner of a WeChat id a tester, and returns the UserStr that stands
// for the person. The administrator is one without that. It is made once, whatever the
// [RetryPolicy] says, since a second one is refused with [ErrTesterBound].
//
// Refusals: [ErrSystem], [ErrTesterNotFound], [ErrTesterCount], [ErrTesterBindings],
// [ErrTesterBound].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_bindtester.html
func (a *AuthorizerClient) BindTester(ctx context.Context, wechatID string) (userStr string, err error) {
	r := &request{method: http.MethodPost, path: pathBindTester, body: testerBody{WechatID: wechatID}, once: true}
	if err := a.fetch(ctx, r, func(fields *reader) { userStr = fields.needText("userstr") }); err != nil {
		return "", err
	}
	return userStr, nil
}

// UnbindTester ends what [AuthorizerClient.BindTester] began, by the WeChat id. What
// becomes of one who is no tester is not documented, so it is made once, whatever the
// [RetryPolicy] says.
//
// Refusals: [ErrSystem]; in the list of all codes [ErrUserStr].
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Mini_Program_AdminManagement/unbind_tester.html
func (a *AuthorizerClient) UnbindTester(ctx context.Context, wechatID string) error {
	return a.unbindTester(ctx, testerBody{WechatID: wechatID})
}

// UnbindTesterByUserStr is [AuthorizerClient.UnbindTester] by [Tester] UserStr.
func (a *AuthorizerClient) UnbindTesterByUserStr(ctx context.Context, userStr string) error {
	return a.unbindTester(ctx, testerBody{UserStr: userStr})
}

func (a *AuthorizerClient) unbindTester(ctx context.Context, who testerBody) error {
	_, err := a.call(ctx, &request{method: http.MethodPost, path: pathUnbindTester, body: who, once: true})
	return err
}

// Testers returns those who may open the experience version.
//
// Refusals: [ErrSystem].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_gettester.html
func (a *AuthorizerClient) Testers(ctx context.Context) ([]Tester, error) {
	testers := []Tester{}
	r := &request{
		method: http.MethodPost,
		path:   pathTesters,
		body: struct {
			Action string `json:"action"`
		}{"get_experiencer"},
	}
	if err := a.fetch(ctx, r, func(fields *reader) { fields.list("members", &testers) }); err != nil {
		return nil, err
	}
	return testers, nil
}
