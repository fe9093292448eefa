package console

import (
	"context"
	"errors"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// Secrets that a call may need beside those that somebody types. In a form a name in
// braces stands for one, and the console puts it in when the call is made.
const (
	secretToken    = "access_token"
	secretApp      = "component_appsecret"
	secretTicket   = "component_verify_ticket"
	secretRefresh  = "authorizer_refresh_token"
	memberMerchant = "authorizer_appid"
)

// secretMembers are the members that take a secret, and which.
var secretMembers = map[string]string{
	"component_appsecret": secretApp, "component_secret": secretApp, "appsecret": secretApp,
	"component_verify_ticket": secretTicket, "authorizer_refresh_token": secretRefresh,
}

// placeholder is what stands for a member's secret; empty for a member without one.
func placeholder(member string) string {
	if secret := secretMembers[member]; secret != "" {
		return "{" + secret + "}"
	}
	return ""
}

// standsFor tells which secret a value stands for.
func standsFor(member, value string) (secret string, ok bool) {
	secret = secretMembers[member]
	return secret, secret != "" && value == placeholder(member)
}

// needed are the secrets that a call has names for.
func (in *input) needed() []string {
	var out []string
	if in.token != tokenNone && in.token != tokenWrong {
		out = append(out, secretToken)
	}
	for name, value := range in.values {
		if secret, ok := standsFor(name, value); ok && !slices.Contains(out, secret) {
			out = append(out, secret)
		}
	}
	return out
}

func (in *input) needsSecrets() bool { return len(in.needed()) > 0 }

// secretsOf looks up what a call has names for. One that there is not - no ticket was
// pushed yet, the merchant is unknown - is empty, and the call is refused as that of
// any program without it.
func (a *Console) secretsOf(ctx context.Context, c *call, in *input) error {
	in.secrets = map[string]string{}
	for _, name := range in.needed() {
		value, err := a.secretOf(ctx, c, in, name)
		_, refused := errors.AsType[*platform.Error](err)
		if err != nil && (name == secretToken || !refused && !errors.Is(err, platform.ErrNotFound)) {
			return err
		}
		in.secrets[name] = value
	}
	return nil
}

func (a *Console) secretOf(ctx context.Context, c *call, in *input, name string) (string, error) {
	switch name {
	case secretToken:
		return a.tokenFor(ctx, c, in.token)
	case secretTicket:
		ticket, err := a.service.CurrentTicket(ctx, c.component)
		return ticket.Value, err
	case secretRefresh:
		merchant, err := a.service.Authorizer(ctx, c.component, strings.TrimSpace(in.values[memberMerchant]))
		return merchant.RefreshToken, err
	}
	component, err := a.service.Component(ctx, c.component)
	return component.Secret, err
}
