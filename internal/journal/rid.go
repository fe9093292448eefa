package journal

import (
	"encoding/hex"
	"math/rand/v2"
	"time"
)

// RID is a request id as the real service writes it behind an errmsg: three
// groups of 8 hex digits, the first of them the Unix time.
type RID struct {
	Unix uint32
	A, B uint32
}

// NewRID makes the id of a request that came at a (virtual) time. The groups
// behind the time are random, as they look on the real service; they guard
// nothing.
func NewRID(now time.Time) RID {
	r := rand.Uint64() //nolint:gosec // an id, no secret
	return RID{Unix: uint32(now.Unix()), A: uint32(r >> 32), B: uint32(r)}
}

const ridLen = 26

// Append appends the id's text.
func (r RID) Append(b []byte) []byte {
	var raw [4]byte
	for i, group := range [3]uint32{r.Unix, r.A, r.B} {
		if i > 0 {
			b = append(b, '-')
		}
		raw = [4]byte{byte(group >> 24), byte(group >> 16), byte(group >> 8), byte(group)}
		b = hex.AppendEncode(b, raw[:])
	}
	return b
}

// String returns the id's text: 26 characters.
func (r RID) String() string { return string(r.Append(make([]byte, 0, ridLen))) }

// ParseRID reads an id's text.
func ParseRID(s string) (RID, bool) {
	if len(s) != ridLen || s[8] != '-' || s[17] != '-' {
		return RID{}, false
	}
	var groups [3]uint32
	for i := range groups {
		for _, c := range []byte(s[i*9 : i*9+8]) {
			switch {
			case c >= '0' && c <= '9':
				c -= '0'
			case c >= 'a' && c <= 'f':
				c -= 'a' - 10
			default:
				return RID{}, false
			}
			groups[i] = groups[i]<<4 | uint32(c)
		}
	}
	return RID{groups[0], groups[1], groups[2]}, true
}
