package crashtest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"draftbox/internal/adminclient"
	"draftbox/wxopen"
)

// ledger is what all workers know together.
type ledger struct {
	left     atomic.Int64 // operations still to be done
	maxDraft atomic.Int64 // the greatest acknowledged draft id
	given    sync.Map     // template id → version, of all that were ever listed
	acked    struct{ uploads, additions, deletions, unknown atomic.Int64 }
}

// see checks that no template id is given twice, a deleted one's included.
func (l *ledger) see(t *testing.T, templates []wxopen.Template) {
	t.Helper()
	for _, item := range templates {
		if before, seen := l.given.LoadOrStore(item.TemplateID, item.UserVersion); seen && before != item.UserVersion {
			t.Errorf("template %d was version %s and is version %s now: ids must not be used again", item.TemplateID, before, item.UserVersion)
		}
	}
}

// worker is one developer: its uploads, additions and deletions come one after
// the other, so it knows what must be there.
type worker struct {
	t         *testing.T
	server    *server
	ledger    *ledger
	component string
	token     string
	dev       string
	n         int // uploads begun

	lastDraft   int64           // acknowledged last, -1 before the first
	lastVersion string          // of that draft
	drafts      []int64         // all acknowledged
	doubtful    []string        // versions of uploads that may have been stored
	added       map[string]bool // versions added to the library; false: perhaps
	deleted     map[string]bool // versions deleted from it; false: perhaps
}

func newWorker(t *testing.T, s *server, l *ledger, component, token, dev string) *worker {
	t.Helper()
	return &worker{
		t: t, server: s, ledger: l, component: component, token: token, dev: dev, lastDraft: -1,
		added: map[string]bool{}, deleted: map[string]bool{},
	}
}

func (w *worker) run(ctx context.Context) {
	for i := 0; w.ledger.left.Add(-1) >= 0; i++ {
		if w.lastDraft < 0 || i%2 == 0 {
			w.upload(ctx)
		} else {
			w.add(ctx)
		}
		if w.t.Failed() {
			return
		}
	}
}

// refused reports whether an error is an answer: then nothing was stored.
func refused(err error) bool {
	var wire *wxopen.Error
	var admin *adminclient.Error
	return errors.As(err, &wire) || errors.As(err, &admin)
}

func (w *worker) upload(ctx context.Context) {
	w.n++
	version := fmt.Sprintf("%s.%d", w.dev[14:], w.n)
	before := w.ledger.maxDraft.Load()
	archive := project(w.t, w.n%7) // some packages are shared, and dropped with their last user
	d, err := w.server.admin().UploadDraft(ctx, w.component, adminclient.Upload{SourceAppid: w.dev, UserVersion: version}, bytes.NewReader(archive), int64(len(archive)))
	switch {
	case err == nil:
	case refused(err):
		w.t.Errorf("the upload of %s was refused: %v", version, err)
		return
	default:
		w.doubtful = append(w.doubtful, version)
		w.ledger.acked.unknown.Add(1)
		return
	}
	w.ledger.acked.uploads.Add(1)
	if d.DraftID <= before {
		w.t.Errorf("draft %d came after draft %d was acknowledged: ids must grow", d.DraftID, before)
	}
	for old := w.ledger.maxDraft.Load(); d.DraftID > old && !w.ledger.maxDraft.CompareAndSwap(old, d.DraftID); old = w.ledger.maxDraft.Load() {
	}
	w.lastDraft, w.lastVersion, w.doubtful = d.DraftID, version, nil
	w.drafts = append(w.drafts, d.DraftID)
}

func (w *worker) wire() *wxopen.Client {
	ready := w.server.waitUp()
	c, err := wxopen.New(wxopen.Config{BaseURL: ready.APIURL, HTTPClient: w.server.http, Tokens: wxopen.StaticToken(w.token), Retry: wxopen.RetryPolicy{Attempts: 1}})
	if err != nil {
		w.t.Error(err)
	}
	return c
}

// add adds the newest draft to the library, once; when the library is full it
// deletes first.
func (w *worker) add(ctx context.Context) {
	if len(w.doubtful) > 0 {
		return // the draft may have been replaced
	}
	if _, done := w.added[w.lastVersion]; done {
		return
	}
	err := w.wire().AddToTemplate(ctx, w.lastDraft, wxopen.AddOptions{Once: true})
	switch {
	case err == nil:
		w.ledger.acked.additions.Add(1)
		w.added[w.lastVersion] = true
	case errors.Is(err, wxopen.ErrTemplateListFull):
		w.makeRoom(ctx)
	case refused(err):
		w.t.Errorf("the addition of draft %d was refused: %v", w.lastDraft, err)
	default:
		w.added[w.lastVersion] = false
		w.ledger.acked.unknown.Add(1)
	}
}

// makeRoom deletes the half of its own templates.
func (w *worker) makeRoom(ctx context.Context) {
	templates, err := w.wire().TemplateList(ctx)
	if err != nil {
		if refused(err) {
			w.t.Errorf("the library could not be listed: %v", err)
		}
		return
	}
	w.ledger.see(w.t, templates)
	own := slices.DeleteFunc(templates, func(t wxopen.Template) bool { return t.SourceMiniprogramAppid != w.dev })
	for _, t := range own[:(len(own)+1)/2] {
		switch err := w.wire().DeleteTemplate(ctx, t.TemplateID); {
		case err == nil:
			w.ledger.acked.deletions.Add(1)
			w.deleted[t.UserVersion] = true
		case errors.Is(err, wxopen.ErrTemplateNotFound) && !w.deletedForSure(t.UserVersion):
			w.deleted[t.UserVersion] = true // an earlier deletion had been carried out
		case refused(err):
			w.t.Errorf("the deletion of template %d was refused: %v", t.TemplateID, err)
		default:
			w.deleted[t.UserVersion] = w.deletedForSure(t.UserVersion)
			w.ledger.acked.unknown.Add(1)
			return
		}
	}
}

func (w *worker) deletedForSure(version string) bool { return w.deleted[version] }

// project is a small mini program as a zip.
func project(t *testing.T, variant int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"app.json": `{"pages":["index"]}`, "index.js": fmt.Sprintf("Page({variant: %d})", variant),
	} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
