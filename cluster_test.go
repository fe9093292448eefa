package draftbox_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/fstest"

	"draftbox"
	"draftbox/draftboxtest"
	"draftbox/internal/store/pgtest"
	"draftbox/wxopen"
)

// Two nodes on one PostgreSQL: what one acknowledges, the other's very next
// answer has.
func TestNodesSeeEachOthersWrites(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	one := draftboxtest.Start(t, draftboxtest.WithDatabase(url))
	two := draftboxtest.Start(t, draftboxtest.WithDatabase(url))
	component := one.Component
	clients := []*wxopen.Client{one.Client(), two.ClientOf(component)}
	for i := range 20 {
		id := one.Upload(draftbox.Upload{Version: fmt.Sprintf("1.0.%d", i)}, projectOf(i))
		drafts, err := clients[1].DraftList(t.Context())
		if err != nil || len(drafts) != 1 || drafts[0].DraftID != id || drafts[0].UserVersion != fmt.Sprintf("1.0.%d", i) {
			t.Fatalf("upload %d became draft %d; the other node lists %+v, %v", i, id, drafts, err)
		}
		added, err := clients[1].AddDraftAsTemplate(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		templates, err := clients[0].TemplateList(t.Context())
		if err != nil || len(templates) != i+1 || templates[i].TemplateID != added.TemplateID {
			t.Fatalf("template %d was added; the other node lists %d templates, %v", added.TemplateID, len(templates), err)
		}
	}
}

// Many uploads and additions at once, through both nodes: distinct ids, nothing
// lost.
func TestConcurrentChangesOnTwoNodes(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	nodes := []*draftboxtest.Server{
		draftboxtest.Start(t, draftboxtest.WithDatabase(url)), draftboxtest.Start(t, draftboxtest.WithDatabase(url)),
	}
	component := nodes[0].Component
	first := nodes[0].Upload(draftbox.Upload{Version: "0"}, projectOf(0))
	const workers, rounds = 8, 10
	var mu sync.Mutex
	seen := map[int64]bool{first: true}
	var wg sync.WaitGroup
	for w := range workers {
		node := nodes[w%2]
		client := node.ClientOf(component)
		wg.Go(func() {
			for i := range rounds {
				id, err := node.UploadDraft(t.Context(), draftbox.Upload{Component: component.Appid, Version: fmt.Sprint(w, ".", i)}, projectOf(w))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if seen[id] {
					t.Errorf("draft id %d was given twice", id)
				}
				seen[id] = true
				mu.Unlock()
				drafts, err := client.DraftList(t.Context())
				if err != nil || len(drafts) != 1 || drafts[0].DraftID < id {
					t.Errorf("after draft %d the box holds %+v, %v", id, drafts, err)
					return
				}
			}
		})
	}
	wg.Wait()
	last, err := nodes[0].ClientOf(component).LatestDraft(t.Context(), "")
	if err != nil || last.DraftID != workers*rounds {
		t.Errorf("the last draft is %d, %v; want %d: no id may be left out or lost", last.DraftID, err, workers*rounds)
	}
}

func projectOf(i int) fstest.MapFS {
	return fstest.MapFS{
		"app.json": {Data: []byte(`{"pages":["index"]}`)},
		"index.js": {Data: fmt.Appendf(nil, "Page({}) // %d", i)},
	}
}
