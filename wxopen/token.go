package wxopen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// TokenSource gives the access token of a call. Write one where several
// processes share a token: each fetch of a component_access_token ends the one
// before it (five minutes later), so processes that fetch on their own end each
// other's.
type TokenSource interface {
	// Token returns a token that is good as far as the source knows. It must be
	// safe for concurrent use.
	Token(ctx context.Context) (string, error)
}

// TokenRenewer is a [TokenSource] that can replace a token. The client asks it
// once a call, when the service refused the token with 40001, 40014 or 42001.
type TokenRenewer interface {
	TokenSource
	// Renew returns a token other than the rejected one. Where another caller
	// has brought a new one already, that is the answer.
	Renew(ctx context.Context, rejected string) (string, error)
}

// StaticToken returns a source of one token that cannot be replaced: when it
// ends, calls fail with [ErrInvalidCredential] or [ErrTokenExpired].
func StaticToken(token string) TokenSource { return &staticToken{token} }

type staticToken struct{ token string }

func (s *staticToken) Token(context.Context) (string, error) { return s.token, nil }

// String keeps the token out of logs.
func (s *staticToken) String() string { return "wxopen.StaticToken(" + masked + ")" }

// GoString keeps the token out of logs.
func (s *staticToken) GoString() string { return s.String() }

// ComponentTokenSource keeps a component_access_token and fetches another in
// good time. Its zero value with Fetch set is ready for use; the fields must
// not change afterwards.
//
// Whatever number of callers need a token, one fetch is under way at most. It
// does not end with the context of the caller who began it; each caller waits
// no longer than its own context lives.
//
// While the token has less than Ahead (or a tenth of its life, if that is
// shorter) before it, it goes on being given out while a new one is fetched in
// the background; should that fail, it is tried again later.
type ComponentTokenSource struct {
	// Fetch gets a new token, usually [Client.ComponentToken].
	Fetch func(ctx context.Context) (ComponentToken, error)
	// Ahead is how long before its end a token is replaced. 0 means 10 minutes.
	Ahead time.Duration
	// Now tells the time. Nil means time.Now.
	Now func() time.Time

	mu       sync.Mutex
	token    string // empty when there is none
	life     time.Duration
	renewAt  time.Time
	expires  time.Time
	fetching *fetch // nil when none is under way
}

// fetch is one fetch under way. Its results may be read once done is closed.
type fetch struct {
	done  chan struct{}
	token ComponentToken
	err   error
}

// fetchTimeout bounds a fetch, which no caller's context ends.
const fetchTimeout = time.Minute

// assumedLife is the documented life of a token, for an answer that tells none.
const assumedLife = 7200 * time.Second

// Token implements [TokenSource]. The errors are those of Fetch and of ctx.
func (s *ComponentTokenSource) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	now := s.now()
	if s.token != "" && now.Before(s.expires) {
		defer s.mu.Unlock()
		if s.fetching == nil && !now.Before(s.renewAt) {
			s.begin(ctx)
		}
		return s.token, nil
	}
	return s.wait(ctx)
}

// Renew implements [TokenRenewer]. The errors are those of Fetch and of ctx.
func (s *ComponentTokenSource) Renew(ctx context.Context, rejected string) (string, error) {
	s.mu.Lock()
	if s.token != "" && s.token != rejected && s.now().Before(s.expires) {
		defer s.mu.Unlock()
		return s.token, nil
	}
	s.token = ""
	return s.wait(ctx)
}

// wait is called with the lock held and gives it up.
func (s *ComponentTokenSource) wait(ctx context.Context) (string, error) {
	f := s.fetching
	if f == nil {
		f = s.begin(ctx)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.token.AccessToken, f.err
	case <-ctx.Done():
		return "", fmt.Errorf("wxopen: waiting for a component_access_token: %w", ctx.Err())
	}
}

// begin starts a fetch. It is called with the lock held.
func (s *ComponentTokenSource) begin(ctx context.Context) *fetch {
	// The error stays if Fetch ends its goroutine instead of returning.
	f := &fetch{done: make(chan struct{}), err: errors.New("wxopen: fetch of a component_access_token did not return")}
	s.fetching = f
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	started := s.now()
	go func() {
		defer cancel()
		defer func() { s.end(f, started) }()
		token, err := s.Fetch(ctx)
		if err == nil && token.AccessToken == "" {
			err = errors.New("wxopen: fetch of a component_access_token gave an empty one")
		}
		f.token, f.err = token, err
	}()
	return f
}

// end keeps what a fetch brought and lets go those who wait for it.
func (s *ComponentTokenSource) end(f *fetch, started time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.err == nil {
		s.token = f.token.AccessToken
		s.life = f.token.ExpiresIn
		if s.life <= 0 {
			s.life = assumedLife
		}
		s.expires = started.Add(s.life)
		s.renewAt = s.expires.Add(-s.ahead())
	} else {
		// What is left of the token's life allows some twenty further attempts.
		s.renewAt = s.now().Add(s.ahead() / 20)
	}
	s.fetching = nil
	close(f.done)
}

// ahead is how long before its end the token is replaced. It is never more than
// a tenth of its life, or a token of a short life would be replaced at once.
func (s *ComponentTokenSource) ahead() time.Duration {
	ahead := s.Ahead
	if ahead <= 0 {
		ahead = 10 * time.Minute
	}
	return min(ahead, s.life/10)
}

func (s *ComponentTokenSource) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// String keeps the token out of logs.
func (s *ComponentTokenSource) String() string {
	return "wxopen.ComponentTokenSource(" + masked + ")"
}

// GoString keeps the token out of logs.
func (s *ComponentTokenSource) GoString() string { return s.String() }
