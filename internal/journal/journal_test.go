package journal_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/journal"
)

var at = time.Unix(1635156704, 0)

func entry(rid journal.RID, path string) *journal.Entry {
	return &journal.Entry{RID: rid, Time: at, Method: "GET", Path: path, HTTPStatus: 200}
}

func TestRIDHasTheFormOfTheRealService(t *testing.T) {
	t.Parallel()
	rid := journal.NewRID(at)
	if !strings.HasPrefix(rid.String(), "617682e0-") || len(rid.String()) != 26 {
		t.Errorf("rid %s at %d, want the first group to be the time", rid, at.Unix())
	}
	if back, ok := journal.ParseRID(rid.String()); !ok || back != rid {
		t.Errorf("%s read back as %v, %v", rid, back, ok)
	}
	for _, bad := range []string{"", "x", strings.ToUpper("abcdefab-abcdefab-abcdefab"), "617682e0-09059ac5-34a8e2e", "617682e0_09059ac5_34a8e2ea", "617682e0-09059ac5-34a8e2eg"} {
		if _, ok := journal.ParseRID(bad); ok {
			t.Errorf("%q was taken for a rid", bad)
		}
	}
}

func TestTheRingKeepsTheNewest(t *testing.T) {
	t.Parallel()
	j := journal.New(16)
	first := journal.NewRID(at)
	j.Record(entry(first, "/first"))
	for i := range 16 {
		j.Record(entry(journal.NewRID(at), fmt.Sprintf("/%d", i)))
	}
	if _, ok := j.Find(first); ok {
		t.Error("the first of 17 calls is still in a ring of 16")
	}
	if n := j.Outcomes(); n != (journal.Outcomes{OK: 17}) {
		t.Errorf("counted %+v of 17 calls that went well", n)
	}
	list := j.List(journal.Filter{})
	if len(list) != 16 || list[0].Path != "/15" || list[15].Path != "/0" {
		t.Errorf("%d calls from %s to %s, want 16 from /15 to /0", len(list), list[0].Path, list[len(list)-1].Path)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	j := journal.New(64)
	for i := range 10 {
		e := entry(journal.NewRID(at), fmt.Sprintf("/wxa/%d", i%2))
		e.Component, e.ErrCode, e.Time = fmt.Sprint("c", i%3), i%2*40001, at.Add(time.Duration(i)*time.Minute)
		j.Record(e)
	}
	code := 40001
	for name, tt := range map[string]struct {
		filter journal.Filter
		want   []uint64
	}{
		"all":       {journal.Filter{}, []uint64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		"limit":     {journal.Filter{Limit: 2}, []uint64{10, 9}},
		"cursor":    {journal.Filter{Limit: 2, Before: 9}, []uint64{8, 7}},
		"component": {journal.Filter{Component: "c0"}, []uint64{10, 7, 4, 1}},
		"errcode":   {journal.Filter{ErrCode: &code}, []uint64{10, 8, 6, 4, 2}},
		"path":      {journal.Filter{Path: "/wxa/0"}, []uint64{9, 7, 5, 3, 1}},
		"prefix":    {journal.Filter{Path: "/cgi-bin/*"}, nil},
		"since":     {journal.Filter{Since: at.Add(8 * time.Minute)}, []uint64{10, 9}},
	} {
		var got []uint64
		for _, e := range j.List(tt.filter) {
			got = append(got, e.Seq)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestConcurrentCallsAreAllKept(t *testing.T) {
	t.Parallel()
	j := journal.New(1024)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				j.Record(entry(journal.NewRID(at), "/x"))
			}
		})
	}
	wg.Wait()
	if n := len(j.List(journal.Filter{})); n != 800 {
		t.Errorf("%d of 800 calls are there", n)
	}
}

func TestMasking(t *testing.T) {
	t.Parallel()
	token := "103_" + strings.Repeat("Ab-_", 38) + "xY"
	ticket := "ticket@@@" + strings.Repeat("q", 86)
	secret := "0123456789abcdef0123456789abcdef"
	for _, text := range []string{
		"access_token=" + token + "&template_type=0",
		"debug=1&component_access_token=" + token,
		`{"component_appid":"wx0000000000000001","component_appsecret":"` + secret + `","component_verify_ticket":"` + ticket + `"}`,
		`{"component_verify_ticket" : "` + ticket[:60],
		`{"component_access_token":"` + token + `","expires_in":7200}`,
		`{"response_body":"{\"component_access_token\":\"` + token + `\"}"}`,
		"component_appsecret=" + secret,
		"/wxa/" + token,
		"the token " + token + " was wrong",
		`{"pre_auth_code":"preauthcode@@@` + strings.Repeat("z", 86) + `"}`,
		`{"component_appid":"wx0000000000000001","authorization_code":"queryauthcode@@@` + strings.Repeat("z", 86) + `"}`,
		`{"authorization_code":"queryauthcode\u0040\u0040\u0040` + strings.Repeat("z", 86) + `"}`,
		`{"request_body":"{\"authorization_code\":\"queryauthcode\\u0040\\u0040\\u0040` + strings.Repeat("z", 86) + `\"}"}`,
		`{"authorization_info":{"authorizer_access_token":"` + token + `","authorizer_refresh_token":"fixed-` + strings.Repeat("z", 86) + `"}}`,
		`{"total_count":1,"list":[{"authorizer_appid":"wx00000000000000a1","refresh_token":"fixed-` + strings.Repeat("z", 86),
		"appid=wx0000000000000001&appsecret=" + secret,
		"<ComponentVerifyTicket><![CDATA[known-" + strings.Repeat("z", 86) + "]]></ComponentVerifyTicket>",
		"<xml><auth_code>known-" + strings.Repeat("z", 86) + "</auth_code></xml>",
	} {
		masked := journal.MaskText(text)
		for _, s := range []string{token, ticket[:60], secret, strings.Repeat("z", 86)} {
			if strings.Contains(masked, s) {
				t.Errorf("a secret is whole in %s", masked)
			}
		}
		if !strings.Contains(masked, "…") {
			t.Errorf("nothing masked in %s", masked)
		}
	}
	for _, plain := range []string{`{"draft_id":4,"template_type":0}`, "template_type=0", `{"errcode":0,"errmsg":"ok"}`, "wx0000000000000001"} {
		if got := journal.MaskText(plain); got != plain {
			t.Errorf("%s became %s", plain, got)
		}
	}
}

func TestMaskedEntriesLeaveTheRingAlone(t *testing.T) {
	t.Parallel()
	j := journal.New(8)
	e := entry(journal.NewRID(at), "/x")
	e.RequestBody = []byte(`{"component_secret":"0123456789abcdef0123456789abcdef"}`)
	j.Record(e)
	kept, _ := j.Find(e.RID)
	if m := kept.Masked(); bytes.Contains(m.RequestBody, []byte("0123456789abcdef0123456789abcdef")) {
		t.Errorf("masked body %s", m.RequestBody)
	}
	if again, _ := j.Find(e.RID); !bytes.Equal(again.RequestBody, e.RequestBody) {
		t.Errorf("the ring's body became %s", again.RequestBody)
	}
}

func TestCutLetsGoOfTheRest(t *testing.T) {
	t.Parallel()
	long := make([]byte, 3*journal.BodyLimit)
	if c := journal.Cut(long); len(c) != journal.BodyLimit || cap(c) > 2*journal.BodyLimit {
		t.Errorf("cut to %d bytes that hold on to %d", len(c), cap(c))
	}
}

func TestLogIsOneJSONObjectACall(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "requests.log")
	j := journal.New(8)
	if err := j.OpenLog(path, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	token := "103_" + strings.Repeat("a", 154)
	want := []string{"ok", `quotes " and \ and` + "\nlines", "中文 🎉", "control \x01\x7f", "\xff broken", "token " + token + " @"}
	for _, reason := range want {
		e := entry(journal.NewRID(at), "/wxa/gettemplatedraftlist")
		e.Reason, e.ErrCode, e.Duration, e.Component, e.ClientIP = reason, -1, 1500*time.Nanosecond, "wx0000000000000001", "::1"
		j.Record(e)
	}
	if err := j.CloseLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), token) {
		t.Error("a token is whole in the log")
	}
	var n int
	for sc := bufio.NewScanner(bytes.NewReader(data)); sc.Scan(); n++ {
		var line struct {
			Time    time.Time `json:"time"`
			RID     string    `json:"rid"`
			Reason  string    `json:"reason"`
			ErrCode int       `json:"errcode"`
			US      int       `json:"us"`
		}
		if err := json.Unmarshal(sc.Bytes(), &line); err != nil {
			t.Fatalf("line %d: %v: %s", n, err, sc.Text())
		}
		if !line.Time.Equal(at) || line.ErrCode != -1 || line.US != 1 || len(line.RID) != 26 {
			t.Errorf("line %d: %+v", n, line)
		}
	}
	if n != len(want) {
		t.Errorf("%d lines for %d calls", n, len(want))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func FuzzMaskText(f *testing.F) {
	f.Add("access_token=103_abc", `{"component_appsecret":"x"`)
	f.Fuzz(func(t *testing.T, a, b string) {
		secret := "ticket@@@" + strings.Repeat("s", 86)
		if strings.Contains(journal.MaskText(a+" "+secret+" "+b), secret) {
			t.Errorf("a ticket is whole between %q and %q", a, b)
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	j := journal.New(journal.DefaultSize)
	if err := j.OpenLog(filepath.Join(b.TempDir(), "log"), func(error) {}); err != nil {
		b.Fatal(err)
	}
	e := entry(journal.NewRID(at), "/wxa/gettemplatedraftlist")
	b.ReportAllocs()
	for b.Loop() {
		j.Record(e)
	}
}
