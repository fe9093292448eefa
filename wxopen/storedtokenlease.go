package wxopen

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

const (
	// leaseLife is how long a lease keeps the others out when its holder dies.
	leaseLife = 30 * time.Second
	// leaseFetch is how much of it a fetch may take. The rest is for clocks that
	// differ and for writing down what came: a fetch that reaches WeChat after
	// another holder's would end the token of that one.
	leaseFetch = 25 * time.Second
)

// errLease says that the token is not to be fetched now: somebody else has the
// lease, has taken it over, or has brought a token already. The store tells.
var errLease = errors.New("wxopen: another fetch of the access token is under way or has ended")

// replace fetches a token, if it is wanted still once the lease is taken, and puts
// it into the store.
func (s *StoredTokenSource) replace(ctx context.Context, wanted func(e StoreEntry, now time.Time) bool) (StoreEntry, error) {
	began := s.now()
	holder := rand.Text()
	var taken StoreEntry
	err := s.Store.Update(ctx, s.Key, func(e StoreEntry) (StoreEntry, error) {
		if e.Lease.held(began) || !wanted(e, began) {
			return e, errLease
		}
		e.Lease = StoreLease{Holder: holder, Until: began.Add(leaseLife).UTC().Round(0)}
		taken = e
		return e, nil
	})
	if err != nil {
		return StoreEntry{}, err
	}
	token, err := s.fetch(ctx, taken)
	if err != nil {
		return StoreEntry{}, s.giveUp(ctx, holder, err)
	}
	fetched := func(e StoreEntry) StoreEntry {
		if token.RefreshToken != "" {
			e.RefreshToken = token.RefreshToken
		}
		e.AccessToken = token.AccessToken
		// Without the monotonic reading, which no other process could compare.
		e.FetchedAt = began.UTC().Round(0)
		e.ExpiresAt = e.FetchedAt.Add(token.ExpiresIn)
		e.Lease = StoreLease{}
		return e
	}
	err = s.write(ctx, holder, fetched)
	if errors.Is(err, errLease) {
		return StoreEntry{}, err
	}
	// A store that fails now has the old token, which ends; so this process goes on
	// with the new one, and the others fetch when the old one is rejected.
	entry := fetched(taken)
	s.keep(entry, s.now())
	return entry, nil
}

// fetch calls Fetch within the time of the lease. Where it ends its goroutine, the
// lease runs out.
func (s *StoredTokenSource) fetch(ctx context.Context, entry StoreEntry) (FetchedToken, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseFetch)
	defer cancel()
	token, err := s.Fetch(ctx, entry)
	if err == nil && token.AccessToken == "" {
		err = fmt.Errorf("wxopen: fetch of the access token of %s gave an empty one", s.Key)
	}
	if token.ExpiresIn <= 0 {
		token.ExpiresIn = assumedLife
	}
	return token, err
}

// giveUp ends the lease after a failure, which it returns - or errLease where
// somebody changed the entry meanwhile: the failure may be that of a refresh token
// that is no longer in the store.
func (s *StoredTokenSource) giveUp(ctx context.Context, holder string, cause error) error {
	err := s.write(ctx, holder, func(e StoreEntry) StoreEntry {
		e.Lease = StoreLease{}
		return e
	})
	if errors.Is(err, errLease) {
		return err
	}
	return cause
}

// write changes the entry if the lease is still the holder's, errLease if not. It
// tries again when the store fails, and does not end with ctx: what was fetched
// would be lost.
func (s *StoredTokenSource) write(ctx context.Context, holder string, change func(StoreEntry) StoreEntry) error {
	const attempts = 3
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLife-leaseFetch)
	defer cancel()
	pause := RetryPolicy{BaseDelay: 100 * time.Millisecond, MaxDelay: time.Second}
	for attempt := 1; ; attempt++ {
		err := s.Store.Update(ctx, s.Key, func(e StoreEntry) (StoreEntry, error) {
			if e.Lease.Holder != holder {
				return e, errLease
			}
			return change(e), nil
		})
		if err == nil || errors.Is(err, errLease) || attempt >= attempts || pause.wait(ctx, attempt) != nil {
			return err
		}
	}
}
