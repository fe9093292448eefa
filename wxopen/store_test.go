package wxopen_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"draftbox/internal/store/pgtest"
	"draftbox/wxopen"
)

// place is where a store is, for any process to open.
type place struct {
	Kind string `json:"kind"` // memory, file, sqlite or pgx
	Name string `json:"name"` // path or URL
}

var storeKinds = []string{"memory", "file", "sqlite", "pgx"}

// newPlace returns a place with nothing in it.
func newPlace(t *testing.T, kind string) place {
	t.Helper()
	p := place{Kind: kind}
	switch kind {
	case "file":
		p.Name = filepath.Join(t.TempDir(), "wechat.json")
	case "sqlite":
		p.Name = filepath.Join(t.TempDir(), "wechat.db")
	case "pgx":
		p.Name = pgtest.Database(t)
	}
	return p
}

// open opens the store of a place. What closes it may be called once.
func (p place) open(ctx context.Context) (store wxopen.Store, closeStore func() error, err error) {
	switch p.Kind {
	case "memory":
		return new(wxopen.MemoryStore), func() error { return nil }, nil
	case "file":
		store, err := wxopen.NewFileStore(p.Name)
		return store, func() error { return nil }, err
	}
	name := p.Name
	if p.Kind == "sqlite" {
		name = "file:" + filepath.ToSlash(name) + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"
	}
	db, err := sql.Open(p.Kind, name)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(4)
	s := wxopen.NewSQLStore(db)
	err = s.CreateTables(ctx)
	return s, db.Close, err
}

func (p place) mustOpen(t *testing.T) wxopen.Store {
	t.Helper()
	store, closeStore, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeStore(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// onEachStore runs a test on a new store of each kind.
func onEachStore(t *testing.T, test func(t *testing.T, p place, store wxopen.Store)) {
	t.Helper()
	for _, kind := range storeKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, kind)
			test(t, p, p.mustOpen(t))
		})
	}
}

// put writes an entry whatever was there.
func put(t *testing.T, store wxopen.Store, key wxopen.StoreKey, entry wxopen.StoreEntry) {
	t.Helper()
	err := store.Update(t.Context(), key, func(wxopen.StoreEntry) (wxopen.StoreEntry, error) { return entry, nil })
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, store wxopen.Store, key wxopen.StoreKey) wxopen.StoreEntry {
	t.Helper()
	entry, err := store.Read(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

var (
	ownKey      = wxopen.StoreKey{Component: appid}
	merchantKey = wxopen.StoreKey{Component: appid, Authorizer: merchant}
)

func fullEntry() wxopen.StoreEntry {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
	return wxopen.StoreEntry{
		Ticket: ticket, AccessToken: "103_stored", RefreshToken: refreshToken, FetchedAt: at, ExpiresAt: at.Add(2 * time.Hour), GrantedAt: at.Add(-time.Minute),
		Lease: wxopen.StoreLease{Holder: "HOLDER", Until: at.Add(30 * time.Second)},
	}
}

func TestStoreKeepsEntries(t *testing.T) {
	t.Parallel()
	onEachStore(t, func(t *testing.T, p place, store wxopen.Store) {
		if got := get(t, store, ownKey); !cmp.Equal(got, wxopen.StoreEntry{}) {
			t.Errorf("an entry of an empty store: %s", deep(got))
		}
		full := fullEntry()
		put(t, store, merchantKey, full)
		put(t, store, ownKey, wxopen.StoreEntry{Ticket: "other"})
		if p.Kind != "memory" {
			store = p.mustOpen(t) // what was written is there for others
		}
		if got := get(t, store, merchantKey); !cmp.Equal(got, full) {
			t.Errorf("got %s, want %s", deep(got), deep(full))
		}
		if got := get(t, store, ownKey); !cmp.Equal(got, wxopen.StoreEntry{Ticket: "other"}) {
			t.Errorf("the platform's: %s", deep(got))
		}
		if got := get(t, store, wxopen.StoreKey{Component: "wx0000000000000002", Authorizer: merchant}); !cmp.Equal(got, wxopen.StoreEntry{}) {
			t.Errorf("another platform's: %s", deep(got))
		}
		failure := errors.New("changed my mind")
		err := store.Update(t.Context(), merchantKey, func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
			if !cmp.Equal(e, full) {
				t.Errorf("to be changed: %s", deep(e))
			}
			return wxopen.StoreEntry{Ticket: "lost"}, failure
		})
		if got := get(t, store, merchantKey); !errors.Is(err, failure) || !cmp.Equal(got, full) {
			t.Errorf("after a failed change: %s, %v", deep(got), err)
		}
		for range 2 { // of what is there, and of nothing
			put(t, store, merchantKey, wxopen.StoreEntry{})
			if got := get(t, store, merchantKey); !cmp.Equal(got, wxopen.StoreEntry{}) {
				t.Errorf("after the removal: %s", deep(got))
			}
		}
	})
}

func TestStoreRefusesKeys(t *testing.T) {
	t.Parallel()
	onEachStore(t, func(t *testing.T, _ place, store wxopen.Store) {
		for _, key := range []wxopen.StoreKey{{}, {Authorizer: merchant}, {Component: "a/b"}, {Component: "a", Authorizer: "b/c"}} {
			err := store.Update(t.Context(), key, func(wxopen.StoreEntry) (wxopen.StoreEntry, error) {
				return wxopen.StoreEntry{Ticket: "x"}, nil
			})
			if err == nil {
				t.Errorf("%q was taken", key)
			}
		}
	})
}

// Nothing that somebody writes is lost, also where the entry goes and comes.
func TestStoreUpdatesAreOneStep(t *testing.T) {
	t.Parallel()
	const writers, rounds = 6, 20
	onEachStore(t, func(t *testing.T, p place, store wxopen.Store) {
		var wg sync.WaitGroup
		for i := range writers {
			own := store
			if p.Kind != "memory" && i%2 == 1 {
				own = p.mustOpen(t)
			}
			wg.Go(func() {
				for range rounds {
					err := own.Update(t.Context(), ownKey, func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
						n, _ := strconv.Atoi(e.Ticket)
						e.Ticket = strconv.Itoa(n + 1)
						return e, nil
					})
					if err == nil {
						err = own.Update(t.Context(), merchantKey, func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
							if e.Ticket != "" {
								return wxopen.StoreEntry{}, nil
							}
							return wxopen.StoreEntry{Ticket: "x"}, nil
						})
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got := get(t, store, ownKey).Ticket; got != fmt.Sprint(writers*rounds) {
			t.Errorf("%s updates, want %d", got, writers*rounds)
		}
		if got := get(t, store, merchantKey).Ticket; got != "" { // an even number of times
			t.Errorf("the entry that came and went is %q", got)
		}
	})
}

func TestStoredTickets(t *testing.T) {
	t.Parallel()
	onEachStore(t, func(t *testing.T, _ place, store wxopen.Store) {
		put(t, store, ownKey, wxopen.StoreEntry{AccessToken: "103_stays"})
		tickets := &wxopen.StoredTickets{Store: store, ComponentAppid: appid}
		if got, err := tickets.Ticket(t.Context()); got != "" || !errors.Is(err, wxopen.ErrNoTicket) {
			t.Errorf("got %q, %v", got, err)
		}
		for _, pushed := range []string{"ticket@@@old", ticket, ticket, ""} {
			if err := tickets.SetTicket(t.Context(), pushed); err != nil {
				t.Error(err)
			}
		}
		if got, err := tickets.Ticket(t.Context()); got != ticket || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		if got := get(t, store, ownKey).AccessToken; got != "103_stays" {
			t.Errorf("the token became %q", got)
		}
	})
}

func TestFileStoreFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "file")
	store := p.mustOpen(t)
	put(t, store, merchantKey, fullEntry())
	info, err := os.Stat(p.Name)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	text, err := os.ReadFile(p.Name)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(text, &got); err != nil || len(got) != 1 || got[appid+"/"+merchant] == nil {
		t.Errorf("%s: %v", text, err)
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(p.Name), "*"))
	if err != nil || len(names) != 2 { // with the lock
		t.Errorf("left behind: %q, %v", names, err)
	}
}

func TestFileStoreOfADamagedFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "file")
	store := p.mustOpen(t)
	for _, text := range []string{"", "null", "[]", `{"` + ticket, `{"a":{"ticket":7}}`} {
		if err := os.WriteFile(p.Name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, readErr := store.Read(t.Context(), ownKey)
		writeErr := (&wxopen.StoredTickets{Store: store, ComponentAppid: appid}).SetTicket(t.Context(), "new")
		for _, err := range []error{readErr, writeErr} {
			if err == nil || strings.Contains(err.Error(), ticket) || !strings.Contains(err.Error(), p.Name) {
				t.Errorf("%q: %v", text, err)
			}
		}
		if left, err := os.ReadFile(p.Name); err != nil || string(left) != text {
			t.Errorf("%q became %q, %v", text, left, err)
		}
	}
}

func TestFileStoreNeedsItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "no", "wechat.json"), filepath.Join(dir, "file", "wechat.json")} {
		if _, err := wxopen.NewFileStore(path); err == nil {
			t.Errorf("%s was taken", path)
		}
	}
}

// A caller does not wait for the lock longer than its context lives.
func TestFileStoreLockAndContext(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "file")
	holder, waiter := p.mustOpen(t), p.mustOpen(t)
	err := holder.Update(t.Context(), ownKey, func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
		for _, other := range []wxopen.Store{holder, waiter} {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			err := other.Update(ctx, ownKey, func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
				t.Error("changed by two at once")
				return e, nil
			})
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		}
		e.Ticket = ticket
		return e, nil
	})
	if got := get(t, waiter, ownKey).Ticket; err != nil || got != ticket {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSQLStoreErrors(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(t.TempDir(), "x.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	store := wxopen.NewSQLStore(db)
	if _, err := store.Read(t.Context(), ownKey); err == nil {
		t.Error("read without a table")
	}
	for range 2 {
		if err := store.CreateTables(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
	if _, err := db.ExecContext(t.Context(), `update wxopen_store set entry = '{"ticket":"`+ticket+`'`); err != nil {
		t.Fatal(err)
	}
	_, err = store.Read(t.Context(), ownKey)
	if err == nil || strings.Contains(err.Error(), ticket) {
		t.Errorf("a damaged entry: %v", err)
	}
}
