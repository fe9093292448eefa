package wxopen_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"draftbox/wxopen"
)

const devAppid = "wx00000000000000d1"

// uploadKey is made once: it takes a while.
var uploadKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func pkcs1(key *rsa.PrivateKey) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// upload is one that the host took.
type upload struct {
	path     string
	query    url.Values
	body     []byte
	names    []string // in the container's order
	files    map[string]string
	uploader string // ci.signature's version
}

// host is the upload host, as strict as can be.
type host struct {
	key    *rsa.PublicKey
	answer func(path string) string // in place of the host's own; "" for that

	mu      sync.Mutex
	nonces  map[string]bool // outstanding
	issued  []string
	uploads []upload
	calls   []string
	refused []string
}

func newHost() *host {
	return &host{key: &uploadKey().PublicKey, nonces: map[string]bool{}}
}

// RoundTrip implements http.RoundTripper, for a host without a port.
func (h *host) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result(), nil
}

func (h *host) uploader(tb testing.TB, change ...func(*wxopen.UploaderConfig)) *wxopen.Uploader {
	tb.Helper()
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	cfg := wxopen.UploaderConfig{BaseURL: server.URL, Appid: devAppid, PrivateKey: pkcs1(uploadKey()), TempDir: tb.TempDir()}
	for _, f := range change {
		f(&cfg)
	}
	u, err := wxopen.NewUploader(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, r.Method+" "+r.URL.Path)
	if err != nil {
		h.refused = append(h.refused, err.Error())
		return
	}
	answer, err := h.handle(r, body)
	if err != nil {
		h.refused = append(h.refused, err.Error())
		answer = fmt.Sprintf(`{"errCode":-1,"errMsg":%q}`, err)
	}
	if h.answer != nil {
		if own := h.answer(r.URL.Path); own != "" {
			answer = own
		}
	}
	_, _ = io.WriteString(w, answer)
}

func (h *host) handle(r *http.Request, body []byte) (string, error) {
	if r.Method != http.MethodPost || r.ContentLength != int64(len(body)) || len(r.TransferEncoding) > 0 {
		return "", fmt.Errorf("%s of %d bytes, declared %d, %s", r.Method, len(body), r.ContentLength, r.TransferEncoding)
	}
	var in struct {
		Appid      string `json:"appid"`
		Signature  string `json:"signature"`
		ClientRand *int   `json:"clientRand"`
	}
	if kind := r.Header.Get("Content-Type"); kind == "application/json" {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil {
			return "", fmt.Errorf("body %s: %w", body, err)
		}
		if in.Appid != devAppid {
			return "", fmt.Errorf("body %s", body)
		}
	} else if kind != "" {
		return "", fmt.Errorf("content type %q", kind)
	}
	switch r.URL.Path {
	case "/wxa/ci/getrandstr":
		if in.ClientRand == nil || *in.ClientRand < 0 || *in.ClientRand > 99_999_999 {
			return "", errors.New("clientRand")
		}
		nonce := hex.EncodeToString([]byte(fmt.Sprintf("nonce-%010d", len(h.issued))))
		h.nonces[nonce] = true
		h.issued = append(h.issued, nonce)
		return fmt.Sprintf(`{"errCode":0,"errMsg":"ok","data":{"randomString":%q}}`, nonce), nil
	case "/wxa/ci/getattr":
		return attributes, h.authenticate(in.Signature)
	case "/wxa/ci/upload", "/wxa/ci/testSourceURL":
		return h.take(r, body)
	}
	return "", errors.New("no such path")
}

const attributes = `{"errCode":0,"errMsg":"ok","data":{"platform":true,"appType":0,"gameApp":false,"isSandbox":false,"released":true,"more":[1],
	"setting":{"MaxCodeSize":2,"MaxSubpackageSubCodeSize":2,"MaxSubpackageFullCodeSize":12,"NavigateMiniprogramLimit":10,"MaxSubPackageLimit":100,
	"MinTabbarCount":2,"MaxTabbarCount":5,"MaxCustomTabbarCount":10,"MaxTabbarIconSize":40,"Other":"x"}}}`

// authenticate recovers what was signed, by the definition of the padding.
func (h *host) authenticate(signature string) error {
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return err
	}
	if len(sig) != h.key.Size() {
		return fmt.Errorf("signature of %d bytes", len(sig))
	}
	m := new(big.Int).Exp(new(big.Int).SetBytes(sig), big.NewInt(int64(h.key.E)), h.key.N).FillBytes(make([]byte, h.key.Size()))
	padding, text, ok := bytes.Cut(m[2:], []byte{0})
	if !ok || m[0] != 0 || m[1] != 1 || len(padding) < 8 || bytes.Count(padding, []byte{0xFF}) != len(padding) {
		return errors.New("signature of another key")
	}
	for nonce := range h.nonces {
		if string(text) == `{"appid":"`+devAppid+`","rand_str":"`+nonce+`"}` {
			delete(h.nonces, nonce)
			return nil
		}
	}
	return fmt.Errorf("signed: %s", text)
}

func (h *host) take(r *http.Request, body []byte) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return "", err
	}
	names, files, err := unbox(data)
	if err != nil {
		return "", err
	}
	if len(names) == 0 || names[len(names)-1] != "/ci.signature" {
		return "", fmt.Errorf("the last of %q is no signature", names)
	}
	var signed struct {
		Signature string `json:"signature"`
		Version   string `json:"version"`
	}
	if err := json.Unmarshal([]byte(files["/ci.signature"]), &signed); err != nil {
		return "", err
	}
	delete(files, "/ci.signature")
	if err := h.authenticate(signed.Signature); err != nil {
		return "", err
	}
	h.uploads = append(h.uploads, upload{r.URL.Path, r.URL.Query(), body, names[:len(names)-1], files, signed.Version})
	picture := ""
	if r.URL.Path == "/wxa/ci/testSourceURL" {
		picture = `"qrcode_img":"` + base64.StdEncoding.EncodeToString([]byte("\xff\xd8 picture")) + `",`
	}
	return `{"errCode":0,"errMsg":"ok","body":{` + picture + `"subpackage_info":[{"name":"__FULL__","size":1152},{"name":"/pkgA/","size":152}],
		"ext_plugin_info":[{"provider":"wx1","version":"1.2.3","size":"77"}],"str_uint64version":"1"}}`, nil
}

// unbox reads a container by its description.
func unbox(data []byte) (names []string, files map[string]string, err error) {
	be := binary.BigEndian
	if len(data) < 18 || data[0] != 0xBE || data[13] != 0xED || be.Uint32(data[1:]) != 0 {
		return nil, nil, fmt.Errorf("header % x", data[:min(len(data), 18)])
	}
	index, size := int(be.Uint32(data[5:])), int(be.Uint32(data[9:]))
	if len(data) != 14+index+size {
		return nil, nil, fmt.Errorf("%d bytes, declared %d and %d", len(data), index, size)
	}
	files = map[string]string{}
	rest, next := data[18:14+index], 14+index
	for range be.Uint32(data[14:]) {
		n := be.Uint32(rest)
		name := string(rest[4 : 4+n])
		rest = rest[4+n:]
		at, length := int(be.Uint32(rest)), int(be.Uint32(rest[4:]))
		rest = rest[8:]
		if _, twice := files[name]; twice || at != next || !strings.HasPrefix(name, "/") {
			return nil, nil, fmt.Errorf("%s at %d, want %d", name, at, next)
		}
		files[name] = string(data[at : at+length])
		names = append(names, name)
		next = at + length
	}
	if len(rest) != 0 || next != len(data) {
		return nil, nil, fmt.Errorf("%d bytes left of the index, data ends at %d of %d", len(rest), next, len(data))
	}
	return names, files, nil
}

// nothingLeft fails the test if a temporary file in the folder is still there or,
// without a name, still open.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if runtime.GOOS != "linux" {
		return
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(name, dir+"/") {
			t.Errorf("still open: %s", name)
		}
	}
}
