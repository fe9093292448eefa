package api_test

import (
	"slices"
	"testing"

	"draftbox/api/apitest"
	"draftbox/internal/platform"
)

// listed is what the official page of each operation lists, and what else
// draftbox answers there.
var listed = map[string]struct{ page, general []int }{
	"GET /wxa/gettemplatedraftlist": {page: []int{-1, 40001, 85064}, general: []int{41001, 42001, 43001, 45009, 48001, 61004}},
	"POST /wxa/addtotemplate":       {page: []int{-1, 40001, 85064, 85065}, general: []int{41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004}},
	"GET /wxa/gettemplatelist":      {page: []int{-1, 0, 40001, 43001, 85064}, general: []int{41001, 42001, 45009, 47001, 48001, 61004}},
	"POST /wxa/deletetemplate":      {page: []int{-1, 40001, 85064}, general: []int{41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004}},
	"POST /cgi-bin/openapi/rid/get": {page: []int{0, 76001, 76002, 76003, 76022}, general: []int{-1, 40001, 41001, 42001, 43002, 44002, 45009, 47001, 48001, 61004}},
	"POST /cgi-bin/component/api_component_token": {
		page:    []int{-1, 40001, 40013, 40125, 41004, 45009, 47001, 48001, 61004, 61005, 61006, 61011},
		general: []int{41018, 42001, 43002, 44002},
	},
	"POST /cgi-bin/component/api_start_push_ticket": {
		page:    []int{0, 40013},
		general: []int{-1, 40001, 40125, 41004, 41018, 42001, 43002, 44002, 45009, 47001, 48001, 61004, 61011},
	},
}

func TestErrcodesCoverThePages(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
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

func TestErrcodeRows(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	for _, name := range v.Operations() {
		var seen []string
		for _, row := range v.ErrorRows(name) {
			for field, text := range map[string]string{"errmsg": row.Errmsg, "cause": row.Cause, "solution": row.Solution, "draftbox": row.Draftbox} {
				if text == "" || isChinese(text) {
					t.Errorf("%s: %s of %d is %q", name, field, row.Code, text)
				}
			}
			if !isChinese(row.CauseZH) || !isChinese(row.SolutionZH) {
				t.Errorf("%s: %d has no Chinese cause and solution", name, row.Code)
			}
			if !slices.Contains([]string{"page", "observed", "list", "decided"}, row.Source) {
				t.Errorf("%s: source of %d is %q", name, row.Code, row.Source)
			}
			if text := platform.CodeText(row.Code); row.Draftbox != "never" && row.Errmsg != text {
				t.Errorf("%s: errmsg of %d is %q, the server answers %q", name, row.Code, row.Errmsg, text)
			}
			if slices.Contains(seen, row.Errmsg) {
				t.Errorf("%s: %d is there twice", name, row.Code)
			}
			seen = append(seen, row.Errmsg)
		}
	}
}
