package wxopen_test

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"draftbox"
	"draftbox/draftboxtest"
	"draftbox/wxopen"
)

// startDraftbox returns a server with one draft, and the draft's id.
func startDraftbox(t *testing.T) (*draftboxtest.Server, int64) {
	t.Helper()
	box := draftboxtest.Start(t)
	id := box.Upload(draftbox.Upload{Version: "1.0.0", Desc: "首个版本\n第二行"}, os.DirFS("../examples/miniprogram"))
	return box, id
}

func TestLifeOfATemplateOnDraftbox(t *testing.T) {
	t.Parallel()
	box, id := startDraftbox(t)
	c, ctx := box.Client(), t.Context()
	draft, err := c.LatestDraft(ctx, "")
	if err != nil || draft.DraftID != id || draft.UserVersion != "1.0.0" || draft.UserDesc != "首个版本\n第二行" {
		t.Fatalf("got %+v, %v", draft, err)
	}
	template, err := c.AddDraftAsTemplate(ctx, id)
	if err != nil || template.DraftID == nil || *template.DraftID != id || template.SourceMiniprogramAppid != draft.SourceMiniprogramAppid {
		t.Fatalf("got %+v, %v", template, err)
	}
	if err := c.DeleteTemplate(ctx, template.TemplateID); err != nil {
		t.Fatal(err)
	}
	err = c.DeleteTemplate(ctx, template.TemplateID)
	refused, ok := errors.AsType[*wxopen.Error](err)
	if !ok || !errors.Is(err, wxopen.ErrTemplateNotFound) || refused.RID == "" {
		t.Fatalf("deleted twice: %v", err)
	}
	if info, err := c.RIDInfo(ctx, refused.RID); err != nil || info.RequestBody == "" || info.InvokeTime.IsZero() {
		t.Errorf("rid: %+v, %v", info, err)
	}
	if _, err := c.RIDInfo(ctx, "no rid"); !errors.Is(err, wxopen.ErrRIDInvalid) {
		t.Errorf("malformed rid: %v", err)
	}
	if message, err := c.StartPushTicket(ctx); err != nil || message != "ok" {
		t.Errorf("start push: %q, %v", message, err)
	}
}

// The client outlives its token, and one that another client superseded.
func TestTokensEndOnDraftbox(t *testing.T) {
	t.Parallel()
	box, _ := startDraftbox(t)
	first, second, ctx := box.Client(), box.Client(), t.Context()
	use := func(c *wxopen.Client) {
		t.Helper()
		if _, err := c.DraftList(ctx); err != nil {
			t.Error(err)
		}
	}
	use(first)
	use(second)
	box.Advance(6 * time.Minute) // the grace of the superseded token is over
	use(first)
	box.Advance(3 * time.Hour) // the life of all tokens is over
	use(first)
	use(second)
}

// Clients that add the same draft at once get a template each, or are told that
// it is ambiguous; nothing is added twice.
func TestConcurrentAdditionsOnDraftbox(t *testing.T) {
	t.Parallel()
	const adders = 8
	box, id := startDraftbox(t)
	tokens := box.Client().TokenSource()
	var (
		wg        sync.WaitGroup
		mu        sync.Mutex
		ambiguous int
	)
	for range adders {
		wg.Go(func() {
			c, err := wxopen.New(wxopen.Config{HTTPClient: box.HTTPClient(), BaseURL: "http://api.weixin.qq.com", Tokens: tokens})
			if err != nil {
				t.Error(err)
				return
			}
			_, err = c.AddDraftAsTemplate(t.Context(), id)
			if _, ok := errors.AsType[*wxopen.AmbiguousError](err); ok {
				mu.Lock()
				defer mu.Unlock()
				ambiguous++
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	templates, err := box.Client().TemplateList(t.Context())
	if err != nil || len(templates) != adders {
		t.Errorf("%d templates of %d additions (%d ambiguous), %v", len(templates), adders, ambiguous, err)
	}
}
