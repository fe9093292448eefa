package wxcrypt_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen/wxcrypt"
)

// The wire form, byte by byte.
func TestSeal(t *testing.T) {
	t.Parallel()
	v := vectors[0]
	c := v.cipher(t)
	sealed, err := c.Seal([]byte(v.msg), v.time(), v.nonce)
	if err != nil {
		t.Fatal(err)
	}
	if want := "signature=" + v.signature + "&timestamp=1700000000&nonce=1234567890&encrypt_type=aes&msg_signature=" + v.msgSignature; sealed.Query != want {
		t.Errorf("query %s", sealed.Query)
	}
	if want := "<xml>\n    <AppId><![CDATA[wx1234567890abcdef]]></AppId>\n    <Encrypt><![CDATA[" + v.encrypted + "]]></Encrypt>\n</xml>"; string(sealed.Body) != want {
		t.Errorf("body %s", sealed.Body)
	}
	opened, err := c.Open(queryOf(t, sealed), sealed.Body)
	if err != nil || string(opened.Message) != v.msg || opened.AppID != v.appid || opened.ToUserName != "" ||
		opened.Timestamp != "1700000000" || opened.Nonce != v.nonce || opened.Previous {
		t.Errorf("%+v, %v", opened, err)
	}
}

func TestSealForAccount(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	for _, name := range []string{"gh_0123456789ab", "a]]>b", "<&>"} {
		sealed, err := c.Seal([]byte("hello"), time.Unix(1, 0), "1", wxcrypt.ForAccount(name, "o9AgO5Kd5ggOC-b&="))
		if err != nil {
			t.Fatal(err)
		}
		query := queryOf(t, sealed)
		opened, err := c.Open(query, sealed.Body)
		if err != nil || opened.ToUserName != name || opened.AppID != "" || query.Get("openid") != "o9AgO5Kd5ggOC-b&=" {
			t.Errorf("%+v, %v, %s", opened, err, sealed.Query)
		}
	}
}

// V2 as it is replied.
func TestReply(t *testing.T) {
	t.Parallel()
	v := vectors[4]
	c := v.cipher(t)
	reply, err := c.Reply(nil, []byte(v.msg), v.time(), v.nonce)
	want := "<xml><Encrypt><![CDATA[" + v.encrypted + "]]></Encrypt><MsgSignature><![CDATA[03e0812039325c2712ef5f0f980fd14c70d6e307]]></MsgSignature>" +
		"<TimeStamp>1713424427</TimeStamp><Nonce><![CDATA[415670741]]></Nonce></xml>"
	if err != nil || string(reply) != want {
		t.Errorf("%s, %v", reply, err)
	}
	if opened, err := c.OpenReply(reply); err != nil || string(opened.Message) != v.msg || opened.Timestamp != "1713424427" {
		t.Errorf("%+v, %v", opened, err)
	}
	bad := strings.Replace(string(reply), "415670741", "415670742", 1)
	if _, err := c.OpenReply([]byte(bad)); !errors.Is(err, wxcrypt.ErrSignature) {
		t.Errorf("another nonce: %v", err)
	}
	if _, err := c.OpenReply(nil); !errors.Is(err, wxcrypt.ErrXML) {
		t.Errorf("empty: %v", err)
	}
	if _, err := c.Reply(nil, make([]byte, wxcrypt.MaxMessageBytes+1), v.time(), v.nonce); !errors.Is(err, wxcrypt.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

func TestKeyChange(t *testing.T) {
	t.Parallel()
	before := newCipher(t)
	after, err := wxcrypt.New("draftboxPushToken01", vectors[3].key, "wx1234567890abcdef", wxcrypt.PreviousKey(vectors[0].key))
	if err != nil {
		t.Fatal(err)
	}
	only, err := wxcrypt.New("draftboxPushToken01", vectors[3].key, "wx1234567890abcdef")
	if err != nil {
		t.Fatal(err)
	}
	for name, sender := range map[string]*wxcrypt.Cipher{"previous": before, "current": after} {
		sealed, err := sender.Seal([]byte("hello"), time.Unix(1, 0), "1")
		if err != nil {
			t.Fatal(err)
		}
		opened, err := after.Open(queryOf(t, sealed), sealed.Body)
		if err != nil || string(opened.Message) != "hello" || opened.Previous != (name == "previous") {
			t.Fatalf("%s: %+v, %v", name, opened, err)
		}
		reply, err := after.Reply(opened, []byte("answer"), time.Unix(2, 0), "2")
		if err != nil {
			t.Fatal(err)
		}
		// Whoever sent it has one key only and must be able to read the answer.
		reader := sender
		if name == "current" {
			reader = only
		}
		if got, err := reader.OpenReply(reply); err != nil || string(got.Message) != "answer" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if name == "previous" {
			if _, err := only.Open(queryOf(t, sealed), sealed.Body); err == nil {
				t.Error("opened without the previous key")
			}
			if _, err := only.Reply(opened, nil, time.Unix(2, 0), "2"); err == nil {
				t.Error("replied with a key that opened nothing")
			}
		}
	}
	// Whichever key gets as far as the appid tells the cause.
	for _, key := range []string{vectors[0].key, vectors[3].key} {
		stranger, err := wxcrypt.New("draftboxPushToken01", key, "wxother")
		if err != nil {
			t.Fatal(err)
		}
		encrypted, err := stranger.Encrypt([]byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if msg, appid, err := after.Decrypt(encrypted); !errors.Is(err, wxcrypt.ErrAppid) || msg != nil || appid != "wxother" {
			t.Errorf("%q for %q, %v", msg, appid, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	v := vectors[0]
	c := v.cipher(t)
	sealed, err := c.Seal([]byte(v.msg), v.time(), v.nonce)
	if err != nil {
		t.Fatal(err)
	}
	good, query := string(sealed.Body), sealed.Query
	flipped := v.encrypted[:len(v.encrypted)/2] + swap(v.encrypted[len(v.encrypted)/2:])
	for _, row := range []struct {
		name, query, body string
		want              error
	}{
		{"body of a flipped character", query, strings.Replace(good, v.encrypted, flipped, 1), wxcrypt.ErrSignature},
		{"another timestamp", strings.Replace(query, "1700000000", "1700000001", 1), good, wxcrypt.ErrSignature},
		{"another nonce", strings.Replace(query, "1234567890", "1234567891", 1), good, wxcrypt.ErrSignature},
		{"another signature", query[:len(query)-1] + "0", good, wxcrypt.ErrSignature},
		{"signature in capitals", strings.ReplaceAll(query, v.msgSignature, strings.ToUpper(v.msgSignature)), good, wxcrypt.ErrSignature},
		{"signature of no body", strings.Replace(query, v.msgSignature, v.signature, 1), good, wxcrypt.ErrSignature},
		{"no query", "", good, wxcrypt.ErrSignature},
		{"no body", query, "", wxcrypt.ErrXML},
		{"JSON", query, `{"Encrypt":"x"}`, wxcrypt.ErrXML},
		{"cut", query, good[:len(good)-4], wxcrypt.ErrXML},
		{"no Encrypt", query, "<xml><AppId>wx1</AppId></xml>", wxcrypt.ErrXML},
		{"another root", query, strings.ReplaceAll(good, "xml>", "html>"), wxcrypt.ErrXML},
		{"an entity of its own", query, `<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>`, wxcrypt.ErrXML},
	} {
		values, err := url.ParseQuery(row.query)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := c.Open(values, []byte(row.body))
		if !errors.Is(err, row.want) || opened != nil {
			t.Errorf("%s: %v, %v", row.name, opened, err)
		}
	}
}

func swap(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// What is signed rightly and still no message.
func TestDecryptRefuses(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	block := func(text string) string { return encryptBlocks(t, []byte(text)) }
	const head = "0123456789abcdef"
	for _, row := range []struct {
		name, encrypted string
		want            error
	}{
		{"empty", "", wxcrypt.ErrCiphertext},
		{"no base64", "?", wxcrypt.ErrBase64},
		{"base64 cut", vectors[0].encrypted[:101], wxcrypt.ErrBase64},
		{"half a block", base64.StdEncoding.EncodeToString(make([]byte, 24)), wxcrypt.ErrCiphertext},
		{"padding of 0", block(head + head[:15] + "\x00"), wxcrypt.ErrPadding},
		{"padding of 33", block(strings.Repeat("\x21", 48)), wxcrypt.ErrPadding},
		{"padding longer than all", block(strings.Repeat("\x20", 16)), wxcrypt.ErrPadding},
		{"unequal padding", block(head + head[:13] + "\x02\x03\x03"), wxcrypt.ErrPadding},
		{"nothing but padding", block(strings.Repeat("\x20", 32)), wxcrypt.ErrLength},
		{"no length", block(head + strings.Repeat("\x10", 16)), wxcrypt.ErrLength},
		{"length of more than there is", block(head + "\x00\x00\x00\x05wxab" + strings.Repeat("\x08", 8)), wxcrypt.ErrLength},
		{"length of 4 GB", block(head + "\xff\xff\xff\xffwxab" + strings.Repeat("\x08", 8)), wxcrypt.ErrLength},
		{"no appid", block(head + "\x00\x00\x00\x04wxab" + strings.Repeat("\x08", 8)), wxcrypt.ErrAppid},
		{"another appid", block(head + "\x00\x00\x00\x00wxab" + strings.Repeat("\x08", 8)), wxcrypt.ErrAppid},
		{"another key", vectors[3].encrypted, wxcrypt.ErrPadding},
	} {
		msg, _, err := c.Decrypt(row.encrypted)
		if !errors.Is(err, row.want) || msg != nil {
			t.Errorf("%s: %q, %v", row.name, msg, err)
		}
	}
}

func TestVerifyURLRefuses(t *testing.T) {
	t.Parallel()
	v := vectors[0]
	c := v.cipher(t)
	for query, want := range map[string]error{
		"signature=" + v.signature + "&timestamp=1700000000&nonce=1234567890&echostr=1": nil,
		"signature=" + v.signature + "&timestamp=1700000000&nonce=1234567891":           wxcrypt.ErrSignature,
		"msg_signature=" + v.signature + "&timestamp=1700000000&nonce=1234567890":       wxcrypt.ErrSignature,
		"": wxcrypt.ErrSignature,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.VerifyURL(values); !errors.Is(err, want) {
			t.Errorf("%s: %v", query, err)
		}
	}
}
