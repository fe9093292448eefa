package wxopen_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"draftbox/wxopen"
)

var ridShape = regexp.MustCompile(`^([0-9A-Fa-f]{8}-){2}[0-9A-Fa-f]{8}$`)

// FuzzErrmsg takes any errmsg apart: what is left begins as it did, and what
// was cut off is a rid and a hint.
func FuzzErrmsg(f *testing.F) {
	for _, seed := range []string{
		"system error", "invalid component rid: 682aa9b3-57079eb6-2182d6a9", "api unauthorized, rid: 682aa9b3-57079eb6-2182d6a9",
		"data format error hint: [LuGQAA0433p448] rid: 64e5a081-2f1848b5-00cf8c3c", "invalid code, hints: [ req_id: x ]", ", , rid:", "hint: []",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, errmsg string) {
		errmsg = strings.ToValidUTF8(errmsg, "?")
		body, err := json.Marshal(map[string]any{"errcode": 45009, "errmsg": errmsg})
		if err != nil {
			t.Fatal(err)
		}
		_, err = canned(t, 200, string(body)).DraftList(t.Context())
		refused, ok := errors.AsType[*wxopen.Error](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		masked := strings.ReplaceAll(strings.ReplaceAll(errmsg, "statictoken", "***"), secret, "***")
		if !strings.HasPrefix(masked, refused.Msg) {
			t.Errorf("%q became %q", errmsg, refused.Msg)
		}
		if refused.RID != "" && !ridShape.MatchString(refused.RID) {
			t.Errorf("rid %q of %q", refused.RID, errmsg)
		}
		if refused.RID == "" && refused.Hint == "" && !strings.Contains(errmsg, "hint") && refused.Msg != masked {
			t.Errorf("%q lost something: %q", errmsg, refused.Msg)
		}
	})
}

// FuzzDraftList reads any answer: it is refused or what was read says the same
// when it is written and read again.
func FuzzDraftList(f *testing.F) {
	seedAnswers(f)
	f.Fuzz(func(t *testing.T, body string) {
		drafts, err := canned(t, 200, body).DraftList(t.Context())
		checkRead(t, body, drafts, err)
	})
}

// FuzzTemplateList is the same for templates.
func FuzzTemplateList(f *testing.F) {
	seedAnswers(f)
	f.Fuzz(func(t *testing.T, body string) {
		templates, err := canned(t, 200, body).TemplateList(t.Context())
		checkRead(t, body, templates, err)
	})
}

func seedAnswers(f *testing.F) {
	f.Helper()
	paths, err := filepath.Glob("../testdata/wire/get*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no golden exchanges: %v", err)
	}
	for _, path := range paths {
		f.Add(readExchange(f, path).response)
	}
	f.Add("{\"errcode\":0,\"draft_list\":[{\"draft_id\":\"4\",\"user_desc\":\"a\\\n\tb\\\\\"}]}")
	f.Add(`{"template_list":[{"template_id":1e3,"draft_id":" 7 ","category_list":[{"first_id":"1"}],"reason":{"a":1},"":0}]}`)
}

func checkRead[T any](t *testing.T, body string, items []T, err error) {
	t.Helper()
	if err != nil {
		_, refused := errors.AsType[*wxopen.Error](err)
		_, unusable := errors.AsType[*wxopen.TransportError](err)
		if !refused && !unusable || items != nil {
			t.Errorf("%q: %T %v with %v", body, err, err, items)
		}
		return
	}
	text, err := json.Marshal(items)
	if err != nil {
		t.Fatalf("%q: cannot write what was read: %v", body, err)
	}
	again := []T{}
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatalf("%q: cannot read %s: %v", body, text, err)
	}
	twice, err := json.Marshal(again)
	if err != nil || !bytes.Equal(twice, text) {
		t.Errorf("%q: %s became %s (%v)", body, text, twice, err)
	}
	if len(again) != len(items) || items == nil {
		t.Errorf("%q: %d items became %d", body, len(items), len(again))
	}
}
