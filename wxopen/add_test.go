package wxopen_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

var (
	mall   = draft(4, "wx00000000000000d1", "1.0.0")
	orders = draft(7, "wx00000000000000d2", "1.0.0")
)

// faults gives outcomes to the first calls of paths.
func faults(byPath map[string][]outcome) func(string, int) outcome {
	return func(path string, n int) outcome {
		if list := byPath[path]; n <= len(list) {
			return list[n-1]
		}
		return outcome{}
	}
}

func TestAddDraftAsTemplate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		prepare func(*service)
	}{
		{"into an empty library", func(*service) {}},
		{"beside older copies of the draft", func(s *service) { s.copyDraft(mall); s.copyDraft(mall) }},
		{"over a gap", func(s *service) {
			for range 5 {
				s.copyDraft(mall)
			}
			s.templates = s.templates[:2]
		}},
		{"while another draft is added", func(s *service) {
			s.added = func(s *service) { s.added = nil; s.copyDraft(orders) }
		}},
		{"while its like is added", func(s *service) {
			s.added = func(s *service) { s.added = nil; s.copyDraft(draft(9, mall.SourceMiniprogramAppid, mall.UserVersion)) }
		}},
		{"while one with another description is added", func(s *service) {
			s.withoutDraftID = true
			other := mall
			other.UserDesc += "!"
			s.added = func(s *service) { s.added = nil; s.copyDraft(other) }
		}},
		{"on an older service", func(s *service) {
			s.withoutDraftID = true
			s.copyDraft(mall)
			s.added = func(s *service) { s.added = nil; s.copyDraft(orders) }
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newService(orders, mall)
			row.prepare(s)
			want := s.nextID
			got, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
			if err != nil || got.TemplateID != want || got.SourceMiniprogramAppid != mall.SourceMiniprogramAppid {
				t.Errorf("got %+v, %v; want template %d", got, err, want)
			}
		})
	}
}

func TestAddDraftAsTemplateSaysThatItIsAmbiguous(t *testing.T) {
	t.Parallel()
	s := newService(mall)
	s.copyDraft(mall)
	s.added = func(s *service) { s.copyDraft(mall) }
	_, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
	ambiguous, ok := errors.AsType[*wxopen.AmbiguousError](err)
	if !ok || len(ambiguous.Candidates) != 2 || ambiguous.Candidates[0].TemplateID != 1 || ambiguous.Candidates[1].TemplateID != 2 {
		t.Errorf("got %v", err)
	}
}

func TestAddDraftAsTemplateRefusals(t *testing.T) {
	t.Parallel()
	full := newService(mall)
	for range 200 {
		full.copyDraft(mall)
	}
	if _, err := full.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID); !errors.Is(err, wxopen.ErrTemplateListFull) {
		t.Errorf("full library: %v", err)
	}
	s := newService(orders)
	if _, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID); !errors.Is(err, wxopen.ErrTemplateNotFound) {
		t.Errorf("no such draft: %v", err)
	}
	if n := s.count(addPath); n != 0 {
		t.Errorf("%d additions of a draft that is not there", n)
	}
}

// After an answer of unknown outcome it looks before it adds again.
func TestAddDraftAsTemplateAddsOnce(t *testing.T) {
	t.Parallel()
	busy, busyAfter := outcome{code: -1}, outcome{code: -1, carried: true}
	lost, lostAfter := outcome{lost: true}, outcome{lost: true, carried: true}
	for _, row := range []struct {
		name string
		add  []outcome
		list []outcome
		adds int
	}{
		{"busy, nothing done", []outcome{busy}, nil, 2},
		{"busy, and yet done", []outcome{busyAfter}, nil, 1},
		{"lost, nothing done", []outcome{lost, lost}, nil, 3},
		{"lost, and yet done", []outcome{lostAfter}, nil, 1},
		{"lost, and the look is lost, too", []outcome{lostAfter}, []outcome{{}, lost, busy}, 1},
		{"done, and the look is lost", nil, []outcome{{}, lost, lost}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(mall)
				s.copyDraft(mall)
				s.fault = faults(map[string][]outcome{addPath: row.add, listPath: row.list})
				got, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
				if err != nil || got.TemplateID != 1 {
					t.Errorf("got %+v, %v", got, err)
				}
				if n := s.count(addPath); n != row.adds || len(s.templates) != 2 {
					t.Errorf("%d calls, want %d; %d templates, want 2", n, row.adds, len(s.templates))
				}
			})
		})
	}
}

func TestAddDraftAsTemplateSaysThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	lost := outcome{lost: true}
	for _, row := range []struct {
		name  string
		add   []outcome
		list  []outcome
		added bool
		cause error
	}{
		{"always busy", []outcome{{code: -1}, {code: -1}, {code: -1}}, nil, false, wxopen.ErrSystem},
		{"always lost", []outcome{lost, lost, lost}, nil, false, errLost},
		{"lost, and the looks, too", []outcome{lost}, []outcome{{}, lost, lost, lost}, false, errLost},
		{"done, but no look", nil, []outcome{{}, lost, lost, lost}, true, errLost},
		{"done, but looking is refused", nil, []outcome{{}, {code: 45009}}, true, wxopen.ErrDailyQuota},
		{"lost, then no more quota", []outcome{lost, {code: 45009}}, []outcome{{}, {}, {code: 45009}}, false, wxopen.ErrDailyQuota},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(mall)
				s.copyDraft(mall)
				s.fault = faults(map[string][]outcome{addPath: row.add, listPath: row.list})
				_, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
				doubt, ok := errors.AsType[*wxopen.UnconfirmedError](err)
				if !ok || doubt.Added != row.added || doubt.After != 0 || doubt.Draft.DraftID != mall.DraftID || !errors.Is(err, row.cause) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestAddDraftAsTemplateNeverListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(mall)
		s.added = func(s *service) { s.templates = nil }
		_, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
		doubt, ok := errors.AsType[*wxopen.UnconfirmedError](err)
		if !ok || !doubt.Added || doubt.Err != nil || doubt.After != -1 {
			t.Errorf("got %v", err)
		}
	})
}

func TestAddDraftAsTemplateAfterARefusedSecondAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(mall)
		s.fault = faults(map[string][]outcome{addPath: {{lost: true}, {code: 85065}}})
		_, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
		refused, ok := errors.AsType[*wxopen.Error](err)
		if !ok || refused.Code != wxopen.ErrTemplateListFull {
			t.Errorf("got %v", err)
		}
		if _, doubt := errors.AsType[*wxopen.UnconfirmedError](err); doubt {
			t.Errorf("in doubt although it looked: %v", err)
		}
	})
}

func TestAddDraftAsTemplateEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(mall)
		s.fault = faults(map[string][]outcome{addPath: {{delay: time.Minute}}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := s.client(t)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.AddDraftAsTemplate(ctx, mall.DraftID)
			if _, ok := errors.AsType[*wxopen.UnconfirmedError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		_, err := c.AddDraftAsTemplate(ctx, mall.DraftID) // waits behind the first
		if _, doubt := errors.AsType[*wxopen.UnconfirmedError](err); doubt || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		wg.Wait()
	})
}

// failingTokens gives a token twice and fails then.
type failingTokens struct {
	asked int
	err   error
}

func (s *failingTokens) Token(context.Context) (string, error) {
	if s.asked++; s.asked > 2 {
		return "", s.err
	}
	return "statictoken", nil
}

// Without a token nothing was added, however the fetch of the token failed.
func TestNoTokenIsNoDoubt(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{
		&wxopen.Error{Code: wxopen.ErrSystem, Path: tokenPath},
		&wxopen.TransportError{Path: tokenPath, Err: errLost},
	} {
		s := newService(mall)
		c := s.client(t, func(cfg *wxopen.Config) { cfg.Tokens = &failingTokens{err: cause} })
		_, err := c.AddDraftAsTemplate(t.Context(), mall.DraftID)
		if _, doubt := errors.AsType[*wxopen.UnconfirmedError](err); doubt || !errors.Is(err, cause) || s.count(addPath) != 0 {
			t.Errorf("got %v", err)
		}
	}
}

func TestNoConnectionIsNoDoubt(t *testing.T) {
	t.Parallel()
	c, err := wxopen.New(wxopen.Config{BaseURL: "http://127.0.0.1:1", Tokens: wxopen.StaticToken("statictoken")})
	if err != nil {
		t.Fatal(err)
	}
	err = c.AddToTemplate(t.Context(), 4, wxopen.AddOptions{})
	lost, ok := errors.AsType[*wxopen.TransportError](err)
	if !ok || !lost.NotSent {
		t.Errorf("got %v", err)
	}
}

func TestOneClientIsNotAmbiguousWithItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(mall)
		s.withoutDraftID = true
		s.fault = func(string, int) outcome { return outcome{delay: time.Millisecond} }
		c := s.client(t)
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			seen = map[int64]bool{}
		)
		for range 10 {
			wg.Go(func() {
				got, err := c.AddDraftAsTemplate(t.Context(), mall.DraftID)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || seen[got.TemplateID] {
					t.Errorf("got %d, %v", got.TemplateID, err)
				}
				seen[got.TemplateID] = true
			})
		}
		wg.Wait()
	})
}

// Whatever fails, the draft is added at most once, and an error that raises no
// doubt means that it was not.
func TestAddDraftAsTemplateUnderRandomFaults(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				s := newService(orders, mall)
				s.withoutDraftID = random.IntN(2) == 0
				s.copyDraft(mall)
				s.copyDraft(orders)
				s.fault = func(string, int) outcome {
					switch random.IntN(6) {
					case 0:
						return outcome{code: -1, carried: random.IntN(2) == 0}
					case 1:
						return outcome{lost: true, carried: random.IntN(2) == 0}
					case 2:
						return outcome{delay: time.Duration(random.IntN(1000)) * time.Millisecond}
					}
					return outcome{}
				}
				got, err := s.client(t).AddDraftAsTemplate(t.Context(), mall.DraftID)
				made := len(s.templates) - 2
				_, doubt := errors.AsType[*wxopen.UnconfirmedError](err)
				switch {
				case made > 1:
					t.Errorf("added %d times", made)
				case err == nil && (made != 1 || got.TemplateID != 2):
					t.Errorf("got %d with %d templates made", got.TemplateID, made)
				case err != nil && !doubt && made > 0:
					t.Errorf("added, and the error raises no doubt: %v", err)
				}
			})
		})
	}
}
