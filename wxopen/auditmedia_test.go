package wxopen_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"draftbox/wxopen"
)

const mediaDone = `{"errcode":0,"errmsg":"ok","type":"image","mediaid":"m1","x":1}`

// mediaService answers uploads; body is the last one.
type mediaService struct {
	answers []string // the last one repeats
	sent    int
	body    string
	request *http.Request
	reading func() error // before the body is read, may be nil
}

// RoundTrip implements http.RoundTripper.
func (s *mediaService) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.reading != nil {
		if err := s.reading(); err != nil {
			return nil, err
		}
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	s.body, s.request = string(body), req
	s.sent++
	return jsonResponse(req, s.answers[min(s.sent, len(s.answers))-1]), nil
}

func (s *mediaService) account(tb testing.TB, tokens wxopen.TokenSource) *wxopen.AuthorizerClient {
	tb.Helper()
	c, err := wxopen.New(wxopen.Config{HTTPClient: &http.Client{Transport: s}})
	if err != nil {
		tb.Fatal(err)
	}
	return c.Authorizer(merchant, tokens)
}

// wantForm is the body of a form, by the boundary that was sent.
func (s *mediaService) wantForm(tb testing.TB, field, name, contentType, content string) string {
	tb.Helper()
	kind, params, err := mime.ParseMediaType(s.request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		tb.Fatalf("Content-Type %q", s.request.Header.Get("Content-Type"))
	}
	return fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=%q; filename=%s\r\nContent-Type: %s\r\n\r\n%s\r\n--%[1]s--\r\n", params["boundary"], field, name, contentType, content)
}

func (s *mediaService) check(t *testing.T, field, name, contentType, content string) {
	t.Helper()
	if want := s.wantForm(t, field, name, contentType, content); s.body != want {
		t.Errorf("sent %d bytes\n%.500q\nwant %d\n%.500q", len(s.body), s.body, len(want), want)
	}
	if s.request.ContentLength != int64(len(s.body)) {
		t.Errorf("told %d bytes, sent %d", s.request.ContentLength, len(s.body))
	}
}

// onlyReader hides all but Read.
type onlyReader struct{ io.Reader }

func TestUploadAuditMedia(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789abcdef", 5<<16) // 5 MiB: not kept in memory
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, []byte("PNG"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	begun := strings.NewReader("skipGIF")
	if _, err := begun.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("MP4"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for _, row := range []struct {
		name    string
		content io.Reader
		quoted  string
		kind    string
		want    string
	}{
		{"a.png", opened, `"a.png"`, "image/png", "PNG"},
		{"b.JPEG", bytes.NewReader([]byte("JPG")), `"b.JPEG"`, "image/jpeg", "JPG"},
		{"c.gif", begun, `"c.gif"`, "image/gif", "GIF"},
		{"d.mp4", r, `"d.mp4"`, "video/mp4", "MP4"},
		{`a "quoted" 名.jpg`, onlyReader{strings.NewReader("x")}, `"a \"quoted\" 名.jpg"`, "image/jpeg", "x"},
		{"a\r\nb", bytes.NewBufferString("x"), `"a__b"`, "application/octet-stream", "x"},
		{"long.mp4", onlyReader{strings.NewReader(long)}, `"long.mp4"`, "video/mp4", long},
		{"empty", strings.NewReader(""), `"empty"`, "application/octet-stream", ""},
		{"", onlyReader{strings.NewReader("")}, `""`, "application/octet-stream", ""},
	} {
		s := &mediaService{answers: []string{mediaDone}}
		got, err := s.account(t, wxopen.StaticToken("merchanttoken")).UploadAuditMedia(t.Context(), row.name, row.content)
		if err != nil || got.MediaID != "m1" || got.Type != "image" || string(got.Extra["x"]) != "1" {
			t.Errorf("%s: got %+v, %v", row.name, got, err)
			continue
		}
		s.check(t, "media", row.quoted, row.kind, row.want)
		if line := s.request.Method + " " + s.request.URL.RequestURI(); line != "POST /wxa/uploadmedia?access_token=merchanttoken" {
			t.Errorf("sent %s", line)
		}
	}
	if at, err := opened.Seek(0, io.SeekCurrent); err != nil || at != 0 {
		t.Errorf("the file is at %d, %v", at, err)
	}
}

// A file is sent whole with the fresh token and after -1, too, whatever it comes from.
func TestMediaIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"file", "stream"} {
		synctest.Test(t, func(t *testing.T) {
			content := io.Reader(strings.NewReader("skipPNG"))
			if kind == "stream" {
				content = onlyReader{content}
			}
			if _, err := io.ReadFull(content, make([]byte, 4)); err != nil {
				t.Fatal(err)
			}
			s := &mediaService{answers: []string{refusal(42001), refusal(-1), mediaDone}}
			got, err := s.account(t, &changing{tokens: []string{"old", "new"}}).UploadAuditMedia(t.Context(), "a.png", content)
			if err != nil || got.MediaID != "m1" || s.sent != 3 {
				t.Errorf("%s: got %+v after %d, %v", kind, got, s.sent, err)
			}
			s.check(t, "media", `"a.png"`, "image/png", "PNG")
			if token := s.request.URL.Query().Get("access_token"); token != "new" {
				t.Errorf("%s: token %s", kind, token)
			}
			again, err := s.request.GetBody()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(again); err == nil {
				t.Errorf("%s: read after the call was over", kind)
			}
		})
	}
}

// changing gives out its tokens one after the other.
type changing struct{ tokens []string }

func (c *changing) Token(context.Context) (string, error) { return c.tokens[0], nil }

func (c *changing) Renew(context.Context, string) (string, error) {
	c.tokens = c.tokens[1:]
	return c.tokens[0], nil
}

// Over a real connection: the length is told, and the first answer may come before all
// of the file is sent.
func TestMediaOverHTTP(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789abcdef", 1<<13)
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("access_token") == "old" {
			_, _ = io.WriteString(w, refusal(42001))
			return
		}
		file, header, err := r.FormFile("media")
		if err != nil {
			t.Error(err)
			return
		}
		text, err := io.ReadAll(file)
		got = append(got, fmt.Sprintf("%s %d %q %t %v", header.Filename, header.Size, r.TransferEncoding, string(text) == content, err))
		_, _ = io.WriteString(w, mediaDone)
	}))
	defer server.Close()
	c, err := wxopen.New(wxopen.Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	media, err := c.Authorizer(merchant, &changing{tokens: []string{"old", "new"}}).UploadAuditMedia(t.Context(), "名.mp4", strings.NewReader(content))
	if want := []string{"名.mp4 131072 [] true <nil>"}; err != nil || media.MediaID != "m1" || !slices.Equal(got, want) {
		t.Errorf("got %q, %+v, %v", got, media, err)
	}
}

// counted is a file that knows how much of it was read.
type counted struct {
	*strings.Reader
	read int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Reader.ReadAt(p, at)
	c.read += n
	return n, err
}

// A file is read when it is sent, not before.
func TestMediaIsStreamed(t *testing.T) {
	t.Parallel()
	c := &counted{Reader: strings.NewReader(strings.Repeat("x", 1<<20))}
	s := &mediaService{answers: []string{mediaDone}, reading: func() error {
		if c.read != 0 {
			t.Errorf("%d bytes were read before", c.read)
		}
		return nil
	}}
	if _, err := s.account(t, wxopen.StaticToken("t")).UploadAuditMedia(t.Context(), "a.png", c); err != nil || c.read != 1<<20 {
		t.Errorf("%d bytes read, %v", c.read, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestMediaThatCannotBeSent(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	s := &mediaService{answers: []string{mediaDone}}
	a := s.account(t, wxopen.StaticToken("t"))
	for name, content := range map[string]io.Reader{"none": nil, "endless": endless{}, "broken": iotest.ErrReader(broken)} {
		if _, err := a.UploadAuditMedia(t.Context(), "a", content); err == nil || s.sent != 0 || name == "broken" && !errors.Is(err, broken) || name == "endless" && !strings.Contains(err.Error(), "longer than 67108864 bytes") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := a.UploadPrivacyFile(t.Context(), "a", content); err == nil || s.sent != 0 {
			t.Errorf("%s as a privacy file: %v", name, err)
		}
	}
}

func TestMediaRefusals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		answer string
		is     error // nil for an answer that cannot be used
	}{
		{refusal(40006), wxopen.ErrMediaSize}, {refusal(40005), wxopen.ErrFileType}, {`{"errcode":0}`, nil}, {`{"errcode":0,"media_id":"m"}`, nil}, {"<html>", nil},
	} {
		s := &mediaService{answers: []string{row.answer}}
		a := s.account(t, wxopen.StaticToken("t"))
		media, err := a.UploadAuditMedia(t.Context(), "a.png", strings.NewReader("x"))
		id, fileErr := a.UploadPrivacyFile(t.Context(), "a.txt", strings.NewReader("x"))
		for _, err := range []error{err, fileErr} {
			_, unusable := errors.AsType[*wxopen.TransportError](err)
			if media.MediaID != "" || id != "" || s.sent != 2 || row.is == nil && !unusable || row.is != nil && !errors.Is(err, row.is) {
				t.Errorf("%s: %v", row.answer, err)
			}
		}
	}
}

func TestUploadPrivacyFile(t *testing.T) {
	t.Parallel()
	s := &mediaService{answers: []string{`{"errcode":0,"errmsg":"ok","ext_file_media_id":"2113706500236918784"}`}}
	id, err := s.account(t, wxopen.StaticToken("merchanttoken")).UploadPrivacyFile(t.Context(), "指引.txt", strings.NewReader("text"))
	if err != nil || id != "2113706500236918784" {
		t.Errorf("got %s, %v", id, err)
	}
	s.check(t, "file", `"指引.txt"`, "text/plain", "text")
	if line := s.request.Method + " " + s.request.URL.RequestURI(); line != "POST /cgi-bin/component/uploadprivacyextfile?access_token=merchanttoken" {
		t.Errorf("sent %s", line)
	}
}
