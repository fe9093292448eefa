package authpage

import (
	"context"
	"strings"
	"unicode/utf8"
)

// decide answers the form: the browser goes back to the platform with a code, or
// is told that nothing happened.
func (a *API) decide(ctx context.Context, c *call) (*answer, error) {
	in, err := c.ask()
	if err != nil {
		return nil, err
	}
	if c.form.Get(paramDecision) == decisionCancel {
		c.reason = "canceled on the page; the pre-auth code was not used"
		return c.page(&view{Told: &toldView{Key: "canceled", Good: true, Back: c.link(linked...)}}), nil
	}
	confirm, notice, err := c.confirmed(in)
	if err != nil {
		return nil, err
	}
	if notice != "" {
		return a.ask(ctx, c, in, notice)
	}
	granted, err := a.service.AuthorizationConfirm(ctx, confirm)
	if err != nil {
		return nil, err
	}
	c.component = in.ComponentAppid
	c.reason = granted.AuthorizerAppid + " authorized " + in.ComponentAppid
	return c.redirect(back(in.RedirectURI, granted)), nil
}

// confirmed reads what was chosen. A form that somebody has to fill in once more
// gives the key of a notice.
func (c *call) confirmed(in Ask) (out Confirm, notice string, err error) {
	out = Confirm{Ask: in, AuthorizerAppid: c.form.Get(paramChosen)}
	out.Search = "" // of no account any more
	switch name := strings.TrimSpace(c.form.Get(paramNickName)); {
	case in.BizAppid != "" && out.AuthorizerAppid != "" && out.AuthorizerAppid != in.BizAppid:
		return out, "", &Refusal{ReasonMerchant, "biz_appid allows " + clip(in.BizAppid) + " only"}
	case in.BizAppid != "":
		out.AuthorizerAppid = in.BizAppid
	case out.AuthorizerAppid == "" && name == "":
		return out, "ask.notice.merchant", nil
	case out.AuthorizerAppid == "" || out.AuthorizerAppid == chosenNew:
		if n := utf8.RuneCountInString(name); n == 0 || n > nameLimit || !utf8.ValidString(name) {
			return out, "ask.notice.name", nil
		}
		out.AuthorizerAppid, out.NickName = "", name
	}
	if len(in.CategoryIDs) > 0 {
		out.FuncIDs = in.CategoryIDs
		return out, "", nil
	}
	ids, ok := sets(c.form[paramFuncID])
	switch {
	case !ok:
		return out, "", &Refusal{ReasonFuncIDs, "func_id is no number of a permission set"}
	case len(ids) == 0:
		return out, "ask.notice.sets", nil
	}
	out.FuncIDs = ids
	return out, "", nil
}
