package console

import (
	"context"
	"errors"
	"strings"
	"sync"

	"draftbox/internal/platform"
)

// Values of the choice of a token.
const (
	tokenNone       = "none"
	tokenWrong      = "wrong"
	tokenComponent  = "component"
	tokenOfMerchant = "authorizer:" // and the appid
)

// wrongToken is none that is ever issued.
const wrongToken = "a-wrong-token"

// merchantChoices is how many merchants are offered by name.
const merchantChoices = 50

// tokenChoice is a token as somebody chooses it: by the name of who it stands for.
type tokenChoice struct {
	Value, Label string
	Selected     bool
}

// tokenChoices offers the tokens that there can be. One of a merchant that is not among
// the first is offered when it is chosen already.
func (a *Console) tokenChoices(ctx context.Context, c *call, chosen string) (out []tokenChoice, more bool, err error) {
	component, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, false, err
	}
	merchants, err := a.service.Authorizers(ctx, c.component, "", merchantChoices+1)
	if err != nil {
		return nil, false, err
	}
	more = len(merchants) > merchantChoices
	merchants = merchants[:min(len(merchants), merchantChoices)]
	add := func(value, label string) {
		out = append(out, tokenChoice{value, label, value == chosen})
	}
	add(tokenComponent, c.texts.must("explore.of_component", "name", nameOr(component.Name, component.Appid)))
	appid, wanted := strings.CutPrefix(chosen, tokenOfMerchant)
	for _, m := range merchants {
		add(tokenOfMerchant+m.Appid, c.texts.must("explore.of_merchant", "name", nameOr(m.NickName, m.Appid)))
		wanted = wanted && m.Appid != appid
	}
	if wanted {
		add(chosen, c.texts.must("explore.of_merchant", "name", appid))
	}
	add(tokenNone, c.texts.must("explore.no_token"))
	add(tokenWrong, c.texts.must("explore.wrong_token"))
	return out, more, nil
}

func nameOr(name, appid string) string {
	if name == "" {
		return appid
	}
	return name
}

// keptLimit bounds the tokens that the explorer remembers.
const keptLimit = 1000

// keptTokens are the tokens that were issued to the explorer, by component and
// merchant. The store knows their hashes alone, so whoever wants one twice keeps it.
type keptTokens struct {
	mu   sync.Mutex
	byID map[string]string
}

// tokenFor returns a token that works. It is one of the management side, which takes
// the place of none that a program holds.
func (a *Console) tokenFor(ctx context.Context, c *call, choice string) (string, error) {
	k := &a.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	id := c.component + " " + choice
	if token := k.byID[id]; token != "" {
		_, err := a.service.Authenticate(ctx, token)
		if _, ended := errors.AsType[*platform.Error](err); !ended {
			return token, err
		}
	}
	caller := platform.Caller{IP: clientIP(c.r)}
	var token string
	var err error
	if appid, merchant := strings.CutPrefix(choice, tokenOfMerchant); merchant {
		token, _, err = a.service.AdminAuthorizerToken(ctx, c.component, appid, caller)
	} else {
		token, err = a.service.AdminComponentToken(ctx, c.component, caller)
	}
	if err != nil {
		return "", err
	}
	if k.byID == nil || len(k.byID) >= keptLimit {
		k.byID = map[string]string{}
	}
	k.byID[id] = token
	return token, nil
}
