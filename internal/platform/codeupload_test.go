package platform_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// The vector of the protocol's description: the private half of the key is gone.
const (
	vectorAppid = "wx0123456789abcdef"
	vectorNonce = "13d15f9651050c921756af67d785317a"
	vectorKey   = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDTvzKnuvfBa7JRbpyM2VHoue0K
jU94X1DGNnbN6Vv7jOTad1iV+u85VFNmuH4ltRJhEIy2W3eCfVTmetpTpD2Ay8SG
m9LNn8GcHbg5LW58cRCE8KFaBb4t6qdYAZ0eOcXNXCAbbjBK6HCWPebUCLvBa0ye
9X0dHu8lUjW6T2WG3wIDAQAB
-----END PUBLIC KEY-----
`
	vector = "uRWNY4jNwb5d2Uzpp6yfuyOLNe2jvvE2s/BgJeZvkp7TgI6zh48n2UHr4slOuxgTPA/ocsY7+yzWqOqvZRG6Xz5bX/DntJIMyUzY3pAEtHKoB8OjTx0I" +
		"nsutrwdaaypYxtYXx/N5iV4XLI2A3OuEc0JgSbxvANibzP4Vrxo7DnY="
)

func TestSignatureVector(t *testing.T) {
	t.Parallel()
	nonce, err := platform.SignedNonce(vectorKey, vectorAppid, vector)
	if err != nil || nonce != vectorNonce {
		t.Errorf("the nonce is %q: %v", nonce, err)
	}
	sig, err := base64.StdEncoding.DecodeString(vector)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sig { // every byte counts
		broken := append([]byte(nil), sig...)
		broken[i] ^= 1
		if nonce, err := platform.SignedNonce(vectorKey, vectorAppid, base64.StdEncoding.EncodeToString(broken)); err == nil {
			t.Fatalf("with byte %d changed it is taken, for %q", i, nonce)
		}
	}
	for _, s := range []string{"", "x", vector[:100], vector + "AAAA", strings.Repeat("A", 172), strings.Repeat("/", 171) + "="} {
		if _, err := platform.SignedNonce(vectorKey, vectorAppid, s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
	if _, err := platform.SignedNonce(vectorKey, "wx0123456789abcdee", vector); err == nil {
		t.Error("it is taken for another appid")
	}
}

// TestSignedTexts signs what no uploader signs.
func TestSignedTexts(t *testing.T) {
	t.Parallel()
	private, public, err := platform.GenerateUploadKey()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(private))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		`{"appid":"wx0123456789abcdef","rand_str":"13d15f9651050c921756af67d785317a"}`:       true,
		`{"appid":"wx0123456789abcdef", "rand_str":"13d15f9651050c921756af67d785317a"}`:      false,
		`{"rand_str":"13d15f9651050c921756af67d785317a","appid":"wx0123456789abcdef"}`:       false,
		`{"appid":"wx0123456789abcdef","rand_str":"13d15f9651050c921756af67d785317a"} `:      false,
		`{"appid":"wx0123456789abcdef","rand_str":"13d15f9651050c921756af67d785317a","a":1}`: false,
		`{"APPID":"wx0123456789abcdef","rand_str":"13d15f9651050c921756af67d785317a"}`:       false,
		`{"appid":"wx0123456789abcdef","rand_str":"13D15F9651050C921756AF67D785317A"}`:       false,
		`{"appid":"wx0123456789abcdef","rand_str":""}`:                                       false,
		`{"appid":"wx0123456789abcdef","rand_str":"\u00313d15f9651050c921756af67d785317a"}`:  false,
		`{"appid":"wx0123456789abcdef"}`:                                                     false,
		`[]`:                                                                                 false,
		``:                                                                                   false,
	} {
		sig, err := rsa.SignPKCS1v15(nil, key, 0, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		nonce, err := platform.SignedNonce(public, vectorAppid, base64.StdEncoding.EncodeToString(sig))
		if (err == nil) != want {
			t.Errorf("%s gives %q, %v", text, nonce, err)
		}
	}
}

func FuzzSignedNonce(f *testing.F) {
	f.Add(vectorKey, vectorAppid, vector)
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, key, appid, signature string) {
		nonce, err := platform.SignedNonce(key, appid, signature)
		if err == nil && (nonce != vectorNonce || signature != vector) {
			t.Errorf("%q is a signature of %q for %q", signature, nonce, appid)
		}
	})
}

func TestUploadAllowlist(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		list []string
		ip   string
		want bool
	}{
		{nil, "203.0.113.9", true},
		{nil, "nonsense", true},
		{[]string{"203.0.113.9"}, "203.0.113.9", true},
		{[]string{"203.0.113.9"}, "203.0.113.90", false},
		{[]string{"203.0.113.9"}, "::ffff:203.0.113.9", true},
		{[]string{"172.0.0.*"}, "172.0.0.255", true},
		{[]string{"172.0.0.*"}, "172.0.1.0", false},
		{[]string{"172.0.0.1/24"}, "172.0.0.77", true},
		{[]string{"172.0.0.1/24"}, "172.0.1.77", false},
		{[]string{"10.0.0.1", "2001:db8::1"}, "2001:db8::1", true},
		{[]string{"10.0.0.1"}, "nonsense", false},
	} {
		d := platform.DevMiniprogram{Appid: vectorAppid, UploadIPAllowlist: test.list}
		if problems := d.Problems(); len(problems) > 0 {
			t.Errorf("%v: %v", test.list, problems)
		}
		if got := d.AllowsUploadFrom(test.ip); got != test.want {
			t.Errorf("%v lets %s in: %t", test.list, test.ip, got)
		}
	}
	for _, bad := range []string{"", "*", "10.0.*", "10.0.0.1:80", "10.0.0.0/33", "host", "fe80::1%eth0", "1.2.3.*.*"} {
		d := platform.DevMiniprogram{Appid: vectorAppid, UploadIPAllowlist: []string{bad}}
		if len(d.Problems()) != 1 {
			t.Errorf("%q: %v", bad, d.Problems())
		}
	}
	d := platform.DevMiniprogram{Appid: vectorAppid, UploadIPAllowlist: make([]string, 11)}
	if len(d.Problems()) != 12 {
		t.Errorf("eleven entries: %v", d.Problems())
	}
}
