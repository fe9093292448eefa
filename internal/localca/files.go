package localca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// maxFile bounds what is read of a file, in bytes; a key and a certificate take
// less than 2 KB, and a trust store may have been given other certificates.
const maxFile = 1 << 20

// What the blocks of the PEM files are (RFC 7468).
const (
	keyBlock  = "PRIVATE KEY"
	certBlock = "CERTIFICATE"
)

// load reads the authority from its files. A reason says that there is none, or
// none of use, and a new one is to be made.
func (ca *CA) load() (reason string, err error) {
	text, err := readFile(ca.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		// A certificate without its key is of no use; it is what a crash leaves.
		return NoneBefore, nil
	}
	if err != nil {
		return "", err
	}
	key, err := parseKey(text)
	if err != nil {
		return "", ca.damaged(keyFile, err)
	}
	text, err = readFile(ca.CertFile())
	if errors.Is(err, fs.ErrNotExist) {
		return "", ca.damaged(certFile, errors.New("it is missing beside its key"))
	}
	if err != nil {
		return "", err
	}
	cert, err := parseCert(text)
	if err != nil {
		return "", ca.damaged(certFile, err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return "", ca.damaged(certFile, errors.New("it belongs to another key than "+keyFile))
	}
	if reason := ca.stale(cert); reason != "" {
		return reason, nil
	}
	ca.key, ca.cert = key, cert
	if err := keepPrivate(ca.keyPath()); err != nil {
		return "", err
	}
	return "", ca.checkTrustStore()
}

// checkTrustStore looks whether the authority is in there, and writes a missing
// one. Others may be in there, too: people add theirs.
func (ca *CA) checkTrustStore() error {
	data, err := readFile(ca.TrustStoreFile())
	if errors.Is(err, fs.ErrNotExist) {
		return ca.writeTrustStore()
	}
	if err != nil {
		return err
	}
	certs, err := pkcs12.DecodeTrustStore(data, TrustStorePassword)
	if err != nil {
		return ca.damaged(trustStoreFile, err)
	}
	for _, cert := range certs {
		if cert.Equal(ca.cert) {
			return nil
		}
	}
	return ca.damaged(trustStoreFile, errors.New("it does not hold the certificate of "+certFile))
}

// damaged says what to do about a file. Only people can know whether a key is
// still trusted somewhere, so it is theirs to throw it away.
func (ca *CA) damaged(name string, err error) error {
	advice := "put the right one back, or move " + keyFile + " and " + certFile + " away to have a new authority made"
	if name == trustStoreFile {
		advice = "move it away to have it written anew"
	}
	return fmt.Errorf("%s: %w: %s", filepath.Join(ca.dir, name), err, advice)
}

// write puts the authority's files in place. The key is what makes it one: an old
// one goes first and the new one comes last, so that wherever this is cut off no
// key is left beside a certificate of another.
func (ca *CA) write() error {
	if err := os.Remove(ca.keyPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return err
	}
	// Programs of other users may be told to read it.
	cert := pem.EncodeToMemory(&pem.Block{Type: certBlock, Bytes: ca.cert.Raw})
	if err := writeFile(ca.CertFile(), cert, 0o644); err != nil {
		return err
	}
	if err := ca.writeTrustStore(); err != nil {
		return err
	}
	return writeFile(ca.keyPath(), pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: der}), 0o600)
}

// writeTrustStore writes the file for Java: AES and SHA-256, which Java reads
// since 8u301, and OpenSSL 3 without its legacy provider.
func (ca *CA) writeTrustStore() error {
	data, err := pkcs12.Modern2023.EncodeTrustStoreEntries(
		[]pkcs12.TrustStoreEntry{{Cert: ca.cert, FriendlyName: "draftbox"}}, TrustStorePassword)
	if err != nil {
		return err
	}
	return writeFile(ca.TrustStoreFile(), data, 0o644)
}

// parseKey reads a key as write writes it.
func parseKey(text []byte) (*ecdsa.PrivateKey, error) {
	der, err := parsePEM(text, keyBlock)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("it is no ECDSA key")
	}
	return key, nil
}

// parseCert reads a certificate as write writes it. One that is not bound to
// names would sign for the whole world: it is none of ours.
func parseCert(text []byte) (*x509.Certificate, error) {
	der, err := parsePEM(text, certBlock)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if err := cert.CheckSignatureFrom(cert); err != nil {
		return nil, err
	}
	if !cert.PermittedDNSDomainsCritical || len(cert.PermittedDNSDomains) == 0 {
		return nil, errors.New("it is no authority that is bound to names")
	}
	return cert, nil
}

// parsePEM returns the one block of a file. Half a file has none.
func parsePEM(text []byte, kind string) ([]byte, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != kind || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("it is not one whole PEM block %q", kind)
	}
	return block.Bytes, nil
}

// readFile reads a whole file of a size that makes sense.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s is no file of this kind: move it away", path)
	}
	return os.ReadFile(path)
}

// writeFile puts a file in place in one step.
func writeFile(path string, data []byte, mode fs.FileMode) (err error) {
	// os.CreateTemp makes it 0600.
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(data); err == nil && runtime.GOOS != "windows" { // which has no such modes
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return err
}

// keepPrivate takes a key's file from other users, who may have got it when it
// was copied.
func keepPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return err
	}
	return os.Chmod(path, 0o600)
}
