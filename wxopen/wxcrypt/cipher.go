package wxcrypt

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
)

// Cipher signs, encrypts and opens the pushes of one third-party platform. It is
// safe for concurrent use.
type Cipher struct {
	token  string
	appid  string
	keys   []Key // the current one, then the previous one where there is one
	random func() string
}

// Option changes what [New] makes.
type Option func(*Cipher) error

// PreviousKey gives the EncodingAESKey before the current one. For a time after a
// change WeChat still encrypts with it, and a reply is encrypted with the key of
// what it replies to. An empty one is ignored, so that a setting can be passed on
// as it is.
func PreviousKey(encodingAESKey string) Option {
	return func(c *Cipher) error {
		if encodingAESKey == "" {
			return nil
		}
		key, err := ParseKey(encodingAESKey)
		if err != nil {
			return fmt.Errorf("the previous one: %w", err)
		}
		c.keys = append(c.keys[:1], key)
		return nil
	}
}

// RandomText gives the 16 bytes that stand before each message, in place of
// random hex digits, so that a test knows its ciphertext. It must be safe for
// concurrent use. Never use it outside of tests: equal messages become equal
// ciphertexts.
func RandomText(text func() string) Option {
	return func(c *Cipher) error {
		c.random = text
		return nil
	}
}

// New returns a cipher by the three values of a platform's page: Token,
// EncodingAESKey and the platform's own appid, never that of an account that
// authorized it. It fails with [ErrKey], or when one of the others is empty.
func New(token, encodingAESKey, appid string, options ...Option) (*Cipher, error) {
	if token == "" || appid == "" || len(appid) > maxAppidBytes {
		return nil, fmt.Errorf("wxcrypt: a Token and the appid of the platform are needed, of at most %d bytes", maxAppidBytes)
	}
	key, err := ParseKey(encodingAESKey)
	if err != nil {
		return nil, err
	}
	c := &Cipher{token: token, appid: appid, keys: []Key{key}, random: hexDigits}
	for _, option := range options {
		if err := option(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// hexDigits is what WeChat's own samples have before the message.
func hexDigits() string {
	var b [randomBytes / 2]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Appid returns the appid of the platform.
func (c *Cipher) Appid() string { return c.appid }

// Encrypt returns the Encrypt text of a message, with the current key. It fails
// with [ErrTooLong] only, but for a [RandomText] that is not 16 bytes.
func (c *Cipher) Encrypt(msg []byte) (string, error) { return c.encrypt(c.keys[0], msg) }

func (c *Cipher) encrypt(key Key, msg []byte) (string, error) {
	if len(msg) > MaxMessageBytes {
		return "", ErrTooLong
	}
	random := c.random()
	if len(random) != randomBytes {
		return "", fmt.Errorf("wxcrypt: RandomText gave %d bytes, not %d", len(random), randomBytes)
	}
	return key.encrypt(random, msg, c.appid), nil
}

// Decrypt takes the message out of an Encrypt text, with the current key or the
// previous one, and checks that it is for this platform. It does not check a
// signature; [Cipher.Open] does. With [ErrAppid] it returns the other appid and no
// message. Errors: [ErrTooLong], [ErrBase64], [ErrCiphertext], [ErrPadding],
// [ErrLength], [ErrAppid].
func (c *Cipher) Decrypt(encrypted string) (msg []byte, appid string, err error) {
	msg, appid, _, err = c.decrypt(encrypted)
	return msg, appid, err
}

// decrypt also tells which key it was. What a wrong key makes of a text is no
// message but for a chance of far less than one in a million, since its appid is
// compared; the error is that of the key that came further.
func (c *Cipher) decrypt(encrypted string) (msg []byte, appid string, key int, err error) {
	for i, k := range c.keys {
		text, other, cause := k.Decrypt(encrypted)
		switch {
		case cause == nil && other == c.appid:
			return text, other, i, nil
		case cause == nil:
			appid, err = other, fmt.Errorf("%w: %.*q", ErrAppid, maxAppidBytes, other)
		case err == nil:
			err = cause
		}
	}
	return nil, appid, 0, err
}

// VerifyURL checks the parameter signature of a query, which covers timestamp and
// nonce only: what the GET request by which WeChat checks a URL has. The error is
// [ErrSignature].
func (c *Cipher) VerifyURL(query url.Values) error {
	want := Signature(c.token, query.Get("timestamp"), query.Get("nonce"))
	if !sameSignature(query.Get("signature"), want) {
		return ErrSignature
	}
	return nil
}

// verify checks what covers the body.
func (c *Cipher) verify(signature, timestamp, nonce, encrypted string) error {
	if !sameSignature(signature, Signature(c.token, timestamp, nonce, encrypted)) {
		return ErrSignature
	}
	return nil
}

// keyOf is the key that answers what was opened.
func (c *Cipher) keyOf(to *Opened) (Key, error) {
	if to == nil || !to.Previous {
		return c.keys[0], nil
	}
	if len(c.keys) < 2 {
		return Key{}, errors.New("wxcrypt: opened by a previous key, and this cipher has none")
	}
	return c.keys[1], nil
}

// String names the cipher without its secrets.
func (c *Cipher) String() string { return "wxcrypt.Cipher(" + c.appid + ")" }

// GoString names the cipher without its secrets.
func (c *Cipher) GoString() string { return c.String() }

// LogValue names the cipher without its secrets.
func (c *Cipher) LogValue() slog.Value { return slog.StringValue(c.String()) }
