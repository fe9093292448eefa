package uploadapi_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/uploadapi"
)

// bench is a component with a development mini program and its key.
type bench struct {
	*testing.T
	api     http.Handler
	service *platform.Service
	journal *journal.Journal
	comp    platform.Component
	dev     platform.DevMiniprogram
	key     *rsa.PrivateKey
	dir     string // of temporary files, and of the database in a file
	from    string // the uploader's address
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, "sqlite::memory:", t.TempDir())
}

// newFileBench keeps its state in a file, as a server does.
func newFileBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	return newBenchOn(t, filepath.Join(dir, "state", "draftbox.db"), dir)
}

func newBenchOn(t *testing.T, database, dir string) *bench {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	store, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: database, Logger: log, Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &bench{T: t, service: platform.NewService(store, clock.Now), journal: journal.New(1024), dir: dir, from: "127.0.0.1:50123"}
	b.api = uploadapi.New(uploadapi.Options{Service: b.service, Journal: b.journal, Logger: log, TempDir: dir})
	b.comp, err = b.service.CreateComponent(t.Context(), platform.Component{})
	b.must(err)
	b.dev = b.newDev("商城演示")
	b.key = b.newKey(b.dev)
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) newDev(name string) platform.DevMiniprogram {
	b.Helper()
	d, err := b.service.PutDevMiniprogram(context.Background(), platform.DevMiniprogram{ComponentAppid: b.comp.Appid, Name: name})
	b.must(err)
	return d
}

func (b *bench) newKey(d platform.DevMiniprogram) *rsa.PrivateKey {
	b.Helper()
	text, err := b.service.NewUploadKey(context.Background(), d.ComponentAppid, d.Appid)
	b.must(err)
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "RSA PRIVATE KEY" {
		b.Fatalf("the key is %q", text)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	b.must(err)
	return key
}

// set changes the component.
func (b *bench) set(change func(*platform.Component)) {
	b.Helper()
	_, err := b.service.ChangeComponent(context.Background(), b.comp.Appid, func(c *platform.Component) error { change(c); return nil })
	b.must(err)
}

func (b *bench) advance(d time.Duration) {
	b.Helper()
	b.must(b.service.AdvanceClock(context.Background(), d))
}

// answer is what the uploader makes of an answer.
type answer struct {
	ErrCode *int            `json:"errCode"`
	ErrMsg  string          `json:"errMsg"`
	Data    json.RawMessage `json:"data"`
	Body    json.RawMessage `json:"body"`
}

func (b *bench) call(method, target string, body []byte) answer {
	b.Helper()
	return b.callFrom(bytes.NewReader(body), method, target)
}

func (b *bench) callFrom(body io.Reader, method, target string) answer {
	b.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, target, body)
	r.RemoteAddr = b.from
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Errorf("%s: HTTP %d, want 200", target, w.Code)
	}
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		b.Fatalf("%s answered %q: %v", target, w.Body, err)
	}
	return a
}

func (b *bench) nonce(appid string) string {
	b.Helper()
	a := b.call(http.MethodPost, "/wxa/ci/getrandstr?_r=0.5", []byte(`{"appid":"`+appid+`","clientRand":10922813}`))
	b.ok(a)
	var data struct {
		RandomString string `json:"randomString"`
	}
	b.must(json.Unmarshal(a.Data, &data))
	if len(data.RandomString) != 32 {
		b.Fatalf("the nonce is %q", data.RandomString)
	}
	return data.RandomString
}

func (b *bench) ok(a answer) {
	b.Helper()
	if a.ErrCode == nil || *a.ErrCode != 0 || a.ErrMsg != "ok" {
		b.Fatalf("answered %s", show(a))
	}
}

func show(a answer) string {
	return fmt.Sprintf("%d %q data %s body %s", *cmp.Or(a.ErrCode, new(int)), a.ErrMsg, a.Data, a.Body)
}

// refused checks a refusal and that the journal has a reason for it.
func (b *bench) refused(a answer, code int, msg string) {
	b.Helper()
	if a.ErrCode == nil || *a.ErrCode != code || !strings.Contains(a.ErrMsg, msg) {
		b.Errorf("answered %s, want %d %q", show(a), code, msg)
	}
	if reason := b.lastReason(); reason == "" {
		b.Error("the journal gives no reason")
	}
}

func (b *bench) lastReason() string {
	b.Helper()
	return b.journal.List(journal.Filter{Limit: 1})[0].Reason
}

// sign is what the uploader does with a nonce.
func sign(b *bench, key *rsa.PrivateKey, appid, nonce string) string {
	b.Helper()
	sig, err := rsa.SignPKCS1v15(nil, key, 0, []byte(`{"appid":"`+appid+`","rand_str":"`+nonce+`"}`))
	b.must(err)
	return base64.StdEncoding.EncodeToString(sig)
}

// files are a project by path, with a leading slash as in the container.
type files map[string]string

func project() files {
	return files{
		"/app.json":             `{"pages":["pages/index/index"],"subPackages":[{"root":"pkgA/","pages":["p/p"]}]}`,
		"/app.js":               `App({})`,
		"/pages/index/index.js": `Page({})`,
		"/pkgA/p/p.js":          `Page({})`,
		"/project.config.json":  `{"miniprogramRoot":""}`,
	}
}

func (f files) with(name, content string) files {
	out := files{}
	maps.Copy(out, f)
	out[name] = content
	return out
}

// container packs files as the uploader does.
func container(f files) []byte {
	var index, data []byte
	names := make([]string, 0, len(f))
	total := 4
	for name := range f {
		names = append(names, name)
		total += 12 + len(name)
	}
	slices.Sort(names)
	be := binary.BigEndian
	index = be.AppendUint32(index, uint32(len(names)))
	for _, name := range names {
		index = be.AppendUint32(index, uint32(len(name)))
		index = append(index, name...)
		index = be.AppendUint32(index, uint32(14+total+len(data)))
		index = be.AppendUint32(index, uint32(len(f[name])))
		data = append(data, f[name]...)
	}
	out := append([]byte{0xbe}, make([]byte, 4)...)
	out = be.AppendUint32(out, uint32(total))
	out = be.AppendUint32(out, uint32(len(data)))
	out = append(out, 0xed)
	return append(append(out, index...), data...)
}

func gzipped(raw []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(raw) // to memory
	_ = z.Close()
	return out.Bytes()
}

// signed makes the body of an upload.
func (b *bench) signed(f files, key *rsa.PrivateKey, appid, nonce string) []byte {
	b.Helper()
	return gzipped(container(f.with("/ci.signature", `{"signature":"`+sign(b, key, appid, nonce)+`","version":"2.1.42"}`)))
}

// codeQuery is the query of an upload.
func codeQuery(appid, version, desc string, more ...string) string {
	q := url.Values{"codeprotect": {"0"}, "type": {"miniProgram"}, "appid": {appid}, "version": {version}, "desc": {desc}, "robot": {"3"}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "?_r=0.98&" + q.Encode()
}

// upload makes an upload that is right but for what more changes of its query.
func (b *bench) upload(f files, version string, more ...string) answer {
	b.Helper()
	body := b.signed(f, b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, version, "hello 草稿", more...), body)
}

func (b *bench) drafts() []platform.PackagedDraft {
	b.Helper()
	list, err := b.service.PackagedDrafts(context.Background(), b.comp.Appid, -1, 0)
	b.must(err)
	return list
}

// nothing checks that no draft and no temporary file are there.
func (b *bench) nothing() {
	b.Helper()
	if list := b.drafts(); len(list) != 0 {
		b.Errorf("there are drafts: %+v", list)
	}
	b.tidy()
}

func (b *bench) tidy() {
	b.Helper()
	left, err := filepath.Glob(filepath.Join(b.dir, "draftbox-*"))
	b.must(err)
	if len(left) > 0 {
		b.Errorf("left behind: %v", left)
	}
}
