package platform

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"io"
)

// Shapes of credentials as observed on the real service.
const (
	ticketPrefix       = "ticket@@@"
	refreshTokenPrefix = "refreshtoken@@@"
	// The number before the underscore grows over the years; 103 was seen in
	// April 2026.
	accessTokenPrefix = "103_"
	accessTokenTail   = 154
	// Lengths of an AppSecret and of a message token that are made up, in hex digits.
	secretDigits = 32
	tokenDigits  = 24
)

// urlSafe returns n random characters of [A-Za-z0-9_-].
func (s *Service) urlSafe(n int) (string, error) {
	b := make([]byte, (n*3+3)/4)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b)[:n], nil
}

// hexDigits returns n random lower-case hex digits.
func (s *Service) hexDigits(n int) (string, error) {
	b := make([]byte, (n+1)/2)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", err
	}
	return hex.EncodeToString(b)[:n], nil
}

// newAESKey returns an EncodingAESKey: the base64 of 32 random bytes, without
// its "=", made of letters and digits only as the real console demands.
func (s *Service) newAESKey() (string, error) {
	b := make([]byte, 32)
	for {
		if _, err := io.ReadFull(s.random, b); err != nil {
			return "", err
		}
		key := base64.RawStdEncoding.EncodeToString(b)
		if alphanumeric(key) {
			return key, nil
		}
	}
}

// Mask returns a secret's form for people: its first and last characters. A
// short one is hidden whole.
func Mask(secret string) string {
	if secret == "" {
		return ""
	}
	if len(secret) < 16 {
		return "…"
	}
	return secret[:6] + "…" + secret[len(secret)-4:]
}

// sameSecret compares in constant time.
func sameSecret(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
