package platform

// WeChat's return codes that draftbox answers. The text of each is in
// codeTexts; where sources disagree an observed text beats the endpoint's page
// and the page beats the global list.
const (
	CodeUploadIP              = -10008 // of the upload protocol
	CodeSystemError           = -1
	CodeOK                    = 0
	CodeInvalidCredential     = 40001
	CodeInvalidAppid          = 40013
	CodeInvalidURL            = 40066
	CodeInvalidAppsecret      = 40125
	CodeTokenMissing          = 41001
	CodeAppsecretMissing      = 41004
	CodeComponentAppidMissing = 41018
	CodeTokenExpired          = 42001
	CodeRequireGET            = 43001
	CodeRequirePOST           = 43002
	CodeEmptyPostData         = 44002
	CodeDailyQuota            = 45009
	CodeDataFormat            = 47001
	CodeAPIUnauthorized       = 48001
	CodeNotAuthorized         = 61003
	CodeIPNotRegistered       = 61004
	CodeTicketExpired         = 61005
	CodeTicketInvalid         = 61006
	CodeInvalidComponent      = 61011
	CodeNeedComponentToken    = 61014
	CodeRIDNotFound           = 76001
	CodeRIDError              = 76002
	CodeRIDForeign            = 76003
	CodeTemplateNotFound      = 85064
	CodeTemplateListFull      = 85065
)

// codeTexts holds the constant part of each errmsg, without the rid that the
// wire appends. O = seen in an answer of the real service, P = printed on an
// endpoint's own page, G = the global return code list
// (https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html).
var codeTexts = map[int]string{
	CodeSystemError: "system error", // O
	CodeOK:          "ok",           // O
	// O, in this long form since about 2023.
	CodeInvalidCredential:     "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
	CodeInvalidAppid:          "invalid appid",                               // G
	CodeInvalidURL:            "invalid url",                                 // O
	CodeInvalidAppsecret:      "invalid appsecret",                           // G; never seen raw on a component call
	CodeTokenMissing:          "access_token missing",                        // O
	CodeAppsecretMissing:      "appsecret missing",                           // P api_component_token
	CodeComponentAppidMissing: "missing component_appid",                     // O
	CodeTokenExpired:          "access_token expired",                        // O
	CodeRequireGET:            "require GET method",                          // P gettemplatelist
	CodeRequirePOST:           "require POST method",                         // P
	CodeEmptyPostData:         "empty post data",                             // O
	CodeDailyQuota:            "reach max api daily quota limit",             // O gettemplatedraftlist
	CodeDataFormat:            "data format error",                           // O
	CodeAPIUnauthorized:       "api unauthorized",                            // O gettemplatedraftlist
	CodeNotAuthorized:         "component is not authorized by this account", // O
	CodeIPNotRegistered:       "access clientip is not registered",           // O; followed by " requestIP: A.B.C.D"
	CodeTicketExpired:         "component ticket is expired",                 // O
	CodeTicketInvalid:         "component ticket is invalid",                 // O
	CodeInvalidComponent:      "invalid component",                           // O
	CodeNeedComponentToken:    "must use component token for component api",  // P api_authorizer_token
	CodeRIDNotFound:           "rid not found",                               // P rid/get
	CodeRIDError:              "rid is error",                                // P rid/get
	CodeRIDForeign:            "could not query this rid,no permission",      // P rid/get
	CodeTemplateNotFound:      "template not found",                          // P; never seen raw
	CodeTemplateListFull:      "template list is full",                       // P; never seen raw
}

// CodeText returns the constant part of a code's errmsg, without the rid. An
// unknown code has the empty text.
func CodeText(code int) string { return codeTexts[code] }
