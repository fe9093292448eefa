package wxopen

import (
	"context"
	"errors"
	"time"
)

// KeepAuthorization puts what [Client.QueryAuth] brought into [Config] Store, in
// place of what was there of the account: the tokens of an authorization before it
// are dead. A refresh of those that is under way does not undo it. It needs a
// RefreshToken; without an AccessToken the first call fetches one.
//
// The errors are those of the store.
func (c *Client) KeepAuthorization(ctx context.Context, a Authorization) error {
	switch {
	case c.store == nil:
		return errNoStore
	case a.AuthorizerAppid == "" || a.RefreshToken == "":
		return errors.New("wxopen: an authorization without AuthorizerAppid or RefreshToken cannot be kept")
	}
	now := time.Now().UTC().Round(0)
	life := a.ExpiresIn
	if life <= 0 {
		life = assumedLife
	}
	entry := StoreEntry{AccessToken: a.AccessToken, RefreshToken: a.RefreshToken, GrantedAt: now}
	if a.AccessToken != "" {
		entry.FetchedAt, entry.ExpiresAt = now, now.Add(life)
	}
	return c.setAuthorization(ctx, a.AuthorizerAppid, func(StoreEntry) (StoreEntry, error) { return entry, nil })
}

// errGrantedLater ends the removal of an authorization that is not meant.
var errGrantedLater = errors.New("wxopen: the account authorized again after that")

// DropAuthorization removes an account from [Config] Store, when an
// [UnauthorizedEvent] says that it took its authorization back at that time. One
// that was kept later stays: pushes may come late. The zero time removes any.
//
// The errors are those of the store.
func (c *Client) DropAuthorization(ctx context.Context, authorizerAppid string, at time.Time) error {
	if c.store == nil {
		return errNoStore
	}
	err := c.setAuthorization(ctx, authorizerAppid, func(e StoreEntry) (StoreEntry, error) {
		if !at.IsZero() && e.GrantedAt.After(at) {
			return e, errGrantedLater
		}
		return StoreEntry{}, nil
	})
	if errors.Is(err, errGrantedLater) {
		return nil
	}
	return err
}

func (c *Client) setAuthorization(ctx context.Context, appid string, change func(StoreEntry) (StoreEntry, error)) error {
	if appid == "" {
		return errors.New("wxopen: the authorizer's appid is empty") // it would be the platform's entry
	}
	err := c.store.Update(ctx, StoreKey{Component: c.appid, Authorizer: appid}, change)
	c.mu.Lock()
	defer c.mu.Unlock()
	if source, ok := c.accounts[appid].(*StoredTokenSource); ok {
		source.Forget()
	}
	return err
}
