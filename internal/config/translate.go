package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"draftbox/internal/platform"
)

// over lays what a component declares over what is there.
func (c *Component) over(out *platform.Component) {
	for _, text := range []struct {
		value string
		into  *string
	}{{c.Appid, &out.Appid}, {c.Name, &out.Name}, {c.Secret, &out.Secret}, {c.Token, &out.Token}, {c.EncodingAESKey, &out.EncodingAESKey}} {
		if text.value != "" {
			*text.into = text.value
		}
	}
	if c.EventURL != nil {
		out.EventURL = *c.EventURL
	}
	if c.MessageURL != nil {
		out.MessageURL = *c.MessageURL
	}
	if c.IPAllowlist != nil {
		out.IPAllowlist = c.IPAllowlist
	}
	if c.MaxDevMiniprograms != nil {
		out.Settings.MaxDevMiniprograms = *c.MaxDevMiniprograms
	}
	if c.AuthPageDomain != nil {
		out.Settings.AuthPageDomain = *c.AuthPageDomain
	}
	c.Switches.over(&out.Settings.Switches)
	c.Quotas.over(&out.Settings.Quotas)
	c.Audit.over(&out.Settings.Audit)
}

func (a *Authorizer) platform(component string) platform.Authorizer {
	return platform.Authorizer{
		ComponentAppid: component, Appid: a.Appid, NickName: cmp.Or(a.NickName, a.Profile.NickName),
		Authorized: a.Authorized, RefreshToken: a.RefreshToken, FuncIDs: a.FuncIDs, Profile: a.Profile.Profile,
		Categories: a.Categories, Restrictions: a.Restrictions,
	}
}

// settings are what is declared of a merchant around its code.
func (a *Authorizer) settings() platform.MerchantDeclaration {
	return platform.MerchantDeclaration{PrivateInfos: a.PrivateInfos, Plugins: a.Plugins, Testers: a.Testers, Privacy: a.Privacy}
}

func (u *Upload) platform(component string) platform.Upload {
	out := platform.Upload{
		ComponentAppid: component, SourceAppid: u.Source, UserVersion: u.Version, UserDesc: u.Desc, Developer: u.Developer,
	}
	if u.CreateTime != 0 {
		out.CreateTime = time.Unix(u.CreateTime, 0)
	}
	return out
}

// seedKeys make the marks by which declared things are remembered: the digest of
// what is declared, and how many times it was declared before in the file.
type seedKeys map[string]int

func (s seedKeys) next(kind string, declared ...any) string {
	text, err := json.Marshal(declared)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	sum := sha256.Sum256(text)
	key := kind + ":" + hex.EncodeToString(sum[:])
	s[key]++
	if n := s[key]; n > 1 {
		key = fmt.Sprintf("%s:%d", key, n)
	}
	return key
}
