package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

// committed returns the mini program with an experience version that is being checked.
func committed(t *testing.T, polls int) *lifecycle {
	t.Helper()
	l := newLifecycle()
	l.polls = polls
	if err := l.account(t).Commit(t.Context(), wxopen.CommitRequest{UserVersion: "1.0.0"}); err != nil {
		t.Fatal(err)
	}
	return l
}

// refuseFirst refuses the first n calls of a path with a code.
func refuseFirst(path string, n, code int) func(string, int) outcome {
	return func(p string, call int) outcome {
		if p == path && call <= n {
			return outcome{code: code}
		}
		return outcome{}
	}
}

func TestSubmitWhenChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := committed(t, 4)
		began := time.Now()
		waits := []int{}
		got, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{Waiting: func(attempts int, refusal error) {
			waits = append(waits, attempts)
			if !errors.Is(refusal, wxopen.ErrPrivacyCheckRunning) {
				t.Errorf("waits for %v", refusal)
			}
		}})
		want := wxopen.Submission{AuditID: 429827901, Privacy: wxopen.CodePrivacyInfo{WithoutAuth: []string{}, WithoutConf: []string{"wx.getLocation"}}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
		// Half to all of 2, 4, 8 and 16 s.
		if waited := time.Since(began); waited < 15*time.Second || waited > 30*time.Second || !slices.Equal(waits, []int{1, 2, 3, 4}) {
			t.Errorf("waited %v, %v", waited, waits)
		}
		if want := []string{"/wxa/commit", checkPath, checkPath, checkPath, checkPath, checkPath, latestPath, submitPath}; !slices.Equal(l.order, want) {
			t.Errorf("called %v", l.order)
		}
	})
}

// What is to pass is waited for, at whichever call it comes.
func TestSubmitWaits(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(string, int) outcome{
		"submission, check":      refuseFirst(submitPath, 3, 61039),
		"submission, concurrent": refuseFirst(submitPath, 3, 9402202),
		"check, concurrent":      refuseFirst(checkPath, 3, 9402202),
	} {
		synctest.Test(t, func(t *testing.T) {
			l := committed(t, 0)
			l.fault = fault
			began := time.Now()
			got, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{FirstPause: time.Second, MaxPause: 3 * time.Second})
			if err != nil || got.AuditID != 429827901 {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
			// Half to all of 1, 2 and 3 s.
			if waited := time.Since(began); waited < 3*time.Second || waited > 6*time.Second || l.count("/wxa/commit") != 1 {
				t.Errorf("%s: waited %v, %d commits", name, waited, l.count("/wxa/commit"))
			}
		})
	}
}

func TestSubmitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(string, int) outcome{
		"check": refuseFirst(checkPath, 1000, 61039), "submission": refuseFirst(submitPath, 1000, 61039),
	} {
		synctest.Test(t, func(t *testing.T) {
			l := committed(t, 0)
			l.fault = fault
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			began := time.Now()
			_, err := l.account(t).SubmitWhenChecked(ctx, wxopen.AuditRequest{}, wxopen.SubmitOptions{})
			if !errors.Is(err, wxopen.ErrPrivacyCheckRunning) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 10*time.Minute {
				t.Errorf("%s: %v after %v", name, err, time.Since(began))
			}
			if _, doubt := errors.AsType[*wxopen.UnconfirmedAuditError](err); doubt {
				t.Errorf("%s: nothing can have been made: %v", name, err)
			}
			// Pauses of 15 to 30 s from the fifth on.
			if calls := l.count(checkPath) + l.count(submitPath); calls < 22 || calls > 46 {
				t.Errorf("%s: %d calls", name, calls)
			}
		})
	}
}

func TestSubmitRefusals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		path string
		code int
	}{
		{checkPath, 61007}, {checkPath, 86001}, {latestPath, 48001}, {submitPath, 61040}, {submitPath, 85085}, {submitPath, 85009},
	} {
		l := committed(t, 0)
		l.fault = refuseFirst(row.path, 1, row.code)
		got, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{})
		if refused, ok := err.(*wxopen.Error); !ok || int(refused.Code) != row.code || got.AuditID != 0 || l.count(row.path) != 1 { //nolint:errorlint // it must not be wrapped
			t.Errorf("%s %d: got %+v, %v", row.path, row.code, got, err)
		}
		if told := len(got.Privacy.WithoutConf) > 0; told != (row.path != checkPath) {
			t.Errorf("%s %d: privacy %+v", row.path, row.code, got.Privacy)
		}
	}
	// A finding ends the check; what is submitted decides whether it matters.
	l := committed(t, 0)
	l.fault = refuseFirst(checkPath, 1, 61040)
	if got, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{PrivacyAPINotUse: true}, wxopen.SubmitOptions{}); err != nil || got.AuditID != 429827901 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// An answer of -1 or none: an order may have been made, and no second one is.
func TestSubmitInDoubt(t *testing.T) {
	t.Parallel()
	first := func(o outcome) func(string, int) outcome {
		return func(path string, n int) outcome {
			if path == submitPath && n == 1 {
				return o
			}
			return outcome{}
		}
	}
	for _, row := range []struct {
		name    string
		before  bool // there is an order that ended
		passes  bool // orders are decided at once
		fault   func(path string, n int) outcome
		id      int64 // of the order, 0 for doubt
		submits int
	}{
		{"-1, made", false, false, first(outcome{code: -1, carried: true}), 429827901, 1},
		{"-1, made and passed", true, true, first(outcome{code: -1, carried: true}), 429827902, 1},
		{"-1, not made", false, false, first(outcome{code: -1}), 429827901, 2},
		{"-1, not made, after another", true, false, first(outcome{code: -1}), 429827902, 2},
		{"lost, made", false, false, first(outcome{lost: true, carried: true}), 429827901, 1},
		{"lost, not made", true, false, first(outcome{lost: true}), 429827902, 2},
		{"-1 always", true, false, func(path string, _ int) outcome {
			if path == submitPath {
				return outcome{code: -1}
			}
			return outcome{}
		}, 0, 3},
		{"-1 and no look", false, false, func(path string, n int) outcome {
			switch {
			case path == submitPath:
				return outcome{code: -1, carried: true}
			case path == latestPath && n > 1:
				return outcome{lost: true}
			}
			return outcome{}
		}, 0, 1},
		// Made late: the look comes too early, the second attempt is refused, the second look finds it.
		{"made after the look", false, false, func(path string, n int) outcome {
			switch {
			case path == submitPath && n == 1:
				return outcome{code: -1, carried: true}
			case path == latestPath && n == 2:
				return outcome{code: 85058}
			}
			return outcome{}
		}, 429827901, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := committed(t, 0)
				if row.before {
					l.decide = wxopen.AuditRejected
					if _, err := l.account(t).SubmitAudit(t.Context(), wxopen.AuditRequest{}); err != nil {
						t.Fatal(err)
					}
					l.decide, l.calls[submitPath] = wxopen.AuditRunning, 0
				}
				if row.passes {
					l.decide = wxopen.AuditPassed
				}
				l.fault = row.fault
				got, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{})
				doubt, inDoubt := errors.AsType[*wxopen.UnconfirmedAuditError](err)
				if got.AuditID != row.id || l.count(submitPath) != row.submits || inDoubt != (row.id == 0) || !inDoubt && err != nil {
					t.Errorf("got %d after %d submissions, %v", got.AuditID, l.count(submitPath), err)
				}
				last := int64(-1)
				if row.before {
					last = 429827901
				}
				if inDoubt && (doubt.After != last || !errors.Is(err, wxopen.ErrSystem)) {
					t.Errorf("doubt %+v", doubt)
				}
			})
		})
	}
}

// Where somebody else's order is open after a -1, the refusal is told.
func TestSubmitRefusedAfterDoubt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := committed(t, 0)
		l.fault = func(path string, n int) outcome {
			if path == submitPath {
				return outcome{code: []int{-1, 85085}[n-1]}
			}
			return outcome{}
		}
		if _, err := l.account(t).SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{}); !errors.Is(err, wxopen.ErrAuditQuota) {
			t.Errorf("got %v", err)
		}
		// The time ends between the doubt and the look, and while waiting in doubt.
		for _, second := range []int{-1, 61039} {
			l = committed(t, 0)
			l.fault = func(path string, n int) outcome {
				if path == submitPath {
					return outcome{code: []int{-1, second, second}[min(n, 3)-1]}
				}
				return outcome{}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			_, err := l.account(t).SubmitWhenChecked(ctx, wxopen.AuditRequest{}, wxopen.SubmitOptions{})
			cancel()
			if _, doubt := errors.AsType[*wxopen.UnconfirmedAuditError](err); !doubt || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%d: got %v", second, err)
			}
		}
	})
}

// Without a connection nothing was submitted, and there is no doubt.
func TestSubmitNotSent(t *testing.T) {
	t.Parallel()
	l, submits := committed(t, 0), 0
	a := l.account(t, func(cfg *wxopen.Config) {
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == submitPath {
				submits++
				return nil, &net.OpError{Op: "dial", Err: errLost}
			}
			return l.RoundTrip(req)
		})}
	})
	_, err := a.SubmitWhenChecked(t.Context(), wxopen.AuditRequest{}, wxopen.SubmitOptions{})
	failure, ok := errors.AsType[*wxopen.TransportError](err)
	if _, doubt := errors.AsType[*wxopen.UnconfirmedAuditError](err); !ok || !failure.NotSent || doubt || submits != 1 || l.count(latestPath) != 1 {
		t.Errorf("got %v after %d submissions and %d looks", err, submits, l.count(latestPath))
	}
}

func TestUnconfirmedAuditErrorText(t *testing.T) {
	t.Parallel()
	const want = "wxopen: an audit may have been submitted, the last known order is -1: errcode -1: system error"
	if got := (&wxopen.UnconfirmedAuditError{After: -1, Err: wxopen.ErrSystem}).Error(); got != want {
		t.Errorf("got %s", got)
	}
	states := []string{}
	for s := wxopen.AuditPassed; s <= wxopen.AuditDelayed+1; s++ {
		states = append(states, fmt.Sprint(s, s.Open()))
	}
	if got := strings.Join(states, ", "); got != "passed false, rejected false, auditing true, withdrawn false, delayed true, AuditState(5) false" {
		t.Errorf("got %s", got)
	}
}
