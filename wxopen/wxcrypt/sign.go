package wxcrypt

import (
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Signature returns the sha1 of its arguments, sorted by bytes and joined, as 40
// lower-case hex digits. With the Encrypt text it is the msg_signature of a push,
// without one its signature.
func Signature(token, timestamp, nonce string, encrypted ...string) string {
	parts := append([]string{token, timestamp, nonce}, encrypted...)
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// NewNonce returns a random number of 9 or 10 digits, as WeChat's are.
func NewNonce() string {
	const least, beyond = 100_000_000, 1 << 31
	var b [4]byte
	rand.Read(b[:])
	return strconv.FormatUint(uint64(least+binary.BigEndian.Uint32(b[:])%(beyond-least)), 10)
}

// sameSignature takes the same time wherever the two differ.
func sameSignature(got, want string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}
