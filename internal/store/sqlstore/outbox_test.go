package sqlstore_test

import (
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// TestHoldsOfAnotherProcess: who had a SQLite file before is gone, and so is what it
// held. A node that begins on PostgreSQL leaves alone what other nodes hold.
func TestHoldsOfAnotherProcess(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:9000/event"
	claim := func(t *testing.T, s *sqlstore.Store, holder string) (n int) {
		t.Helper()
		must(t, s.Background(t.Context(), func(tx platform.Tx) error {
			now := time.Now()
			urls, err := tx.ClaimURLs(t.Context(), holder, now, now.Add(time.Hour), 9)
			n = len(urls)
			return err
		}))
		return n
	}
	for name, c := range map[string]struct {
		url       func(*testing.T) string
		closed    bool
		claimable int
	}{
		"File":     {file, true, 1},
		"Postgres": {database, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := c.url(t)
			w := newWorld(t, u, "wx00000000000000a1")
			must(t, w.store.Update(t.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
				d := platform.Delivery{ComponentAppid: w.appid, URL: url, State: platform.DeliveryPending, CreatedAt: tx.Now()}
				return tx.InsertDelivery(t.Context(), &d)
			}))
			if n := claim(t, w.store, "h"); n != 1 {
				t.Fatalf("%d URLs are claimed, want 1", n)
			}
			if n := claim(t, w.store, "g"); n != 0 {
				t.Errorf("%d URLs are claimed while they are held", n)
			}
			if c.closed {
				must(t, w.store.Close())
			}
			if n := claim(t, open(t, u), "g"); n != c.claimable {
				t.Errorf("%d URLs are claimed by who comes next, want %d", n, c.claimable)
			}
		})
	}
}
