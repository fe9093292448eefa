package console_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"draftbox/internal/browsertest"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// until waits for a condition in the page's script.
func until(condition string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Poll[bool](condition)(ctx, t)
		return chromedp.Void{}, err
	}
}

// ask evaluates an expression in the page.
func ask[T any](v *visit, expression string) (out T) {
	v.Tab.Helper()
	v.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		var err error
		out, err = chromedp.Evaluate[T](expression)(ctx, t)
		return chromedp.Void{}, err
	})
	return out
}

// While the pointer is over a list nothing moves, and a pill says how many rows are
// new. They come in tinted when it is clicked, or when the pointer leaves.
func TestNewRowsWait(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for lang, says := range map[string]string{"zh-CN": "5 条新记录", "en": "5 new"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first := b.refused()
			v := b.visit(t, browser, lang, browsertest.Screens()[0])
			v.Do(browsertest.Visit(v.home+base+"/requests"), browsertest.Await("#live.on"), hover("#requests tbody tr"))
			for range 5 {
				b.refused()
			}
			v.Do(browsertest.Await(`#requests .new-rows[data-n="5"]`))
			if got := v.read(".new-rows"); got != says {
				t.Errorf("the pill says %q, want %q", got, says)
			}
			v.Photograph("console-pill-" + lang)
			if n := v.Count("#requests tbody tr"); n != 1 {
				t.Errorf("%d rows are there under the pointer, want the one that was", n)
			}
			if lang == "en" {
				v.Do(click(".new-rows"))
			} else {
				v.Do(hover("h1"))
			}
			v.Do(until(`document.querySelectorAll("#requests tr.fresh").length === 5`))
			if got := ask[string](v, `((s) => s.animationName + " " + s.animationDuration)(getComputedStyle(document.querySelector("tr.fresh")))`); got != "fresh, slide 1s, 0.12s" {
				t.Errorf("new rows are tinted by %q", got)
			}
			if got := ask[string](v, `document.querySelector("#requests tbody tr:last-child").dataset.key`); got != first {
				t.Errorf("the last row is %s, want the first request", got)
			}
			v.Fine("the requests")
		})
	}
}

// In every list j and k move, Enter opens and Esc goes back.
func TestKeysInAllLists(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b, _ := filled(t)
	b.draft("1.0.1")
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	for _, page := range []string{"drafts", "templates", "merchants", "audits", "pushes", "requests"} {
		v.Do(browsertest.Visit(v.home+base+"/"+page), browsertest.Await("html.js"), browsertest.Write("#main", "jjk"), browsertest.Await("tr.at:first-child a:focus"),
			browsertest.Write("tr.at a", "\r"), browsertest.Await("html.js #pane"))
		if got := ask[string](v, `document.querySelector("tr.open").dataset.key`); got == "" {
			t.Errorf("%s: no row is open", page)
		}
		v.Do(browsertest.Write("#main", "\u001b"), browsertest.Await(`html.js body[data-up=""] #`+page))
		if got := ask[string](v, `location.pathname`); got != base+"/"+page {
			t.Errorf("Esc leads from a row of %s to %s", page, got)
		}
	}
	v.Fine("the lists")
}

// The row that the keyboard is at stays when others come in.
func TestKeysStayWithTheirRow(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	rid := b.refused()
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/requests"), browsertest.Await("#live.on"), browsertest.Write("#main", "j"), browsertest.Await("tr.at a:focus"))
	b.refused()
	v.Do(browsertest.Await(`tr:nth-child(2).at[data-key="` + rid + `"] a:focus`))
}

// Each attempt of a push that fails is seen without a reload, and counted as failing
// while it is still tried again.
func TestRetriesAreSeenLive(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	_, err := b.service.Revoke(context.Background(), component, merchant)
	b.must(err)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/pushes"), browsertest.Await("#live.on"))
	refused := platform.Attempt{Outcome: platform.OutcomeRefused, Reason: "nobody listens at 127.0.0.1:9"}
	for n := 1; b.attempt(refused); n++ {
		v.Do(until(fmt.Sprintf(`document.querySelector("#pushes td.c-tries")?.innerText === "%d"`, n)), browsertest.Await("#pushes .pill.refused"),
			until(`document.querySelector('[data-count="pushes"]').innerText === "1"`)) // the menu counts it
	}
	if got := ask[string](v, `getComputedStyle(document.querySelector('[data-count="pushes"]'), "::after").content`); got != `" !"` {
		t.Errorf("the counter is marked with %s", got)
	}
	v.Do(browsertest.Await("#pushes .pill.broken"), browsertest.Visit(v.home+base), browsertest.Await(`.tiles a.bad[href$="state=failing"]`))
	b.has(b.get(base+"/pushes?state=failing"), http.StatusOK, "1–1 of 1")
}

// Many requests - more than a thousand a second - do not freeze the page: it says that
// it shows a sample, no task of its takes long, and a click is answered at once.
func TestManyRequestsDoNotFreeze(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/requests"), browsertest.Await("#live.on"), run(`
		window.longest = 0;
		window.answered = [];
		new PerformanceObserver((list) => list.getEntries().forEach((task) => { longest = Math.max(longest, task.duration); })).observe({ type: "longtask" });
		addEventListener("click", (event) => requestAnimationFrame(() => setTimeout(() => answered.push(performance.now() - event.timeStamp))), true);
		0`))
	rate := b.flood(t, 1200)
	v.Do(until(`Number(document.querySelector("#sampled:not([hidden])")?.textContent.match(/\d+/)[0]) >= 1000`))
	says := v.read("#sampled")
	for n := 1; n <= 6; n++ {
		v.Do(click("#pause"), until(fmt.Sprintf(`answered.length === %d`, n)))
	}
	answered, longest := ask[float64](v, `Math.min(...answered)`), ask[float64](v, `longest`)
	sent := rate()
	t.Logf("%.0f requests a second; the page says %q; longest task %.0f ms; clicks answered in %s ms", sent, says, longest, ask[string](v, `answered.map((ms) => ms.toFixed(0)).join(", ")`))
	if sent < 1000 {
		t.Errorf("only %.0f requests a second came in", sent)
	}
	if !strings.Contains(says, "a sample of the newest is shown") {
		t.Errorf("the page says %q", says)
	}
	if answered > 200 || longest > 1000 {
		t.Errorf("a click is answered in %.0f ms at best, and the longest task takes %.0f ms", answered, longest)
	}
	v.Fine("many requests")
}

// flood puts so many requests a second into the journal until the function is called
// that it returns, which tells how many a second there were.
func (b *bench) flood(t *testing.T, perSecond float64) func() float64 {
	t.Helper()
	now, err := b.service.Now(context.Background())
	b.must(err)
	stop, sum := make(chan struct{}), make(chan float64)
	go func() {
		began, sent := time.Now(), 0.0
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			for ; sent < time.Since(began).Seconds()*perSecond; sent++ {
				at := now.Add(time.Since(began))
				e := journal.Entry{
					RID: journal.NewRID(at), Time: at, HTTPStatus: http.StatusOK, ClientIP: "127.0.0.1", Method: "GET", Path: "/wxa/gettemplatedraftlist",
					Query: "access_token=" + token, Component: component, TokenKind: "component", Duration: 420 * time.Microsecond,
					ResponseBody: []byte(`{"errcode":0,"errmsg":"ok","draft_list":[]}`),
				}
				b.journal.Record(&e)
			}
			select {
			case <-tick.C:
			case <-stop:
				sum <- sent / time.Since(began).Seconds()
				return
			}
		}
	}()
	return func() float64 {
		close(stop)
		return <-sum
	}
}

// A click copies the call as a curl command, with the token left out.
func TestCopyAsCurl(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/requests/"+b.refused()), browsertest.Await("html.js"), run(`
		navigator.clipboard.writeText = async (text) => { document.body.dataset.clipboard = text; };`), // the browser's own asks its owner
		click(`#pane [data-copy^="ACCESS_TOKEN="]`), browsertest.Await("body[data-clipboard]"))
	if got := ask[string](v, `document.body.dataset.clipboard`); !strings.Contains(got, "curl 'http://127.0.0.1:8506/wxa/gettemplatedraftlist?access_token='\"$ACCESS_TOKEN\"") || strings.Contains(got, token) {
		t.Errorf("what is copied is %q", got)
	}
	if got := v.read("#notice"); got != v.texts["frame.copied"] {
		t.Errorf("the page says %q", got)
	}
	v.Fine("the request")
}
