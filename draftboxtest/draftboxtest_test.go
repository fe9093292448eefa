package draftboxtest_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"draftbox"
	"draftbox/draftboxtest"
	"draftbox/wxopen"
)

var project = fstest.MapFS{
	"app.json":             {Data: []byte(`{"pages":["pages/index/index"]}`)},
	"pages/index/index.js": {Data: []byte(`Page({})`)},
}

func TestFromUploadToTemplate(t *testing.T) {
	t.Parallel()
	box := draftboxtest.Start(t)
	client := box.Client()
	id := box.Upload(draftbox.Upload{Version: "1.0.0", Desc: "首个版本", Developer: "小明"}, project)
	draft, err := client.LatestDraft(t.Context(), box.Component.DevMiniprograms[0].Appid)
	if err != nil || draft.DraftID != id || draft.UserVersion != "1.0.0" || draft.UserDesc != "首个版本" || draft.Developer != "小明" {
		t.Fatalf("the draft is %+v, %v", draft, err)
	}
	template, err := client.AddDraftAsTemplate(t.Context(), id)
	if err != nil || template.DraftID == nil || *template.DraftID != id {
		t.Fatalf("the template is %+v, %v", template, err)
	}
	if err := client.DeleteTemplate(t.Context(), template.TemplateID); err != nil {
		t.Fatal(err)
	}
	err = client.DeleteTemplate(t.Context(), template.TemplateID)
	var refusal *wxopen.Error
	if !errors.As(err, &refusal) || !errors.Is(err, wxopen.ErrTemplateNotFound) {
		t.Fatalf("deleting twice: %v", err)
	}
	why, err := box.Reason(refusal.RID)
	if err != nil || why == "" {
		t.Errorf("the reason of %s: %q, %v", refusal.RID, why, err)
	}
}

func TestTokensEndByTheVirtualClock(t *testing.T) {
	t.Parallel()
	box := draftboxtest.Start(t)
	token, err := box.ComponentToken(t.Context(), box.Component.Appid)
	if err != nil {
		t.Fatal(err)
	}
	client, err := wxopen.New(wxopen.Config{HTTPClient: box.HTTPClient(), Tokens: wxopen.StaticToken(token)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.DraftList(t.Context()); err != nil {
		t.Fatal(err)
	}
	box.Advance(2 * time.Hour)
	if _, err := client.DraftList(t.Context()); !errors.Is(err, wxopen.ErrTokenExpired) {
		t.Errorf("after two hours: %v", err)
	}
	// A client that fetches its tokens goes on.
	if _, err := box.Client().DraftList(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestServersAndComponentsAreApart(t *testing.T) {
	t.Parallel()
	box, other := draftboxtest.Start(t), draftboxtest.Start(t)
	second := box.NewComponent(draftbox.Component{Name: "第二个平台"})
	box.Upload(draftbox.Upload{Version: "1.0.0"}, project)
	for _, c := range []*wxopen.Client{other.Client(), box.ClientOf(second)} {
		if drafts, err := c.DraftList(t.Context()); err != nil || len(drafts) != 0 {
			t.Errorf("%v, %v", drafts, err)
		}
	}
}

func TestHardCodedHostsReachTheServer(t *testing.T) {
	t.Parallel()
	box := draftboxtest.Start(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.weixin.qq.com/wxa/gettemplatedraftlist", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := box.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if ct := res.Header.Get("Content-Type"); ct != "application/json; encoding=utf-8" {
		t.Errorf("Content-Type %q", ct)
	}
}

func TestInsideSynctest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := draftboxtest.Start(t)
		before, err := box.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // the bubble's time
		after, err := box.Now(t.Context())
		if err != nil || after.Sub(before) != time.Hour {
			t.Errorf("%s went by, %v", after.Sub(before), err)
		}
	})
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		draftboxtest.Start(b)
	}
}

// A test of a program that releases what its pipeline uploaded.
func ExampleStart() {
	// In a test of yours, t is the *testing.T that the test gets.
	run(func(t testing.TB) {
		t.Helper()
		box := draftboxtest.Start(t)
		box.Upload(draftbox.Upload{Version: "1.1.0", Desc: "修复", Developer: "小明"}, project)

		drafts, err := box.Client().DraftList(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range drafts {
			fmt.Println(d.DraftID, d.UserVersion, d.UserDesc, d.Developer)
		}
	})
	// Output: 0 1.1.0 修复 小明
}

// run stands in for the test runner, which an example does not have.
func run(test func(testing.TB)) {
	testing.Benchmark(func(b *testing.B) {
		b.Helper()
		if b.N == 1 {
			test(b)
		}
	})
}
