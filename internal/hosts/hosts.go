// Package hosts holds the names of the hosts that draftbox stands in for.
package hosts

import "strings"

// names are the hosts that programs have written into them: the API and its
// fall-back, the uploader's host, and those of pages that users are sent to.
// The API comes first: it is who answers where nobody was asked for.
var names = []string{
	"api.weixin.qq.com",
	"api2.weixin.qq.com",
	"servicewechat.com",
	"mp.weixin.qq.com",
	"open.weixin.qq.com",
}

// Names returns the hosts in lower case, the API's first. The slice is the caller's.
func Names() []string { return append([]string(nil), names...) }

// Is reports whether a name is one of [Names], see [Canonical].
func Is(name string) bool {
	_, ok := Canonical(name)
	return ok
}

// Canonical returns the name of [Names] that is meant. Names are compared
// without case and without one trailing dot, as DNS does, and in no other way:
// no suffix, no port, no address, no folding of letters beyond ASCII.
func Canonical(name string) (string, bool) {
	name = strings.TrimSuffix(name, ".")
	for _, n := range names {
		if equalASCII(name, n) {
			return n, true
		}
	}
	return "", false
}

// equalASCII compares a name with one in lower case. strings.EqualFold would
// take the Kelvin sign for a k.
func equalASCII(name, lower string) bool {
	if len(name) != len(lower) {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
