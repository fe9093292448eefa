package platform

import (
	"context"
	"crypto/rand"
	"io"
	"time"
)

// Service applies the platform's rules to a store. It is safe for concurrent
// use and keeps no state that another node would lack.
type Service struct {
	store  Store
	random io.Reader
	real   func() time.Time
	pushed func()
	scans  scans

	templates preparedTemplates
}

// NewService returns a service over a store. real tells the real time; the
// virtual time is the store's.
func NewService(store Store, real func() time.Time) *Service {
	return &Service{store: store, random: rand.Reader, real: real, pushed: func() {}}
}

// OnPush sets what is called after a push was written, to have it sent soon. It is
// set before the service is used.
func (s *Service) OnPush(pushed func()) { s.pushed = pushed }

// Now returns the virtual time.
func (s *Service) Now(ctx context.Context) (time.Time, error) { return s.store.Now(ctx) }

// Ready reports why the service cannot serve, or nil.
func (s *Service) Ready(ctx context.Context) error { return s.store.Ready(ctx) }

// view runs fn on a snapshot and returns what it returns.
func view[T any](ctx context.Context, s Store, fn func(Reader) (T, error)) (T, error) {
	var out T
	err := s.View(ctx, func(r Reader) error {
		var err error
		out, err = fn(r)
		return err
	})
	return out, err
}

// update runs fn in a write transaction of one component and returns what it
// returns; a component that is not there is a [Problem].
func update[T any](ctx context.Context, s Store, appid string, fn func(Tx, *Component) (T, error)) (T, error) {
	var out T
	err := s.Update(ctx, appid, func(tx Tx, c *Component) error {
		var err error
		out, err = fn(tx, c)
		return err
	})
	return out, orMissing(err, "there is no component %s", appid)
}

// orMissing turns a bare ErrNotFound into a sentence.
func orMissing(err error, format string, args ...any) error {
	if err == ErrNotFound { //nolint:errorlint // a wrapped one has its sentence already
		return NotFoundf(format, args...)
	}
	return err
}
