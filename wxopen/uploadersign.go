package wxopen

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/rand/v2"
)

const pathRandStr = "/wxa/ci/getrandstr"

// uploaderVersion is what ci.signature calls the program that uploads.
const uploaderVersion = "draftbox/1"

// parseUploadKey reads the key. Its errors go on from the name of what it reads,
// and have nothing of the key in them.
func parseUploadKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("is no PEM block (-----BEGIN …)")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, errors.New("is encrypted; give the key as it was downloaded")
	}
	key, err := parseRSAKey(block)
	if err != nil {
		return nil, err
	}
	const least = 1024 // bits; what crypto/rsa signs with, too
	if key.N.BitLen() < least {
		return nil, errors.New("is an RSA key of under 1024 bits")
	}
	return key, nil
}

func parseRSAKey(block *pem.Block) (*rsa.PrivateKey, error) {
	switch block.Type {
	case "RSA PRIVATE KEY":
		if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			return key, nil
		}
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			break
		}
		if key, ok := parsed.(*rsa.PrivateKey); ok {
			return key, nil
		}
		return nil, errors.New("is no RSA key")
	default:
		return nil, errors.New("is a PEM block of another type; an upload key is RSA PRIVATE KEY or PRIVATE KEY")
	}
	return nil, errors.New("is damaged: no RSA key can be read from it")
}

// signature is what authenticates one call.
type signature struct {
	nonce string
	text  string // standard base64
}

// secrets is what no error may show: who has it can upload, once.
func (s signature) secrets() []string { return []string{s.nonce, s.text} }

// sign fetches a nonce, which is good for one call, and signs it.
func (u *Uploader) sign(ctx context.Context) (signature, error) {
	r := &request{method: "POST", path: pathRandStr}
	body := struct {
		Appid      string `json:"appid"`
		ClientRand int    `json:"clientRand"`
	}{u.appid, rand.IntN(100_000_000)} //nolint:gosec // guards nothing: the service signs nothing with it
	ans, err := u.post(ctx, r, body)
	if err != nil {
		return signature{}, err
	}
	var data object
	if err := data.UnmarshalJSON(ans.value("data")); err != nil {
		return signature{}, unusable(r, ans.status, nil, "the answer has no data object")
	}
	nonce := data.text("randomString")
	if nonce == "" {
		return signature{}, unusable(r, ans.status, nil, "the answer has no randomString")
	}
	s := signature{nonce: nonce}
	if s.text, err = signNonce(u.key, u.appid, nonce); err != nil {
		return signature{}, unusable(r, ans.status, s.secrets(), "the randomString cannot be signed: %w", err)
	}
	return s, nil
}

// signNonce signs by RSASSA-PKCS1-v1_5 without digest or DigestInfo, which
// OpenSSL calls private encryption. Equal input gives an equal signature.
func signNonce(key *rsa.PrivateKey, appid, nonce string) (string, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // other languages write < and > as they are
	err := enc.Encode(struct {
		Appid   string `json:"appid"`
		RandStr string `json:"rand_str"`
	}{appid, nonce})
	if err != nil {
		return "", err
	}
	sig, err := rsa.SignPKCS1v15(nil, key, 0, bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return base64.StdEncoding.EncodeToString(sig), err
}
