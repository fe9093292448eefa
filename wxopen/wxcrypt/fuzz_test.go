package wxcrypt_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/url"
	"strings"
	"testing"

	"draftbox/wxopen/wxcrypt"
)

var causes = []error{
	wxcrypt.ErrSignature, wxcrypt.ErrXML, wxcrypt.ErrAppid, wxcrypt.ErrCiphertext,
	wxcrypt.ErrPadding, wxcrypt.ErrLength, wxcrypt.ErrBase64, wxcrypt.ErrTooLong,
}

func known(err error) bool {
	for _, cause := range causes {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// FuzzOpen opens any query and body: what is not refused for a known cause is
// signed, and sealed again it opens to the same.
func FuzzOpen(f *testing.F) {
	c := newCipher(f)
	for _, v := range vectors[:3] {
		for _, option := range []wxcrypt.SealOption{wxcrypt.ForAccount("", ""), wxcrypt.ForAccount("gh_0123456789ab", "o1")} {
			sealed, err := v.cipher(f).Seal([]byte(v.msg), v.time(), v.nonce, option)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(sealed.Query, sealed.Body)
		}
	}
	f.Add("", []byte(`<?xml version="1.0" encoding="gbk"?><xml><Encrypt/></xml>`))
	f.Add("timestamp=1&timestamp=2&nonce=%", []byte("<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>x"))
	f.Fuzz(func(t *testing.T, rawQuery string, body []byte) {
		query, _ := url.ParseQuery(rawQuery)
		opened, err := c.Open(query, body)
		if err != nil {
			if opened != nil || !known(err) {
				t.Errorf("%v, %v", opened, err)
			}
			return
		}
		signature := query.Get("msg_signature")
		if len(signature) != 40 || opened.Timestamp != query.Get("timestamp") || opened.Nonce != query.Get("nonce") {
			t.Errorf("%+v of %s", opened, rawQuery)
		}
		sealed, err := c.Seal(opened.Message, vectors[0].time(), "1", wxcrypt.ForAccount(opened.ToUserName, ""))
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsRune(opened.ToUserName, '\r') {
			return // a carriage return in CDATA is read as a line feed
		}
		again, err := c.Open(queryOf(t, sealed), sealed.Body)
		if err != nil || !bytes.Equal(again.Message, opened.Message) || again.ToUserName != opened.ToUserName {
			t.Errorf("%+v became %+v, %v", opened, again, err)
		}
	})
}

// FuzzDecrypt decrypts any plaintext that is encrypted as it stands, so that
// padding, length and appid are met, and the same bytes as base64: the result is
// that of a reader that is written plainly.
func FuzzDecrypt(f *testing.F) {
	c := newCipher(f)
	for _, v := range vectors {
		f.Add([]byte(v.encrypted))
		f.Add(plain(v))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if msg, _, err := c.Decrypt(string(text)); err != nil && (msg != nil || !known(err)) {
			t.Errorf("%q: %q, %v", text, msg, err)
		}
		text = text[:len(text)/aes.BlockSize*aes.BlockSize]
		if len(text) == 0 {
			return
		}
		want, ok := readPlainly(text, c.Appid())
		msg, appid, err := c.Decrypt(encryptBlocks(t, text))
		if ok != (err == nil) || !bytes.Equal(msg, want) || err == nil && appid != c.Appid() || err != nil && !known(err) {
			t.Errorf("%q: %q for %q, %v; want %q, %v", text, msg, appid, err, want, ok)
		}
	})
}

func readPlainly(text []byte, appid string) (msg []byte, ok bool) {
	pad := int(text[len(text)-1])
	if pad == 0 || pad > 32 || pad > len(text) {
		return nil, false
	}
	if !bytes.Equal(text[len(text)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, false
	}
	text = text[:len(text)-pad]
	if len(text) < 20 || !bytes.HasSuffix(text[20:], []byte(appid)) {
		return nil, false
	}
	msg = text[20 : len(text)-len(appid)]
	if uint64(binary.BigEndian.Uint32(text[16:])) != uint64(len(msg)) {
		return nil, false
	}
	return msg, true
}

func plain(v vector) []byte {
	text := append([]byte(v.random), binary.BigEndian.AppendUint32(nil, uint32(len(v.msg)))...)
	text = append(text, v.msg+v.appid...)
	pad := 32 - len(text)%32
	return append(text, bytes.Repeat([]byte{byte(pad)}, pad)...)
}

// encryptBlocks encrypts by the key of newCipher, without any rule.
func encryptBlocks(tb testing.TB, text []byte) string {
	tb.Helper()
	key, err := base64.StdEncoding.DecodeString(vectors[0].key + "=")
	if err != nil {
		tb.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]byte, len(text))
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, text)
	return base64.StdEncoding.EncodeToString(out)
}
