package platform

import "context"

// SecretRequest is a call that shows an AppSecret in place of a token.
type SecretRequest struct {
	Appid, Secret string
	Path          string // of the call
	Caller        Caller
}

// ComponentBySecret finds the component of a call that shows its AppSecret in place
// of a token.
//
// Errors, in the order of the checks: 40013, 61011, 61004, 48001, 41004, 40125.
func (s *Service) ComponentBySecret(ctx context.Context, in SecretRequest) (Component, error) {
	return view(ctx, s.store, func(r Reader) (Component, error) {
		c, err := componentOf(ctx, r, in.Appid)
		if err != nil {
			return Component{}, err
		}
		if err := c.CheckCaller(in.Caller.IP); err != nil {
			return Component{}, err
		}
		if err := c.CheckAPI(in.Path); err != nil {
			return Component{}, err
		}
		return *c, checkSecret(c, in.Secret)
	})
}
