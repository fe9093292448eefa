package wxapi_test

import (
	"strings"
	"testing"
	"time"

	"draftbox/internal/journal"
)

// uploadMedia posts a body, by default as the form that form makes.
func (b *bench) uploadMedia(body string, headers ...string) reply {
	b.t.Helper()
	if headers == nil {
		headers = []string{"Content-Type", multipartHeader}
	}
	return b.do("POST", mediaPath+"?access_token="+b.merchantToken(), body, headers...)
}

func TestMediaTypesAndSizes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := func(head string, size int) string { return head + strings.Repeat("\x00", size-len(head)) }
	for _, tt := range []struct {
		name, content string
		code          int
		kind          string
	}{
		{"PNG", png, 0, "image"},
		{"JPEG", "\xff\xd8\xff\xe0", 0, "image"},
		{"GIF", "GIF89a", 0, "image"},
		{"MP4", mp4, 0, "video"},
		{"picture of 2 MB", file(png, 2<<20), 0, "image"},
		{"picture of 2 MB and a byte", file(png, 2<<20+1), 40006, ""},
		{"video of 10 MB", file(mp4, 10<<20), 0, "video"},
		{"video of 10 MB and a byte", file(mp4, 10<<20+1), 40006, ""},
		{"video of 20 MB", file(mp4, 20<<20), 40006, ""},
		{"text", "hello", 40005, ""},
		{"long text", file("hello", 12<<20), 40005, ""},
		{"nothing", "", 41005, ""},
	} {
		r := b.uploadMedia(b.form("media", "测试.png", tt.content))
		if tt.code != 0 {
			if code, _ := b.outcome(r); code != tt.code {
				t.Errorf("%s: %d, want %d", tt.name, code, tt.code)
			}
			continue
		}
		b.matches(r, `\{"errcode":0,"errmsg":"ok","type":"`+tt.kind+`","mediaid":"[\w-]{64}"\}`)
	}
}

func TestMediaForms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := b.form("media", "a.png", png)
	two := strings.TrimSuffix(b.form("x", "b.txt", "text"), "--\r\n") + strings.TrimPrefix(good, "--"+boundary)
	noName := strings.Replace(good, `; filename="a.png"`, "", 1)
	for _, tt := range []struct {
		name, body string
		headers    []string
		code       int
		why        string
	}{
		{"the right one", good, nil, 0, ""},
		{"another field before it", two, nil, 0, ""},
		{"without a file name", noName, nil, 0, ""},
		{"with a file name", good, []string{"Content-Type", strings.Replace(multipartHeader, "multipart", "Multipart", 1)}, 0, ""},
		{"another field", b.form("file", "a.png", png), nil, 41005, `a form with the fields ["file"]`},
		{"no body", "", []string{}, 41005, "no multipart/form-data with a boundary"},
		{"JSON", "{}", []string{"Content-Type", "application/json"}, 41005, "no multipart/form-data with a boundary"},
		{"no boundary", good, []string{"Content-Type", "multipart/form-data"}, 41005, "no multipart/form-data with a boundary"},
		{"another boundary", good, []string{"Content-Type", "multipart/form-data; boundary=x"}, 41005, "a form with the fields []"},
		{"breaks off", good[:len(good)-8], nil, 41005, "a form that breaks off in the field media"},
	} {
		r := b.uploadMedia(tt.body, tt.headers...)
		code, _ := b.outcome(r)
		if code != tt.code {
			t.Errorf("%s: %d, want %d", tt.name, code, tt.code)
		}
		if code != 0 && !strings.Contains(b.reason(r), tt.why) {
			t.Errorf("%s: the reason is %q", tt.name, b.reason(r))
		}
	}
	// The journal has a word on the file and none of its bytes.
	for _, e := range b.journal.List(journal.Filter{}) {
		if text := string(e.RequestBody); e.Path == mediaPath && strings.Contains(text, png) {
			t.Errorf("the journal keeps %q", text)
		}
	}
}

// A mediaid is good for three days, for its mini program and its kind.
func TestMediaIDs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	b.commit("1.0.0")
	picture, video := b.media(png), b.media(mp4)
	submit := func(videos, pictures string) int {
		code, _ := b.outcome(b.asMerchant(submitPath, `{"preview_info":{"video_id_list":[`+videos+`],"pic_id_list":[`+pictures+`]}}`))
		return code
	}
	quoted := func(id string) string { return `"` + id + `"` }
	b.advance(3*24*time.Hour - time.Second)
	if code := submit(quoted(picture), ""); code != 85092 {
		t.Errorf("a picture as a video: %d", code)
	}
	if code := submit("", quoted(picture)+","+quoted(video)); code != 85092 {
		t.Errorf("a video as a picture: %d", code)
	}
	if code := submit(quoted(video), quoted(picture)+","+quoted(picture)); code != 0 {
		t.Errorf("a second before three days: %d", code)
	}
	b.ok(b.getAs(undoPath), nil)
	b.advance(time.Second)
	if code := submit("", quoted(picture)); code != 85092 {
		t.Errorf("three days: %d", code)
	}
	foreign := b.media(png)
	b.anew()
	b.commit("1.0.0")
	if code := submit("", quoted(foreign)); code != 85092 {
		t.Errorf("another's: %d", code)
	}
}
