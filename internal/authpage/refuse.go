package authpage

import (
	"errors"
	"net/http"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// statuses of refusals. The real page tells of a bad link with a page like any
// other, HTTP 200, and so does this: the status is no part of the protocol, and a
// browser would log any other as an error. What the real page is not known to say
// has the status that fits.
var statuses = map[string]int{
	ReasonUnavailable: http.StatusServiceUnavailable,
	reasonCrossOrigin: http.StatusForbidden,
	reasonMethod:      http.StatusMethodNotAllowed,
	reasonTooLarge:    http.StatusRequestEntityTooLarge,
}

// fail turns an error into a page, and remembers the reason.
func (a *API) fail(c *call, err error) *answer {
	refusal, ok := errors.AsType[*Refusal](err)
	if ok && !c.texts.has("told."+refusal.Reason+".title") {
		ok = false // a reason that nobody has heard of is a bug
	}
	if !ok {
		refusal = &Refusal{Reason: ReasonUnavailable}
		// A caller that went away is no fault of the server.
		if !errors.Is(err, platform.ErrUnavailable) && c.r.Context().Err() == nil {
			a.log.Error("the authorization page failed", "path", c.r.URL.Path, "error", journal.MaskText(err.Error()))
		}
	}
	c.refuse(err.Error())
	c.refused = refusal.Reason != ReasonUnavailable
	if status, is := statuses[refusal.Reason]; is {
		c.status = status
	}
	if appid := c.form.Get(paramComponent); refusal.Reason != ReasonComponentUnknown && platform.ValidAppid(appid) {
		c.component = appid
	}
	told := &toldView{Key: refusal.Reason}
	switch detail := cut(refusal.Detail, 512); refusal.Reason {
	case ReasonReferer, ReasonMissing:
		told.Names = detail
	default:
		told.Detail = detail
	}
	if c.mayChooseAgain(refusal.Reason) {
		told.Back = c.link(linked...)
	}
	return c.page(&view{Told: told})
}

// mayChooseAgain reports whether the link is fine and another choice may do better.
func (c *call) mayChooseAgain(reason string) bool {
	in, err := c.ask()
	if err != nil || c.r.Method != http.MethodPost {
		return false
	}
	switch reason {
	case ReasonFrozen, ReasonMerchant:
		return in.BizAppid == ""
	case ReasonFuncIDs:
		return len(in.CategoryIDs) == 0
	}
	return false
}

// refuse notes that a request was refused, and why. A page has no errcode.
func (c *call) refuse(reason string) {
	c.code, c.refused, c.reason = platform.CodeSystemError, true, reason
}
