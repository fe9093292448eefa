package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// Every form works without a script: it leads to a page that tells what was done.
func TestForms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	order := b.submit()
	for _, row := range []struct {
		path string
		form url.Values
		told string
	}{
		{base + "/drafts/0/add", nil, "Added to the library as template 1."},
		{base + "/templates/1/delete", nil, "Template 1 is deleted."},
		{base + "/drafts/0/delete", nil, "Draft 0 is deleted."},
		{base + "/merchants/" + merchant + "/revoke", nil, merchant + " has taken its authorization back."},
		{base + "/merchants/" + merchant + "/grant", nil, merchant + " has authorized the component."},
		{base + "/merchants", url.Values{"nick_name": {"商户二"}}, "has authorized the component."},
		{fmt.Sprint(base, "/audits/", order, "/decide"), url.Values{"decide": {"delay"}, "usual": {"太忙"}}, fmt.Sprintf("Order %d is delayed.", order)},
		{fmt.Sprint(base, "/audits/", order, "/decide"), url.Values{"decide": {"pass"}}, fmt.Sprintf("Order %d has passed.", order)},
	} {
		w := b.post(row.path, row.form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", row.path, w.Code, w.Body)
		}
		b.has(b.get(w.Header().Get("Location")), http.StatusOK, row.told)
	}
}

// A refused form shows its page again, with the reason.
func TestRefusedForms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	order := b.submit()
	b.has(b.post(fmt.Sprint(base, "/audits/", order, "/decide"), url.Values{"decide": {"fail"}}), http.StatusUnprocessableEntity, "Write a reason or choose one.", "请审核")
	b.has(b.post(base+"/drafts/7/add", nil), http.StatusNotFound, "has no draft 7")
	b.has(b.post("/clock", url.Values{"do": {"-2h"}}), http.StatusUnprocessableEntity, "advances by more than 0s")
	b.has(b.get("/c/wx00000000000000ff"), http.StatusNotFound, "there is no component wx00000000000000ff")
	b.has(b.get(base+"/nothing"), http.StatusNotFound, "There is nothing here.")
}

func TestClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.post("/clock", url.Values{"do": {"2h"}, "next": {base + "/audits"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != base+"/audits" {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	b.has(b.get(base), http.StatusOK, `data-changed="yes"`, `<span class="offset">&#43;2h</span>`)
	b.post("/clock", url.Values{"do": {"freeze"}})
	b.has(b.get(base), http.StatusOK, `data-frozen="true"`, `value="resume"`)
}

// Secrets are shown to who asks for them, and the journal has a line of it.
func TestReveal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rid := b.refused()
	b.has(b.post(base+"/requests/"+rid+"/reveal", nil), http.StatusOK, token, "Secrets are shown")
	last := b.journal.List(journal.Filter{Limit: 1})[0]
	if want := "secrets of request " + rid + " were revealed to 127.0.0.1 by the console"; last.Reason != want {
		t.Errorf("the journal says %q, want %q", last.Reason, want)
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.post("/prefs", url.Values{"lang": {"zh-CN"}, "next": {base}})
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	b.has(b.get(base, "Cookie", cookie), http.StatusOK, `<html lang="zh-CN" data-theme="system">`)
	w = b.post("/prefs", url.Values{"theme": {"dark"}, "next": {base}})
	cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
	b.has(b.get(base, "Cookie", cookie), http.StatusOK, `data-theme="dark"`)
}

func TestUploadForm(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	send := func(archive []byte, headers ...string) (status int, location, body string) {
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		b.must(m.WriteField("version", "2.0.0"))
		part, err := m.CreateFormFile("package", "project.zip")
		b.must(err)
		_, err = part.Write(archive)
		b.must(err)
		b.must(m.Close())
		w := b.do(http.MethodPost, base+"/drafts", &buf, append(headers, "Content-Type", m.FormDataContentType())...)
		return w.Code, w.Header().Get("Location"), w.Body.String()
	}
	if status, to, _ := send(zipped(t)); status != http.StatusSeeOther || to != base+"/drafts/1?done=uploaded&id=1" {
		t.Errorf("the form leads to %q with %d", to, status)
	}
	if status, _, body := send(zipped(t), "Accept", "application/json"); status != http.StatusOK || body != `{"location":"`+base+`/drafts/2?done=uploaded\u0026id=2"}` {
		t.Errorf("the script gets %d %s", status, body)
	}
	if status, _, body := send([]byte("no zip")); status != http.StatusUnprocessableEntity || !strings.Contains(body, `class="notice refused"`) {
		t.Errorf("what is no zip gets %d %s", status, body)
	}
	if status, _, body := send(nil); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose the zip") {
		t.Errorf("no file gets %d %s", status, body)
	}
}

// Lists are sorted, filtered and paged on the server.
func TestLists(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 120 {
		_, err := b.service.PutAuthorizer(context.Background(), platform.Authorizer{ComponentAppid: component, Appid: fmt.Sprintf("wx%016x", 0xb000+i), NickName: fmt.Sprintf("店%03d", i)})
		b.must(err)
	}
	b.has(b.get(base+"/merchants?page=3"), http.StatusOK, "101–121 of 121", `rel="prev"`, "店119")
	b.has(b.get(base+"/merchants?sort=-merchant"), http.StatusOK, "1–50 of 121", `rel="next"`, `aria-sort="descending"`, "店119")
	b.has(b.get(base+"/merchants?q=店007"), http.StatusOK, "1–1 of 1", "店007")
	b.has(b.get(base+"/merchants?authorized=yes"), http.StatusOK, "1–1 of 1", "商户一")
	b.has(b.get(base+"/merchants?q=nobody"), http.StatusOK, "Nothing matches.")
	b.has(b.get(base+"/merchants?page=-7&sort=nothing"), http.StatusOK, "1–50 of 121")
}
