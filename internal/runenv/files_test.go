package runenv_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"draftbox/internal/runenv"
)

// certificate returns one more certificate as PEM.
func certificate(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func write(t *testing.T, path string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBundleHoldsEachCertificateOnce(t *testing.T) {
	t.Parallel()
	ca, one, two := certificate(t), certificate(t), certificate(t)
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")})
	file := write(t, filepath.Join(t.TempDir(), "ca.pem"), ca)
	got, err := runenv.BundleOf(file, [][]byte{
		[]byte("# one\n" + string(one) + string(secret)), append(bytes.Clone(two), one...), []byte("no PEM"), ca,
	})
	if want := string(ca) + string(one) + string(two); err != nil || string(got) != want {
		t.Errorf("bundle: %v\n%s\nwant\n%s", err, got, want)
	}
	if _, err := runenv.BundleOf(write(t, filepath.Join(t.TempDir(), "x"), secret), nil); err == nil {
		t.Error("no error for a CA file without a certificate")
	}
	if _, err := runenv.BundleOf(filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("no error for a CA file that is not there")
	}
}

func TestRootsAreThoseThatTheUserNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "mine.pem"), []byte("file"))
	write(t, filepath.Join(dir, "a", "1.pem"), []byte("a1"))
	write(t, filepath.Join(dir, "a", "sub", "no.pem"), []byte("no"))
	write(t, filepath.Join(dir, "b", "2.pem"), []byte("b2"))
	both := filepath.Join(dir, "a") + string(filepath.ListSeparator) + filepath.Join(dir, "b") + string(filepath.ListSeparator) + filepath.Join(dir, "none")
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"a file", map[string]string{"SSL_CERT_FILE": file}, "file"},
		{"a file and folders", map[string]string{"SSL_CERT_FILE": file, "SSL_CERT_DIR": both}, "file a1 b2"},
		{"a file that is not there", map[string]string{"SSL_CERT_FILE": file + "x", "SSL_CERT_DIR": both}, "a1 b2"},
	} {
		if got := string(bytes.Join(runenv.SystemRoots(environment(tt.env), "own"), []byte(" "))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// Our own bundle is not what the user has named: the system's comes in its place.
	inside := runenv.SystemRoots(environment(map[string]string{"SSL_CERT_FILE": file}), file)
	outside := runenv.SystemRoots(environment(nil), file)
	if !bytes.Equal(bytes.Join(inside, nil), bytes.Join(outside, nil)) {
		t.Error("an environment within an environment of ours has other roots")
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca, root := certificate(t), certificate(t)
	s := sample()
	s.CAFile = write(t, filepath.Join(dir, "ca.pem"), ca)
	roots := write(t, filepath.Join(dir, "system.pem"), root)
	settings := write(t, filepath.Join(dir, "system.wgetrc"), []byte("passive_ftp = on"))
	current := environment(map[string]string{"SSL_CERT_FILE": roots, "SYSTEM_WGETRC": settings})
	f, err := runenv.Write(filepath.Join(dir, "run"), s, current)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		f.Bundle:      string(ca) + string(root),
		f.NodePreload: `const hosts = new Set(["api.weixin.qq.com","servicewechat.com"])`,
		f.PHPPrepend:  "stream_context_set_default",
		f.Wgetrc:      "passive_ftp = on\nca_certificate = " + f.Bundle + "\n",
		filepath.Join(f.PHPIniDir, "draftbox.ini"): `openssl.cafile = "${SSL_CERT_FILE}"`,
	} {
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s\nwant %s in it", path, err, text, want)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", path, info.Mode(), err)
		}
	}

	// What is right stays, what is not is replaced.
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, path := range []string{f.Bundle, f.PHPPrepend} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	write(t, f.NodePreload, []byte("rubbish"))
	if _, err := runenv.Write(filepath.Join(dir, "run"), s, current); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{f.Bundle, f.PHPPrepend} {
		if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(old) {
			t.Errorf("%s was written again: %v, %v", path, info.ModTime(), err)
		}
	}
	if text, err := os.ReadFile(f.NodePreload); err != nil || string(text) == "rubbish" {
		t.Errorf("%s: %q, %v", f.NodePreload, text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "run", "*.tmp")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
