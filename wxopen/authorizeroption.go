package wxopen

import (
	"context"
	"net/http"
)

// Paths with api_ take the component's token and name the account, the others take
// the account's token. The pages disagree about the latter; programs in the wild
// use both so.
const (
	pathOption              = "/cgi-bin/component/get_authorizer_option"
	pathSetOption           = "/cgi-bin/component/set_authorizer_option"
	pathAuthorizerOption    = "/cgi-bin/component/api_get_authorizer_option"
	pathSetAuthorizerOption = "/cgi-bin/component/api_set_authorizer_option"
)

// The options of an account, with their values. They are those of official
// accounts.
const (
	// OptionLocationReport: 0 none, 1 when a chat is entered, 2 every 5 seconds.
	OptionLocationReport = "location_report"
	// OptionVoiceRecognize: 0 off, 1 on.
	OptionVoiceRecognize = "voice_recognize"
	// OptionCustomerService: 0 off, 1 on.
	OptionCustomerService = "customer_service"
)

type optionBody struct {
	Name  string  `json:"option_name"`
	Value *string `json:"option_value,omitempty"`
}

type authorizerOptionBody struct {
	componentBody
	Authorizer string `json:"authorizer_appid"`
	optionBody
}

// Option returns the value of an option ([OptionVoiceRecognize], for one) of the
// account.
//
// Refusals: [ErrInvalidCredential], [ErrOptionName].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo.html
func (a *AuthorizerClient) Option(ctx context.Context, name string) (value string, err error) {
	ans, err := a.call(ctx, &request{method: http.MethodPost, path: pathOption, body: optionBody{Name: name}})
	return ans.text("option_value"), err
}

// SetOption sets an option of the account.
//
// Refusals: [ErrInvalidAppid], [ErrOptionName], [ErrOptionValue],
// [ErrOptionReadOnly].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo.html
func (a *AuthorizerClient) SetOption(ctx context.Context, name, value string) error {
	_, err := a.call(ctx, &request{method: http.MethodPost, path: pathSetOption, body: optionBody{name, &value}})
	return err
}

// AuthorizerOption is [AuthorizerClient.Option] with the component's token, on the
// path that older pages have.
func (c *Client) AuthorizerOption(ctx context.Context, authorizerAppid, name string) (value string, err error) {
	ans, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathAuthorizerOption,
		body:   authorizerOptionBody{componentBody{c.appid}, authorizerAppid, optionBody{Name: name}},
	})
	return ans.text("option_value"), err
}

// SetAuthorizerOption is [AuthorizerClient.SetOption] with the component's token, on
// the path that older pages have.
func (c *Client) SetAuthorizerOption(ctx context.Context, authorizerAppid, name, value string) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathSetAuthorizerOption,
		body:   authorizerOptionBody{componentBody{c.appid}, authorizerAppid, optionBody{name, &value}},
	})
	return err
}
