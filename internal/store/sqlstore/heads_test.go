package sqlstore_test

import (
	"fmt"
	"testing"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

func head(component, token string, rev int64) platform.Head {
	return platform.Head{Token: platform.AccessToken{Hash: platform.HashToken(token), ComponentAppid: component}, Rev: rev}
}

// TestHeads plays the ways in which loading a token and changing it can overlap.
// A step is what happens; after the last the token is known at a rev, or not (0).
func TestHeads(t *testing.T) {
	t.Parallel()
	const a, b = "wxa", "wxb"
	var h sqlstore.Heads
	var mark uint64
	load := func() { mark = h.Mark() }
	keep := func() { h.Keep(mark, head(a, "t", 1)) }
	known := func() { load(); keep() }
	doubt := func() { h.Doubt(false, a) }
	settle := func() { h.Settle(false, a) }
	doubtClock := func() { h.Doubt(true) }
	settleClock := func() { h.Settle(true) }
	for name, c := range map[string]struct {
		steps []func()
		want  int64
	}{
		"never loaded":                           {nil, 0},
		"loaded":                                 {[]func(){load, keep}, 1},
		"changing":                               {[]func(){known, doubt}, 0},
		"changed":                                {[]func(){known, doubt, settle}, 0},
		"loaded before, kept while changing":     {[]func(){load, doubt, keep}, 0},
		"loaded before, kept after the change":   {[]func(){load, doubt, settle, keep}, 0},
		"loaded and kept while changing":         {[]func(){doubt, load, keep}, 0},
		"loaded while changing, kept after":      {[]func(){doubt, load, settle, keep}, 0},
		"loaded while changing, known by then":   {[]func(){doubt, load, settle, func() { h.Keep(h.Mark(), head(a, "u", 2)) }, keep}, 0},
		"loaded after the change":                {[]func(){known, doubt, settle, load, keep}, 1},
		"another changed while it was loaded":    {[]func(){known, load, func() { h.Doubt(false, b); h.Settle(false, b) }, keep}, 1},
		"another is changing":                    {[]func(){known, func() { h.Doubt(false, b) }}, 1},
		"the clock is changing":                  {[]func(){known, doubtClock}, 0},
		"the clock was changed, not yet loaded":  {[]func(){known, doubtClock, settleClock}, 0},
		"the clock was loaded before its change": {[]func(){load, doubtClock, settleClock, keep}, 0},
		"reset":                                  {[]func(){known, func() { h.Reset() }}, 0},
		"loaded before a reset":                  {[]func(){load, func() { h.Reset() }, keep}, 0},
		"known again after a reset":              {[]func(){known, func() { h.Reset() }, load, keep}, 1},
	} {
		h = sqlstore.NewHeads(4)
		for _, step := range c.steps {
			step()
		}
		if got, ok := h.Find(platform.HashToken("t")); ok != (c.want > 0) || got.Rev != c.want {
			t.Errorf("%s: found %v at rev %d, want rev %d", name, ok, got.Rev, c.want)
		}
	}
}

// TestHeadsBounded fills the memory over and over.
func TestHeadsBounded(t *testing.T) {
	t.Parallel()
	const sets, ways = 2, 8
	h := sqlstore.NewHeads(sets)
	name := func(i int) string { return fmt.Sprint("token", i) }
	const n = 40 * sets * ways
	for i := range n {
		// Each component has two tokens.
		h.Keep(h.Mark(), head(fmt.Sprint("wx", i/2), name(i), int64(i)))
		if got, ok := h.Find(platform.HashToken(name(i))); !ok || got.Rev != int64(i/2*2) && got.Rev != int64(i) {
			t.Fatalf("token %d is not known right after it was kept (%v, rev %d)", i, ok, got.Rev)
		}
	}
	known := 0
	for i := range n {
		if _, ok := h.Find(platform.HashToken(name(i))); ok {
			known++
		}
	}
	if known == 0 || known > sets*ways {
		t.Errorf("%d tokens are known, want 1 to %d", known, sets*ways)
	}
}

// TestHeadIsFree: a look-up in memory makes no garbage.
func TestHeadIsFree(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts what others allocate
	w := newWorld(t, file(t), "wx00000000000000a1")
	hash := platform.HashToken(secret + w.appid)
	must(t, w.head(), w.write(), w.head()) // also after a change
	if n := testing.AllocsPerRun(100, func() { _, _ = w.store.Head(t.Context(), hash) }); n > 0 {
		t.Errorf("a look-up allocates %v times", n)
	}
}
