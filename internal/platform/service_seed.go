package platform

import (
	"context"
	"errors"
	"strings"
)

// SeedAuthorizer makes a declared merchant, once: with a key that was used
// before it takes over no more than a changed name, so that a merchant who
// revoked since does not come back authorized. A name or a refresh token left
// empty stays as it is. [ErrSeeded] says that nothing has changed.
func (s *Service) SeedAuthorizer(ctx context.Context, a Authorizer, key string) (Authorizer, error) {
	if problems := a.Problems(); len(problems) > 0 {
		return Authorizer{}, Invalidf("%s", strings.Join(problems, "; "))
	}
	return update(ctx, s.store, a.ComponentAppid, func(tx Tx, c *Component) (Authorizer, error) {
		old, err := tx.Authorizer(ctx, c.Appid, a.Appid)
		isNew := errors.Is(err, ErrNotFound)
		if isNew {
			old, err = &Authorizer{ComponentAppid: c.Appid, Appid: a.Appid, CreatedAt: tx.Now()}, nil
		}
		if err != nil {
			return Authorizer{}, err
		}
		next := *old
		if a.NickName != "" {
			next.NickName = a.NickName
		}
		switch err := markSeed(ctx, tx, c.Appid, key); {
		case err == nil:
			next.Authorized = a.Authorized
			if a.RefreshToken != "" {
				next.RefreshToken = a.RefreshToken
			}
		case !errors.Is(err, ErrSeeded) || isNew || next == *old:
			return Authorizer{}, err
		}
		err = s.putAuthorizer(ctx, tx, &next)
		return next, err
	})
}
