package authpage

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what a link and a form may say.
const (
	redirectLimit = 2048 // bytes
	searchLimit   = 64   // characters
	nameLimit     = 30   // characters, what a mini program's nickname may have
	setsLimit     = 256  // permission sets in one list; some hundred are known
	largestSet    = 1 << 20
)

// Names of parameters: those of the link, and our own. The real page's link has
// an action=bindcomponent, so no button of ours may be called that.
const (
	paramComponent  = "component_appid"
	paramCode       = "pre_auth_code"
	paramRedirect   = "redirect_uri"
	paramAuthType   = "auth_type"
	paramBiz        = "biz_appid"
	paramCategories = "category_id_list"
	paramLang       = "lang"
	paramSearch     = "q"
	paramFrom       = "from"             // scheme and host of the page with the link
	paramChosen     = "authorizer_appid" // an appid, or chosenNew
	paramNickName   = "nick_name"
	paramFuncID     = "func_id"  // once a set
	paramTicked     = "ticked"   // the form's func_id are all that is ticked
	paramTick       = "tick"     // a button: tickAll or tickNone
	paramDecision   = "decision" // a button: decisionCancel, or else confirmed

	chosenNew      = "new"
	tickAll        = "all"
	tickNone       = "none"
	decisionCancel = "cancel"
)

// ask reads what the link says.
func (c *call) ask() (Ask, error) {
	for _, name := range []string{paramComponent, paramCode, paramRedirect} {
		if c.form.Get(name) == "" {
			return Ask{}, &Refusal{ReasonMissing, name}
		}
	}
	in := Ask{
		ComponentAppid: c.form.Get(paramComponent), PreAuthCode: c.form.Get(paramCode), RedirectURI: c.form.Get(paramRedirect),
		BizAppid: c.form.Get(paramBiz), Search: cut(strings.TrimSpace(c.form.Get(paramSearch)), searchLimit), Referer: c.linkedFrom(),
	}
	if err := checkRedirect(in.RedirectURI); err != nil {
		return Ask{}, err
	}
	// Required on the current documentation page, optional on the older ones.
	if text := c.form.Get(paramAuthType); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || !slices.Contains([]int{1, 2, 3, 4, 5, 6, 8}, n) {
			return Ask{}, &Refusal{ReasonAuthType, "auth_type is " + strconv.Quote(clip(text)) + ", must be 1 to 6 or 8"}
		}
		in.AuthType = n
	}
	if text := c.form.Get(paramCategories); text != "" {
		ids, ok := sets(strings.Split(text, "|"))
		if !ok {
			return Ask{}, &Refusal{ReasonFuncIDs, "category_id_list is " + strconv.Quote(clip(text)) + ", must be numbers joined by |"}
		}
		in.CategoryIDs = ids
	}
	return in, nil
}

// sets reads ids of permission sets, and returns them ascending and each once.
func sets(texts []string) ([]int, bool) {
	if len(texts) > setsLimit {
		return nil, false
	}
	out := []int{}
	for _, text := range texts {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > largestSet {
			return nil, false
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// linkedFrom returns scheme and host of the page with the link. Searching and
// changing the language come from this page itself, which therefore remembers
// where its visitor came from; nobody else can say so.
func (c *call) linkedFrom() string {
	u, err := url.Parse(c.r.Referer())
	if err != nil || u.Host == "" {
		return ""
	}
	if strings.EqualFold(u.Host, c.r.Host) && Serves(u.Path) {
		return origin(c.form.Get(paramFrom))
	}
	return origin(c.r.Referer())
}

// origin returns scheme and host of an address; empty if it has none.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(u.Host) > 255 {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// checkRedirect refuses a redirect_uri that no browser could be sent to.
func checkRedirect(address string) error {
	if len(address) > redirectLimit {
		return &Refusal{ReasonRedirectURI, "redirect_uri has more than " + strconv.Itoa(redirectLimit) + " bytes"}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return &Refusal{ReasonRedirectURI, "redirect_uri is " + strconv.Quote(clip(address)) + ", must begin with https:// or http:// and a host"}
	}
	return nil
}

// back returns where the browser goes with the code: redirect_uri as it was
// given, with auth_code and expires_in. That a query of its own is kept is
// inferred from reports; that @ stays as it is was seen in all of them.
func back(address string, granted Granted) string {
	address, fragment, fragmented := strings.Cut(address, "#")
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
		if strings.HasSuffix(address, "?") || strings.HasSuffix(address, "&") {
			join = ""
		}
	}
	code := strings.ReplaceAll(url.QueryEscape(granted.AuthorizationCode), "%40", "@")
	out := strings.ReplaceAll(address, " ", "%20") + join + "auth_code=" + code + "&expires_in=" + strconv.Itoa(int(granted.ExpiresIn.Seconds()))
	if fragmented {
		out += "#" + strings.ReplaceAll(fragment, " ", "%20")
	}
	return out
}

// cut bounds a text that somebody typed.
func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
