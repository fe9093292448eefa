package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"draftbox/api/apitest"
	"draftbox/internal/platform"
)

// listed is what the official page of each operation lists, and what else
// draftbox answers there.
var listed = map[string]codes{
	"GET /wxa/gettemplatedraftlist": {page: []int{-1, 40001, 85064}, general: []int{41001, 42001, 43001, 45009, 48001, 61004}},
	"POST /wxa/addtotemplate":       {page: []int{-1, 40001, 85064, 85065}, general: []int{41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004}},
	"GET /wxa/gettemplatelist":      {page: []int{-1, 0, 40001, 43001, 85064}, general: []int{41001, 42001, 45009, 47001, 48001, 61004}},
	"POST /wxa/deletetemplate":      {page: []int{-1, 40001, 85064}, general: []int{41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004}},
	"POST /cgi-bin/openapi/rid/get": {page: []int{0, 76001, 76002, 76003, 76022}, general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004}},
	"POST /cgi-bin/component/api_component_token": {
		page:    []int{-1, 40001, 40013, 40125, 41004, 45009, 47001, 48001, 61004, 61005, 61006, 61011},
		general: []int{41018, 42001, 43002, 44002},
	},
	"POST /cgi-bin/component/api_start_push_ticket": {
		page:    []int{0, 40013},
		general: []int{-1, 40001, 40125, 41004, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61011},
	},
	"POST /cgi-bin/component/api_create_preauthcode": {
		page:    []int{-1, 40001, 40013, 40125, 41001, 41004, 42001, 45009, 47001, 48001, 61004, 61005, 61006, 61011},
		general: []int{41018, 43002, 44002, 61014},
	},
	"POST /cgi-bin/component/api_query_auth": {
		page:    []int{-1, 0, 40001, 40013},
		general: []int{41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61009, 61010, 61014},
	},
	"POST /cgi-bin/component/api_authorizer_token": {
		page:    []int{-1, 0, 40001, 40013, 61014},
		general: []int{41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61023},
	},
	"POST /cgi-bin/component/api_get_authorizer_info": {
		page:    []int{-1, 0, 40001, 40013},
		general: []int{41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 61003, 61004, 61014},
	},
	"POST /cgi-bin/component/api_get_authorizer_list": {
		page:    []int{-1, 0, 40001, 40013, 40170},
		general: []int{41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61014},
	},
	"POST /cgi-bin/component/get_authorizer_option":     optionCodes,
	"POST /cgi-bin/component/api_get_authorizer_option": optionCodes,
	"POST /cgi-bin/component/set_authorizer_option":     setOptionCodes,
	"POST /cgi-bin/component/api_set_authorizer_option": setOptionCodes,
	"POST /cgi-bin/component/clear_quota/v2": {
		page:    []int{-1, 40013},
		general: []int{40125, 41002, 41004, 41018, 43002, 44002, 45009, 47001, 48001, 48006, 50002, 61003, 61004, 61011},
	},
	"POST /cgi-bin/clear_quota": {
		page:    []int{0, 40001, 40013, 41001, 41002, 42001, 44002, 45009, 48006, 50002},
		general: []int{-1, 43002, 47001, 48001, 61003, 61004},
	},
	"POST /cgi-bin/clear_quota/v2": {
		page:    []int{-1, 40013, 41002, 41004, 48006},
		general: []int{40125, 43002, 44002, 45009, 47001, 48001, 61004},
	},
	"POST /cgi-bin/openapi/quota/get": {
		page:    []int{0, 76003, 76021, 76022},
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004},
	},
	"POST /cgi-bin/openapi/quota/clear": {
		page:    []int{40001, 41001},
		general: []int{-1, 42001, 43002, 44002, 45009, 47001, 48001, 48006, 50002, 61003, 61004, 76021, 76022},
	},
	"POST /cgi-bin/component/fastregisterweapp": {
		page:    []int{-1, 0, 61070, 86004, 89247, 89248, 89249, 89250, 89251, 89252, 89253, 89254, 89255},
		general: []int{40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 53011, 61004, 61014, 91030},
	},
	"POST /wxa/component/fastregisterpersonalweapp": {
		page:    []int{91030},
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 89250, 89253},
	},
	"POST /wxa/component/fastregisterbetaweapp": { // the copies of its page end before the table
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 86011},
	},
	"POST /wxa/verifybetaweapp": {
		page:    []int{61070, 86004, 89247, 89248, 89249, 89250, 89251, 89252, 89253, 89254, 89255},
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 91020},
	},
	"POST /wxa/setbetaweappnickname": {
		page:    []int{40001, 86011, 91020},
		general: []int{-1, 40014, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /cgi-bin/account/fastregister": {
		page:    []int{61028, 61029, 61051, 61052, 61053, 61054, 61055, 61056, 61057, 61058, 61060, 61061},
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /cgi-bin/component/modify_wxa_server_domain": { // the copies of its page end before the table
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61014, 61028, 85016, 86102},
	},
	"POST /cgi-bin/component/modify_wxa_jump_domain": {
		page:    []int{-1},
		general: []int{40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61014, 61028, 85016, 86102},
	},
	"POST /cgi-bin/component/get_domain_confirmfile": {
		page:    []int{-1},
		general: []int{40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61014},
	},
	"GET /wxa/get_category": { // the rest of its table is not readable
		page:    []int{40001},
		general: []int{-1, 41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004, 61007},
	},
	"GET /cgi-bin/wxopen/getallcategories": { // its table is not readable
		general: []int{-1, 40001, 41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004, 61007},
	},
	"GET /cgi-bin/wxopen/getcategory": {
		general: []int{-1, 40001, 41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/modify_domain": {
		page:    []int{40001, 40014, 85015, 85016, 85017, 85018, 85301, 85302, 85303},
		general: []int{-1, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007, 86102},
	},
	"POST /wxa/modify_domain_directly": {
		page:    []int{45082, 85015, 85016, 86100, 86101, 86102},
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/get_effective_domain": {
		page:    []int{43002, 44002},
		general: []int{-1, 40001, 41001, 42001, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/setwebviewdomain": {
		page:    []int{89019, 89020, 89021, 89029, 89231},
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/setwebviewdomain_directly": { // its table is not readable
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 45082, 47001, 48001, 50002, 61003, 61004, 61007, 86100, 86101, 89029, 89231},
	},
	"POST /wxa/get_effective_webviewdomain": {
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/get_webviewdomain_confirmfile": {
		page:    []int{44002},
		general: []int{-1, 40001, 41001, 42001, 43002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/bind_tester": {
		page:    []int{-1, 0, 85001, 85002, 85003, 85004},
		general: []int{40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/unbind_tester": {
		page:    []int{-1, 0},
		general: []int{40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007, 85001, 89034},
	},
	"POST /wxa/memberauth": {
		page:    []int{-1, 0},
		general: []int{40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /cgi-bin/component/getprivacysetting": {
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007, 61039, 86071},
	},
	"POST /cgi-bin/component/setprivacysetting": {
		page:    []int{86069, 86070, 86072, 86073, 86074, 86075},
		general: []int{-1, 40001, 40097, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007, 61039, 86071},
	},
	"POST /cgi-bin/component/uploadprivacyextfile": {
		page:    []int{0, 40006, 40126},
		general: []int{-1, 40001, 40005, 41001, 41005, 42001, 43002, 45009, 48001, 50002, 61003, 61004, 61007},
	},
	"GET /wxa/security/get_privacy_interface": {
		page:    []int{61031},
		general: []int{-1, 40001, 41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004, 61007},
	},
	"POST /wxa/security/apply_privacy_interface": {
		page:    []int{61031, 61032, 61033, 61034, 61035, 61036, 61037, 61038},
		general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007},
	},
	"GET /cgi-bin/getcallbackip":     addressCodes,
	"GET /cgi-bin/get_api_domain_ip": addressCodes,
}

// codes is what a page lists, and what else draftbox answers.
type codes struct{ page, general []int }

// The two paths of the options, and the two calls for addresses, are alike.
var (
	optionCodes = codes{
		page:    []int{0, 40001},
		general: []int{-1, 40013, 41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61012},
	}
	setOptionCodes = codes{
		page:    []int{40013},
		general: []int{-1, 40001, 41001, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61012, 61013, 61025},
	}
	addressCodes = codes{page: []int{40013}, general: []int{-1, 40001, 41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004}}
)

func TestErrcodesCoverThePages(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	listed := maps.Clone(listed)
	maps.Copy(listed, listedOfCode)
	for _, name := range v.Operations() {
		want, ok := listed[name]
		if !ok {
			t.Errorf("%s is new; say here which codes its page lists", name)
			continue
		}
		rows := map[int]apitest.ErrorRow{}
		for _, row := range v.ErrorRows(name) {
			rows[row.Code] = row
		}
		for _, code := range want.page {
			if source := rows[code].Source; source != "page" {
				t.Errorf("%s: %d has source %q, but its page lists it", name, code, source)
			}
			delete(rows, code)
		}
		for _, code := range want.general {
			switch row, ok := rows[code]; {
			case !ok:
				t.Errorf("%s: %d is missing", name, code)
			case row.Source == "page":
				t.Errorf("%s: %d has source page, but its page does not list it", name, code)
			case row.Draftbox == "never":
				t.Errorf("%s: %d says that draftbox never answers it", name, code)
			}
			delete(rows, code)
		}
		for code, row := range rows {
			if row.Draftbox != "never" {
				t.Errorf("%s: %d is on no list of this test, but draftbox answers it", name, code)
			}
		}
	}
}

// otherTexts are those that name something of the request, or were seen of one case.
var otherTexts = map[int]string{85047: `error: invalid file : ext.json, has empty array member "pages"`}

func TestErrcodeRows(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	for _, name := range v.Operations() {
		var seen []string
		for _, row := range v.ErrorRows(name) {
			for field, text := range map[string]string{"errmsg": row.Errmsg, "cause": row.Cause, "solution": row.Solution, "draftbox": row.Draftbox} {
				if text == "" || field != "errmsg" && isChinese(text) { // some errmsg are Chinese on the wire
					t.Errorf("%s: %s of %d is %q", name, field, row.Code, text)
				}
			}
			if !isChinese(row.CauseZH) || !isChinese(row.SolutionZH) {
				t.Errorf("%s: %d has no Chinese cause and solution", name, row.Code)
			}
			if !slices.Contains([]string{"page", "observed", "list", "decided"}, row.Source) {
				t.Errorf("%s: source of %d is %q", name, row.Code, row.Source)
			}
			named := strings.Contains(row.Errmsg, "{") || otherTexts[row.Code] == row.Errmsg
			if text := platform.CodeText(row.Code); !named && row.Draftbox != "never" && row.Errmsg != text {
				t.Errorf("%s: errmsg of %d is %q, the server answers %q", name, row.Code, row.Errmsg, text)
			}
			if slices.Contains(seen, row.Errmsg) {
				t.Errorf("%s: %d is there twice", name, row.Code)
			}
			seen = append(seen, row.Errmsg)
		}
	}
}
