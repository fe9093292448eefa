package wxopen

import (
	"context"
	"errors"
	"fmt"
)

// AuthorizerClient makes the calls that a platform makes for one account that
// authorized it, with the account's authorizer_access_token. It is safe for
// concurrent use, and cheap: make one whenever an account is to be dealt with.
//
// Beside the errors of a [Client]'s calls, each of its calls can be refused with
// [ErrNotAuthorized] (the account took its authorization back), [ErrAPINotGranted]
// (it did not grant the permission set) and [ErrUserLimited] (it is frozen or
// closed).
type AuthorizerClient struct {
	caller
	component string
}

// Authorizer returns a client of the calls for an account. It takes its tokens from
// the source given, or where that is nil from [Client.AuthorizerTokens].
func (c *Client) Authorizer(appid string, tokens TokenSource) *AuthorizerClient {
	if tokens == nil {
		tokens = c.AuthorizerTokens(appid)
	}
	a := &AuthorizerClient{caller: c.caller, component: c.appid}
	a.appid, a.tokens = appid, tokens
	return a
}

// Appid returns the appid of the account.
func (a *AuthorizerClient) Appid() string { return a.appid }

// String names the client without its secrets.
func (a *AuthorizerClient) String() string {
	return fmt.Sprintf("wxopen.AuthorizerClient(%s %s %s)", a.base, a.component, a.appid)
}

// GoString names the client without its secrets.
func (a *AuthorizerClient) GoString() string { return a.String() }

// ErrNoAuthorization says that the store has no refresh token of an account: it
// did not authorize the platform, took that back, or what [Client.QueryAuth] brought
// was not given to [Client.KeepAuthorization]. [Client.AuthorizerInfo] tells the
// refresh token of an account that did.
var ErrNoAuthorization = errors.New("wxopen: no authorization in the store")

var errNoStore = errors.New("wxopen: nothing is known of authorizers: set Config.Store, or give Client.Authorizer a TokenSource")

// noTokens is the source of a client without a store.
type noTokens struct{}

func (noTokens) Token(context.Context) (string, error) { return "", errNoStore }

// AuthorizerTokens returns the source of an account's tokens over [Config] Store,
// which fetches them with the refresh token that [Client.KeepAuthorization] put
// there. It is the same one for each call with the same appid. Its errors are those
// of [Client.AuthorizerToken], those of the store and [ErrNoAuthorization].
func (c *Client) AuthorizerTokens(appid string) TokenSource {
	if c.store == nil {
		return noTokens{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	source, ok := c.accounts[appid]
	if !ok {
		source = &StoredTokenSource{
			Store: c.store,
			Key:   StoreKey{Component: c.appid, Authorizer: appid},
			Fetch: func(ctx context.Context, entry StoreEntry) (FetchedToken, error) {
				if entry.RefreshToken == "" {
					return FetchedToken{}, fmt.Errorf("%w of %s", ErrNoAuthorization, appid)
				}
				token, err := c.AuthorizerToken(ctx, appid, entry.RefreshToken)
				return FetchedToken{AccessToken: token.AccessToken, RefreshToken: token.RefreshToken, ExpiresIn: token.ExpiresIn}, err
			},
		}
		c.accounts[appid] = source
	}
	return source
}

// storedComponentTokens returns the source of the component's tokens over the store.
func (c *Client) storedComponentTokens() TokenSource {
	return &StoredTokenSource{
		Store: c.store,
		Key:   StoreKey{Component: c.appid},
		Fetch: func(ctx context.Context, _ StoreEntry) (FetchedToken, error) {
			token, err := c.ComponentToken(ctx)
			return FetchedToken{AccessToken: token.AccessToken, ExpiresIn: token.ExpiresIn}, err
		},
	}
}
