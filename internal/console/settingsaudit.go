package console

import (
	"context"
	"strings"

	"draftbox/internal/platform"
)

// auditRulesView is how audits are decided.
type auditRulesView struct {
	Decide, After, Reason string
	Rules                 []auditRuleView
	Decisions             []string
}

type auditRuleView struct{ Version, Appid, Decide, After, Reason string }

// blankRules is how many rules can be added at a time.
const blankRules = 2

func (a *Console) auditRules(ctx context.Context, c *call) (*answer, error) {
	comp, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, err
	}
	p := comp.Settings.Audit
	v := auditRulesView{
		Decide: c.typed("decide", p.Decide), After: c.typed("after", durationText(p.After)), Reason: c.typed("reason", p.Reason),
		Decisions: []string{platform.DecideManual, platform.DecidePass, platform.DecideFail, platform.DecideDelay},
	}
	if c.r.PostForm.Has("rule_decide") {
		v.Rules = typedRules(c)
	} else {
		for _, r := range p.Rules {
			v.Rules = append(v.Rules, auditRuleView{r.Match.UserVersion, r.Match.Appid, r.Decide, durationText(r.After), r.Reason})
		}
	}
	v.Rules = append(v.Rules, make([]auditRuleView, blankRules)...)
	return a.settingsPage(ctx, c, "audit", v)
}

// typedRules are the rules of a form, in their order; those without a decision are left
// out, which is how one is taken away.
func typedRules(c *call) []auditRuleView {
	field := func(name string, i int) string {
		if all := c.r.PostForm[name]; i < len(all) {
			return strings.TrimSpace(strings.ReplaceAll(all[i], "\r\n", "\n"))
		}
		return ""
	}
	var out []auditRuleView
	for i, decide := range c.r.PostForm["rule_decide"] {
		if decide != "" {
			out = append(out, auditRuleView{field("rule_version", i), field("rule_appid", i), decide, field("rule_after", i), field("rule_reason", i)})
		}
	}
	return out
}

func (a *Console) saveAuditRules(ctx context.Context, c *call) (*answer, error) {
	p := platform.AuditPolicy{Decide: c.form.Get("decide"), Reason: c.typed("reason", ""), Rules: []platform.AuditRule{}}
	var err error
	if p.After, err = readDuration("after", c.form.Get("after")); err != nil {
		return nil, err
	}
	for _, r := range typedRules(c) {
		after, err := readDuration("after", r.After)
		if err != nil {
			return nil, err
		}
		p.Rules = append(p.Rules, platform.AuditRule{
			Match: platform.AuditMatch{UserVersion: r.Version, Appid: r.Appid}, Decide: r.Decide, After: after, Reason: r.Reason,
		})
	}
	_, err = a.service.ChangeComponent(ctx, c.component, func(comp *platform.Component) error {
		comp.Settings.Audit = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done(settingsPath(c.component, "audit"), "saved", ""), nil
}

// Ordinal counts from 1.
func (v *view) Ordinal(i int) int { return i + 1 }
