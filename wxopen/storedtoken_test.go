package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

// issuer gives tokens out; each one ends the one before it at once.
type issuer struct {
	life time.Duration
	took time.Duration // of a fetch
	// fails, if not nil, may refuse the n-th fetch, from 1.
	fails func(n int) error

	mu      sync.Mutex
	fetches int
}

func (i *issuer) fetch(ctx context.Context, _ wxopen.StoreEntry) (wxopen.FetchedToken, error) {
	if i.took > 0 {
		select {
		case <-time.After(i.took):
		case <-ctx.Done():
			return wxopen.FetchedToken{}, ctx.Err()
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fetches++
	if i.fails != nil {
		if err := i.fails(i.fetches); err != nil {
			return wxopen.FetchedToken{}, err
		}
	}
	return wxopen.FetchedToken{AccessToken: fmt.Sprint("token", i.fetches), ExpiresIn: i.life}, nil
}

func (i *issuer) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// sources returns sources over one store, as several processes have them.
func (i *issuer) sources(store wxopen.Store, n int) []*wxopen.StoredTokenSource {
	all := make([]*wxopen.StoredTokenSource, n)
	for at := range all {
		all[at] = &wxopen.StoredTokenSource{Store: store, Key: merchantKey, Fetch: i.fetch}
	}
	return all
}

// expect checks what a source says.
func expect(t *testing.T, s *wxopen.StoredTokenSource, want string) {
	t.Helper()
	if got, err := s.Token(t.Context()); err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestSourcesOverOneStoreFetchOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{took: time.Second}
		all := i.sources(new(wxopen.MemoryStore), 8)
		round := func(want string, ask func(s *wxopen.StoredTokenSource) (string, error)) {
			t.Helper()
			var wg sync.WaitGroup
			for _, s := range all {
				for range 5 {
					wg.Go(func() {
						if got, err := ask(s); err != nil || got != want {
							t.Errorf("got %q, %v; want %q", got, err, want)
						}
					})
				}
			}
			wg.Wait()
		}
		token := func(s *wxopen.StoredTokenSource) (string, error) { return s.Token(t.Context()) }
		round("token1", token)
		round("token1", token)
		time.Sleep(2 * time.Hour)
		round("token2", token)
		round("token3", func(s *wxopen.StoredTokenSource) (string, error) { return s.Renew(t.Context(), "token2") })
		round("token3", func(s *wxopen.StoredTokenSource) (string, error) { return s.Renew(t.Context(), "token1") })
		if n := i.count(); n != 3 {
			t.Errorf("%d fetches, want 3", n)
		}
	})
}

func TestStoredTokenIsRenewedAheadByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		all := i.sources(new(wxopen.MemoryStore), 3)
		expect(t, all[0], "token1")
		time.Sleep(110*time.Minute - time.Second)
		for _, s := range all {
			expect(t, s, "token1")
		}
		synctest.Wait()
		if n := i.count(); n != 1 {
			t.Fatalf("%d fetches more than 10 minutes ahead", n)
		}
		time.Sleep(6 * time.Second)
		i.took = 10 * time.Second
		began := time.Now()
		for range 3 {
			for _, s := range all {
				expect(t, s, "token1") // while one of them fetches
				synctest.Wait()
			}
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("callers waited %v", waited)
		}
		time.Sleep(15 * time.Second)
		for _, s := range all {
			expect(t, s, "token2")
		}
		if n := i.count(); n != 2 {
			t.Errorf("%d fetches, want 2", n)
		}
	})
}

// A source that was idle, or rests on an older token, finds what another brought
// within five seconds.
func TestStoredTokenOfAnotherIsTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		all := i.sources(new(wxopen.MemoryStore), 2)
		expect(t, all[0], "token1")
		expect(t, all[1], "token1")
		if got, err := all[0].Renew(t.Context(), "token1"); got != "token2" || err != nil {
			t.Fatal(got, err)
		}
		time.Sleep(4 * time.Second)
		expect(t, all[1], "token1")
		time.Sleep(time.Second)
		expect(t, all[1], "token2")
		if n := i.count(); n != 2 {
			t.Errorf("%d fetches, want 2", n)
		}
	})
}

func TestLeaseOfADeadProcessRunsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, new(wxopen.MemoryStore)
		put(t, store, merchantKey, wxopen.StoreEntry{Lease: wxopen.StoreLease{Holder: "dead", Until: time.Now().Add(30 * time.Second)}})
		began := time.Now()
		var wg sync.WaitGroup
		for _, s := range i.sources(store, 4) {
			wg.Go(func() { expect(t, s, "token1") })
		}
		wg.Wait()
		if waited := time.Since(began); waited < 30*time.Second || waited > 31*time.Second || i.count() != 1 {
			t.Errorf("%d fetches after %v, want 1 after 30 s", i.count(), waited)
		}
	})
}

// A holder that was asleep for longer than its lease must not put its token over
// that of the next one, nor go on with it.
func TestLeaseThatWasLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, new(wxopen.MemoryStore)
		slow := &wxopen.StoredTokenSource{Store: store, Key: merchantKey, Fetch: func(context.Context, wxopen.StoreEntry) (wxopen.FetchedToken, error) {
			time.Sleep(40 * time.Second) // whatever the context says
			return wxopen.FetchedToken{AccessToken: "late"}, nil
		}}
		var wg sync.WaitGroup
		wg.Go(func() { expect(t, slow, "token1") })
		synctest.Wait()
		wg.Go(func() { expect(t, i.sources(store, 1)[0], "token1") })
		wg.Wait()
		if got := get(t, store, merchantKey); got.AccessToken != "token1" || got.Lease.Holder != "" || i.count() != 1 {
			t.Errorf("the store has %s after %d fetches", deep(got), i.count())
		}
	})
}

func TestStoredFetchThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("refused")
		i := &issuer{fails: func(n int) error {
			if n <= 2 {
				return failure
			}
			return nil
		}}
		store := new(wxopen.MemoryStore)
		all := i.sources(store, 2)
		began := time.Now()
		for _, s := range all {
			if got, err := s.Token(t.Context()); got != "" || !errors.Is(err, failure) {
				t.Errorf("got %q, %v", got, err)
			}
		}
		if got := get(t, store, merchantKey); got.Lease.Holder != "" {
			t.Errorf("the lease was kept: %s", deep(got))
		}
		expect(t, all[0], "token3")
		if waited := time.Since(began); waited != 0 {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestFailedStoredRenewalBacksOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{fails: func(n int) error {
			if n > 1 {
				return errors.New("refused")
			}
			return nil
		}}
		s := i.sources(new(wxopen.MemoryStore), 1)[0]
		expect(t, s, "token1")
		time.Sleep(110 * time.Minute)
		for range 9 * 60 { // nine minutes, a call a second
			expect(t, s, "token1")
			time.Sleep(time.Second)
		}
		if n := i.count(); n < 10 || n > 25 {
			t.Errorf("%d fetches in nine minutes", n)
		}
		time.Sleep(2 * time.Minute)
		if got, err := s.Token(t.Context()); err == nil {
			t.Errorf("an expired token was given out: %q", got)
		}
	})
}

func TestStoredFetchThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, new(wxopen.MemoryStore)
		ends := &wxopen.StoredTokenSource{Store: store, Key: merchantKey, Fetch: func(context.Context, wxopen.StoreEntry) (wxopen.FetchedToken, error) {
			runtime.Goexit()
			return wxopen.FetchedToken{}, nil
		}}
		if got, err := ends.Token(t.Context()); err == nil {
			t.Errorf("got %q", got)
		}
		hangs := &wxopen.StoredTokenSource{Store: store, Key: ownKey, Fetch: func(ctx context.Context, _ wxopen.StoreEntry) (wxopen.FetchedToken, error) {
			<-ctx.Done()
			return wxopen.FetchedToken{}, ctx.Err()
		}}
		began := time.Now()
		if _, err := hangs.Token(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 25*time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
		empty := &wxopen.StoredTokenSource{Store: store, Key: ownKey, Fetch: func(context.Context, wxopen.StoreEntry) (wxopen.FetchedToken, error) {
			return wxopen.FetchedToken{}, nil
		}}
		if got, err := empty.Token(t.Context()); err == nil {
			t.Errorf("got %q", got)
		}
		expect(t, i.sources(store, 1)[0], "token1") // after the lease
	})
}

func TestWaitingForAStoredTokenEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{took: 10 * time.Second}
		s := i.sources(new(wxopen.MemoryStore), 1)[0]
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := s.Token(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() { expect(t, s, "token1") })
		wg.Wait()
		if n := i.count(); n != 1 {
			t.Errorf("%d fetches, want 1", n)
		}
	})
}

// A fixed subtraction from the life would fetch on every call here.
func TestShortStoredLivesDoNotLoop(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{50 * time.Second, 5 * time.Minute, 0, -1} {
		synctest.Test(t, func(t *testing.T) {
			i := &issuer{life: life}
			s := i.sources(new(wxopen.MemoryStore), 1)[0]
			for range 40 {
				expect(t, s, "token1")
				time.Sleep(time.Second)
			}
			if n := i.count(); n != 1 {
				t.Errorf("%v: %d fetches in 40 s, want 1", life, n)
			}
		})
	}
}

// brokenStore fails while it is broken.
type brokenStore struct {
	wxopen.MemoryStore
	reads, writes error
}

func (s *brokenStore) Read(ctx context.Context, key wxopen.StoreKey) (wxopen.StoreEntry, error) {
	if s.reads != nil {
		return wxopen.StoreEntry{}, s.reads
	}
	return s.MemoryStore.Read(ctx, key)
}

func (s *brokenStore) Update(ctx context.Context, key wxopen.StoreKey, change func(wxopen.StoreEntry) (wxopen.StoreEntry, error)) error {
	if s.writes != nil {
		return s.writes
	}
	return s.MemoryStore.Update(ctx, key, change)
}

func TestStoreThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("connection refused")
		i, store := &issuer{}, new(brokenStore)
		s := i.sources(store, 1)[0]
		expect(t, s, "token1")
		store.reads, store.writes = down, down
		time.Sleep(time.Hour)
		expect(t, s, "token1") // it is good still
		if got, err := s.Renew(t.Context(), "token1"); !errors.Is(err, down) {
			t.Errorf("got %q, %v", got, err)
		}
		time.Sleep(time.Hour)
		if got, err := s.Token(t.Context()); !errors.Is(err, down) {
			t.Errorf("got %q, %v", got, err)
		}
		store.reads = nil
		if got, err := s.Token(t.Context()); !errors.Is(err, down) { // without the lease there is no fetch
			t.Errorf("got %q, %v", got, err)
		}
		if n := i.count(); n != 1 {
			t.Errorf("%d fetches, want 1", n)
		}
		// It fails once the lease is taken: what was fetched is used nevertheless.
		store.writes = nil
		i.fails = func(int) error {
			store.writes = down
			return nil
		}
		expect(t, s, "token2")
		expect(t, s, "token2")
		store.writes, i.fails = nil, nil
		time.Sleep(31 * time.Second)
		if got, err := s.Renew(t.Context(), "token2"); got != "token3" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		if got := get(t, store, merchantKey).AccessToken; got != "token3" {
			t.Errorf("the store has %q", got)
		}
	})
}

func TestStoredTokensPrintNoSecrets(t *testing.T) {
	t.Parallel()
	store := new(wxopen.MemoryStore)
	put(t, store, merchantKey, fullEntry())
	s := (&issuer{}).sources(store, 1)[0]
	if _, err := s.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{store, s, fullEntry(), wxopen.FetchedToken{AccessToken: "103_stored", RefreshToken: refreshToken}} {
		text := fmt.Sprintf("%v %+v %#v %s", v, v, v, v)
		for _, leak := range []string{"103_", "token1", refreshToken, ticket} {
			if strings.Contains(text, leak) {
				t.Errorf("%q in %s", leak, text)
			}
		}
	}
}
