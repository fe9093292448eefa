package adminapi_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

const (
	devURL     = component + "/dev_miniprograms/" + devAppid
	keyURL     = devURL + "/upload_key"
	versionURL = devURL + "/dev_version"
	pendingURL = component + "/authorizers/" + merchant + "/pending"
)

func (b *bench) allowFrom(addresses ...string) {
	b.t.Helper()
	body, err := json.Marshal(map[string]any{"appid": devAppid, "upload_ip_allowlist": addresses})
	b.must(err)
	b.get(http.MethodPost, component+"/dev_miniprograms", string(body), &struct{}{})
}

// public is the public half of the development mini program's key.
func (b *bench) public() string {
	b.t.Helper()
	d, err := b.service.DevMiniprogram(context.Background(), compAppid, devAppid)
	b.must(err)
	return d.UploadKeyPEM
}

func TestNewUploadKeyIsRefused(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "of another mini program", method: "POST", url: component + "/dev_miniprograms/wx00000000000000d9/upload_key", status: 404, has: []string{"wx00000000000000d9"}},
		{name: "of a merchant", method: "POST", url: component + "/dev_miniprograms/" + merchant + "/upload_key", status: 404},
		{name: "of no component", method: "POST", url: "/_draftbox/v1/components/wx00000000000000ff/dev_miniprograms/" + devAppid + "/upload_key", status: 404},
		{name: "read", url: keyURL, status: 405, has: []string{`"code":"method_not_allowed"`, "POST"}},
		{name: "deleted", method: "DELETE", url: keyURL, status: 405},
		{name: "a stranger's", method: "POST", url: keyURL, header: http.Header{"Authorization": {"Bearer x"}}, status: 401},
	})
}

// The private half is told once, fits the public half that is stored, and voids
// the one before.
func TestNewUploadKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var former string
	for range 2 {
		w := b.do(http.MethodPost, keyURL, "")
		if w.Code != http.StatusCreated {
			t.Fatalf("status is %d: %s", w.Code, w.Body)
		}
		var made struct {
			Appid      string `json:"appid"`
			PrivateKey string `json:"private_key"`
		}
		b.must(json.Unmarshal(w.Body.Bytes(), &made))
		block, rest := pem.Decode([]byte(made.PrivateKey))
		if block == nil || block.Type != "RSA PRIVATE KEY" || len(rest) > 0 || made.Appid != devAppid {
			t.Fatalf("the answer is %s", w.Body)
		}
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		b.must(err)
		if bits := key.N.BitLen(); bits != 2048 {
			t.Errorf("the key has %d bits, want 2048", bits)
		}
		public, err := platform.EncodeUploadKey(&key.PublicKey)
		b.must(err)
		if stored := b.public(); stored != public || stored == former {
			t.Errorf("stored is %s, want the half of the new key, %s", stored, public)
		}
		former = public
		// Nothing else tells it, then or later.
		line := strings.Split(made.PrivateKey, "\n")[3]
		listed := b.do(http.MethodGet, component+"/dev_miniprograms", "").Body.String()
		if strings.Contains(listed, line) || strings.Contains(b.log.String(), line) {
			t.Error("the private half is in the list or in the log")
		}
	}
	if !strings.Contains(b.log.String(), "upload key made anew") {
		t.Errorf("the log does not tell of it: %s", b.log)
	}
}

// preview makes a development version.
func (b *bench) preview() {
	b.t.Helper()
	b.code(func(u platform.Upload, p *platform.Package, content platform.PackageContent) error {
		_, err := b.service.PreviewCode(context.Background(), u, "pages/index/index?a=1", p, content)
		return err
	})
}

// commit makes a pending version of the merchant.
func (b *bench) commit(version string) {
	b.t.Helper()
	ext := platform.CodeExt{Enable: true, DirectCommit: true, Appid: merchant, JSON: `{"extEnable":true}`}
	b.code(func(u platform.Upload, p *platform.Package, content platform.PackageContent) error {
		u.UserVersion = version
		_, err := b.service.UploadCode(context.Background(), u, ext, p, content)
		return err
	})
}

func (b *bench) code(store func(platform.Upload, *platform.Package, platform.PackageContent) error) {
	b.t.Helper()
	built, err := miniprogram.FromFS(project(), miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	u := platform.Upload{ComponentAppid: compAppid, SourceAppid: devAppid, UserVersion: "0.0.1", UserDesc: "试一下", Developer: "ci机器人3"}
	b.must(store(u, &built.Package, built.Content))
}

func TestDevVersion(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "before a preview", url: versionURL, status: 404, has: []string{"a preview makes one"}},
		{name: "after one", url: versionURL, status: 200, arrange: (*bench).preview, has: []string{
			`"appid":"` + devAppid + `"`, `"user_version":"0.0.1"`, `"user_desc":"试一下"`, `"developer":"ci机器人3"`, `"path":"pages/index/index?a=1"`,
		}},
		{name: "is no draft", url: component + "/drafts", status: 200, arrange: (*bench).preview, hasNot: []string{"试一下"}},
		{name: "of another mini program", url: component + "/dev_miniprograms/wx00000000000000d9/dev_version", status: 404, has: []string{"wx00000000000000d9"}},
		{name: "of no component", url: "/_draftbox/v1/components/wx00000000000000ff/dev_miniprograms/" + devAppid + "/dev_version", status: 404},
		{name: "posted", method: "POST", url: versionURL, status: 405, has: []string{"GET, HEAD"}},
	})
}

func TestPending(t *testing.T) {
	t.Parallel()
	commit := func(b *bench) { b.commit("1.2.0") }
	run(t, []row{
		{name: "nothing", url: pendingURL, status: 200, has: []string{`{"items":[],"next":""}`}},
		{name: "one", url: pendingURL, status: 200, arrange: commit, has: []string{
			`"source_miniprogram_appid":"` + devAppid + `"`, `"user_version":"1.2.0"`, `"developer":"ci机器人3"`, `"ext_json":"{\"extEnable\":true}"`, `"next":""`,
		}},
		{
			name: "the newer one", url: pendingURL, status: 200, has: []string{"1.3.0"}, hasNot: []string{"1.2.0"},
			arrange: func(b *bench) { commit(b); b.commit("1.3.0") },
		},
		{name: "is no draft", url: component + "/drafts", status: 200, arrange: commit, hasNot: []string{"1.2.0"}},
		{name: "of another merchant", url: component + "/authorizers/wx00000000000000a9/pending", status: 404, has: []string{"wx00000000000000a9"}},
		{name: "of no component", url: "/_draftbox/v1/components/wx00000000000000ff/authorizers/" + merchant + "/pending", status: 404},
		{name: "deleted", method: "DELETE", url: pendingURL, status: 405, has: []string{"GET, HEAD"}},
	})
}
