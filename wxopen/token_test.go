package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

const (
	tokenPath = "/cgi-bin/component/api_component_token"
	listPath  = "/wxa/gettemplatelist"
	draftPath = "/wxa/gettemplatedraftlist"
	addPath   = "/wxa/addtotemplate"
	delPath   = "/wxa/deletetemplate"
)

// delayed makes every call of a path take some time.
func delayed(path string, d time.Duration) func(string, int) outcome {
	return func(p string, _ int) outcome {
		if p == path {
			return outcome{delay: d}
		}
		return outcome{}
	}
}

func TestManyCallersFetchOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.fault = delayed(tokenPath, time.Second)
		c := s.client(t)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if _, err := c.DraftList(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := s.count(tokenPath); n != 1 {
			t.Errorf("%d fetches, want 1", n)
		}
	})
}

func TestManyRefusedCallersFetchOneToken(t *testing.T) {
	t.Parallel()
	for _, code := range []wxopen.Code{wxopen.ErrInvalidCredential, wxopen.ErrInvalidAccessToken, wxopen.ErrTokenExpired} {
		t.Run(code.Error(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				c := s.client(t)
				if _, err := c.DraftList(t.Context()); err != nil {
					t.Fatal(err)
				}
				s.revoke()
				s.fault = func(path string, n int) outcome {
					switch {
					case path == draftPath && n > 1 && n <= 101:
						// They fail one after another, some after the new token came.
						return outcome{code: int(code), delay: time.Duration(n) * 20 * time.Millisecond}
					case path == tokenPath:
						return outcome{delay: time.Second}
					}
					return outcome{}
				}
				var wg sync.WaitGroup
				for range 100 {
					wg.Go(func() {
						if _, err := c.DraftList(t.Context()); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if n := s.count(tokenPath); n != 2 {
					t.Errorf("%d fetches, want 2", n)
				}
				if n := s.count(draftPath); n != 201 {
					t.Errorf("%d list calls, want 1 + 100 refused + 100 repeated", n)
				}
			})
		})
	}
}

func TestRefusedTwiceGivesUp(t *testing.T) {
	t.Parallel()
	for name, outcomes := range map[string][]outcome{
		"at once":          {{code: 40001}, {code: 40001}},
		"after being busy": {{code: 40001}, {code: -1}, {code: 40001}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				s.fault = faults(map[string][]outcome{draftPath: outcomes})
				_, err := s.client(t).DraftList(t.Context())
				if !errors.Is(err, wxopen.ErrInvalidCredential) {
					t.Errorf("got %v", err)
				}
				if fetches, lists := s.count(tokenPath), s.count(draftPath); fetches != 2 || lists != len(outcomes) {
					t.Errorf("%d fetches and %d lists, want 2 and %d", fetches, lists, len(outcomes))
				}
			})
		})
	}
}

func TestOtherRefusalsFetchNoToken(t *testing.T) {
	t.Parallel()
	for _, code := range []int{48001, 61014, 61003, 41001, 85064} {
		s := newService()
		s.fault = func(path string, _ int) outcome {
			if path == draftPath {
				return outcome{code: code}
			}
			return outcome{}
		}
		_, err := s.client(t).DraftList(t.Context())
		if !errors.Is(err, wxopen.Code(code)) || s.count(tokenPath) != 1 || s.count(draftPath) != 1 {
			t.Errorf("%d: error %v after %d fetches and %d calls", code, err, s.count(tokenPath), s.count(draftPath))
		}
	}
}

func TestStaticTokenIsNotReplaced(t *testing.T) {
	t.Parallel()
	s := newService()
	c := s.client(t, func(cfg *wxopen.Config) { cfg.Tokens = wxopen.StaticToken("statictoken") })
	if _, err := c.DraftList(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.revoke()
	if _, err := c.DraftList(t.Context()); !errors.Is(err, wxopen.ErrInvalidCredential) {
		t.Errorf("got %v", err)
	}
	if n := s.count(tokenPath); n != 0 {
		t.Errorf("%d fetches", n)
	}
}

func TestRefusalAndFailedRenewalAreBothTold(t *testing.T) {
	t.Parallel()
	s := newService()
	c := s.client(t)
	if _, err := c.DraftList(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.revoke()
	s.fault = func(path string, _ int) outcome {
		if path == tokenPath {
			return outcome{code: 61006}
		}
		return outcome{}
	}
	_, err := c.DraftList(t.Context())
	if !errors.Is(err, wxopen.ErrInvalidCredential) || !errors.Is(err, wxopen.ErrTicketInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestTokenIsRenewedAheadInTheBackground(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		c := s.client(t)
		token := func() string {
			got, err := c.TokenSource().Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		first := token()
		time.Sleep(110*time.Minute - time.Second)
		if token() != first || s.count(tokenPath) != 1 {
			t.Fatalf("renewed more than 10 minutes ahead")
		}
		s.fault = delayed(tokenPath, 5*time.Second)
		time.Sleep(2 * time.Second)
		began := time.Now()
		for range 3 {
			if token() != first {
				t.Errorf("not the token that is still good")
			}
			synctest.Wait()
		}
		if time.Since(began) != 0 {
			t.Errorf("a caller waited for the renewal")
		}
		time.Sleep(6 * time.Second)
		if token() == first || s.count(tokenPath) != 2 {
			t.Errorf("not renewed: %d fetches", s.count(tokenPath))
		}
	})
}

func TestFailedRenewalKeepsTheTokenAndBacksOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		c := s.client(t)
		first, err := c.TokenSource().Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.fault = func(string, int) outcome { return outcome{code: 45009} }
		time.Sleep(110 * time.Minute)
		for range 9 * 60 { // nine minutes, a call a second
			got, err := c.TokenSource().Token(t.Context())
			if err != nil || got != first {
				t.Fatalf("got %q, %v", got, err)
			}
			time.Sleep(time.Second)
		}
		if n := s.count(tokenPath); n < 10 || n > 25 {
			t.Errorf("%d fetches in nine minutes", n)
		}
		time.Sleep(2 * time.Minute)
		if _, err := c.TokenSource().Token(t.Context()); !errors.Is(err, wxopen.ErrDailyQuota) {
			t.Errorf("an expired token was given out, or the error is lost: %v", err)
		}
	})
}

// A fixed subtraction from expires_in would fetch on every call here.
func TestShortLivesDoNotLoop(t *testing.T) {
	t.Parallel()
	for _, expiresIn := range []int64{60, 300, 600, 0, -1} {
		t.Run(strconv.FormatInt(expiresIn, 10), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				s.expiresIn = expiresIn
				c := s.client(t)
				for range 40 {
					if _, err := c.DraftList(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
				}
				if n := s.count(tokenPath); n != 1 {
					t.Errorf("%d fetches in 40 s, want 1", n)
				}
			})
		})
	}
}

func TestWaitingCallersKeepTheirContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.fault = delayed(tokenPath, 10*time.Second)
		c := s.client(t)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			began := time.Now()
			_, err := c.DraftList(short)
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
				t.Errorf("got %v after %v", err, time.Since(began))
			}
		})
		synctest.Wait() // the impatient one began the fetch
		wg.Go(func() {
			if _, err := c.DraftList(t.Context()); err != nil {
				t.Errorf("the patient caller failed: %v", err)
			}
		})
		wg.Wait()
		if n := s.count(tokenPath); n != 1 {
			t.Errorf("%d fetches, want 1", n)
		}
	})
}

func TestNoTicket(t *testing.T) {
	t.Parallel()
	tickets := new(wxopen.MemoryTicketStore)
	s := newService()
	c := s.client(t, func(cfg *wxopen.Config) { cfg.Tickets = tickets })
	if _, err := c.DraftList(t.Context()); !errors.Is(err, wxopen.ErrNoTicket) {
		t.Errorf("got %v", err)
	}
	for _, pushed := range []string{ticket, ""} {
		if err := tickets.SetTicket(t.Context(), pushed); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.DraftList(t.Context()); err != nil {
		t.Errorf("after a push: %v", err)
	}
}

// The life of a token is counted from before it was asked for, on the clock given.
func TestInjectedClock(t *testing.T) {
	t.Parallel()
	now := time.Unix(1700000000, 0)
	fetches := 0
	source := &wxopen.ComponentTokenSource{
		Now: func() time.Time { return now },
		Fetch: func(context.Context) (wxopen.ComponentToken, error) {
			fetches++
			now = now.Add(30 * time.Minute)
			return wxopen.ComponentToken{AccessToken: fmt.Sprint("token", fetches), ExpiresIn: 2 * time.Hour}, nil
		},
	}
	for _, step := range []struct {
		advance time.Duration
		want    string
	}{{0, "token1"}, {time.Hour, "token1"}, {30 * time.Minute, "token2"}} {
		now = now.Add(step.advance)
		if got, err := source.Token(t.Context()); err != nil || got != step.want {
			t.Errorf("after %v: got %q, %v; want %q", step.advance, got, err, step.want)
		}
	}
}

func TestEmptyTokenIsAnError(t *testing.T) {
	t.Parallel()
	source := &wxopen.ComponentTokenSource{
		Fetch: func(context.Context) (wxopen.ComponentToken, error) { return wxopen.ComponentToken{}, nil },
	}
	if token, err := source.Token(t.Context()); err == nil {
		t.Errorf("got %q", token)
	}
}
