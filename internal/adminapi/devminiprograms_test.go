package adminapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
)

func TestDevMiniprograms(t *testing.T) {
	t.Parallel()
	const list = component + "/dev_miniprograms"
	run(t, []row{
		{name: "list", url: list, status: 200, has: []string{devAppid, "商城演示"}},
		{name: "list of no component", url: "/_draftbox/v1/components/wx00000000000000ff/dev_miniprograms", status: 404},
		{name: "bind one made up", method: "POST", url: list, body: "{}", status: 201},
		{name: "bind", method: "POST", url: list, body: `{"appid":"wx00000000000000d2","name":"二号"}`, status: 201, has: []string{`"name":"二号"`}},
		{name: "change the name", method: "POST", url: list, body: `{"appid":"` + devAppid + `","name":"改名"}`, status: 200, has: []string{"改名"}},
		{name: "change nothing", method: "POST", url: list, body: `{"appid":"` + devAppid + `"}`, status: 200, has: []string{"商城演示"}},
		{name: "unbind", method: "DELETE", url: list + "/" + devAppid, status: 200},
		{name: "unbind none", method: "DELETE", url: list + "/wx00000000000000ff", status: 404, has: []string{"no development mini program"}},
		{name: "bad appid", method: "POST", url: list, body: `{"appid":"WX00000000000000D2"}`, status: 422},
		{name: "name too long", method: "POST", url: list, body: `{"name":"` + strings.Repeat("字", 31) + `"}`, status: 422, has: []string{"at most 30"}},
		{name: "appid in use", method: "POST", url: list, body: `{"appid":"` + compAppid + `"}`, status: 409},
		{name: "addresses", method: "POST", url: list, body: `{"appid":"` + devAppid + `","upload_ip_allowlist":["203.0.113.7","172.0.0.*","10.0.0.0/8"]}`, status: 200, has: []string{`"upload_ip_allowlist":["203.0.113.7","172.0.0.*","10.0.0.0/8"]`}},
		{
			name: "addresses stay", method: "POST", url: list, body: `{"appid":"` + devAppid + `","name":"改名"}`, status: 200, has: []string{`"upload_ip_allowlist":["203.0.113.7"]`},
			arrange: func(b *bench) { b.allowFrom("203.0.113.7") },
		},
		{
			name: "anywhere again", method: "POST", url: list, body: `{"appid":"` + devAppid + `","upload_ip_allowlist":[]}`, status: 200, has: []string{`"upload_ip_allowlist":[]`},
			arrange: func(b *bench) { b.allowFrom("203.0.113.7") },
		},
		{name: "no address", method: "POST", url: list, body: `{"upload_ip_allowlist":["10.0.0.300"]}`, status: 422, has: []string{`upload_ip_allowlist has \"10.0.0.300\"`}},
		{name: "address with a port", method: "POST", url: list, body: `{"upload_ip_allowlist":["10.0.0.1:80"]}`, status: 422, has: []string{"10.0.0.1:80"}},
		{name: "empty address", method: "POST", url: list, body: `{"upload_ip_allowlist":[""]}`, status: 422},
		{name: "address that is none of a list", method: "POST", url: list, body: `{"upload_ip_allowlist":"10.0.0.1"}`, status: 422},
		{name: "too many addresses", method: "POST", url: list, body: `{"upload_ip_allowlist":["10.0.0.1"` + strings.Repeat(`,"10.0.0.1"`, 10) + `]}`, status: 422, has: []string{"at most 10"}},
		{name: "no PEM", method: "POST", url: list, body: `{"upload_key":"x"}`, status: 422, has: []string{"upload key"}},
		{
			name: "over the limit", method: "POST", url: list, body: "{}", status: 409, has: []string{"max_dev_miniprograms"},
			arrange: func(b *bench) { b.do(http.MethodPatch, component, `{"max_dev_miniprograms":1}`) },
		},
		{name: "to no component", method: "POST", url: "/_draftbox/v1/components/wx00000000000000ff/dev_miniprograms", body: "{}", status: 404},
	})
}

// A key is stored in one form, whatever form it came in, and stays when the name
// changes.
func TestUploadKeys(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	pkix, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	b.must(err)
	want := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}))
	for name, text := range map[string]string{
		"PKIX":    want,
		"PKCS #1": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)})),
	} {
		body, err := json.Marshal(map[string]string{"appid": "wx00000000000000d2", "upload_key": text, "name": name})
		b.must(err)
		var got struct {
			UploadKey string `json:"upload_key"`
		}
		b.get(http.MethodPost, component+"/dev_miniprograms", string(body), &got)
		if got.UploadKey != want {
			t.Errorf("%s: stored is %q", name, got.UploadKey)
		}
		b.get(http.MethodPost, component+"/dev_miniprograms", `{"appid":"wx00000000000000d2","name":"改名"}`, &got)
		if got.UploadKey != want {
			t.Errorf("%s: the key is gone with the name's change", name)
		}
	}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	body, err := json.Marshal(map[string]string{"upload_key": private})
	b.must(err)
	if w := b.do(http.MethodPost, component+"/dev_miniprograms", string(body)); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "private key") {
		t.Errorf("a private key answers %d %s", w.Code, w.Body)
	}
}
