package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"draftbox/internal/platform"
)

// Head implements [platform.Store].
func (s *Store) Head(ctx context.Context, hash platform.TokenHash) (platform.Head, error) {
	if s.heads == nil {
		return s.loadHead(ctx, hash)
	}
	if s.lost.Load() != nil {
		return platform.Head{}, s.available()
	}
	var h platform.Head
	if s.heads.find(&hash, &h) {
		return h, nil
	}
	mark := s.heads.mark()
	loaded, err := s.loadHead(ctx, hash)
	if err == nil {
		s.heads.keep(mark, &loaded)
	}
	return loaded, err
}

const selectHead = `select t.hash, t.component_appid, t.kind, t.authorizer_appid, t.hint, t.origin, t.issued_to, t.issued_rid,
	t.issued_at, t.expires_at, t.superseded_at, t.superseded_by, t.superseded_by_rid, t.grace_ends_at,
	c.rev, s.clock_offset, s.clock_frozen_at
	from tokens t join components c on c.appid = t.component_appid join shared s on s.id = 1
	where t.hash = $1`

func (s *Store) loadHead(ctx context.Context, hash platform.TokenHash) (h platform.Head, err error) {
	dest := append(tokenDest(&h.Token), &h.Rev)
	err = s.selectOne(ctx, append(dest, clockDest(&h.Clock)...), selectHead, hash[:])
	return h, err
}

// Now implements [platform.Store].
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	if s.heads == nil {
		c, err := s.loadClock(ctx)
		return s.at(c), err
	}
	if err := s.available(); err != nil {
		return time.Time{}, err
	}
	if c, ok := s.heads.now(); ok {
		return s.at(c), nil
	}
	mark := s.heads.mark()
	c, err := s.loadClock(ctx)
	if err != nil {
		return time.Time{}, err
	}
	s.heads.keepClock(mark, c)
	return s.at(c), nil
}

func (s *Store) loadClock(ctx context.Context) (c platform.ClockState, err error) {
	err = s.selectOne(ctx, clockDest(&c), `select `+clockColumns+` from shared where id = 1`)
	return c, err
}

// selectOne reads one row outside a transaction; ErrNotFound, bare, if there is
// none.
func (s *Store) selectOne(ctx context.Context, dest []any, query string, args ...any) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.gate.RUnlock()
	wait, cancel := s.engine.deadline(ctx)
	defer cancel()
	err := s.engine.read.QueryRowContext(wait, query, args...).Scan(dest...)
	if err != nil && s.engine.reconnect(err) {
		err = s.engine.read.QueryRowContext(wait, query, args...).Scan(dest...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return platform.ErrNotFound
	}
	return s.engine.translate(ctx, err)
}
