package platform

import (
	"context"
	"errors"
	"reflect"
	"strings"
)

// SeedAuthorizer makes a declared merchant, once: with a key that was used
// before it takes over no more than changed settings - name, profile, categories,
// restrictions - so that a merchant who revoked since does not come back
// authorized. What is left empty stays as it is. [ErrSeeded] says that nothing has changed.
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
		takeSettings(&next, &a)
		switch err := markSeed(ctx, tx, c.Appid, key); {
		case err == nil:
			next.Authorized = a.Authorized
			if a.RefreshToken != "" {
				next.RefreshToken = a.RefreshToken
			}
			if a.FuncIDs != nil {
				next.FuncIDs = funcIDs(a.FuncIDs)
			}
			if err := reauthorize(ctx, tx, old, &next); err != nil {
				return Authorizer{}, err
			}
		case !errors.Is(err, ErrSeeded) || isNew || reflect.DeepEqual(&next, old):
			return Authorizer{}, err
		}
		err = s.putAuthorizer(ctx, tx, &next)
		return next, err
	})
}

// takeSettings takes over what a declaration says of an account.
func takeSettings(next, declared *Authorizer) {
	if declared.NickName != "" {
		next.NickName = declared.NickName
	}
	if declared.Profile != (Profile{}) {
		next.Profile = declared.Profile
	}
	if declared.Categories != nil {
		next.Categories = declared.Categories
	}
	if declared.Restrictions != nil {
		next.Restrictions = declared.Restrictions
	}
}
