package table_test

import (
	"strings"
	"testing"

	"draftbox/internal/cli/table"
)

func TestWidth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"":         0,
		"abc":      3,
		"小明":       4,
		"ｗｉｄｅ":     8,
		"é":        1,
		"e\u0301":  1, // combining accent
		"🚀":        2,
		"👩\u200d💻": 2, // joined
		"…":        1,
		"，":        2,
	} {
		if got := table.Width(text); got != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain 小明":        "plain 小明",
		"a\nb\r\nc":       "a⏎b⏎c",
		"tab\there":       "tab here",
		"\x1b[31mred":     "�[31mred",
		"a\u202eb":        "a�b", // would turn the line around
		"👩\u200d💻":        "👩\u200d💻",
		"line\u2028break": "line⏎break",
	} {
		if got := table.OneLine(text); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTableLinesUp(t *testing.T) {
	t.Parallel()
	tab := table.New(
		table.Column{Title: "ID", Right: true}, table.Column{Title: "DEVELOPER"},
		table.Column{Title: "DESC", Most: 9}, table.Column{Title: "SIZE"})
	tab.Row(0, "小明", "首个版本\n第二行", "1 KB")
	tab.Row(12, "ci机器人1", "fix", "")
	var b strings.Builder
	if err := tab.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = "" +
		"ID  DEVELOPER  DESC       SIZE\n" +
		" 0  小明       首个版本…  1 KB\n" +
		"12  ci机器人1  fix\n"
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

func TestFieldsLineUp(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := table.Fields(&b, "version", "1.0.0", "desc", "首行\n次行\x07", "说明", "x"); err != nil {
		t.Fatal(err)
	}
	const want = "" +
		"version  1.0.0\n" +
		"desc     首行\n" +
		"         次行�\n" +
		"说明     x\n"
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}
