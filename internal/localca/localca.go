// Package localca is the certificate authority of a data dir: it signs for the
// emulated hosts, and by its own certificate it can sign for nothing else.
//
// Three files hold it. The key never leaves its file; the certificate and the
// trust store are what programs are told to trust.
package localca

import (
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"draftbox/internal/clock"
)

// The files' names.
const (
	keyFile        = "ca.key.pem"
	certFile       = "ca.pem"
	trustStoreFile = "ca.p12"
)

// TrustStorePassword opens the PKCS#12 file. It guards nothing, since what is in
// there is public; Java wants one, and this is what its own store has.
const TrustStorePassword = "changeit"

// CA is an open certificate authority. Its methods may be called from any
// goroutine.
type CA struct {
	dir   string
	names []string
	made  string

	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves map[string]*leaf
}

// Open returns the authority for some hosts, whose files are in dir. The first
// time it makes the folder (0700) and the files. It makes a new authority in
// place of one that ends within 30 days or is for other names; whoever trusts the
// old one has to be told, see [CA.Made]. Files that are damaged or do not belong
// together are an error that says which and what to do; they stay as they are.
//
// Several processes may open one folder at the same time; they get one
// authority. Who has to wait for another longer than 10 seconds gets an error.
func Open(dir string, names []string) (*CA, error) {
	names, err := checkNames(names)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("local CA: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("local CA: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, "ca.lock"))
	if err != nil {
		return nil, fmt.Errorf("local CA: %w", err)
	}
	ca := &CA{dir: dir, names: names, leaves: map[string]*leaf{}}
	err = ca.open()
	if err = errors.Join(err, unlock()); err != nil {
		return nil, fmt.Errorf("local CA: %w", err)
	}
	return ca, nil
}

// open loads the authority or makes it.
func (ca *CA) open() error {
	reason, err := ca.load()
	if err != nil || reason == "" {
		return err
	}
	ca.made = reason
	return ca.create()
}

// NoneBefore is what [CA.Made] says the first time: nobody trusts another yet.
const NoneBefore = "there was none"

// Made says, for the user, why this Open made a new authority. It is empty when
// the files had a good one.
func (ca *CA) Made() string { return ca.made }

// CertFile is the absolute path of the authority's certificate as PEM.
func (ca *CA) CertFile() string { return filepath.Join(ca.dir, certFile) }

// TrustStoreFile is the absolute path of a PKCS#12 file with the authority's
// certificate, as Java takes it; its password is [TrustStorePassword].
func (ca *CA) TrustStoreFile() string { return filepath.Join(ca.dir, trustStoreFile) }

// keyPath is the path of the private key.
func (ca *CA) keyPath() string { return filepath.Join(ca.dir, keyFile) }

// checkNames returns the names in lower case.
func checkNames(names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, errors.New("local CA: no names to sign for")
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.ToLower(name)
		// In a constraint an empty name means all of them.
		if strings.Trim(out[i], "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || strings.Trim(out[i], ".") != out[i] || out[i] == "" {
			return nil, fmt.Errorf("local CA: %q is no host name", name)
		}
	}
	return out, nil
}

// stale tells why an authority must be made anew, or "".
func (ca *CA) stale(cert *x509.Certificate) string {
	now := clock.Now()
	switch {
	case now.Before(cert.NotBefore):
		return "the old one is not valid before " + cert.NotBefore.Format("2006-01-02")
	case cert.NotAfter.Sub(now) < renewCA:
		return "the old one ends on " + cert.NotAfter.Format("2006-01-02")
	case !slices.Equal(slices.Sorted(slices.Values(cert.PermittedDNSDomains)), slices.Sorted(slices.Values(ca.names))):
		return "the old one is for " + strings.Join(cert.PermittedDNSDomains, ", ")
	}
	return ""
}
