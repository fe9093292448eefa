package pushtext_test

import (
	"strings"
	"testing"

	"draftbox/internal/cli/pushtext"
)

func TestIndent(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40)
	for name, tt := range map[string]struct{ body, want string }{
		"a push": {
			"<xml><AppId><![CDATA[wx1]]></AppId>\n<CreateTime>1700000000</CreateTime>\n</xml>",
			"<xml>\n  <AppId><![CDATA[wx1]]></AppId>\n  <CreateTime>1700000000</CreateTime>\n</xml>",
		},
		"groups": {
			"<xml><info>\n<name><![CDATA[a<b]]></name>\n<empty/>\n<none></none></info></xml>",
			"<xml>\n  <info>\n    <name><![CDATA[a<b]]></name>\n    <empty/>\n    <none></none>\n  </info>\n</xml>",
		},
		"text stays as it is": {"<xml><a> <![CDATA[1\n2]]>&amp;</a></xml>\n", "<xml>\n  <a> <![CDATA[1\n2]]>&amp;</a>\n</xml>"},
		"comments":            {"<xml><!-- c --><a>1</a></xml>", "<xml>\n  <!-- c -->\n  <a>1</a>\n</xml>"},
		"text beside":         {"<xml>text<a>1</a></xml>", "<xml>text<a>1</a></xml>"},
		"text behind":         {"<xml><a>1</a>text</xml>", "<xml><a>1</a>text</xml>"},
		"cut off":             {"<xml><a>1</a>", "<xml><a>1</a>"},
		"two roots":           {"<a>1</a>x", "<a>1</a>x"},
		"too deep":            {deep, deep},
		"JSON":                {`{"AppId":"wx1","CreateTime":1}`, "{\n  \"AppId\": \"wx1\",\n  \"CreateTime\": 1\n}"},
		"neither":             {"success", "success"},
		"empty":               {"", ""},
	} {
		if got := pushtext.Indent(tt.body); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Nothing but white space between elements changes, and doing it again changes
// nothing.
func FuzzIndent(f *testing.F) {
	f.Add("<xml><AppId><![CDATA[wx1]]></AppId>\n<a/><b> </b></xml>")
	f.Add(`{"a":[1,{}]}`)
	f.Add("<a>&lt;<!-- x --></a>")
	f.Fuzz(func(t *testing.T, body string) {
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		got := pushtext.Indent(body)
		if squeeze(got) != squeeze(body) {
			t.Errorf("%q became %q", body, got)
		}
		if again := pushtext.Indent(got); again != got {
			t.Errorf("%q, then %q", got, again)
		}
	})
}
