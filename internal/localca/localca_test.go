package localca_test

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/hosts"
	"draftbox/internal/localca"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

func open(t *testing.T, dir string) *localca.CA {
	t.Helper()
	ca, err := localca.Open(dir, hosts.Names())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// roots returns a pool of the authority alone.
func roots(t *testing.T, ca *localca.CA) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(read(t, ca.CertFile())) {
		t.Fatalf("%s holds no certificate", ca.CertFile())
	}
	return pool
}

// leafFor returns the certificate that a client gets which asks for a name.
func leafFor(t *testing.T, ca *localca.CA, name string) *x509.Certificate {
	t.Helper()
	cert, err := ca.TLSConfig().GetCertificate(&tls.ClientHelloInfo{ServerName: name})
	if err != nil {
		t.Fatal(err)
	}
	if len(cert.Certificate) != 1 {
		t.Errorf("%d certificates are sent for %q, want 1", len(cert.Certificate), name)
	}
	return cert.Leaf
}

func TestNewAuthority(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "ca")
	ca := open(t, dir)
	if ca.Made() == "" {
		t.Error("it does not say that it is new")
	}
	files := map[string]os.FileMode{
		dir: 0o700 | os.ModeDir, filepath.Join(dir, "ca.key.pem"): 0o600, ca.CertFile(): 0o644, ca.TrustStoreFile(): 0o644,
	}
	for path, want := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %s, want %s", path, info.Mode(), want)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	certs, err := pkcs12.DecodeTrustStore(read(t, ca.TrustStoreFile()), localca.TrustStorePassword)
	if err != nil || len(certs) != 1 {
		t.Fatalf("trust store: %d certificates, %v", len(certs), err)
	}
	cert := certs[0]
	if !cert.IsCA || !cert.MaxPathLenZero || cert.MaxPathLen != 0 || cert.KeyUsage != x509.KeyUsageCertSign || !cert.PermittedDNSDomainsCritical ||
		!slices.Equal(cert.PermittedDNSDomains, hosts.Names()) || !strings.HasPrefix(cert.Subject.CommonName, "draftbox local CA ") {
		t.Errorf("the authority's certificate is %+v", cert)
	}
	critical := 0
	for _, e := range cert.Extensions {
		if id := e.Id.String(); e.Critical && (id == "2.5.29.19" || id == "2.5.29.30") {
			critical++
		}
	}
	if critical != 2 {
		t.Errorf("of basic constraints and name constraints %d are critical, want 2", critical)
	}
	if life := time.Until(cert.NotAfter).Hours() / 24 / 365; life < 9.99 || life > 10.01 {
		t.Errorf("it is good for %.2f years, want 10", life)
	}
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	ca := open(t, t.TempDir())
	pool := roots(t, ca)
	for _, name := range hosts.Names() {
		cert := leafFor(t, ca, name)
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Equal(cert.DNSNames, []string{name}) || cert.IsCA {
			t.Errorf("the certificate for %s is for %q, CA: %v", name, cert.DNSNames, cert.IsCA)
		}
		if life := cert.NotAfter.Sub(cert.NotBefore); life > 397*24*time.Hour {
			t.Errorf("it is good for %s", life)
		}
		if again := leafFor(t, ca, strings.ToUpper(name)); !again.Equal(cert) {
			t.Errorf("%s has two certificates", name)
		}
	}
	for _, name := range []string{"", "evil.com", "127.0.0.1", "x.api.weixin.qq.com"} {
		cert := leafFor(t, ca, name)
		if !slices.Equal(cert.DNSNames, hosts.Names()[:1]) {
			t.Errorf("who asks for %q gets a certificate for %q", name, cert.DNSNames)
		}
		if name == "" {
			continue
		}
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); err == nil {
			t.Errorf("%q is verified", name)
		}
	}
}

// A long-running server never sends a certificate that has ended, nor one that
// is about to.
func TestLeavesAreRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca := open(t, t.TempDir())
		first := leafFor(t, ca, "servicewechat.com")
		for range 400 {
			time.Sleep(24 * time.Hour)
			cert := leafFor(t, ca, "servicewechat.com")
			if left := time.Until(cert.NotAfter); left < 29*24*time.Hour {
				t.Fatalf("a certificate that is good for another %s is sent", left)
			}
			if _, err := cert.Verify(x509.VerifyOptions{DNSName: "servicewechat.com", Roots: roots(t, ca), CurrentTime: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		if leafFor(t, ca, "servicewechat.com").Equal(first) {
			t.Error("the certificate was never renewed")
		}
	})
}

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca := open(t, dir)
	key, cert, store := filepath.Join(dir, "ca.key.pem"), ca.CertFile(), ca.TrustStoreFile()
	before := [][]byte{read(t, key), read(t, cert), read(t, store)}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	// In another order it is for the same names.
	names := hosts.Names()
	slices.Reverse(names)
	ca, err := localca.Open(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	if ca.Made() != "" {
		t.Errorf("made anew: %s", ca.Made())
	}
	if after := [][]byte{read(t, key), read(t, cert), read(t, store)}; !slices.EqualFunc(before, after, slices.Equal) {
		t.Error("the files have changed")
	}
	if info, err := os.Stat(key); err != nil || (info.Mode().Perm() != 0o600 && runtime.GOOS != "windows") {
		t.Errorf("the key stays readable for others: %v, %v", info.Mode(), err)
	}
	if _, err := leafFor(t, ca, names[0]).Verify(x509.VerifyOptions{DNSName: names[0], Roots: roots(t, ca)}); err != nil {
		t.Error(err)
	}

	// The trust store can be made from the rest.
	if err := os.Remove(store); err != nil {
		t.Fatal(err)
	}
	if ca := open(t, dir); ca.Made() != "" {
		t.Errorf("made anew: %s", ca.Made())
	}
	if certs, err := pkcs12.DecodeTrustStore(read(t, store), localca.TrustStorePassword); err != nil || len(certs) != 1 {
		t.Errorf("the trust store was not written again: %v", err)
	}
}

func TestMadeAnew(t *testing.T) {
	t.Parallel()
	t.Run("other names", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if _, err := localca.Open(dir, hosts.Names()[:2]); err != nil {
			t.Fatal(err)
		}
		ca := open(t, dir)
		if !strings.Contains(ca.Made(), "api2.weixin.qq.com") {
			t.Errorf("reason is %q", ca.Made())
		}
		if _, err := leafFor(t, ca, "servicewechat.com").Verify(x509.VerifyOptions{DNSName: "servicewechat.com", Roots: roots(t, ca)}); err != nil {
			t.Error(err)
		}
		if ca := open(t, dir); ca.Made() != "" {
			t.Errorf("and once more: %s", ca.Made())
		}
	})
	t.Run("near its end", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir)
			time.Sleep((10*365 - 31) * 24 * time.Hour)
			if ca := open(t, dir); ca.Made() != "" {
				t.Errorf("31 days before the end: %s", ca.Made())
			}
			time.Sleep(2 * 24 * time.Hour)
			if ca := open(t, dir); !strings.Contains(ca.Made(), "ends on") {
				t.Errorf("29 days before the end the reason is %q", ca.Made())
			}
		})
	})
	t.Run("without its key", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		open(t, dir)
		if err := os.Remove(filepath.Join(dir, "ca.key.pem")); err != nil {
			t.Fatal(err)
		}
		if ca := open(t, dir); ca.Made() == "" {
			t.Error("a certificate without a key is taken for an authority")
		}
	})
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	other := t.TempDir()
	open(t, other)
	for _, name := range []string{"ca.key.pem", "ca.pem", "ca.p12"} {
		for what, damage := range map[string]func([]byte) []byte{
			"empty":           func([]byte) []byte { return nil },
			"half":            func(b []byte) []byte { return b[:len(b)/2] },
			"without its end": func(b []byte) []byte { return b[:len(b)-2] },
			"of another CA":   func([]byte) []byte { return read(t, filepath.Join(other, name)) },
			"other text":      func([]byte) []byte { return []byte("hello\n") },
			"with a tail":     func(b []byte) []byte { return append(b, "tail"...) },
			"too big":         func([]byte) []byte { return make([]byte, 2<<20) },
			"the cert, not the file": func([]byte) []byte {
				return []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
			},
			"a key of nothing": func([]byte) []byte {
				return []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
			},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				open(t, dir)
				path := filepath.Join(dir, name)
				bad := damage(read(t, path))
				if err := os.WriteFile(path, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := localca.Open(dir, hosts.Names())
				if err == nil {
					t.Fatal("it opens")
				}
				// A key of another CA shows as a certificate that does not fit.
				if !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "ca.") || !strings.Contains(err.Error(), "away") {
					t.Errorf("error does not say what to do: %v", err)
				}
				if !slices.Equal(read(t, path), bad) {
					t.Error("the file was changed")
				}
			})
		}
	}
	t.Run("no certificate", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.Remove(open(t, dir).CertFile()); err != nil {
			t.Fatal(err)
		}
		if _, err := localca.Open(dir, hosts.Names()); err == nil || !strings.Contains(err.Error(), "ca.pem") {
			t.Errorf("error is %v", err)
		}
	})
}

func TestOpenedByManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const n = 20
	cas := make([]*localca.CA, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			var err error
			if cas[i], err = localca.Open(dir, hosts.Names()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	made := 0
	for _, ca := range cas {
		if ca.Made() != "" {
			made++
		}
		if _, err := leafFor(t, ca, "").Verify(x509.VerifyOptions{DNSName: hosts.Names()[0], Roots: roots(t, ca)}); err != nil {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d authorities were made, want 1", made)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{nil, {""}, {"."}, {".qq.com"}, {"qq.com."}, {"*.qq.com"}, {"a b"}, {"微信.com"}, {"ok.com", ""}} {
		if _, err := localca.Open(t.TempDir(), names); err == nil {
			t.Errorf("%q are taken", names)
		}
	}
}
