package platform

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
)

// Sizes of an upload key's modulus. The official uploader's own keys have 2048
// bits; with less than 1024 its signature has no room for a nonce.
const (
	minUploadKeyBits = 1024
	maxUploadKeyBits = 8192
	newUploadKeyBits = 2048
)

// GenerateUploadKey makes an upload key pair: the private half as the official
// uploader takes it (PKCS #1, PEM), the public half as it is stored (PKIX, PEM).
func GenerateUploadKey() (private, public string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, newUploadKeyBits)
	if err != nil {
		return "", "", err
	}
	public, err = EncodeUploadKey(&key.PublicKey)
	private = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	return private, public, err
}

// PublicUploadKey returns the public half, as it is stored, of a private key that
// [GenerateUploadKey] made.
func PublicUploadKey(private string) (string, error) {
	block, _ := pem.Decode([]byte(private))
	if block == nil {
		return "", Invalidf("this is no PEM block")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return "", Invalidf("this is no RSA key: %v", err)
	}
	return EncodeUploadKey(&key.PublicKey)
}

// ParseUploadKey reads the public half of an upload key pair (RSA; PKIX or
// PKCS #1, PEM) and returns it as PKIX.
func ParseUploadKey(text string) (string, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "", Invalidf("the upload key is no PEM block; give the public key as -----BEGIN PUBLIC KEY-----")
	}
	key, err := parsePublicKey(block)
	if err != nil {
		return "", err
	}
	if bits := key.N.BitLen(); bits < minUploadKeyBits || bits > maxUploadKeyBits {
		return "", Invalidf("the upload key has %d bits, must have %d to %d", bits, minUploadKeyBits, maxUploadKeyBits)
	}
	return EncodeUploadKey(key)
}

func parsePublicKey(block *pem.Block) (*rsa.PublicKey, error) {
	switch block.Type {
	case "RSA PUBLIC KEY":
		key, err := x509.ParsePKCS1PublicKey(block.Bytes)
		if err != nil {
			return nil, Invalidf("the upload key is no PKCS #1 public key: %v", err)
		}
		return key, nil
	case "PUBLIC KEY":
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, Invalidf("the upload key is no PKIX public key: %v", err)
		}
		if key, ok := key.(*rsa.PublicKey); ok {
			return key, nil
		}
		return nil, Invalidf("the upload key is no RSA key")
	case "RSA PRIVATE KEY", "PRIVATE KEY":
		return nil, Invalidf("the upload key is a private key; give its public half and keep this one with the uploader")
	default:
		return nil, Invalidf("the upload key is a PEM block of type %s, must be PUBLIC KEY or RSA PUBLIC KEY", block.Type)
	}
}

// EncodeUploadKey returns the form in which an upload key is stored: PEM, PKIX.
func EncodeUploadKey(key *rsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}
