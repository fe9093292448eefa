package wxopen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// FuzzExtJSON reads any text: it is refused, or what is written says the same, and is
// read as the same again.
func FuzzExtJSON(f *testing.F) {
	for _, seed := range []string{
		allExtJSON, `{}`, `{"pages":[{"path":"a"}],"tabBar":{"list":[null]}}`, `{"subpackages":[{"root":"a"}]}`, `{"subPackages":[],"subpackages":[]}`, `{"plugins":{"a":{"version":1}}}`,
		`{"ext":{"n":1e400,"m":-0}}`, "{\"a\xff\":\"\xfe\",\"extAppid\":\"\xff\"}", `{"extAppid":"\ud800","extappid":"x"}`, `{"pages":["a"],"pages":7}`, "{\"ext\":\n[]}", `[]`, `{"a":"<>&\u2028"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := wxopen.ParseExtJSON(text)
		var want map[string]any
		wantErr := decodeExact(text, &want)
		if (err == nil) != (wantErr == nil && want != nil) {
			t.Fatalf("%q: %v, decoded %v", text, err, wantErr)
		}
		if err != nil {
			return
		}
		written, err := e.Text()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, both := want["subPackages"]; !both && e.SubPackages != nil {
			want["subPackages"] = want["subpackages"]
			delete(want, "subpackages")
		}
		var got map[string]any
		if err := decodeExact(written, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q became %q (%v)", text, written, err)
		}
		again, err := wxopen.ParseExtJSON(written)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, written, err)
		}
		if twice, err := again.Text(); err != nil || twice != written {
			t.Errorf("%q became %q, then %q (%v)", text, written, twice, err)
		}
	})
}

func decodeExact(text string, into any) error {
	if !json.Valid([]byte(text)) {
		return errors.New("no JSON")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// FuzzCodeAnswers reads any answer by each call: it is a refusal, of no use, or read.
func FuzzCodeAnswers(f *testing.F) {
	for _, row := range codeCalls {
		f.Add([]byte(row.answer))
	}
	for _, row := range settingCalls {
		f.Add([]byte(row.answer))
	}
	for _, seed := range []string{refusal(86001), jpeg, png, "", "<html>", `{"uv_info":{"items":[{"percentage":1e999}]}}`, `{"exp_info":[],"release_info":null}`, `{"update_time":9223372036854775807,"code_exist":"1"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		c := canned(t, 200, string(answer))
		a := c.Authorizer(merchant, wxopen.StaticToken("statictoken"))
		check := func(name string, got any, err error) {
			_, refused := errors.AsType[*wxopen.Error](err)
			_, unusable := errors.AsType[*wxopen.TransportError](err)
			if err != nil && !refused && !unusable || err != nil && got != nil && !reflect.ValueOf(got).IsZero() {
				t.Errorf("%s of %q: %v, %v", name, answer, got, err)
			}
		}
		for _, row := range codeCalls {
			got, err := row.call(t.Context(), c, a)
			check(row.name, got, err)
		}
		for _, row := range settingCalls {
			got, err := row.call(t.Context(), c, a)
			check(row.name, got, err)
		}
		picture, err := a.TrialQRCode(t.Context(), "")
		check("TrialQRCode", picture, err)
		if err == nil && !bytes.Equal(picture, answer) {
			t.Errorf("%q became %q", answer, picture)
		}
	})
}

// FuzzForm sends a file of any name and content: a reader of forms finds both.
func FuzzForm(f *testing.F) {
	f.Add("a.png", "PNG", false)
	f.Add("a \"b\"\\\r\nContent-Type: x", "--", true)
	f.Add("\x01\x7f\u0085\xff", "x", false)
	f.Add("名.MP4", "\r\n--\r\n", true)
	f.Fuzz(func(t *testing.T, name, content string, stream bool) {
		source := io.Reader(strings.NewReader(content))
		if stream {
			source = onlyReader{source}
		}
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				_, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
				if err != nil {
					t.Fatal(err)
				}
				body := &counter{r: req.Body}
				form := multipart.NewReader(body, params["boundary"])
				part, err := form.NextPart()
				if err != nil {
					t.Fatalf("%q: %v", name, err)
				}
				got, err := io.ReadAll(part)
				if err != nil || string(got) != content || part.FormName() != "media" {
					t.Errorf("%q: %q under %q, %v", name, got, part.FormName(), err)
				}
				if _, err := form.NextPart(); !errors.Is(err, io.EOF) {
					t.Errorf("%q: %v after the file", name, err)
				}
				if _, err := io.Copy(io.Discard, body); err != nil || body.n != req.ContentLength {
					t.Errorf("%q: %d bytes, told %d, %v", name, body.n, req.ContentLength, err)
				}
				return jsonResponse(req, mediaDone), nil
			})}
		})
		if _, err := c.Authorizer(merchant, wxopen.StaticToken("t")).UploadAuditMedia(context.Background(), name, source); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	})
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
