package uploadapi_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"draftbox/api/apitest"
	"draftbox/internal/platform"
	"draftbox/internal/uploadapi"
	"draftbox/wxopen"
)

// The routes and the document name the same calls.
func TestRoutesAreDescribed(t *testing.T) {
	t.Parallel()
	got, want := uploadapi.New(uploadapi.Options{}).Routes(), apitest.Uploader(t).Operations()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("routes are\n%s\nthe document has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const (
	uploadPath  = "/wxa/ci/upload"
	previewPath = "/wxa/ci/testSourceURL"
	attrPath    = "/wxa/ci/getattr"
	namesPath   = "/wxa/ci/translate_filename"
)

// told collects what was answered, by operation.
type told struct {
	mu       sync.Mutex
	messages map[string]map[string]bool
}

func (o *told) add(name, msg string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.messages[name] == nil {
		o.messages[name] = map[string]bool{}
	}
	o.messages[name][msg] = true
}

// describe puts the document between the bench and its API: an answer that it does
// not allow fails the test.
func (o *told) describe(b *bench) *bench {
	b.Helper()
	v := apitest.Uploader(b.T)
	checked := v.Handler(b.T, b.api)
	methods := map[string]string{}
	for _, name := range v.Operations() {
		method, path, _ := strings.Cut(name, " ")
		methods[path] = method
	}
	b.api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		checked.ServeHTTP(recorder, r)
		var a answer
		if err := json.Unmarshal(recorder.Body.Bytes(), &a); err != nil {
			b.Errorf("%s answered %q: %v", r.URL.Path, recorder.Body, err)
		}
		name := "any other"
		if method, known := methods[r.URL.Path]; known {
			name = method + " " + r.URL.Path
		}
		o.add(name, a.ErrMsg)
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes()) // to a recorder
	})
	return b
}

// callSigned makes a call whose body is JSON with a signature.
func (b *bench) callSigned(path, appid, signature string) {
	b.Helper()
	b.call(http.MethodPost, path, []byte(`{"appid":"`+appid+`","signature":"`+signature+`","arrPaths":["a.js"]}`))
}

// send makes an upload or a preview with a new nonce.
func (b *bench) send(path string, f files, more ...string) {
	b.Helper()
	b.call(http.MethodPost, path+codeQuery(b.dev.Appid, "1.0.0", "", more...), b.signed(f, b.key, b.dev.Appid, b.nonce(b.dev.Appid)))
}

func (b *bench) allowFrom(addresses ...string) {
	b.Helper()
	b.dev.UploadIPAllowlist = addresses
	_, err := b.service.PutDevMiniprogram(context.Background(), b.dev)
	b.must(err)
}

// zeros are a body without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestDocument makes every call succeed and every refusal that the document lists
// happen, and holds each answer against the document.
func TestDocument(t *testing.T) {
	t.Parallel()
	o := &told{messages: map[string]map[string]bool{}}
	t.Cleanup(func() { o.complete(t) }) // after all subtests
	for name, do := range map[string]func(*bench){
		"success":       callAll,
		"other methods": callWithPUT,
		"bodies":        callWithoutObject,
		"keys":          callWithoutKey,
		"code":          callWithBadCode,
		"sizes":         callWithLargeCode,
		"no database":   callWithoutDatabase,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			do(o.describe(newFileBench(t)))
		})
	}
}

// complete reports what the document has and nothing answered.
func (o *told) complete(t *testing.T) {
	t.Helper()
	v := apitest.Uploader(t)
	for _, name := range v.Operations() {
		said := slices.Collect(maps.Keys(o.messages[name]))
		refuses := slices.ContainsFunc(v.ErrorRows(name), func(r apitest.ErrorRow) bool { return r.Cause == "Always." })
		// The usage report is answered with an empty object.
		if !refuses && !slices.Contains(said, "ok") && !slices.Contains(said, "") {
			t.Errorf("%s never succeeded", name)
		}
		for _, row := range v.ErrorRows(name) {
			// What uploads and previews have in common; it takes a while.
			large := strings.Contains(row.Errmsg, "80200") && name == "POST "+previewPath
			if !large && !slices.ContainsFunc(said, row.Pattern().MatchString) {
				t.Errorf("%s: nothing makes it answer %q", name, row.Errmsg)
			}
		}
	}
	if !o.messages["any other"]["this call of the uploader is not emulated"] {
		t.Error("no other path was called")
	}
}

func callAll(b *bench) {
	b.callSigned(attrPath, b.dev.Appid, sign(b, b.key, b.dev.Appid, b.nonce(b.dev.Appid)))
	b.call(http.MethodGet, "/wxa/ci/getwhiteextlist?_r=0.1", nil)
	b.send(uploadPath, project())
	b.send(uploadPath, files{"/app.json": `{"pages":["p"]}`, "/p.js": "", "/p.wxml": ""}) // one part
	b.send(previewPath, project(), "path", "pages/index/index")
	b.callSigned(namesPath, b.dev.Appid, sign(b, b.key, b.dev.Appid, b.nonce(b.dev.Appid)))
	b.call(http.MethodPost, "/wxa-dev-logic/clientreportv2", []byte(`{"report_info_list":[]}`))
	for _, name := range []string{"getmulticosuploadinfo", "getmulticosuploadsign", "getmulticosasyncresult", "getuploadtoken"} {
		b.callSigned("/wxa/ci/"+name, b.dev.Appid, "")
	}
	b.call(http.MethodGet, "/wxa/ci/getlatestversion", nil)
	b.call(http.MethodPost, "/wxa-dev-logic/nothing", nil)
}

func callWithPUT(b *bench) {
	for _, name := range apitest.Uploader(b.T).Operations() {
		_, path, _ := strings.Cut(name, " ")
		b.call(http.MethodPut, path, []byte("{}"))
	}
}

func callWithoutObject(b *bench) {
	for _, name := range apitest.Uploader(b.T).Operations() {
		method, path, _ := strings.Cut(name, " ")
		switch path {
		case uploadPath, previewPath:
			b.callFrom(failing{errors.New("connection reset")}, method, path+codeQuery(b.dev.Appid, "1.0.0", ""))
		default:
			b.call(method, path, []byte("[]"))
		}
	}
}

func callWithoutKey(b *bench) {
	const stranger = "wxffffffffffffffff"
	other := b.newKey(b.newDev("x"))
	for _, path := range []string{attrPath, namesPath} {
		b.callSigned(path, stranger, "")
		b.callSigned(path, b.dev.Appid, sign(b, other, b.dev.Appid, b.nonce(b.dev.Appid)))
	}
	for _, path := range []string{uploadPath, previewPath} {
		b.call(http.MethodPost, path+codeQuery(stranger, "1.0.0", ""), nil)
		b.call(http.MethodPost, path+codeQuery(b.dev.Appid, "1.0.0", ""), b.signed(project(), other, b.dev.Appid, b.nonce(b.dev.Appid)))
	}
}

func callWithBadCode(b *bench) {
	const denied = "wx00000000000000aa"
	b.set(func(c *platform.Component) { c.Settings.Switches.DeniedPlugins = []string{denied} })
	for _, path := range []string{uploadPath, previewPath} {
		b.call(http.MethodPost, path+"?appid=%zz", nil)
		b.send(path, project(), "type", "miniGame")
		b.send(path, project(), "robot", "31")
		b.send(path, project().with("/app.json", `{"pages":["pages/none"]}`))
		b.call(http.MethodPost, path+codeQuery(b.dev.Appid, "1.0.0", ""), []byte("no gzip"))
		b.send(path, project().with("/app.json", `{"pages":["pages/index/index"],"plugins":{"p":{"version":"1.0.24","provider":"`+denied+`"}}}`))
		b.allowFrom("10.0.0.*")
		b.send(path, project())
		b.allowFrom()
	}
	b.send(uploadPath, project().with("/ext.json", `{"extEnable":true,"extAppid":"wxffffffffffffffff","directCommit":true}`))
}

func callWithLargeCode(b *bench) {
	two := strings.Repeat("x", 2<<20)
	b.send(uploadPath, project().with("/big.png", two))
	b.send(uploadPath, project().with("/pkgA/big.png", two))
	b.send(uploadPath, project().with("/app.js.map", strings.Repeat("x", 41<<20)))
	parts, many := make([]string, 11), project()
	for i := range parts {
		parts[i] = fmt.Sprintf(`{"root":"pkg%d","pages":["p/p"]}`, i)
		many[fmt.Sprintf("/pkg%d/p/p.js", i)] = "Page({})"
		many[fmt.Sprintf("/pkg%d/big.png", i)] = two[:2<<20-100]
	}
	b.send(uploadPath, many.with("/app.json", `{"pages":["pages/index/index"],"subPackages":[`+strings.Join(parts, ",")+`]}`))
	b.callFrom(io.LimitReader(zeros{}, 65<<20), http.MethodPost, uploadPath+codeQuery(b.dev.Appid, "1.0.0", ""))
	b.nothing()
}

func callWithoutDatabase(b *bench) {
	nonce := b.nonce(b.dev.Appid)
	signature, body := sign(b, b.key, b.dev.Appid, nonce), b.signed(project(), b.key, b.dev.Appid, nonce)
	state := filepath.Join(b.dir, "state")
	b.must(os.Rename(state, state+".away"))
	b.callSigned("/wxa/ci/getrandstr", b.dev.Appid, "")
	b.callSigned(attrPath, b.dev.Appid, signature)
	b.callSigned(namesPath, b.dev.Appid, signature)
	for _, path := range []string{uploadPath, previewPath} {
		b.call(http.MethodPost, path+codeQuery(b.dev.Appid, "1.0.0", ""), body)
	}
}

// TestOwnUploader: what our client sends is as the document says, too.
func TestOwnUploader(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	server := httptest.NewServer(b.api)
	t.Cleanup(server.Close)
	hc := server.Client()
	hc.Transport = apitest.Uploader(t).Transport(t, hc.Transport)
	u, err := wxopen.NewUploader(wxopen.UploaderConfig{
		BaseURL: server.URL, Appid: b.dev.Appid, HTTPClient: hc,
		PrivateKey: pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(b.key)}),
	})
	b.must(err)
	_, err = u.Attributes(t.Context())
	b.must(err)
	code := fstest.MapFS{"app.json": {Data: []byte(`{"pages":["p"]}`)}, "p.js": {}, "p.wxml": {}}
	_, err = u.Upload(t.Context(), wxopen.CodeUpload{Version: "1.0.0", Robot: 3}, code)
	b.must(err)
	if list := b.drafts(); len(list) != 1 || list[0].Developer != "ci机器人3" {
		t.Errorf("the box is %+v", list)
	}
}
