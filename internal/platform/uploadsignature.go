package platform

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
)

// signedNonce returns the nonce in the signature of an upload, standard base64:
// raw RSASSA-PKCS1-v1_5 without a digest over {"appid":"…","rand_str":"…"}. The
// request does not repeat the nonce, so the text is recovered from the signature;
// then it is verified as the very text that an uploader signs, so that lenient
// parsing lets nothing through.
func signedNonce(keyPEM, appid, signature string) (string, error) {
	block, _ := pem.Decode([]byte(keyPEM))
	if block == nil {
		return "", errors.New("the stored key is no PEM block")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return "", err
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return "", errors.New("the stored key is no RSA key")
	}
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return "", errors.New("it is no base64")
	}
	if len(sig) != key.Size() {
		return "", errors.New("its length is not that of the key")
	}
	text, err := recoverText(key, sig)
	if err != nil {
		return "", err
	}
	var signed struct {
		Appid   string `json:"appid"`
		RandStr string `json:"rand_str"`
	}
	if json.Unmarshal(text, &signed) != nil || signed.Appid != appid || len(signed.RandStr) != uploadNonceChars || !lowerHex(signed.RandStr) {
		return "", errors.New("it signs something else")
	}
	canonical := `{"appid":"` + signed.Appid + `","rand_str":"` + signed.RandStr + `"}`
	if err := rsa.VerifyPKCS1v15(key, 0, []byte(canonical), sig); err != nil {
		return "", errors.New("it signs something else")
	}
	return signed.RandStr, nil
}

// recoverText undoes the padding 00 01 FF… 00, with at least 8 bytes of FF.
// Everything here is public: the key, and what it opens.
func recoverText(key *rsa.PublicKey, sig []byte) ([]byte, error) {
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(key.N) >= 0 {
		return nil, errors.New("it is made with another key")
	}
	m := new(big.Int).Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	rest, ours := bytes.CutPrefix(m, []byte{0, 1})
	padding, text, ended := bytes.Cut(rest, []byte{0})
	const leastPadding = 8
	if !ours || !ended || len(padding) < leastPadding || bytes.Count(padding, []byte{0xff}) != len(padding) {
		return nil, errors.New("it is made with another key")
	}
	return text, nil
}
