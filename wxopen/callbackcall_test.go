package wxopen_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

func anyFunc(f func(ctx context.Context, e wxopen.Event) ([]byte, error)) func(*wxopen.CallbackConfig) {
	return func(cfg *wxopen.CallbackConfig) { cfg.On.Any = f }
}

func TestCallbackStoresTheTicket(t *testing.T) {
	t.Parallel()
	store := new(wxopen.MemoryTicketStore)
	h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
		cfg.Tickets = store
		cfg.On.Ticket = func(ctx context.Context, e *wxopen.TicketEvent) error {
			if got, err := store.Ticket(ctx); err != nil || got != e.Ticket {
				t.Errorf("called before it was stored: %v", err)
			}
			return nil
		}
	})
	checkSuccess(t, "ticket", answer(h, push(t, systemPush("component_verify_ticket", ticketElement))))
	checkRefused(t, "no ticket", answer(h, push(t, systemPush("component_verify_ticket", ""))), http.StatusInternalServerError)
	if got, err := store.Ticket(t.Context()); err != nil || got != "ticket@@@abc" {
		t.Errorf("%q, %v", got, err)
	}
}

// slowStore is a ticket store that can fail.
type slowStore struct {
	wxopen.TicketStore
	err error
	got string
}

func (s *slowStore) SetTicket(ctx context.Context, ticket string) error {
	if _, ok := ctx.Deadline(); !ok {
		return errors.New("no deadline")
	}
	s.got = ticket
	return s.err
}

func TestCallbackTicketStoreFails(t *testing.T) {
	t.Parallel()
	store := new(slowStore)
	h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
		cfg.Tickets = store
		cfg.On.Ticket = func(context.Context, *wxopen.TicketEvent) error {
			if store.err != nil {
				t.Error("called without a stored ticket")
			}
			return nil
		}
	})
	inner := systemPush("component_verify_ticket", ticketElement)
	checkSuccess(t, "stored", answer(h, push(t, inner)))
	if store.got != "ticket@@@abc" {
		t.Errorf("stored %q", store.got)
	}
	store.err = errors.New("disk full")
	checkRefused(t, "not stored", answer(h, push(t, inner)), http.StatusInternalServerError)
	if !errors.Is(h.err, store.err) {
		t.Errorf("%v", h.err)
	}
}

func TestCallbackReplies(t *testing.T) {
	t.Parallel()
	const reply = "<xml><Content><![CDATA[TESTCOMPONENT_MSG_TYPE_TEXT_callback]]></Content></xml>"
	h := newReceiver(t, anyFunc(func(_ context.Context, e wxopen.Event) ([]byte, error) {
		if e.Info().Fields.Text("Content") == "" && !e.Info().System() {
			return []byte{}, nil
		}
		return []byte(reply), nil
	}))
	const text = "<xml><MsgType>text</MsgType><Content>TESTCOMPONENT_MSG_TYPE_TEXT</Content></xml>"
	w := answer(h, push(t, text, wxcrypt.ForAccount("gh_1", "o1")))
	opened, err := pushCipher(t).OpenReply(w.Body.Bytes())
	if w.Code != http.StatusOK || err != nil || string(opened.Message) != reply || opened.Timestamp != "1700000000" || opened.Nonce == "1029384756" {
		t.Errorf("%d %v, %v", w.Code, opened, err)
	}
	if kind := w.Header().Get("Content-Type"); kind != "text/xml" {
		t.Errorf("Content-Type %s", kind)
	}
	checkSuccess(t, "empty reply", answer(h, push(t, "<xml><MsgType>text</MsgType></xml>")))
	checkRefused(t, "system event", answer(h, push(t, systemPush("authorized", ""))), http.StatusInternalServerError)
	if !errors.Is(h.err, wxopen.ErrCallbackReply) {
		t.Errorf("%v", h.err)
	}
}

// The key of the message is that of the reply.
func TestCallbackRepliesWithThePreviousKey(t *testing.T) {
	t.Parallel()
	h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
		var err error
		if cfg.Cipher, err = wxcrypt.New("pushtoken", strings.Repeat("A", 43), appid, wxcrypt.PreviousKey(pushKey)); err != nil {
			t.Fatal(err)
		}
		cfg.On.Any = func(context.Context, wxopen.Event) ([]byte, error) { return []byte("<xml/>"), nil }
	})
	w := answer(h, push(t, "<xml><MsgType>text</MsgType></xml>"))
	if opened, err := pushCipher(t).OpenReply(w.Body.Bytes()); err != nil || string(opened.Message) != "<xml/>" {
		t.Errorf("%v, %v", opened, err)
	}
}

func TestCallbackAuthorizerAppid(t *testing.T) {
	t.Parallel()
	message := accountPush("weapp_audit_success", "")
	for _, row := range []struct {
		name, inner, want string
		take              func(*http.Request) string
	}{
		{"path value", message, "wx00000000000000a1", nil},
		{"query", message, "wxquery", func(r *http.Request) string { return r.URL.Query().Get("account") }},
		{"a system event names it", systemPush("unauthorized", "<AuthorizerAppid>wxsigned</AuthorizerAppid>"), "wxsigned", nil},
		{"or not", systemPush("component_verify_ticket", ticketElement), "", nil},
	} {
		called := false
		h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
			cfg.AuthorizerAppid = row.take
			cfg.On.Any = func(_ context.Context, e wxopen.Event) ([]byte, error) {
				called = true
				if got := e.Info().AuthorizerAppid; got != row.want {
					t.Errorf("%s: %q", row.name, got)
				}
				return nil, nil
			}
		})
		mux := http.NewServeMux()
		mux.Handle("POST /{appid}/message", h)
		r := push(t, row.inner, wxcrypt.ForAccount("gh_fb9688c2a4b2", "o1"))
		r.URL.Path = "/wx00000000000000a1/message"
		r.URL.RawQuery += "&account=wxquery"
		checkSuccess(t, row.name, answer(mux, r))
		if !called {
			t.Errorf("%s: not called", row.name)
		}
	}
}

func TestCallbackOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := newReceiver(t, nil)
	checkRefused(t, "no XML", answer(h, push(t, "ticket@@@abc")), http.StatusInternalServerError)
	if !errors.Is(h.err, wxopen.ErrEventXML) || strings.Contains(h.err.Error(), "ticket") {
		t.Errorf("%v", h.err)
	}
}

func TestCallbackPanics(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"value":   func() { panic("odd") },
		"runtime": func() { _ = pushTime.String()[1000] },
		"abort":   func() { panic(http.ErrAbortHandler) },
		"goexit":  runtime.Goexit,
	} {
		h := newReceiver(t, anyFunc(func(context.Context, wxopen.Event) ([]byte, error) {
			f()
			return nil, nil
		}))
		checkRefused(t, name, answer(h, push(t, systemPush("authorized", ""))), http.StatusInternalServerError)
		if !errors.Is(h.err, wxopen.ErrCallbackPanic) || name == "value" && !strings.Contains(h.err.Error(), "odd") {
			t.Errorf("%s: %v", name, h.err)
		}
	}
}

// WeChat waits for five seconds: it is answered before, whatever a function does.
func TestCallbackTimeout(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name          string
		timeout, want time.Duration
		heeds         bool
	}{
		{"heeds its context", 0, 4500 * time.Millisecond, true},
		{"heeds nothing", 0, 4500 * time.Millisecond, false},
		{"a time of its own", time.Second, time.Second, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
				cfg.Timeout = row.timeout
				cfg.On.Any = func(ctx context.Context, _ wxopen.Event) ([]byte, error) {
					if row.heeds {
						<-ctx.Done()
						return nil, ctx.Err()
					}
					<-release
					return nil, nil
				}
			})
			r := push(t, systemPush("authorized", ""))
			start := time.Now()
			checkRefused(t, row.name, answer(h, r), http.StatusInternalServerError)
			if took := time.Since(start); took != row.want {
				t.Errorf("%s: %s", row.name, took)
			}
			if !errors.Is(h.err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", row.name, h.err)
			}
			close(release)
		})
	}
}

// deadlines is a writer that keeps what it is told.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}

// A body that does not come holds nobody up, and its deadline ends with it.
func TestCallbackReadDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		newReceiver(t, nil).ServeHTTP(w, push(t, systemPush("authorized", "")))
		checkSuccess(t, "push", w.ResponseRecorder)
		if len(w.set) != 2 || !w.set[0].Equal(time.Now().Add(5*time.Second)) || !w.set[1].IsZero() {
			t.Errorf("%v", w.set)
		}
	})
}

// Over a real connection, several at once.
func TestCallbackOverHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newReceiver(t, nil))
	defer server.Close()
	results := make(chan error)
	const pushes = 20
	for range pushes {
		r := push(t, systemPush("authorized", ""))
		go func() {
			r, err := http.NewRequestWithContext(t.Context(), r.Method, server.URL+r.URL.RequestURI(), r.Body)
			if err != nil {
				results <- err
				return
			}
			resp, err := server.Client().Do(r)
			if err == nil {
				err = resp.Body.Close()
				if resp.StatusCode != http.StatusOK || resp.ContentLength != int64(len("success")) {
					err = errors.New(resp.Status)
				}
			}
			results <- err
		}()
	}
	for range pushes {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}
