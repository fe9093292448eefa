package wxopen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// StoredTokenSource keeps an access token in a [Store] and fetches another in good
// time, one process at a time. Its zero value with Store, Key and Fetch set is ready
// for use; the fields must not change afterwards. [Client] makes its own, for the
// component and for each account, where [Config] has a Store.
//
// Who wants to replace the token first takes the lease that goes with it in the
// store. The others go on with the old token while it lasts, or wait for what the
// holder brings. The lease of a holder who died runs out after 30 seconds. So a
// token is fetched once, whatever number of processes and goroutines need it, and
// none of them ends a token that another has just been given.
//
// A token is taken from the store at most 5 seconds late, well within the five
// minutes for which WeChat lets a replaced one live; where it does not,
// [StoredTokenSource.Renew] finds the new one in the store. The clocks of the
// machines must agree to some seconds.
type StoredTokenSource struct {
	Store Store
	Key   StoreKey
	// Fetch gets a new token. It is given the entry as it stands, which has the
	// refresh token, and 25 seconds.
	Fetch func(ctx context.Context, entry StoreEntry) (FetchedToken, error)
	// Ahead is how long before its end a token is replaced. 0 means 10 minutes; it is
	// never more than a tenth of the token's life.
	Ahead time.Duration
	// Now tells the time. Nil means time.Now.
	Now func() time.Time

	mu       sync.Mutex
	entry    StoreEntry // as it was seen last
	lookAt   time.Time  // when to look into the store again
	looking  *look      // nil when none is under way
	renewing bool       // a token is being replaced ahead of its end
	retryAt  time.Time  // when that may be tried again, after a failure
}

// FetchedToken is what a [StoredTokenSource] fetches.
type FetchedToken struct {
	AccessToken string
	// RefreshToken replaces the one in the store; empty leaves it.
	RefreshToken string
	// ExpiresIn is how long the token is good from now; 0 means 2 hours.
	ExpiresIn time.Duration
}

// String keeps the tokens out of logs.
func (t FetchedToken) String() string { return "wxopen.FetchedToken(" + masked + ")" }

// GoString keeps the tokens out of logs.
func (t FetchedToken) GoString() string { return t.String() }

// look is one look into the store under way, and what comes of it: waiting, or a
// fetch. Its results may be read once done is closed.
type look struct {
	done  chan struct{}
	token string
	err   error
}

const (
	// storeRecheck is how old what is known of the store may be.
	storeRecheck = 5 * time.Second
	// lookTimeout bounds a look, which no caller's context ends: the lease of a dead
	// process, and a fetch.
	lookTimeout = 90 * time.Second
)

// Token implements [TokenSource]. The errors are those of Fetch, of Store and of ctx.
func (s *StoredTokenSource) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	now := s.now()
	if s.entry.usable(now, "") && now.Before(s.lookAt) {
		defer s.mu.Unlock()
		return s.entry.AccessToken, nil
	}
	s.mu.Unlock()
	return s.wait(ctx, "")
}

// Renew implements [TokenRenewer]. The errors are those of Fetch, of Store and of ctx.
func (s *StoredTokenSource) Renew(ctx context.Context, rejected string) (string, error) {
	s.mu.Lock()
	if s.entry.usable(s.now(), rejected) {
		defer s.mu.Unlock()
		return s.entry.AccessToken, nil
	}
	s.mu.Unlock()
	return s.wait(ctx, rejected)
}

// wait waits for a look. One that another caller began may bring the token that
// this one saw rejected; then it begins its own.
func (s *StoredTokenSource) wait(ctx context.Context, rejected string) (string, error) {
	for {
		s.mu.Lock()
		l := s.looking
		if l == nil {
			l = s.begin(ctx, rejected)
		}
		s.mu.Unlock()
		select {
		case <-l.done:
		case <-ctx.Done():
			return "", fmt.Errorf("wxopen: waiting for the access token of %s: %w", s.Key, ctx.Err())
		}
		if l.err != nil || l.token != rejected {
			return l.token, l.err
		}
	}
}

// begin starts a look. It is called with the lock held.
func (s *StoredTokenSource) begin(ctx context.Context, rejected string) *look {
	// The error stays if Fetch ends its goroutine instead of returning.
	l := &look{done: make(chan struct{}), err: errors.New("wxopen: fetch of an access token did not return")}
	s.looking = l
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
	go func() {
		defer cancel()
		due := false
		func() {
			defer s.end(l)
			l.token, due, l.err = s.obtain(ctx, rejected)
		}()
		if due {
			s.renewAhead(ctx)
		}
	}()
	return l
}

func (s *StoredTokenSource) end(l *look) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looking = nil
	close(l.done)
}

// obtain returns a token other than the rejected one: from the store, or a new one.
// Due says that it should be replaced ahead of its end.
func (s *StoredTokenSource) obtain(ctx context.Context, rejected string) (token string, due bool, err error) {
	pause := RetryPolicy{BaseDelay: 20 * time.Millisecond, MaxDelay: 500 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		entry, err := s.Store.Read(ctx, s.Key)
		if err != nil {
			return s.without(err, rejected)
		}
		if now := s.now(); entry.usable(now, rejected) {
			return entry.AccessToken, s.keep(entry, now), nil
		}
		entry, err = s.replace(ctx, func(e StoreEntry, now time.Time) bool { return !e.usable(now, rejected) })
		switch {
		case err == nil:
			return entry.AccessToken, false, nil
		case !errors.Is(err, errLease):
			return "", false, err
		}
		if ended := pause.wait(ctx, attempt); ended != nil {
			return "", false, fmt.Errorf("wxopen: waiting for another process to fetch the access token of %s: %w", s.Key, ended)
		}
	}
}

// without goes on with what is known while the store cannot be read.
func (s *StoredTokenSource) without(err error, rejected string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.entry.usable(now, rejected) {
		return "", false, err
	}
	s.lookAt = now.Add(storeRecheck)
	return s.entry.AccessToken, false, nil
}

// keep remembers an entry of the store. Due is as in obtain.
func (s *StoredTokenSource) keep(entry StoreEntry, now time.Time) (due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead := s.ahead(entry)
	renewAt := entry.ExpiresAt.Add(-ahead)
	s.entry = entry
	if now.Before(renewAt) {
		s.lookAt = now.Add(min(storeRecheck, renewAt.Sub(now)))
		return false
	}
	s.lookAt = now.Add(min(storeRecheck, ahead/20))
	return !s.renewing && !now.Before(s.retryAt)
}

// renewAhead replaces a token that is good still. If that fails, or if another
// process is at it, there is time to try again.
func (s *StoredTokenSource) renewAhead(ctx context.Context) {
	s.mu.Lock()
	if s.renewing {
		s.mu.Unlock()
		return
	}
	s.renewing = true
	s.mu.Unlock()
	var err error
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.renewing = false
		if err != nil && !errors.Is(err, errLease) {
			// What is left of the token's life allows some twenty attempts.
			s.retryAt = s.now().Add(s.ahead(s.entry) / 20)
		}
	}()
	_, err = s.replace(ctx, func(e StoreEntry, now time.Time) bool {
		return !e.usable(now, "") || !now.Before(e.ExpiresAt.Add(-s.ahead(e)))
	})
}

// Forget makes the next call look into the store, for a program that has changed
// the entry by itself.
func (s *StoredTokenSource) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entry, s.lookAt = StoreEntry{}, time.Time{}
}

// ahead is how long before its end a token is replaced. It is never more than a
// tenth of its life, or a token of a short life would be replaced at once.
func (s *StoredTokenSource) ahead(entry StoreEntry) time.Duration {
	ahead := s.Ahead
	if ahead <= 0 {
		ahead = 10 * time.Minute
	}
	return min(ahead, entry.ExpiresAt.Sub(entry.FetchedAt)/10)
}

func (s *StoredTokenSource) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// String keeps the token out of logs.
func (s *StoredTokenSource) String() string {
	return fmt.Sprintf("wxopen.StoredTokenSource(%s %s)", s.Key, masked)
}

// GoString keeps the token out of logs.
func (s *StoredTokenSource) GoString() string { return s.String() }
