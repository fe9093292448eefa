package pushtext

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"draftbox/wxopen/wxcrypt"
)

// Head is the beginning of a message whose end is missing.
type Head struct {
	Text string // as much as is there, in whole blocks
	Size int    // bytes that the whole message has
}

// DecryptHead decrypts the beginning of an Encrypt text that cannot be decrypted as
// a whole. It tells a text that was cut off from one of another key: with the right
// key the length before the message makes sense, and a message is XML or JSON.
func DecryptHead(encodingAESKey, encrypted string) (Head, bool) {
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(key) != 32 {
		return Head{}, false
	}
	encrypted = strings.TrimRight(encrypted, "=")
	text, err := base64.StdEncoding.DecodeString(encrypted[:len(encrypted)/4*4])
	if err != nil {
		return Head{}, false
	}
	const random, head = 16, 16 + 4
	text = text[:len(text)/aes.BlockSize*aes.BlockSize]
	if len(text) <= head {
		return Head{}, false
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return Head{}, false
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(text, text)
	size := binary.BigEndian.Uint32(text[random:head])
	msg := string(text[head:])
	if size > wxcrypt.MaxMessageBytes || !strings.HasPrefix(msg, "<") && !strings.HasPrefix(msg, "{") {
		return Head{}, false
	}
	return Head{Text: msg[:min(len(msg), int(size))], Size: int(size)}, true
}
