package pushtext_test

import (
	"encoding/json"
	"errors"
	"html"
	"strings"
	"testing"

	"draftbox/internal/cli/pushtext"
)

const (
	encrypt = "R+nbvckz68UbfPXVRDAkbyZweQZu7w8dWya/z5qnTQFtIoVRlsnQyP2TBr7RFPCbKPr2U/EDTmUAjpC3SciNQQ=="
	push    = "<xml>\n    <AppId><![CDATA[wx1234567890abcdef]]></AppId>\n    <Encrypt><![CDATA[" + encrypt + "]]></Encrypt>\n</xml>"
)

// inJSON writes a text as a member's value.
func inJSON(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestFind(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(push, "<Encrypt>")
	cut, _, _ := strings.Cut(push, "==")
	whole := pushtext.Push{Encrypt: encrypt, AppID: "wx1234567890abcdef"}
	for name, tt := range map[string]struct {
		text string
		want pushtext.Push
	}{
		"as pushed":          {push, whole},
		"on one line":        {strings.ReplaceAll(push, "\n    ", ""), whole},
		"in a line of a log": {"INFO POST /event body=" + strings.ReplaceAll(push, "\n", " ") + " 200 12ms", whole},
		"as Go writes JSON":  {`{"body":` + inJSON(t, push) + `}`, whole},
		"as PHP writes JSON": {`{"body":` + strings.ReplaceAll(inJSON(t, push), "/", `\/`) + `}`, whole},
		"in a web page":      {html.EscapeString(push), whole},
		"without CDATA":      {"<xml><AppId>wx1234567890abcdef</AppId><Encrypt>\n" + encrypt + "\n</Encrypt></xml>", whole},
		"of a merchant's":    {strings.ReplaceAll(strings.ReplaceAll(push, "AppId", "ToUserName"), "wx1234567890abcdef", "gh_0123456789ab"), pushtext.Push{Encrypt: encrypt, ToUserName: "gh_0123456789ab"}},
		"without the head":   {strings.TrimPrefix(push, head), pushtext.Push{Encrypt: encrypt}},
		"base64 only":        {" " + encrypt + "\n", pushtext.Push{Encrypt: encrypt}},
		"wrapped base64":     {encrypt[:40] + "\r\n" + encrypt[40:], pushtext.Push{Encrypt: encrypt}},
		"cut":                {cut, pushtext.Push{Encrypt: strings.TrimRight(encrypt, "="), AppID: "wx1234567890abcdef", Cut: true}},
		"empty":              {"<xml><Encrypt></Encrypt></xml>", pushtext.Push{}},
	} {
		if got, err := pushtext.Find(tt.text); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, text := range []string{"", "\n", "{}", "<xml><AppId>wx1</AppId></xml>", "no push, at all"} {
		if got, err := pushtext.Find(text); !errors.Is(err, pushtext.ErrNone) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestFromURL(t *testing.T) {
	t.Parallel()
	want := pushtext.Signed{Timestamp: "1700000000", Nonce: "415670741", MsgSignature: "59c8", Signature: "067a"}
	const query = "signature=067a&timestamp=1700000000&nonce=415670741&encrypt_type=aes&msg_signature=59c8"
	for _, text := range []string{query, "?" + query, "/event?" + query, "https://example.com/a/b?" + query + "#x", " " + query + "\n"} {
		if got, err := pushtext.FromURL(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if got, err := pushtext.FromURL("https://example.com/event"); err != nil || got != (pushtext.Signed{}) {
		t.Errorf("no query: %+v, %v", got, err)
	}
	if got, err := pushtext.FromURL("?nonce=%zz"); err == nil {
		t.Errorf("broken: %+v", got)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(push)
	f.Add(push[:90])
	f.Add(encrypt)
	f.Add(`{"a":"\u003cEncrypt\u003e\/"}`)
	f.Add("<Encrypt>0000\xc2\n\xa0")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := pushtext.Find(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(got.Encrypt, " \n\t\r<]") {
			t.Errorf("%q", got.Encrypt)
		}
		// What was found is found again.
		again, err := pushtext.Find("<xml><Encrypt><![CDATA[" + got.Encrypt + "]]></Encrypt></xml>")
		if !strings.Contains(got.Encrypt, `\`) && !strings.Contains(got.Encrypt, "&") && (err != nil || again.Encrypt != got.Encrypt || again.Cut) {
			t.Errorf("%q, then %q, %v", got.Encrypt, again.Encrypt, err)
		}
		_, _ = pushtext.DecryptHead(key, got.Encrypt)
	})
}
