package runenv

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Where systems keep their roots, in the order in which Go's crypto/x509 looks
// (root_linux.go, root_bsd.go); the first file that can be read holds all. macOS
// has a copy of its own at the path of the BSDs, Windows has no such file.
var (
	rootFiles = []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo
		"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/pki/tls/cacert.pem",                           // OpenELEC
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7
		"/etc/ssl/cert.pem",                                 // Alpine, OpenBSD, macOS
		"/usr/local/etc/ssl/cert.pem",                       // FreeBSD
		"/usr/local/share/certs/ca-root-nss.crt",            // DragonFly
		"/etc/openssl/certs/ca-certificates.crt",            // NetBSD
	}
	rootDirs = []string{
		"/etc/ssl/certs",               // SLES 10, 11
		"/etc/pki/tls/certs",           // Fedora, RHEL
		"/usr/local/share/certs",       // FreeBSD
		"/etc/openssl/certs",           // NetBSD
		"/system/etc/security/cacerts", // Android
	}
)

// Bounds of what is read: a bundle of roots has 200 to 400 KB, a folder of them
// some hundred files.
const (
	maxRootFile  = 8 << 20
	maxRootFiles = 2000
)

// systemRoots returns what holds the roots of the system as PEM: what the user
// has named by SSL_CERT_FILE and SSL_CERT_DIR, or the first file that is there,
// or else folders. Own is our own bundle, which the user's variable names inside
// an environment that we made.
func systemRoots(current Lookup, own string) [][]byte {
	var out [][]byte
	files := rootFiles
	if named := current.get("SSL_CERT_FILE"); named != "" && named != own {
		files = []string{named}
	}
	for _, file := range files {
		if text, err := readBounded(file); err == nil {
			out = append(out, text)
			break
		}
	}
	var dirs []string
	switch named := current.get("SSL_CERT_DIR"); {
	case named != "":
		dirs = filepath.SplitList(named)
	case len(out) == 0:
		dirs = rootDirs
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range entries[:min(len(entries), maxRootFiles)] {
			path := filepath.Join(dir, entry.Name())
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if text, err := readBounded(path); err == nil {
				out = append(out, text)
			}
		}
	}
	return out
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRootFile+1))
	if err == nil && len(text) > maxRootFile {
		err = errors.New("the file is too large")
	}
	return text, err
}

// bundleOf returns the certificates of the CA file and of the roots as PEM, each
// once and nothing else.
func bundleOf(caFile string, roots [][]byte) ([]byte, error) {
	ca, err := readBounded(caFile)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	seen := map[string]bool{}
	take := func(text []byte) {
		for {
			var block *pem.Block
			if block, text = pem.Decode(text); block == nil {
				return
			}
			if block.Type != "CERTIFICATE" || seen[string(block.Bytes)] {
				continue
			}
			seen[string(block.Bytes)] = true
			_ = pem.Encode(&out, &pem.Block{Type: block.Type, Bytes: block.Bytes}) // a buffer takes everything
		}
	}
	take(ca)
	if len(seen) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", caFile)
	}
	for _, text := range roots {
		take(text)
	}
	return out.Bytes(), nil
}
