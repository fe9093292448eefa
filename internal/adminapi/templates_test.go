package adminapi_test

import (
	"net/http"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

const templates = component + "/templates"

func TestTemplates(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "list", url: templates, status: 200, has: []string{`"template_id":0`, `"draft_id":0`, `"template_type":0`, `"category_list":[]`, `"source_miniprogram":"商城演示"`}, hasNot: []string{`"size":0`}},
		{name: "list of no component", url: "/_draftbox/v1/components/wx00000000000000ff/templates", status: 404},
		{name: "add", method: "POST", url: templates, body: `{"draft_id":0}`, status: 201, has: []string{`"template_id":1`, `"user_version":"1.0.0"`}, hasNot: []string{`"size":0`}},
		{name: "add a standard one", method: "POST", url: templates, body: `{"draft_id":0,"template_type":1}`, status: 201, has: []string{`"template_type":1`}},
		{
			name: "add a standard one while they are retired", method: "POST", url: templates, body: `{"draft_id":0,"template_type":1}`, status: 409, has: []string{`"errcode":85064`, "standard_templates"},
			arrange: func(b *bench) { b.do(http.MethodPatch, component, `{"switches":{"standard_templates":"retired"}}`) },
		},
		{name: "add no draft", method: "POST", url: templates, body: `{"draft_id":9}`, status: 404, has: []string{`"code":"not_found"`, "has no draft 9"}},
		{name: "add without a draft", method: "POST", url: templates, body: `{}`, status: 422, has: []string{"draft_id is missing"}},
		{name: "add of a wrong type", method: "POST", url: templates, body: `{"draft_id":0,"template_type":2}`, status: 422, has: []string{"template_type is 2"}},
		{name: "add a draft_id that is a string", method: "POST", url: templates, body: `{"draft_id":"0"}`, status: 422, has: []string{"must be a whole number"}},
		{name: "add a negative draft_id", method: "POST", url: templates, body: `{"draft_id":-1}`, status: 404},
		{name: "add to no component", method: "POST", url: "/_draftbox/v1/components/wx00000000000000ff/templates", body: `{"draft_id":0}`, status: 404},
		{
			name: "delete", method: "DELETE", url: templates + "/0", status: 200,
			then: func(b *bench) {
				if w := b.do(http.MethodDelete, templates+"/0", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "deleted before") {
					b.t.Errorf("the second deletion answers %d %s", w.Code, w.Body)
				}
			},
		},
		{name: "delete none", method: "DELETE", url: templates + "/5", status: 404, has: []string{`"code":"not_found"`}},
		{name: "delete no id", method: "DELETE", url: templates + "/x", status: 404},
		{name: "delete of no component", method: "DELETE", url: "/_draftbox/v1/components/wx00000000000000ff/templates/0", status: 404},
	})
}

// The library refuses the 201st, and a deleted one's place is no place in this
// list: ids go up.
func TestTemplateLibraryIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.store.Update(t.Context(), compAppid, func(tx platform.Tx, _ *platform.Component) error {
		first, err := tx.Template(t.Context(), compAppid, 0)
		for n := int64(1); n < platform.MaxTemplates && err == nil; n++ {
			next := *first
			if next.ID, err = tx.TakeTemplateID(t.Context(), compAppid); err == nil {
				next.Place = n
				err = tx.InsertTemplate(t.Context(), &next)
			}
		}
		return err
	}))
	w := b.do(http.MethodPost, templates, `{"draft_id":0}`)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `"errcode":85065`) {
		t.Errorf("the 201st answers %d %s", w.Code, w.Body)
	}
	b.do(http.MethodDelete, templates+"/3", "")
	b.do(http.MethodPost, templates, `{"draft_id":0}`)
	var page struct {
		Items []struct {
			ID int64 `json:"template_id"`
		} `json:"items"`
	}
	b.get(http.MethodGet, templates+"?limit=1000", "", &page)
	last := page.Items[len(page.Items)-1].ID
	if len(page.Items) != 200 || last != 200 {
		t.Errorf("the list has %d items and ends with %d", len(page.Items), last)
	}
}
