package console_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"draftbox/internal/browsertest"
)

// The explorer in both languages, on a desktop and on a phone.
func TestExplorerInABrowser(t *testing.T) {
	t.Parallel()
	browsertest.Everywhere(t, func(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) {
		b := newExplorer(t)
		v := b.visit(t, browser, lang, on)
		name := "explorer-" + on.Name + "-" + lang + "-"
		v.Do(browsertest.Visit(v.home+base+"/explorer"), browsertest.Await("#live.on"))
		v.Fine("the list")
		v.Photograph(name + "list")
		v.Do(browsertest.Write(".endpoints [name=q]", "commit"), browsertest.Await(".family[hidden]"), browsertest.Click(`a[href$="/explorer/commit"]`), browsertest.Await("html.js #call"))
		v.Fine("a form")
		v.Photograph(name + "form")
		press := run(`document.querySelector("#call [value=call]").scrollIntoView({ block: "center" })`) // above a phone's menu
		v.Do(press, browsertest.Click("#call [value=call]"), browsertest.Await("#answer .verdict.ok"))
		v.Fine("an answer")
		v.Photograph(name + "answer")
		if calls := b.made(); len(calls) != 1 || calls[0].URL.Path != "/wxa/commit" {
			t.Errorf("made %d calls", len(calls))
		}
		v.Do(run(`document.getElementById("programs").scrollIntoView()`), browsertest.Click(`[for="tab-python"]`), browsertest.Await("#tab-python:checked"))
		v.Photograph(name + "program")
		v.Do(browsertest.Visit(v.home+explorer+"addToTemplate"), browsertest.Await("html.js #tab-python:checked"),
			run(`document.getElementById("token").value = "wrong"`), press, browsertest.Click("#call [value=call]"), browsertest.Await("#codes .returned"))
		if got := v.Text("#answer .why"); !strings.Contains(got, "never issued here") {
			t.Errorf("the reason is %q", got)
		}
		v.Fine("a refusal")
		v.Photograph(name + "refusal")
		v.Do(run(`document.getElementById("codes").scrollIntoView()`))
		v.Photograph(name + "codes")
	})
}

// The page changes in place: programs follow what is typed, the answer comes without a
// reload, secrets when they are asked for, and the keyboard calls.
func TestExplorerInPlace(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newExplorer(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+explorer+"getTemplateList"), browsertest.Await("html.js #call"), run(`window.same = true`),
		run(`const f = document.getElementById("q.template_type"); f.value = "1"; f.dispatchEvent(new Event("input", { bubbles: true }))`),
		browsertest.Await(`.outcome[aria-busy="false"]`))
	if got := v.Text(".p-curl pre"); !strings.Contains(got, "access_token=ACCESS_TOKEN&template_type=1") {
		t.Errorf("curl is %s", got)
	}
	v.Do(browsertest.Click("[value=reveal]"), browsertest.Await("#programs:not(:has([value=reveal]))"))
	if got := v.Text(".p-curl pre"); strings.Contains(got, "ACCESS_TOKEN") {
		t.Errorf("curl is %s", got)
	}
	v.Do(run(`document.getElementById("token").focus(); document.getElementById("token").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }))`), browsertest.Await("#answer .verdict.ok"))
	if n := v.Count("#answer a[href*='/requests/']"); n == 0 {
		t.Error("the answer does not lead to the request")
	}
	v.Do(run(`if (!window.same) { throw new Error("the page was loaded anew"); }`))
	v.Fine("the page")
	v.Do(browsertest.Click("#answer .line a"), browsertest.Await(".verdict .why"), browsertest.Click(`.pane .actions a[href*="explorer"]`), browsertest.Await(`#call [name="q.template_type"] [value="1"], #call`))
	v.Fine("once more")
}

// Without JavaScript the same forms lead to pages.
func TestExplorerByForms(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	server := httptest.NewServer(b.page)
	t.Cleanup(server.Close)
	t.Cleanup(b.page.Close)
	w := b.call("getTemplateList", "call", b.open(explorer+"getTemplateList"), "q.template_type", "1")
	b.has(w, 200, `<div class="verdict ok"`, `<option selected="">1</option>`, "template_type=1", `<form id="call" method="post"`)
}
