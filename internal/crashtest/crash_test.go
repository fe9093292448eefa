package crashtest_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/store/pgtest"
	"draftbox/wxopen"
)

// envOperations is how many operations the test makes.
const envOperations = "DRAFTBOX_TEST_CRASH"

func operations(t *testing.T) int {
	t.Helper()
	if testing.Short() {
		t.Skip("kills servers for seconds; left out with -short")
	}
	text := os.Getenv(envOperations)
	if text == "" {
		return 300
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, must be a number of operations", envOperations, text)
	}
	return n
}

func TestKillsLoseNothingOnSQLite(t *testing.T) {
	t.Parallel()
	survive(t, operations(t), "")
}

func TestKillsLoseNothingOnPostgreSQL(t *testing.T) {
	t.Parallel()
	n := operations(t)
	survive(t, n, pgtest.Database(t))
}

// workers is how many developers upload at once: at most 30 development mini
// programs belong to a component.
const workers = 16

func survive(t *testing.T, n int, database string) {
	t.Helper()
	ctx := context.Background()
	s := newServer(t, database)
	s.start()
	begun := time.Now()
	setup := s.admin()
	in := adminclient.ComponentCreate{}
	for range workers {
		in.DevMiniprograms = append(in.DevMiniprograms, adminclient.DevMiniprogramInput{})
	}
	component, err := setup.CreateComponent(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	token, err := setup.IssueComponentToken(ctx, component.Appid)
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{}
	l.left.Store(int64(n))
	l.maxDraft.Store(-1)
	var crew []*worker
	for dev, err := range setup.DevMiniprograms(ctx, component.Appid) {
		if err != nil {
			t.Fatal(err)
		}
		crew = append(crew, newWorker(t, s, l, component.Appid, token.AccessToken, dev.Appid))
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for _, w := range crew {
		wg.Go(func() { w.run(ctx) })
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	kills := killUntil(s, done)
	t.Logf("%d operations, %d kills in %s: %d uploads, %d additions and %d deletions acknowledged, %d cut off", n, kills, time.Since(begun).Round(time.Millisecond),
		l.acked.uploads.Load(), l.acked.additions.Load(), l.acked.deletions.Load(), l.acked.unknown.Load())
	if kills == 0 {
		t.Error("the server was never killed")
	}
	s.kill()
	s.start()
	audit(t, crew)
}

// killUntil kills and starts the server at random moments until done.
func killUntil(s *server, done <-chan struct{}) (kills int) {
	for {
		if finished := live(s, done); finished && kills > 0 {
			return kills
		}
		s.kill()
		s.start()
		kills++
	}
}

// live waits until a server's life is over, or all is done. A life is long enough to
// get something done, and now and then not. It ends after a time, and not before some
// calls were answered, 64 on average: where a race detector or other tests have the
// processor, a time alone may be too short for any call, and nothing would get on.
func live(s *server, done <-chan struct{}) (finished bool) {
	end := time.Now().Add(20*time.Millisecond + rand.N(300*time.Millisecond))
	enough := s.answers.Load() + rand.N(int64(8*workers))
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(end) || s.answers.Load() < enough {
		select {
		case <-done:
			return true
		case <-tick.C:
		}
	}
	return false
}

// audit compares what is there with what was acknowledged.
func audit(t *testing.T, crew []*worker) {
	t.Helper()
	ctx := context.Background()
	wire := crew[0].wire()
	drafts, err := wire.DraftList(ctx)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := wire.TemplateList(ctx)
	if err != nil {
		t.Fatal(err)
	}
	crew[0].ledger.see(t, templates)
	var ids []int64
	seen := map[int64]bool{}
	for _, template := range templates {
		if seen[template.TemplateID] {
			t.Errorf("template id %d is there twice", template.TemplateID)
		}
		seen[template.TemplateID] = true
	}
	for _, w := range crew {
		ids = append(ids, w.drafts...)
		w.auditDraft(drafts)
		w.auditTemplates(templates)
	}
	slices.Sort(ids)
	if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
		t.Errorf("%d acknowledged uploads have %d ids between them", len(ids), n)
	}
}

func (w *worker) auditDraft(all []wxopen.Draft) {
	w.t.Helper()
	own := slices.DeleteFunc(slices.Clone(all), func(d wxopen.Draft) bool { return d.SourceMiniprogramAppid != w.dev })
	switch {
	case len(own) > 1:
		w.t.Errorf("%s has %d drafts", w.dev, len(own))
	case len(own) == 0 && w.lastDraft >= 0:
		w.t.Errorf("%s lost its draft %d", w.dev, w.lastDraft)
	case len(own) == 0:
	case own[0].DraftID == w.lastDraft && own[0].UserVersion != w.lastVersion:
		w.t.Errorf("draft %d of %s is version %s, was acknowledged as %s", w.lastDraft, w.dev, own[0].UserVersion, w.lastVersion)
	case own[0].DraftID < w.lastDraft:
		w.t.Errorf("%s has draft %d although %d was acknowledged", w.dev, own[0].DraftID, w.lastDraft)
	case own[0].DraftID > w.lastDraft && !slices.Contains(w.doubtful, own[0].UserVersion):
		w.t.Errorf("%s has draft %d of version %s, which was never uploaded after draft %d", w.dev, own[0].DraftID, own[0].UserVersion, w.lastDraft)
	}
}

func (w *worker) auditTemplates(all []wxopen.Template) {
	w.t.Helper()
	there := map[string]int{}
	for _, t := range all {
		if t.SourceMiniprogramAppid == w.dev {
			there[t.UserVersion]++
		}
	}
	for version, n := range there {
		if n > 1 {
			w.t.Errorf("version %s was added once and is there %d times", version, n)
		}
		if _, ok := w.added[version]; !ok {
			w.t.Errorf("version %s is a template and was never added", version)
		}
		if w.deleted[version] {
			w.t.Errorf("version %s is a template although its deletion was acknowledged", version)
		}
	}
	var lost []string
	for version, sure := range w.added {
		_, touched := w.deleted[version]
		if sure && !touched && there[version] == 0 {
			lost = append(lost, version)
		}
	}
	if len(lost) > 0 {
		w.t.Errorf("acknowledged templates are gone: %s", strings.Join(lost, ", "))
	}
}
