package wxapi

import (
	"encoding/json"
	"net/http"

	"draftbox/internal/platform"
)

// Permission sets (权限集) that the calls about a merchant's mini program take.
const (
	funcCode          = 18
	funcBasicSettings = 30
	funcCategories    = 61
)

// merchantRoutes are the calls about what a mini program has set around its code. Those
// of the privacy guideline take the merchant's token, whatever their path says.
func (a *API) merchantRoutes() []endpoint {
	const get, post = http.MethodGet, http.MethodPost
	categories := []int{funcBasicSettings, funcCategories}
	routes := []endpoint{
		{path: "/wxa/get_category", method: get, handle: a.getAllCategoryName},
		{path: "/cgi-bin/wxopen/getallcategories", method: get, funcs: categories, handle: a.getAllCategories},
		{path: "/cgi-bin/wxopen/getcategory", method: get, funcs: categories, handle: a.getSettingCategories},

		{path: "/wxa/modify_domain", method: post, handle: a.modifyServerDomain},
		{path: "/wxa/modify_domain_directly", method: post, handle: a.modifyServerDomainDirectly},
		{path: "/wxa/get_effective_domain", method: post, handle: a.getEffectiveServerDomain},
		{path: "/wxa/setwebviewdomain", method: post, handle: a.modifyJumpDomain},
		{path: "/wxa/setwebviewdomain_directly", method: post, handle: a.modifyJumpDomainDirectly},
		{path: "/wxa/get_effective_webviewdomain", method: post, handle: a.getEffectiveJumpDomain},
		{path: "/wxa/get_webviewdomain_confirmfile", method: post, handle: a.getJumpDomainConfirmFile},

		{path: "/wxa/bind_tester", method: post, handle: a.bindTester},
		{path: "/wxa/unbind_tester", method: post, handle: a.unbindTester},
		{path: "/wxa/memberauth", method: post, handle: a.getTester},

		{path: "/cgi-bin/component/getprivacysetting", method: post, handle: a.getPrivacySetting},
		{path: "/cgi-bin/component/setprivacysetting", method: post, handle: a.setPrivacySetting},
		{path: "/cgi-bin/component/uploadprivacyextfile", method: post, file: true, handle: a.uploadPrivacySetting},
		{path: "/wxa/security/get_privacy_interface", method: get, handle: a.getPrivacyInterface},
		{path: "/wxa/security/apply_privacy_interface", method: post, handle: a.applyPrivacyInterface},
	}
	for i := range routes {
		routes[i].token, routes[i].wrongKind = authorizerToken, platform.CodeAPIUnauthorized
		if routes[i].funcs == nil {
			routes[i].funcs = []int{funcCode}
		}
	}
	return routes
}

// strList reads a member that is a list of strings; nil says that it is absent or null.
//
// Errors: 47001.
func (c *call) strList(name string) ([]string, error) {
	raw := c.members[name]
	if isNull(raw) {
		return nil, nil
	}
	list := []string{}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, platform.Refuse(platform.CodeDataFormat, "%s must be an array of strings", name)
	}
	return list, nil
}

// object reads a member that is an object into a pointer to a struct; it reports
// whether the member is there.
//
// Errors: 47001.
func (c *call) object(name string, into any) (bool, error) {
	raw := c.members[name]
	if isNull(raw) {
		return false, nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, platform.Refuse(platform.CodeDataFormat, "%s cannot be read: %v", name, err)
	}
	return true, nil
}

// orNone is a list as it stands on the wire: [] if there is none, never null.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
