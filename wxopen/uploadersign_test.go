package wxopen_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"draftbox/wxopen"
)

type jsonText = json.RawMessage

// vectorKey made the signature of vectorNonce by miniprogram-ci's own code.
const (
	vectorKey = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDTvzKnuvfBa7JRbpyM2VHoue0K
jU94X1DGNnbN6Vv7jOTad1iV+u85VFNmuH4ltRJhEIy2W3eCfVTmetpTpD2Ay8SG
m9LNn8GcHbg5LW58cRCE8KFaBb4t6qdYAZ0eOcXNXCAbbjBK6HCWPebUCLvBa0ye
9X0dHu8lUjW6T2WG3wIDAQAB
-----END PUBLIC KEY-----`
	vectorNonce     = "13d15f9651050c921756af67d785317a"
	vectorSignature = "uRWNY4jNwb5d2Uzpp6yfuyOLNe2jvvE2s/BgJeZvkp7TgI6zh48n2UHr4slOuxgTPA/ocsY7+yzWqOqvZRG6Xz5bX/DntJIMyUzY3pAEtHKoB8OjTx0I" +
		"nsutrwdaaypYxtYXx/N5iV4XLI2A3OuEc0JgSbxvANibzP4Vrxo7DnY="
)

// The host of these tests opens signatures as they are: it takes the official
// uploader's, and the uploader's of this package in all other tests.
func TestHostReadsTheOfficialSignature(t *testing.T) {
	t.Parallel()
	block, _ := pem.Decode([]byte(vectorKey))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	h := newHost()
	h.key = parsed.(*rsa.PublicKey)
	text := `{"appid":"wx0123456789abcdef","rand_str":"` + vectorNonce + `"}`
	h.nonces[vectorNonce] = true
	// The vector is of another appid than the tests' own.
	if err := h.authenticate(vectorSignature); err == nil || err.Error() != "signed: "+text {
		t.Errorf("%v", err)
	}
}

func signatureOf(t *testing.T, key []byte, nonce string) string {
	t.Helper()
	var sent struct {
		Signature string `json:"signature"`
	}
	u, err := wxopen.NewUploader(wxopen.UploaderConfig{Appid: devAppid, PrivateKey: key, HTTPClient: &http.Client{
		Transport: transport(func(req *http.Request) (*http.Response, error) {
			if req.URL.Host != "servicewechat.com" || req.URL.Scheme != "https" {
				t.Errorf("the real host is not %s", req.URL)
			}
			answer, err := json.Marshal(map[string]any{"errCode": 0, "data": map[string]string{"randomString": nonce}})
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			return jsonResponse(req, string(answer)), json.Unmarshal(body, &sent)
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Attributes(t.Context()); err != nil {
		t.Fatal(err)
	}
	return sent.Signature
}

func TestSignatureIsTheSameForBothFormsOfAKey(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, nonce := range []string{vectorNonce, "a<b>&c", strings.Repeat("x", 128-11-44)} {
		first := signatureOf(t, pkcs1(key), nonce)
		crlf := strings.ReplaceAll("leading text\n"+string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "\n", "\r\n")
		if second := signatureOf(t, []byte(crlf), nonce); first != second || first == "" {
			t.Errorf("%s: %s, %s", nonce, first, second)
		}
		h := newHost()
		h.key, h.nonces[nonce] = &key.PublicKey, true
		if err := h.authenticate(first); err != nil {
			t.Errorf("%s: %v", nonce, err)
		}
	}
}

func TestNewUploaderRefuses(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&uploadKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, data []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})
	}
	good := pkcs1(uploadKey())
	encrypted := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-128-CBC,00"}, Bytes: []byte("x")})
	for _, row := range []struct {
		cfg  wxopen.UploaderConfig
		want string
	}{
		{wxopen.UploaderConfig{PrivateKey: good}, "Appid"},
		{wxopen.UploaderConfig{Appid: devAppid}, "no PEM block"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: []byte("secretsecret")}, "no PEM block"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: encrypted}, "is encrypted"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: block("ENCRYPTED PRIVATE KEY", []byte("secretsecret"))}, "is encrypted"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: block("PRIVATE KEY", ec)}, "no RSA key"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: block("PRIVATE KEY", []byte("secretsecret"))}, "damaged"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: block("RSA PRIVATE KEY", []byte("secretsecret"))}, "damaged"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: block("PUBLIC KEY", public)}, "another type"},
		{wxopen.UploaderConfig{Appid: devAppid, PrivateKey: good, BaseURL: "servicewechat.com"}, "BaseURL"},
	} {
		u, err := wxopen.NewUploader(row.cfg)
		if u != nil || err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", row.want, err)
		}
	}
}

// A host that cannot be reached has not seen the upload.
func TestUploadNotSent(t *testing.T) {
	t.Parallel()
	u := newHost().uploader(t, func(cfg *wxopen.UploaderConfig) { cfg.BaseURL = "http://127.0.0.1:1" })
	_, err := u.Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, shop())
	if failure, ok := errors.AsType[*wxopen.TransportError](err); !ok || !failure.NotSent {
		t.Errorf("error = %#v", err)
	}
}
