package platform

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ValidAppid reports whether a string has the shape of an appid: wx and 16
// lower-case hex digits.
func ValidAppid(s string) bool {
	return len(s) == 18 && strings.HasPrefix(s, "wx") && lowerHex(s[2:])
}

func lowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// text checks a text that people give: valid UTF-8, bounded, and free of
// control characters other than line breaks and tabs.
func text(name, value string, most int) error {
	if !utf8.ValidString(value) {
		return Invalidf("%s is not valid UTF-8", name)
	}
	if n := utf8.RuneCountInString(value); n > most {
		return Invalidf("%s has %d characters, at most %d are allowed", name, n, most)
	}
	for _, r := range value {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return Invalidf("%s holds the control character %U", name, r)
		}
	}
	return nil
}

// Problems lists everything wrong with a component, one sentence each.
func (c *Component) Problems() []string {
	var out []string
	add := func(ok bool, problem string) {
		if !ok {
			out = append(out, problem)
		}
	}
	add(ValidAppid(c.Appid), "appid "+quoted(c.Appid)+" must be wx and 16 lower-case hex digits")
	if err := text("name", c.Name, 64); err != nil {
		out = append(out, err.Error())
	}
	add(len(c.Secret) == 32 && lowerHex(c.Secret), "secret must be 32 lower-case hex digits")
	add(len(c.Token) >= 3 && len(c.Token) <= 32 && alphanumeric(c.Token), "token must be 3 to 32 letters or digits")
	add(len(c.EncodingAESKey) == 43 && alphanumeric(c.EncodingAESKey), "encoding_aes_key must be 43 letters or digits")
	add(validURL(c.EventURL), "event_url "+quoted(c.EventURL)+" must be an http or https URL")
	add(validURL(c.MessageURL), "message_url "+quoted(c.MessageURL)+" must be an http or https URL")
	for _, entry := range c.IPAllowlist {
		add(validAddress(entry), "ip_allowlist has "+quoted(entry)+", must be an IP address or a prefix like 10.0.0.0/8")
	}
	return append(out, c.Settings.Problems()...)
}

func quoted(s string) string { return `"` + s + `"` }

func validURL(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// validHost takes what can stand between // and the path of a URL; empty is fine.
func validHost(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse("https://" + s)
	return err == nil && u.Host == s && u.User == nil
}

func validAddress(s string) bool {
	if strings.Contains(s, "/") {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// AllowsIP reports whether the allow-list lets a caller in. An empty list lets
// everybody in.
func (c *Component) AllowsIP(ip string) bool {
	if len(c.IPAllowlist) == 0 {
		return true
	}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, entry := range c.IPAllowlist {
		if p, err := netip.ParsePrefix(entry); err == nil && p.Contains(addr) {
			return true
		}
		if a, err := netip.ParseAddr(entry); err == nil && a.Unmap() == addr {
			return true
		}
	}
	return false
}
