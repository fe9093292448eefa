package localca_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/internal/hosts"
	"draftbox/internal/localca"
)

// tool returns the path of a program that checks our files. Without it the test
// is skipped, or fails where DRAFTBOX_TEST_REQUIRE has the word.
func tool(t *testing.T, program, word string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if strings.Contains(os.Getenv("DRAFTBOX_TEST_REQUIRE"), word) {
			t.Fatalf("no %s: %v", program, err)
		}
		t.Skipf("no %s on the PATH", program)
	}
	return path
}

// The key signs for nobody else: whoever gets hold of it has the emulated hosts
// and no more.
func TestForeignNamesDoNotVerify(t *testing.T) {
	t.Parallel()
	ca := open(t, t.TempDir())
	for _, name := range []string{"evil.com", "qq.com", "weixin.qq.com", "api.weixin.qq.com.evil.com", "xapi.weixin.qq.com"} {
		cert, err := ca.Issue(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots(t, ca)})
		if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.CANotAuthorizedForThisName {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenSSLAgrees(t *testing.T) {
	t.Parallel()
	openssl := tool(t, "openssl", "openssl")
	ca := open(t, t.TempDir())
	verify := func(name string) (string, error) {
		cert, err := ca.Issue(name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "leaf.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), openssl, "verify", "-x509_strict", "-purpose", "sslserver", "-no-CApath", "-no-CAstore",
			"-CAfile", ca.CertFile(), "-verify_hostname", name, file).CombinedOutput()
		return string(out), err
	}
	for _, name := range hosts.Names() {
		if out, err := verify(name); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if out, err := verify("evil.com"); err == nil || !strings.Contains(out, "permitted subtree violation") {
		t.Errorf("evil.com: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), openssl, "pkcs12", "-in", ca.TrustStoreFile(), "-nokeys",
		"-passin", "pass:"+localca.TrustStorePassword).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "BEGIN CERTIFICATE") {
		t.Errorf("trust store: %v\n%s", err, out)
	}
}

func TestKeytoolAgrees(t *testing.T) {
	t.Parallel()
	keytool := tool(t, "keytool", "java")
	ca := open(t, t.TempDir())
	out, err := exec.CommandContext(t.Context(), keytool, "-J-Duser.language=en", "-list", "-v", "-keystore", ca.TrustStoreFile(),
		"-storepass", localca.TrustStorePassword).CombinedOutput()
	// Java trusts an entry only where it is told that it may.
	if err != nil || !strings.Contains(string(out), "Entry type: trustedCertEntry") || !strings.Contains(string(out), "api.weixin.qq.com") {
		t.Errorf("%v\n%s", err, out)
	}
}
