package platform

import (
	"context"
	"errors"
)

// SeedAuthorizer makes a declared merchant, once: a second call with the same
// key changes nothing and answers [ErrSeeded], so that a merchant who revoked
// since does not come back authorized. A name or a refresh token left empty
// stays as it is.
func (s *Service) SeedAuthorizer(ctx context.Context, a Authorizer, key string) (Authorizer, error) {
	if !ValidAppid(a.Appid) {
		return Authorizer{}, Invalidf("appid %q must be wx and 16 lower-case hex digits", a.Appid)
	}
	if err := errors.Join(text("nick_name", a.NickName, 30), text("refresh_token", a.RefreshToken, 128)); err != nil {
		return Authorizer{}, err
	}
	return update(ctx, s.store, a.ComponentAppid, func(tx Tx, c *Component) (Authorizer, error) {
		if err := markSeed(ctx, tx, c.Appid, key); err != nil {
			return Authorizer{}, err
		}
		seeded := a
		seeded.CreatedAt = tx.Now()
		switch old, err := tx.Authorizer(ctx, c.Appid, a.Appid); {
		case err == nil:
			seeded.CreatedAt = old.CreatedAt
			if a.NickName == "" {
				seeded.NickName = old.NickName
			}
			if a.RefreshToken == "" {
				seeded.RefreshToken = old.RefreshToken
			}
		case !errors.Is(err, ErrNotFound):
			return Authorizer{}, err
		}
		return seeded, s.putAuthorizer(ctx, tx, &seeded)
	})
}
