package wxcrypt_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen/wxcrypt"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors {
		c, timestamp := v.cipher(t), strconv.FormatInt(v.timestamp, 10)
		if got := wxcrypt.Signature(v.token, timestamp, v.nonce); v.signature != "" && got != v.signature {
			t.Errorf("%s: signature %s", v.name, got)
		}
		if got := wxcrypt.Signature(v.token, timestamp, v.nonce, v.encrypted); got != v.msgSignature {
			t.Errorf("%s: msg_signature %s", v.name, got)
		}
		if got, err := c.Encrypt([]byte(v.msg)); err != nil || got != v.encrypted {
			t.Errorf("%s: encrypted to %s, %v", v.name, got, err)
		}
		if got, appid, err := c.Decrypt(v.encrypted); err != nil || string(got) != v.msg || appid != v.appid {
			t.Errorf("%s: decrypted to %q for %q, %v", v.name, got, appid, err)
		}
	}
}

// The sample's message is not printed: what is in it shows by encrypting it again.
func TestPushSample(t *testing.T) {
	t.Parallel()
	v := vector{token: "AAAAA", key: strings.Repeat("A", 43), appid: "wx134c8103faa5a59e", random: "1205899eaf019bbd"}
	c := v.cipher(t)
	query, err := url.ParseQuery(pushSampleQuery)
	if err != nil {
		t.Fatal(err)
	}
	body := "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[" + pushSampleEncrypted + "]]></Encrypt></xml>"
	opened, err := c.Open(query, []byte(body))
	if err != nil || len(opened.Message) != 292 || !strings.Contains(string(opened.Message), "debug_demo") || opened.ToUserName != "gh_97417a04a28d" {
		t.Fatalf("%v %v", opened, err)
	}
	if err := c.VerifyURL(query); err != nil {
		t.Error(err)
	}
	sealed, err := c.Seal(opened.Message, time.Unix(1715943329, 0), "1590219412", wxcrypt.ForAccount(opened.ToUserName, query.Get("openid")))
	if err != nil || sealed.Query != pushSampleQuery || !strings.Contains(string(sealed.Body), pushSampleEncrypted) {
		t.Errorf("sealed: %+v, %v", sealed, err)
	}
}

// The demo's key ends in a character that carries bits too many (V3); what it is
// read as is the same key as with none.
func TestKeyWithSpareBits(t *testing.T) {
	t.Parallel()
	const start = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"
	one, err := wxcrypt.New("spamtest", start+"G", "wx2c2769f8efd9abc2")
	if err != nil {
		t.Fatal(err)
	}
	for last, same := range map[string]bool{"E": true, "F": true, "H": true, "I": false} {
		key, err := wxcrypt.ParseKey(start + last)
		if err != nil {
			t.Fatal(err)
		}
		encrypted, err := one.Encrypt([]byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if msg, appid, err := key.Decrypt(encrypted); (err == nil && string(msg) == "hello" && appid == "wx2c2769f8efd9abc2") != same {
			t.Errorf("%s: %q for %q, %v", last, msg, appid, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := vectors[0].key
	for name, key := range map[string]string{
		"none": "", "short": good[:42], "long": good + "A", "another alphabet": good[:42] + "-", "line break": good[:42] + "\n", "text": good[:40] + "密",
	} {
		if _, err := wxcrypt.New("token", key, "wx1"); !errors.Is(err, wxcrypt.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := wxcrypt.New("token", good, "wx1", wxcrypt.PreviousKey(key)); name != "none" && !errors.Is(err, wxcrypt.ErrKey) || name == "none" && err != nil {
			t.Errorf("%s, previous: %v", name, err)
		}
	}
	for _, row := range [][2]string{{"", "wx1"}, {"token", ""}, {"token", strings.Repeat("x", 65)}} {
		if c, err := wxcrypt.New(row[0], good, row[1]); c != nil || err == nil {
			t.Errorf("%q: %v", row, err)
		}
	}
	if _, _, err := (wxcrypt.Key{}).Decrypt(vectors[0].encrypted); !errors.Is(err, wxcrypt.ErrKey) {
		t.Errorf("zero key: %v", err)
	}
}

// Every length of message meets every length of padding.
func TestEveryPadding(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	for size := range 100 {
		msg := strings.Repeat("x", size)
		encrypted, err := c.Encrypt([]byte(msg))
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := c.Decrypt(encrypted); err != nil || string(got) != msg {
			t.Errorf("%d: %q, %v", size, got, err)
		}
		if again, err := c.Encrypt([]byte(msg)); err != nil || again == encrypted {
			t.Errorf("%d: equal messages become equal ciphertexts (%v)", size, err)
		}
	}
}

func TestLongestMessage(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	msg := make([]byte, wxcrypt.MaxMessageBytes)
	sealed, err := c.Seal(msg, time.Unix(1700000000, 0), "1")
	if err != nil || len(sealed.Body) > wxcrypt.MaxBodyBytes {
		t.Fatalf("%d bytes, %v", len(sealed.Body), err)
	}
	if opened, err := c.Open(queryOf(t, sealed), sealed.Body); err != nil || len(opened.Message) != len(msg) {
		t.Errorf("%v", err)
	}
	if _, err := c.Encrypt(make([]byte, wxcrypt.MaxMessageBytes+1)); !errors.Is(err, wxcrypt.ErrTooLong) {
		t.Errorf("encrypt: %v", err)
	}
	if _, _, err := c.Decrypt(strings.Repeat("A", wxcrypt.MaxBodyBytes)); !errors.Is(err, wxcrypt.ErrTooLong) {
		t.Errorf("decrypt: %v", err)
	}
	if _, err := c.Open(nil, make([]byte, wxcrypt.MaxBodyBytes+1)); !errors.Is(err, wxcrypt.ErrTooLong) {
		t.Errorf("open: %v", err)
	}
}

func TestRandomTextOfAnotherLength(t *testing.T) {
	t.Parallel()
	v := vectors[0]
	v.random = "short"
	if text, err := v.cipher(t).Encrypt(nil); err == nil {
		t.Errorf("%s", text)
	}
}

func TestNonce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		n, err := strconv.Atoi(wxcrypt.NewNonce())
		if err != nil || n < 100_000_000 || n >= 1<<31 {
			t.Fatalf("%d, %v", n, err)
		}
		seen[strconv.Itoa(n)] = true
	}
	if len(seen) < 990 {
		t.Errorf("%d of 1000 differ", len(seen))
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	t.Parallel()
	v := vectors[0]
	key, err := wxcrypt.ParseKey(v.key)
	if err != nil {
		t.Fatal(err)
	}
	opened := wxcrypt.Opened{Message: []byte(v.msg)}
	var log strings.Builder
	text := slog.New(slog.NewTextHandler(&log, nil))
	for _, value := range []any{v.cipher(t), key, &key, opened, &opened} {
		fmt.Fprintf(&log, "%v %+v %#v %s\n", value, value, value, value)
		text.Info("value", "v", value)
	}
	for _, leak := range []string{v.token, v.key[:8], "ticket@@@", "block", "[60 120"} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("%q in\n%s", leak, log.String())
		}
	}
}

func newCipher(tb testing.TB) *wxcrypt.Cipher {
	tb.Helper()
	c, err := wxcrypt.New("draftboxPushToken01", vectors[0].key, "wx1234567890abcdef")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func queryOf(tb testing.TB, sealed *wxcrypt.Sealed) url.Values {
	tb.Helper()
	query, err := url.ParseQuery(sealed.Query)
	if err != nil {
		tb.Fatal(err)
	}
	return query
}
