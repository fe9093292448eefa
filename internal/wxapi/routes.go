package wxapi

import (
	"net/http"
	"slices"

	"draftbox/internal/platform"
)

// routes is the table of what is emulated; a family's handlers stand in a file
// of their own.
func (a *API) routes() []endpoint {
	return slices.Concat(a.templateRoutes(), a.credentialRoutes(), a.authorizationRoutes(), a.openAPIRoutes(),
		a.registrationRoutes(), a.thirdpartyDomainRoutes(), a.merchantRoutes(), a.codeRoutes())
}

func (a *API) templateRoutes() []endpoint {
	return []endpoint{
		{path: "/wxa/gettemplatedraftlist", method: http.MethodGet, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.getTemplateDraftList},
		{path: "/wxa/addtotemplate", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.addToTemplate},
		{path: "/wxa/gettemplatelist", method: http.MethodGet, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.getTemplateList},
		{path: "/wxa/deletetemplate", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.deleteTemplate},
	}
}

func (a *API) credentialRoutes() []endpoint {
	return []endpoint{
		{path: "/cgi-bin/component/api_component_token", method: http.MethodPost, token: noToken, handle: a.getComponentAccessToken},
		{path: "/cgi-bin/component/api_start_push_ticket", method: http.MethodPost, token: noToken, handle: a.startPushTicket},
	}
}

func (a *API) authorizationRoutes() []endpoint {
	return []endpoint{
		{path: "/cgi-bin/component/api_create_preauthcode", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.getPreAuthCode},
		{path: "/cgi-bin/component/api_query_auth", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.getAuthorizerRefreshToken},
		{path: "/cgi-bin/component/api_authorizer_token", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.getAuthorizerAccessToken},
		{path: "/cgi-bin/component/api_get_authorizer_info", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.getAuthorizerInfo},
		{path: "/cgi-bin/component/api_get_authorizer_list", method: http.MethodPost, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.getAuthorizerList},
		{path: "/cgi-bin/component/get_authorizer_option", method: http.MethodPost, token: anyToken, handle: a.getAuthorizerOptionInfo},
		{path: "/cgi-bin/component/api_get_authorizer_option", method: http.MethodPost, token: anyToken, handle: a.getAuthorizerOptionInfo},
		{path: "/cgi-bin/component/set_authorizer_option", method: http.MethodPost, token: anyToken, handle: a.setAuthorizerOptionInfo},
		{path: "/cgi-bin/component/api_set_authorizer_option", method: http.MethodPost, token: anyToken, handle: a.setAuthorizerOptionInfo},
	}
}

func (a *API) openAPIRoutes() []endpoint {
	return []endpoint{
		{path: "/cgi-bin/openapi/rid/get", method: http.MethodPost, token: anyToken, handle: a.getRIDInfo},
		{path: "/cgi-bin/openapi/quota/get", method: http.MethodPost, token: anyToken, handle: a.getAPIQuota},
		{path: "/cgi-bin/openapi/quota/clear", method: http.MethodPost, token: anyToken, handle: a.clearAPIQuota},
		{path: "/cgi-bin/clear_quota", method: http.MethodPost, token: anyToken, handle: a.clearQuota},
		{path: "/cgi-bin/clear_quota/v2", method: http.MethodPost, token: noToken, queryToo: true, handle: a.clearQuotaByAppSecret},
		{path: "/cgi-bin/component/clear_quota/v2", method: http.MethodPost, token: noToken, handle: a.clearComponentQuotaByAppSecret},
		{path: "/cgi-bin/getcallbackip", method: http.MethodGet, token: anyToken, handle: a.getCallbackIP},
		{path: "/cgi-bin/get_api_domain_ip", method: http.MethodGet, token: anyToken, handle: a.getAPIDomainIP},
	}
}
