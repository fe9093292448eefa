package wxopen

import "fmt"

// Code is an errcode of WeChat. It is an error of its own, so that
//
//	errors.Is(err, wxopen.ErrTemplateListFull)
//
// tells what the service refused; the call, the text and the rid are in the
// [*Error] that errors.As finds. Compare codes, never texts: the texts that the
// documentation prints differ from what the service sends.
type Code int //nolint:errname // like syscall.Errno: a code is what it is called, and an error besides

// Codes that the calls of this package can meet. The full list is at
// https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html
const (
	// ErrSystem (system error): the service is busy; try again.
	ErrSystem Code = -1
	// ErrInvalidCredential (invalid credential): the access token is unknown, or
	// a newer one replaced it more than five minutes ago.
	ErrInvalidCredential Code = 40001
	// ErrInvalidAppid (invalid appid): the appid is malformed or unknown.
	ErrInvalidAppid Code = 40013
	// ErrInvalidAccessToken (invalid access_token): the access token is malformed.
	ErrInvalidAccessToken Code = 40014
	// ErrInvalidURL (invalid url): there is no such path.
	ErrInvalidURL Code = 40066
	// ErrInvalidAppsecret (invalid appsecret): the component's secret is wrong.
	ErrInvalidAppsecret Code = 40125
	// ErrTokenMissing (access_token missing): the call has no access token.
	ErrTokenMissing Code = 41001
	// ErrAppsecretMissing (appsecret missing): the call has no secret.
	ErrAppsecretMissing Code = 41004
	// ErrComponentAppidMissing (missing component_appid): the call names no component.
	ErrComponentAppidMissing Code = 41018
	// ErrTokenExpired (access_token expired): the access token is over its life.
	ErrTokenExpired Code = 42001
	// ErrRequireGET (require GET method): the call is made with another method.
	ErrRequireGET Code = 43001
	// ErrRequirePOST (require POST method): the call is made with another method.
	ErrRequirePOST Code = 43002
	// ErrEmptyPostData (empty post data): the call needs a body.
	ErrEmptyPostData Code = 44002
	// ErrDailyQuota (reach max api daily quota limit): no more of this call today.
	ErrDailyQuota Code = 45009
	// ErrMinuteQuota (api minute-quota reach limit): no more of this call this minute.
	ErrMinuteQuota Code = 45011
	// ErrDataFormat (data format error): the body is no JSON object.
	ErrDataFormat Code = 47001
	// ErrAPIUnauthorized (api unauthorized): this account may not make the call;
	// also what a merchant's token gets on the template calls.
	ErrAPIUnauthorized Code = 48001
	// ErrNotAuthorized (component is not authorized by this account): the
	// merchant granted nothing, or took it back.
	ErrNotAuthorized Code = 61003
	// ErrIPNotRegistered (access clientip is not registered): the caller's address
	// is not on the component's list; the text names the address.
	ErrIPNotRegistered Code = 61004
	// ErrTicketExpired (component ticket is expired): the ticket is over 12 hours old.
	ErrTicketExpired Code = 61005
	// ErrTicketInvalid (component ticket is invalid): the ticket is empty or not
	// one of this component.
	ErrTicketInvalid Code = 61006
	// ErrAPINotGranted (api is unauthorized to component): the merchant did not
	// grant the permission set of the call.
	ErrAPINotGranted Code = 61007
	// ErrInvalidComponent (invalid component): the appid is no third-party platform's.
	ErrInvalidComponent Code = 61011
	// ErrNeedComponentToken (must use component token for component api): the
	// call is made with a merchant's token.
	ErrNeedComponentToken Code = 61014
	// ErrRIDNotFound (rid not found): the rid is unknown or over 7 days old.
	ErrRIDNotFound Code = 76001
	// ErrRIDInvalid (rid is error): the rid is empty or malformed.
	ErrRIDInvalid Code = 76002
	// ErrRIDForeign (could not query this rid,no permission): the rid is of
	// another account's call.
	ErrRIDForeign Code = 76003
	// ErrTemplateNotFound (template not found): there is no such template, or,
	// when a draft is added, no such draft.
	ErrTemplateNotFound Code = 85064
	// ErrTemplateListFull (template list is full): the library holds 200 templates.
	ErrTemplateListFull Code = 85065
)

var codeTexts = map[Code]string{
	ErrSystem:                "system error",
	ErrInvalidCredential:     "invalid credential, access_token is invalid or not latest",
	ErrInvalidAppid:          "invalid appid",
	ErrInvalidAccessToken:    "invalid access_token",
	ErrInvalidURL:            "invalid url",
	ErrInvalidAppsecret:      "invalid appsecret",
	ErrTokenMissing:          "access_token missing",
	ErrAppsecretMissing:      "appsecret missing",
	ErrComponentAppidMissing: "missing component_appid",
	ErrTokenExpired:          "access_token expired",
	ErrRequireGET:            "require GET method",
	ErrRequirePOST:           "require POST method",
	ErrEmptyPostData:         "empty post data",
	ErrDailyQuota:            "reach max api daily quota limit",
	ErrMinuteQuota:           "api minute-quota reach limit, must slower, retry next minute",
	ErrDataFormat:            "data format error",
	ErrAPIUnauthorized:       "api unauthorized",
	ErrNotAuthorized:         "component is not authorized by this account",
	ErrIPNotRegistered:       "access clientip is not registered",
	ErrTicketExpired:         "component ticket is expired",
	ErrTicketInvalid:         "component ticket is invalid",
	ErrAPINotGranted:         "api is unauthorized to component",
	ErrInvalidComponent:      "invalid component",
	ErrNeedComponentToken:    "must use component token for component api",
	ErrRIDNotFound:           "rid not found",
	ErrRIDInvalid:            "rid is error",
	ErrRIDForeign:            "could not query this rid,no permission",
	ErrTemplateNotFound:      "template not found",
	ErrTemplateListFull:      "template list is full",
}

// Error implements the error interface with the code's usual text.
func (c Code) Error() string {
	for _, texts := range []map[Code]string{codeTexts, credentialCodeTexts, releaseCodeTexts, settingCodeTexts} {
		if text, ok := texts[c]; ok {
			return fmt.Sprintf("errcode %d: %s", int(c), text)
		}
	}
	return fmt.Sprintf("errcode %d", int(c))
}

// TokenRejected reports whether the code says that the access token is no
// longer good and a fresh one may be: 40001, 40014 or 42001.
func (c Code) TokenRejected() bool {
	return c == ErrInvalidCredential || c == ErrInvalidAccessToken || c == ErrTokenExpired
}
