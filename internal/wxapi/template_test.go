package wxapi_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"draftbox/internal/platform"
)

type templates struct {
	List []struct {
		ID   int64 `json:"template_id"`
		Type int   `json:"template_type"`
	} `json:"template_list"`
}

func (b *bench) templateIDs(query string) []int64 {
	b.t.Helper()
	var l templates
	b.ok(b.do(http.MethodGet, templateList+"?access_token="+b.token+query, ""), &l)
	ids := []int64{}
	for _, t := range l.List {
		ids = append(ids, t.ID)
	}
	return ids
}

func TestTemplateListIsByteExact(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if got := b.get(templateList).body; got != `{"errcode":0,"errmsg":"ok","template_list":[]}` {
		t.Errorf("an empty library answered %s", got)
	}
	b.upload(platform.Upload{UserVersion: "1.0.0", UserDesc: "尝试", Developer: "dev", CreateTime: time.Unix(1624849691, 0)})
	if got := b.post(addTemplate, `{"draft_id":0,"template_type":0}`).body; got != `{"errcode":0,"errmsg":"ok"}` {
		t.Errorf("addtotemplate answered %s", got)
	}
	want := `{"errcode":0,"errmsg":"ok","template_list":[{"create_time":1624849691,"user_version":"1.0.0","user_desc":"尝试","template_id":0,` +
		`"draft_id":0,"source_miniprogram_appid":"` + b.dev.Appid + `","source_miniprogram":"示例模板","developer":"dev","template_type":0,"category_list":[]}]}`
	if got := b.get(templateList).body; got != want {
		t.Errorf("answered\n%s, want\n%s", got, want)
	}
	if got := b.post(delTemplate, `{"template_id":0}`).body; got != `{"errcode":0,"errmsg":"ok"}` {
		t.Errorf("deletetemplate answered %s", got)
	}
}

func TestTemplatesArePermanentCopies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{UserVersion: "1.0.0"})
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	b.ok(b.post(addTemplate, `{"draft_id":"0"}`), nil) // a second time: a second template; the draft stays
	if got := b.draftIDs(); fmt.Sprint(got) != "[0]" {
		t.Errorf("drafts %v after adding", got)
	}
	b.upload(platform.Upload{UserVersion: "2.0.0"})
	b.must(b.service.DeleteDraft(t.Context(), b.comp.Appid, 1))
	if got := b.templateIDs(""); fmt.Sprint(got) != "[0 1]" {
		t.Errorf("templates %v, want [0 1]", got)
	}
}

func TestDeletedTemplatesLeaveTheirPlaceButNotTheirID(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	for range 4 {
		b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	}
	b.ok(b.post(delTemplate, `{"template_id":"1"}`), nil)
	b.refused(b.post(delTemplate, `{"template_id":1}`), 85064, "template not found")
	b.ok(b.post(delTemplate, `{"template_id":3}`), nil)
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	if got := b.templateIDs(""); fmt.Sprint(got) != "[0 4 2 5]" {
		t.Errorf("templates %v, want [0 4 2 5]: newest at the places of the deleted", got)
	}
}

func TestTheLibraryHolds200(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	for range 200 {
		b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	}
	b.refused(b.post(addTemplate, `{"draft_id":0}`), 85065, "template list is full")
	b.ok(b.post(delTemplate, `{"template_id":17}`), nil)
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	if ids := b.templateIDs(""); len(ids) != 200 || ids[17] != 200 {
		t.Errorf("%d templates, id %d at the freed place, want 200 and 200", len(ids), ids[17])
	}
}

func TestTemplateTypeFilter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	b.ok(b.post(addTemplate, `{"draft_id":0,"template_type":1}`), nil)
	b.ok(b.post(addTemplate, `{"draft_id":0,"template_type":"0"}`), nil)
	for query, want := range map[string]string{
		"": "[0 1]", "&template_type=": "[0 1]", "&template_type": "[0 1]", "&template_type=0": "[1]", "&template_type=1": "[0]", "&template_type=7": "[]",
	} {
		if got := b.templateIDs(query); fmt.Sprint(got) != want {
			t.Errorf("%q: templates %v, want %s", query, got, want)
		}
	}
	// The page shows the filter as a payload of the GET.
	var l templates
	b.ok(b.do(http.MethodGet, templateList+"?access_token="+b.token, `{"template_type":1}`), &l)
	if len(l.List) != 1 || l.List[0].Type != 1 {
		t.Errorf("with the filter in the body: %+v", l.List)
	}
	b.set(func(c *platform.Component) { c.Settings.Switches.StandardTemplates = "retired" })
	b.refused(b.post(addTemplate, `{"draft_id":0,"template_type":1}`), 85064, "template not found")
}

func TestIDsInRequests(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	for _, tt := range []struct {
		body string
		code int
		msg  string
	}{
		{`{"draft_id":1}`, 85064, "template not found"},
		{`{"draft_id":-1}`, 85064, "template not found"},
		{`{"draft_id":99999999999999999999}`, 85064, "template not found"},
		{`{}`, 85064, "template not found"},
		{`{"draft_id":null}`, 85064, "template not found"},
		{`{"draft_id":""}`, 85064, "template not found"},
		{`{"Draft_ID":0}`, 85064, "template not found"},
		{`{"draft_id":"zero"}`, 47001, "data format error"},
		{`{"draft_id":0.5}`, 47001, "data format error"},
		{`{"draft_id":true}`, 47001, "data format error"},
		{`{"draft_id":[0]}`, 47001, "data format error"},
		{`{"draft_id":{"id":0}}`, 47001, "data format error"},
		{`{"draft_id":0,"template_type":2}`, 47001, "data format error"},
	} {
		t.Run(tt.body, func(t *testing.T) {
			t.Parallel()
			c := *b
			c.t = t
			c.refused(c.post(addTemplate, tt.body), tt.code, tt.msg)
		})
	}
}
