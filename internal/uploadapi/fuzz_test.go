package uploadapi_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/uploadapi"
)

// The appids of the fuzzed world are fixed, for what was found to be found again.
const (
	fuzzedComponent = "wx00000000000000f0"
	fuzzedDev       = "wx00000000000000f1"
	fuzzedOther     = "wx00000000000000f2"
	fuzzedMerchant  = "wx00000000000000f3"
)

// fuzzed is a world with a draft, a development version and a pending version. What
// it logs are errors only: a panic, or a failure that is no refusal.
type fuzzed struct {
	api     http.Handler
	service *platform.Service
	log     bytes.Buffer
	own     *rsa.PrivateKey // of the development mini program
	others  *rsa.PrivateKey
}

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	z := &fuzzed{}
	log := slog.New(slog.NewTextHandler(&z.log, &slog.HandlerOptions{Level: slog.LevelError}))
	store, err := sqlstore.Open(f.Context(), sqlstore.Options{URL: "sqlite::memory:", Logger: log, Real: clock.Now})
	must(f, err)
	f.Cleanup(func() { _ = store.Close() })
	z.service = platform.NewService(store, clock.Now)
	z.api = uploadapi.New(uploadapi.Options{Service: z.service, Journal: journal.New(64), Logger: log, TempDir: f.TempDir()})
	_, err = z.service.CreateComponent(f.Context(), platform.Component{Appid: fuzzedComponent})
	must(f, err)
	_, err = z.service.PutAuthorizer(f.Context(), platform.Authorizer{ComponentAppid: fuzzedComponent, Appid: fuzzedMerchant, Authorized: true})
	must(f, err)
	z.own, z.others = z.bind(f, fuzzedDev), z.bind(f, fuzzedOther)
	direct := project().with("/ext.json", directCommit)
	for _, code := range []struct {
		path string
		files
	}{{"upload", project()}, {"upload", direct}, {"testSourceURL", project()}} {
		if a := z.call(f, "/wxa/ci/"+code.path, uploadQuery, "", z.signed(f, z.own, code.files)); *a.ErrCode != 0 {
			f.Fatalf("%s: %s", code.path, show(a))
		}
	}
	return z
}

const (
	uploadQuery  = "_r=0.98&codeprotect=0&type=miniProgram&appid=" + fuzzedDev + "&version=1.0.0&desc=hello%20%E8%8D%89%E7%A8%BF&robot=3"
	directCommit = `{"extEnable":true,"extAppid":"` + fuzzedMerchant + `","directCommit":true,"ext":{"a":1}}`
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// bind binds a development mini program and returns its key.
func (z *fuzzed) bind(f *testing.F, appid string) *rsa.PrivateKey {
	f.Helper()
	_, err := z.service.PutDevMiniprogram(f.Context(), platform.DevMiniprogram{ComponentAppid: fuzzedComponent, Appid: appid, Name: "商城演示"})
	must(f, err)
	text, err := z.service.NewUploadKey(f.Context(), fuzzedComponent, appid)
	must(f, err)
	block, _ := pem.Decode([]byte(text))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	must(f, err)
	return key
}

// signed makes the body of an upload, with a fresh nonce and the key given.
func (z *fuzzed) signed(tb testing.TB, key *rsa.PrivateKey, code files) []byte {
	tb.Helper()
	nonce, err := z.service.UploadNonce(context.Background(), fuzzedDev)
	must(tb, err)
	sig, err := rsa.SignPKCS1v15(nil, key, 0, []byte(`{"appid":"`+fuzzedDev+`","rand_str":"`+nonce+`"}`))
	must(tb, err)
	return gzipped(container(code.with("/ci.signature", `{"signature":"`+base64.StdEncoding.EncodeToString(sig)+`","version":"2.1.42"}`)))
}

// call makes a call and checks what holds for all answers: HTTP 200, JSON, and
// nothing that went wrong in the server.
func (z *fuzzed) call(tb testing.TB, path, query, header string, body []byte) answer {
	tb.Helper()
	r := &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, RemoteAddr: "127.0.0.1:50123",
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Cookie", "Host", "X-Forwarded-For"} {
		r.Header.Set(name, header)
	}
	w := httptest.NewRecorder()
	z.api.ServeHTTP(w, r.WithContext(context.Background()))
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusOK {
		tb.Fatalf("HTTP %d, %q: %v", w.Code, w.Body, err)
	}
	if z.log.Len() > 0 {
		tb.Fatalf("logged: %s", z.log.String())
	}
	if a.ErrCode == nil && path != "/wxa-dev-logic/clientreportv2" {
		tb.Fatalf("%s answered %q, without an errCode", path, w.Body)
	}
	return a
}

// state is all that a call without the key must leave as it is.
func (z *fuzzed) state(tb testing.TB) string {
	tb.Helper()
	drafts, err := z.service.PackagedDrafts(context.Background(), fuzzedComponent, -1, 0)
	must(tb, err)
	preview, err := z.service.DevVersion(context.Background(), fuzzedComponent, fuzzedDev)
	must(tb, err)
	pending, err := z.service.PendingVersion(context.Background(), fuzzedComponent, fuzzedMerchant)
	must(tb, err)
	return fmt.Sprintf("%+v\n%+v\n%+v", drafts, preview, pending)
}

// FuzzUploadCall: whatever comes without the key is answered, and changes nothing.
// The body is sent as it is, as gzip, or as app.json of code with another's
// signature.
func FuzzUploadCall(f *testing.F) {
	z := newFuzzed(f)
	signed := z.signed(f, z.others, project())
	f.Add("/wxa/ci/upload", uploadQuery, "", signed, uint8(0))
	f.Add("/wxa/ci/upload", uploadQuery+"&extAppId="+fuzzedMerchant, "gzip", container(project()), uint8(1))
	f.Add("/wxa/ci/testSourceURL", uploadQuery+"&path=pages/index/index%3Fa%3D1&bigPackageSizeSupport=1", "", []byte(`{"pages":["pages/index/index"]}`), uint8(2))
	f.Add("/wxa/ci/upload", "appid="+fuzzedDev+"&appid=%zz;&type=&robot=99999999999999999999", "text/plain", []byte{}, uint8(0))
	f.Add("/wxa/ci/getrandstr", "_r=0.5", "application/json", []byte(`{"appid":"`+fuzzedDev+`","clientRand":10922813}`), uint8(0))
	f.Add("/wxa/ci/getattr", "", "application/json", []byte(`{"appid":"`+fuzzedDev+`","signature":"SE6csiMKjFj7QOUi=="}`), uint8(0))
	f.Add("/wxa/ci/getwhiteextlist", "", "", []byte{}, uint8(0))
	f.Add("/wxa/ci/translate_filename", "", "", []byte(`{"appid":"`+fuzzedDev+`","signature":"","arrPaths":["a.js"]}`), uint8(0))
	f.Add("/wxa/ci/getmulticosuploadinfo", "", "", []byte(`{"appid":"`+fuzzedDev+`","robot":"1","rawSize":"6502947","busitype":11}`), uint8(0))
	f.Add("/wxa-dev-logic/clientreportv2", "", "", []byte(`{"report_info_list":[{"log_id":22365}]}`), uint8(0))
	f.Add("//wxa/../ci\x00", "%", "\r\n", []byte{0x1f, 0x8b, 0xff}, uint8(0))
	f.Fuzz(func(t *testing.T, path, query, header string, body []byte, wrap uint8) {
		switch wrap % 3 {
		case 1:
			body = gzipped(body)
		case 2:
			body = z.signed(t, z.others, files{"/app.json": string(body), "/pages/index/index.js": "Page({})"})
		}
		before := z.state(t)
		z.call(t, path, query, header, body)
		if after := z.state(t); after != before {
			t.Errorf("%q?%q made of\n%s\nthis:\n%s", path, query, before, after)
		}
	})
}

// FuzzUploadQuery: with the key, whatever the query and the code say, it is either
// refused and nothing changes, or done and the uploader finds what it looks for.
func FuzzUploadQuery(f *testing.F) {
	z := newFuzzed(f)
	app := project()["/app.json"]
	f.Add(false, uploadQuery, app, "{}")
	f.Add(false, uploadQuery, app, directCommit)
	f.Add(true, uploadQuery+"&path=pages/index/index%3Fa%3D1", app, directCommit)
	f.Add(false, "appid="+fuzzedDev+"&type=miniProgram&version=%00%ff&robot=030&desc="+"%0A", app, `{"extEnable":true,"directCommit":true}`)
	f.Add(false, "appid="+fuzzedDev+"&type=miniProgram&version=1&robot=-1", `{"pages":[]}`, `[]`)
	f.Add(true, "type=miniProgram&version=1&appid="+fuzzedOther, "null", "")
	f.Fuzz(func(t *testing.T, preview bool, query, app, ext string) {
		path := "/wxa/ci/upload"
		if preview {
			path = "/wxa/ci/testSourceURL"
		}
		body := z.signed(t, z.own, project().with("/app.json", app).with("/ext.json", ext))
		before := z.state(t)
		a := z.call(t, path, query, "", body)
		if *a.ErrCode != 0 {
			if after := z.state(t); after != before {
				t.Errorf("%q was refused, and made of\n%s\nthis:\n%s", query, before, after)
			}
			return
		}
		var done struct {
			Parts []struct {
				Name string `json:"name"`
			} `json:"subpackage_info"`
			Code string `json:"qrcode_img"`
		}
		if err := json.Unmarshal(a.Body, &done); err != nil || len(done.Parts) == 0 || done.Parts[0].Name != "__FULL__" || (done.Code != "") != preview {
			t.Errorf("%q is answered %s: %v", query, show(a), err)
		}
	})
}
