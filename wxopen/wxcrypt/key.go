package wxcrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log/slog"
)

const (
	// MaxMessageBytes bounds a message. WeChat names no bound; its events are of a
	// few kilobytes.
	MaxMessageBytes = 512 << 10
	// maxAppidBytes bounds what follows the message; an appid has 18 characters.
	maxAppidBytes = 64

	randomBytes = 16
	lengthBytes = 4
	// padBlock is what the plaintext is padded to, twice the block of AES.
	padBlock = 32
	// maxEncryptedBytes is the longest base64 of a message within those bounds.
	maxEncryptedBytes = (randomBytes + lengthBytes + MaxMessageBytes + maxAppidBytes + padBlock + 2) / 3 * 4
)

// Key is an EncodingAESKey that was read. Its zero value does nothing but fail
// with [ErrKey]. It is safe for concurrent use.
//
// It opens what a person took from a log, without Token and appid; to handle
// pushes, use a [Cipher].
type Key struct {
	block cipher.Block
	iv    [aes.BlockSize]byte
}

// ParseKey reads an EncodingAESKey: 43 characters, the base64 of 32 bytes without
// the closing "=". The last character carries two bits that are not used and need
// not be zero, so that different texts may be the same key. The error is [ErrKey].
func ParseKey(encodingAESKey string) (Key, error) {
	const characters = 43
	if len(encodingAESKey) != characters {
		return Key{}, fmt.Errorf("%w, this has %d", ErrKey, len(encodingAESKey))
	}
	// Not in its Strict mode, which would refuse used bits at the end. It skips line
	// breaks: then the length is another.
	secret, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(secret) != 32 {
		return Key{}, ErrKey // the cause would quote the key
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return Key{}, ErrKey
	}
	return Key{block: block, iv: [aes.BlockSize]byte(secret)}, nil
}

// Decrypt takes the message out of an Encrypt text and returns whom it is for,
// which it does not check, no more than a signature: whoever has the key may have
// encrypted it. Errors: [ErrKey], [ErrTooLong], [ErrBase64], [ErrCiphertext],
// [ErrPadding], [ErrLength].
func (k Key) Decrypt(encrypted string) (msg []byte, appid string, err error) {
	if k.block == nil {
		return nil, "", ErrKey
	}
	if len(encrypted) > maxEncryptedBytes {
		return nil, "", ErrTooLong
	}
	text, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, "", ErrBase64
	}
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, "", ErrCiphertext
	}
	cipher.NewCBCDecrypter(k.block, k.iv[:]).CryptBlocks(text, text)
	text, ok := unpad(text)
	if !ok {
		return nil, "", ErrPadding
	}
	const head = randomBytes + lengthBytes
	if len(text) < head {
		return nil, "", ErrLength
	}
	rest := text[head:]
	size := binary.BigEndian.Uint32(text[randomBytes:head])
	if uint64(size) > uint64(len(rest)) {
		return nil, "", ErrLength
	}
	return rest[:size:size], string(rest[size:]), nil
}

// encrypt is the other way round. Lengths were checked.
func (k Key) encrypt(random string, msg []byte, appid string) string {
	text := make([]byte, 0, randomBytes+lengthBytes+len(msg)+len(appid)+padBlock)
	text = append(text, random...)
	text = binary.BigEndian.AppendUint32(text, uint32(len(msg)))
	text = append(text, msg...)
	text = append(text, appid...)
	pad := padBlock - len(text)%padBlock
	for range pad {
		text = append(text, byte(pad))
	}
	cipher.NewCBCEncrypter(k.block, k.iv[:]).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

// unpad cuts 1 to 32 equal bytes off, whose value is their number. Libraries for
// AES know 1 to 16 only. It looks at the same bytes whatever they are, so that the
// time it takes tells nothing of where they are wrong.
func unpad(text []byte) ([]byte, bool) {
	last := int(text[len(text)-1])
	ok := subtle.ConstantTimeLessOrEq(1, last) & subtle.ConstantTimeLessOrEq(last, min(padBlock, len(text)))
	for i := 1; i <= min(padBlock, len(text)); i++ {
		within := subtle.ConstantTimeLessOrEq(i, last)
		equal := subtle.ConstantTimeByteEq(text[len(text)-i], byte(last))
		ok &= subtle.ConstantTimeSelect(within, equal, 1)
	}
	if ok != 1 {
		return nil, false
	}
	return text[:len(text)-last], true
}

// String keeps the key out of logs.
func (k Key) String() string { return "wxcrypt.Key(***)" }

// GoString keeps the key out of logs.
func (k Key) GoString() string { return k.String() }

// LogValue keeps the key out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }
