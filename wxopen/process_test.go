package wxopen_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/wxopen"
)

// worker makes this test binary one of several processes of a platform.
var worker = flag.String("wxopen.worker", "", "be a process with this `task`, a workerTask as JSON, in place of the tests")

type workerTask struct {
	Place      place  `json:"place"`
	BaseURL    string `json:"base_url"`
	Name       string `json:"name"`
	Goroutines int    `json:"goroutines"`
	Hold       bool   `json:"hold"` // only write to the store, and be killed at that
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *worker != "" {
		if err := work(*worker); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work makes calls with both kinds of token until the service says that it is over.
// Any refusal that reaches a caller is an error.
func work(text string) error {
	var task workerTask
	if err := json.Unmarshal([]byte(text), &task); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	store, closeStore, err := task.Place.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = closeStore() }() // the process ends
	if task.Hold {
		return store.Update(ctx, ownKey, func(wxopen.StoreEntry) (wxopen.StoreEntry, error) {
			fmt.Println("locked")
			select {}
		})
	}
	c, err := wxopen.New(wxopen.Config{BaseURL: task.BaseURL, ComponentAppid: appid, ComponentSecret: secret, Store: store})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, task.Goroutines)
	for i := range task.Goroutines {
		wg.Go(func() {
			err := workUntilDone(ctx, c, fmt.Sprintf("%s-%d", task.Name, i))
			if err != nil {
				cancel()
			}
			errs <- err
		})
	}
	wg.Wait()
	for range task.Goroutines {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func workUntilDone(ctx context.Context, c *wxopen.Client, name string) error {
	query := url.Values{"worker": {name}}
	for {
		var component, account struct {
			Done bool `json:"done"`
		}
		raw, err := c.Call(ctx, "GET", "/wxa/component", query, nil)
		if err == nil {
			err = json.Unmarshal(raw, &component)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		raw, err = c.Authorizer(merchant, nil).Call(ctx, "GET", "/wxa/merchant", query, nil)
		if err == nil {
			err = json.Unmarshal(raw, &account)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if component.Done && account.Done {
			return nil
		}
	}
}

// process returns a worker, to be started.
func process(t *testing.T, task workerTask) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), self, "-wxopen.worker="+string(text))
}

// The lock of a process that is killed is free, and the file is as it was.
func TestFileStoreOfAKilledProcess(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "file")
	store := p.mustOpen(t)
	put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
	cmd := process(t, workerTask{Place: p, Hold: true})
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	change := func(e wxopen.StoreEntry) (wxopen.StoreEntry, error) {
		e.Ticket += "!"
		return e, nil
	}
	if err := store.Update(ctx, ownKey, change); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("while the other process has the lock: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
	if err := store.Update(t.Context(), ownKey, change); err != nil {
		t.Error(err)
	}
	if got := get(t, store, ownKey).Ticket; got != ticket+"!" {
		t.Errorf("got %q", got)
	}
}

// TestProcessesShareTokens: processes that hammer a service which ends a token at
// once when it gives out the next, and expires each when all have used it, fetch as
// often as tokens expire and not once more; no call fails.
func TestProcessesShareTokens(t *testing.T) {
	t.Parallel()
	const processes, goroutines, rounds = 4, 3, 12
	for _, kind := range storeKinds[1:] {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWechat()
			w.workers, w.rounds = processes*goroutines, rounds
			server := httptest.NewServer(w)
			defer server.Close()
			p := newPlace(t, kind)
			store := p.mustOpen(t)
			put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
			put(t, store, merchantKey, wxopen.StoreEntry{RefreshToken: refreshToken})
			var wg sync.WaitGroup
			for i := range processes {
				cmd := process(t, workerTask{Place: p, BaseURL: server.URL, Name: fmt.Sprint("process", i), Goroutines: goroutines})
				wg.Go(func() {
					if out, err := cmd.CombinedOutput(); err != nil {
						t.Errorf("process %d: %v\n%s", i, err, strings.TrimSpace(string(out)))
					}
				})
			}
			wg.Wait()
			for name, g := range map[string]*grant{"component": &w.component, "merchant": &w.merchant} {
				if g.fetches != rounds+1 || g.needed != rounds+1 || g.expiry != rounds {
					t.Errorf("%s: %d fetches, %d of them needed, for %d expiries", name, g.fetches, g.needed, g.expiry)
				}
			}
			t.Logf("%d processes: fetches of the component's token %d, of the merchant's %d, refused on the way %v", processes, w.component.fetches, w.merchant.fetches, w.refused)
		})
	}
}
