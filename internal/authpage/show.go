package authpage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// filterFrom is from how many merchants on there is a line to search them by.
const filterFrom = 9

// show answers with the page that asks.
func (a *API) show(ctx context.Context, c *call) (*answer, error) {
	in, err := c.ask()
	if err != nil {
		return nil, err
	}
	return a.ask(ctx, c, in, "")
}

// ask makes the page that asks, with a notice at the top if there is one.
func (a *API) ask(ctx context.Context, c *call, in Ask, notice string) (*answer, error) {
	offer, err := a.service.AuthorizationOffer(ctx, in)
	if err != nil {
		return nil, err
	}
	c.component = offer.ComponentAppid
	if notice != "" {
		c.refuse("asked once more: " + notice)
	} else {
		c.reason = fmt.Sprintf("showed the page: %d merchants, %d permission sets", len(offer.Merchants), len(offer.FuncIDs))
	}
	c.form.Set(paramFrom, in.Referer)
	v := &askView{
		Platform: offer.ComponentName, Appid: offer.ComponentAppid, Notice: notice, Path: c.r.URL.Path,
		Biz: in.BizAppid != "", More: offer.More, Search: in.Search, NickName: cut(c.form.Get(paramNickName), nameLimit), Fixed: len(in.CategoryIDs) > 0,
	}
	v.Filter = !v.Biz && (len(offer.Merchants) >= filterFrom || offer.More || in.Search != "")
	if v.Platform == "" {
		v.Platform = offer.ComponentAppid
	}
	if !offer.ExpiresAt.IsZero() {
		// WeChat's own time, whatever the time zone of this machine.
		v.Expires = offer.ExpiresAt.In(time.FixedZone("UTC+8", 8*60*60)).Format("15:04:05")
	}
	for _, name := range linked {
		if value := c.form.Get(name); value != "" {
			v.Hidden = append(v.Hidden, field{name, value})
		}
	}
	v.chooseFrom(offer.Merchants, c.form.Get(paramChosen))
	v.tickFrom(c, in, offer.FuncIDs)
	return c.page(&view{Ask: v, Switch: c.otherLanguage()}), nil
}

// otherLanguage links to this page in the other language, with all that was
// chosen and typed.
func (c *call) otherLanguage() string {
	before := c.form.Get(paramLang)
	c.form.Set(paramLang, c.texts.other)
	link := c.link(append(slices.Clone(linked), paramSearch, paramChosen, paramNickName, paramTicked, paramTick, paramFuncID)...)
	c.form.Set(paramLang, before)
	return link
}

// askView is the page that asks.
type askView struct {
	Platform, Appid string
	Expires         string
	Notice          string // key of a text
	Path            string
	Hidden          []field

	Biz       bool // only one may authorize
	Filter    bool
	Search    string
	Merchants []merchantView
	More      bool
	New       bool // the new one is chosen
	NickName  string

	Sets  []setView
	Fixed bool // by the link
}

type field struct{ Name, Value string }

type merchantView struct {
	Appid, NickName, Initial string
	Authorized, Chosen       bool
	Sets                     int
}

type setView struct {
	ID     int
	Name   string
	Ticked bool
}

// chooseFrom fills in the merchants, and which of them is chosen.
func (v *askView) chooseFrom(merchants []Merchant, chosen string) {
	// Where there is no choice it is made.
	if chosen == "" && v.Search == "" {
		switch len(merchants) {
		case 0:
			chosen = chosenNew
		case 1:
			chosen = merchants[0].Appid
		}
	}
	v.New = chosen == chosenNew
	for _, m := range merchants {
		name := m.NickName
		if strings.TrimSpace(name) == "" {
			name = m.Appid
		}
		v.Merchants = append(v.Merchants, merchantView{
			Appid: m.Appid, NickName: name, Initial: initial(name), Authorized: m.Authorized, Chosen: m.Appid == chosen, Sets: len(m.FuncIDs),
		})
	}
}

// tickFrom fills in the permission sets, and which of them are ticked: all, until
// somebody unticks one.
func (v *askView) tickFrom(c *call, in Ask, offered []int) {
	tick := c.form.Get(paramTick)
	explicit := !v.Fixed && tick != tickAll && (c.form.Get(paramTicked) != "" || tick == tickNone)
	var ticked []int
	if tick != tickNone {
		ticked, _ = sets(c.form[paramFuncID])
	}
	for _, id := range offered {
		if v.Fixed && !slices.Contains(in.CategoryIDs, id) {
			continue
		}
		v.Sets = append(v.Sets, setView{id, c.texts.set(id), !explicit || slices.Contains(ticked, id)})
	}
}

// initial is what stands for a picture.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	return "·"
}
