package wxopen_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

// busy answers -1 to the first n calls of a path.
func busy(path string, n int) func(string, int) outcome {
	return func(p string, call int) outcome {
		if p == path && call <= n {
			return outcome{code: -1}
		}
		return outcome{}
	}
}

func TestBusyIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := draft(4, "wx00000000000000d1", "1.0.0")
	for _, row := range []struct {
		name string
		path string
		call func(context.Context, *wxopen.Client) error
	}{
		{"draft list", draftPath, func(ctx context.Context, c *wxopen.Client) error { _, err := c.DraftList(ctx); return err }},
		{"template list", listPath, func(ctx context.Context, c *wxopen.Client) error { _, err := c.TemplateList(ctx); return err }},
		{"add", addPath, func(ctx context.Context, c *wxopen.Client) error {
			return c.AddToTemplate(ctx, 4, wxopen.AddOptions{})
		}},
		{"token", tokenPath, func(ctx context.Context, c *wxopen.Client) error { _, err := c.ComponentToken(ctx); return err }},
		{"other GET", draftPath, func(ctx context.Context, c *wxopen.Client) error {
			_, err := c.Call(ctx, "GET", draftPath, nil, nil)
			return err
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(d)
				s.fault = busy(row.path, 2)
				began := time.Now()
				if err := row.call(t.Context(), s.client(t)); err != nil {
					t.Error(err)
				}
				if waited := time.Since(began); waited < 450*time.Millisecond || waited > 900*time.Millisecond {
					t.Errorf("waited %v, want half to all of 300 ms and 600 ms", waited)
				}
				if n := s.count(row.path); n != 3 {
					t.Errorf("%d calls, want 3", n)
				}
			})
		})
	}
}

func TestBusyIsBounded(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]int{0: 3, 1: 1, 5: 5} {
		synctest.Test(t, func(t *testing.T) {
			s := newService()
			s.fault = busy(draftPath, 1000)
			c := s.client(t, func(cfg *wxopen.Config) { cfg.Retry.Attempts = attempts })
			_, err := c.DraftList(t.Context())
			if !errors.Is(err, wxopen.ErrSystem) || s.count(draftPath) != want {
				t.Errorf("attempts %d: %d calls, error %v", attempts, s.count(draftPath), err)
			}
		})
	}
}

func TestWaitsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.fault = busy(draftPath, 60)
		c := s.client(t, func(cfg *wxopen.Config) {
			cfg.Retry = wxopen.RetryPolicy{Attempts: 61, BaseDelay: time.Second, MaxDelay: 4 * time.Second}
		})
		began := time.Now()
		if _, err := c.DraftList(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited > 60*4*time.Second || waited < 58*2*time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.fault = busy(draftPath, 1000)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := s.client(t).DraftList(ctx)
		if !errors.Is(err, wxopen.ErrSystem) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestOnceIsOnce(t *testing.T) {
	t.Parallel()
	s := newService()
	s.fault = busy(addPath, 1)
	if err := s.client(t).AddToTemplate(t.Context(), 4, wxopen.AddOptions{Once: true}); !errors.Is(err, wxopen.ErrSystem) {
		t.Errorf("got %v", err)
	}
	if n := s.count(addPath); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestDeleteThatHappenedInSpiteOfBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := draft(4, "wx00000000000000d1", "1.0.0")
		s := newService(d)
		s.copyDraft(d)
		s.fault = func(path string, n int) outcome {
			if path == delPath && n == 1 {
				return outcome{code: -1, carried: true}
			}
			return outcome{}
		}
		c := s.client(t)
		if err := c.DeleteTemplate(t.Context(), 0); err != nil {
			t.Errorf("the template is gone, and yet: %v", err)
		}
		if err := c.DeleteTemplate(t.Context(), 0); !errors.Is(err, wxopen.ErrTemplateNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

func TestLostAnswersAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := newService(draft(4, "wx00000000000000d1", "1.0.0"))
	s.fault = func(path string, _ int) outcome { return outcome{lost: path == addPath, carried: true} }
	err := s.client(t).AddToTemplate(t.Context(), 4, wxopen.AddOptions{})
	lost, ok := errors.AsType[*wxopen.TransportError](err)
	if !ok || lost.NotSent || !errors.Is(err, errLost) {
		t.Errorf("got %v", err)
	}
	if n := s.count(addPath); n != 1 {
		t.Errorf("%d calls", n)
	}
}
