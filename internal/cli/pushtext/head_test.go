package pushtext_test

import (
	"strings"
	"testing"

	"draftbox/internal/cli/pushtext"
	"draftbox/wxopen/wxcrypt"
)

const (
	key      = "DraftBoxTestVectorEncodingAESKey0123456789A"
	otherKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
)

// encrypted returns the Encrypt text of a message.
func encrypted(t *testing.T, msg string) string {
	t.Helper()
	c, err := wxcrypt.New("token", key, "wx1234567890abcdef", wxcrypt.RandomText(func() string { return "0123456789abcdef" }))
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.Encrypt([]byte(msg))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Wherever a text ends, the right key tells how much is there, and another key
// nothing.
func TestDecryptHead(t *testing.T) {
	t.Parallel()
	msg := "<xml><InfoType><![CDATA[authorized]]></InfoType>" + strings.Repeat("x", 100) + "</xml>"
	whole := encrypted(t, msg)
	for end := range len(whole) {
		head, ok := pushtext.DecryptHead(key, whole[:end])
		bytes := end / 4 * 3 / 16 * 16 // in whole blocks
		if strings.HasSuffix(whole[:end], "=") {
			bytes = (len(strings.TrimRight(whole[:end], "=")) / 4 * 3) / 16 * 16
		}
		if want := bytes > 20; ok != want {
			t.Errorf("%d characters: %+v, %v", end, head, ok)
		} else if want && (head.Size != len(msg) || head.Text != msg[:min(len(msg), bytes-20)]) {
			t.Errorf("%d characters: %+v", end, head)
		}
		if head, ok := pushtext.DecryptHead(otherKey, whole[:end]); ok {
			t.Errorf("%d characters, another key: %+v", end, head)
		}
	}
	if head, ok := pushtext.DecryptHead(key, encrypted(t, `{"a":1}`)); !ok || head.Size != 7 || head.Text != `{"a":1}` {
		t.Errorf("JSON: %+v, %v", head, ok)
	}
	for name, text := range map[string]string{"another text": encrypted(t, "success, and what follows it"), "no base64": strings.Repeat("?", 64), "nothing": ""} {
		if head, ok := pushtext.DecryptHead(key, text); ok {
			t.Errorf("%s: %+v", name, head)
		}
	}
	if head, ok := pushtext.DecryptHead("short", whole); ok {
		t.Errorf("no key: %+v", head)
	}
}
