package console_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"draftbox/internal/browsertest"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// visit is somebody at the console in a browser.
type visit struct {
	*browsertest.Tab
	*bench
	home  string
	texts map[string]string
}

func (b *bench) visit(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) *visit {
	t.Helper()
	tab := browser.Open(t, lang, on)
	server := httptest.NewServer(b.page)
	t.Cleanup(server.Close)
	t.Cleanup(b.page.Close) // before the server, which waits for streams
	return &visit{tab, b, server.URL, locale(t, lang)}
}

// run has the page do something in its script.
func run(script string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](script)(ctx, t)
		return chromedp.Void{}, err
	}
}

// read returns the text of what a selector finds, in one step for the same reason as
// press.
func (v *visit) read(selector string) (text string) {
	v.Tab.Helper()
	v.Do(browsertest.Await(selector), func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		var err error
		text, err = chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))(ctx, t)
		return chromedp.Void{}, err
	})
	return text
}

// press clicks on a link that a live page may just be replacing: finding it and
// clicking are one step.
func press(selector string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := browsertest.Await(selector)(ctx, t); err != nil {
			return chromedp.Void{}, err
		}
		return run(fmt.Sprintf("document.querySelector(%q).click()", selector))(ctx, t)
	}
}

// Every page is there in both languages, on a desktop and on a phone: nothing sticks
// out, the browser complains of nothing, and the accessibility checker finds nothing,
// light and dark.
func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	script := axe(t)
	browsertest.Everywhere(t, func(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) {
		b, pages := filled(t)
		v := b.visit(t, browser, lang, on)
		for name, path := range pages {
			v.Do(browsertest.Visit(v.home+path), browsertest.Await("h1"))
			if name != "styleguide" {
				v.Do(browsertest.Await("#live.on"))
			}
			v.Fine(name)
			v.Photograph("console-" + on.Name + "-" + lang + "-" + name)
			v.accessible(name, script)
		}
	})
}

// An archive that is dropped becomes a draft, and the draft a template.
func TestUploadByDrop(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	bytes, err := json.Marshal(zipped(t)) // base64 in quotes
	b.must(err)
	v.Do(browsertest.Visit(v.home+base+"/drafts"), browsertest.Await("html.js #upload"), run(`{
		const bytes = Uint8Array.from(atob(`+string(bytes)+`), (c) => c.charCodeAt(0));
		const data = new DataTransfer();
		data.items.add(new File([bytes], "project.zip"));
		document.getElementById("upload").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
	}`), browsertest.Await(".notice.ok"))
	if got, want := v.read(".notice.ok"), strings.ReplaceAll(v.texts["done.uploaded"], "{id}", "1"); got != want {
		t.Errorf("after the drop the page says %q, want %q", got, want)
	}
	d, err := b.service.Draft(context.Background(), component, 1)
	b.must(err)
	if d.UserVersion != "1.0.1" || d.SourceAppid != dev {
		t.Errorf("draft 1 is %s of %s, want the version counted on, of the development mini program", d.UserVersion, d.SourceAppid)
	}
	v.Do(press(`form[action$="/add"] button`), browsertest.Await(`a[href$="/templates/1"]`))
	if got, want := v.read(".notice.ok"), strings.ReplaceAll(v.texts["done.added"], "{id}", "1"); got != want {
		t.Errorf("after the addition the page says %q, want %q", got, want)
	}
	v.Fine("the draft")
}

// An order is rejected with a reason, the merchant submits again, it is approved.
func TestReview(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	first := b.submit()
	v := b.visit(t, browser, "zh-CN", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/audits"), press("#audits tbody tr td"), browsertest.Await("#decide"),
		browsertest.Write("#reason", "页面内容为空"), press(`[value="fail"]`), browsertest.Await(".notice.ok"))
	if o, err := b.service.Audit(context.Background(), first); err != nil || o.State != platform.AuditRejected || o.Reason != "页面内容为空" {
		t.Errorf("the order is %s for %q, %v", o.State, o.Reason, err)
	}
	if got := v.read(".reason"); got != "页面内容为空" {
		t.Errorf("the page tells the reason %q", got)
	}
	second := b.submit()
	v.Do(browsertest.Await(`#audits [data-key="` + fmt.Sprint(second) + `"]`)) // without a reload
	v.Do(browsertest.Visit(v.home+base+"/audits/"+fmt.Sprint(second)), press(`[value="pass"]`), browsertest.Await(".notice.ok"))
	if o, err := b.service.Audit(context.Background(), second); err != nil || o.State != platform.AuditPassed {
		t.Errorf("the order is %s, %v", o.State, err)
	}
	v.Fine("the desk")
}

// A push that fails is looked at, its URL put right, and sent again.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	ctx := context.Background()
	_, err := b.service.Revoke(ctx, component, merchant)
	b.must(err)
	for b.attempt(platform.Attempt{Outcome: platform.OutcomeRefused, Reason: "nobody listens at 127.0.0.1:9"}) {
		continue
	}
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base), press("#failing + ul a"), browsertest.Await("#pane .reason"))
	if got := v.read("#pane .reason"); got != "nobody listens at 127.0.0.1:9" {
		t.Errorf("the page tells %q", got)
	}
	if got := v.read(`[data-count="pushes"]`); got != "1" {
		t.Errorf("the menu counts %q failing pushes", got)
	}
	v.Photograph("console-story-push")
	_, err = b.service.ChangeComponent(ctx, component, func(c *platform.Component) error {
		c.EventURL = "http://127.0.0.1:9000/event"
		return nil
	})
	b.must(err)
	v.Do(press(`form[action$="/redeliver"] button`), browsertest.Await(".notice.ok"))
	if b.attempt(platform.Attempt{Outcome: platform.OutcomeDelivered, HTTPStatus: http.StatusOK, Answer: "success"}) {
		t.Error("the push is still pending")
	}
	v.Do(browsertest.Await(`#pane h2 .pill.ok`)) // without a reload
	if got := v.read("#pane .facts code"); got != "http://127.0.0.1:9000/event" {
		t.Errorf("it went to %q", got)
	}
	v.Fine("the push")
}

// attempt plays the worker: one try of the push that is first, and whether it is to be
// tried again.
func (b *bench) attempt(a platform.Attempt) bool {
	b.Helper()
	ctx := context.Background()
	urls, err := b.service.ClaimURLs(ctx, "test", 1)
	b.must(err)
	if len(urls) != 1 {
		b.Fatalf("%d URLs have pushes waiting", len(urls))
	}
	p, err := b.service.NextPush(ctx, "test", urls[0])
	b.must(err)
	a.At = p.Now
	pending, err := b.service.RecordAttempt(ctx, "test", urls[0], p, a)
	b.must(err)
	b.must(b.service.ReleaseURL(ctx, "test", urls[0]))
	return pending
}

// From the first page it is two clicks to the reason of a 40001.
func TestReasonOfARefusal(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for _, on := range browsertest.Screens() {
		t.Run(on.Name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			v := b.visit(t, browser, "en", on)
			v.Do(browsertest.Visit(v.home), browsertest.Await("#live.on"))
			b.refused() // seen without a reload
			v.Do(browsertest.Await("#failed + ul a"), press("#failed + ul a"), browsertest.Await(".verdict .why"))
			if got := v.read(".verdict .why"); !strings.Contains(got, "superseded 31 s ago") {
				t.Errorf("the page tells %q", got)
			}
			v.Fine("the request")
		})
	}
}

// A row appears without a reload, within a second where the machine is not busy.
func TestLiveRows(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/requests"), browsertest.Await("#live.on"))
	rid := b.refused()
	began := time.Now()
	v.Do(browsertest.Await(`[data-key="` + rid + `"]`))
	t.Logf("a request was on the page %s after it was made", time.Since(began))
	v.Fine("the requests")
}

// Keys: / filters, j moves, Enter opens, Esc goes back.
func TestKeys(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	rid := b.refused()
	b.call(journal.Entry{Method: "GET", Path: "/wxa/gettemplatelist", Component: component})
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/requests"), browsertest.Await("html.js"), browsertest.Write("#main", "/"), browsertest.Await("[name=q]:focus"),
		run(`document.querySelector("[name=q]").value = ""`), // the protocol types the character all the same
		browsertest.Write("[name=q]", "40001\r"), browsertest.Await(`[name=q][value="40001"]`))
	if n := v.Count("tbody tr"); n != 1 {
		t.Errorf("%d rows are left, want the one with 40001", n)
	}
	v.Do(browsertest.Await("html.js"), browsertest.Write("#main", "j"), browsertest.Await("tr.at a:focus"), browsertest.Write("tr.at a", "\r"), browsertest.Await(".verdict"))
	if got := v.read(".facts code"); got != rid {
		t.Errorf("Enter opened %q, want %q", got, rid)
	}
	v.Do(browsertest.Write("#main", "\u001b"), browsertest.Await(`#requests [name=q][value="40001"]`))
	if n := v.Count(".verdict"); n != 0 {
		t.Error("Esc has not closed the request")
	}
	v.Fine("the list")
}
