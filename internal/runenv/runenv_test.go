package runenv_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/runenv"
)

// environment is a lookup over a map.
func environment(vars map[string]string) runenv.Lookup {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func sample() *runenv.Server {
	return &runenv.Server{
		APIURL: "http://127.0.0.1:8506", AdminURL: "http://127.0.0.1:8507", HTTPSURL: "https://127.0.0.1:8508",
		CAFile: "/d/tls/ca.pem", TrustStoreFile: "/d/tls/ca.p12", TrustStorePassword: "changeit",
		Hosts: []string{"api.weixin.qq.com", "servicewechat.com"}, DataDir: "/d",
	}
}

func sampleFiles() *runenv.Files {
	return &runenv.Files{
		Bundle: "/d/run/roots.pem", NodePreload: "/d/run/node.cjs", PHPIniDir: "/d/run/php",
		PHPPrepend: "/d/run/prepend.php", Wgetrc: "/d/run/wgetrc",
	}
}

func variables(s *runenv.Server, f *runenv.Files, current map[string]string, separator rune) map[string]string {
	out := map[string]string{}
	for _, v := range runenv.Variables(s, f, environment(current), separator) {
		out[v.Name] = v.Value
	}
	return out
}

const javaOptions = "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8508 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8508 " +
	"-Dhttp.nonProxyHosts=localhost|127.*|[::1] " +
	"-Djavax.net.ssl.trustStore=/d/tls/ca.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit"

func TestVariables(t *testing.T) {
	t.Parallel()
	const proxy, none = "http://127.0.0.1:8508", "127.0.0.1,localhost,::1"
	want := map[string]string{
		"HTTPS_PROXY": proxy, "https_proxy": proxy, "HTTP_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": none, "no_proxy": none,
		"SSL_CERT_FILE": "/d/run/roots.pem", "REQUESTS_CA_BUNDLE": "/d/run/roots.pem", "CURL_CA_BUNDLE": "/d/run/roots.pem",
		"NODE_EXTRA_CA_CERTS": "/d/tls/ca.pem", "NODE_OPTIONS": "--require /d/run/node.cjs", "JAVA_TOOL_OPTIONS": javaOptions,
		"PHP_INI_SCAN_DIR": ":/d/run/php", "DRAFTBOX_PHP_PREPEND": "/d/run/prepend.php", "SYSTEM_WGETRC": "/d/run/wgetrc",
		"DRAFTBOX_API_URL": "http://127.0.0.1:8506", "DRAFTBOX_ADMIN_URL": "http://127.0.0.1:8507",
		"DRAFTBOX_HTTPS_URL": "https://127.0.0.1:8508", "DRAFTBOX_DATA_DIR": "/d",
	}
	if diff := cmp.Diff(want, variables(sample(), sampleFiles(), nil, ':')); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	s := sample()
	s.ReadyFile = "/r.json"
	want["DRAFTBOX_READY_FILE"] = "/r.json"
	if diff := cmp.Diff(want, variables(s, sampleFiles(), nil, ':')); diff != "" {
		t.Errorf("with a ready file (-want +got):\n%s", diff)
	}
}

// TestTheUsersOwnIsKept also makes the environment within one that it has made,
// which must change nothing.
func TestTheUsersOwnIsKept(t *testing.T) {
	t.Parallel()
	current := map[string]string{
		"NODE_OPTIONS": "--max-old-space-size=512", "JAVA_TOOL_OPTIONS": "-Xmx64m", "PHP_INI_SCAN_DIR": "/etc/php:/mine",
		"NO_PROXY": "intra.example,servicewechat.com", "HTTPS_PROXY": "http://proxy.example:3128",
	}
	got := variables(sample(), sampleFiles(), current, ':')
	for name, want := range map[string]string{
		"NODE_OPTIONS":      "--max-old-space-size=512 --require /d/run/node.cjs",
		"JAVA_TOOL_OPTIONS": "-Xmx64m " + javaOptions,
		"PHP_INI_SCAN_DIR":  "/etc/php:/mine:/d/run/php",
		"NO_PROXY":          "127.0.0.1,localhost,::1,intra.example",
		"no_proxy":          "127.0.0.1,localhost,::1,intra.example",
		"HTTPS_PROXY":       "http://127.0.0.1:8508",
	} {
		if got[name] != want {
			t.Errorf("%s = %s\nwant %s", name, got[name], want)
		}
	}
	if diff := cmp.Diff(got, variables(sample(), sampleFiles(), got, ':')); diff != "" {
		t.Errorf("within itself (-first +second):\n%s", diff)
	}
}

func TestVariablesForWindows(t *testing.T) {
	t.Parallel()
	s, f := sample(), sampleFiles()
	s.TrustStoreFile = `C:\Users\Xiao Ming\.draftbox\tls\ca.p12`
	f.NodePreload = `C:\Users\Xiao Ming\.draftbox\run\node.cjs`
	f.PHPIniDir = `C:\Users\Xiao Ming\.draftbox\run\php`
	got := variables(s, f, map[string]string{"PHP_INI_SCAN_DIR": `C:\php`}, ';')
	if got, want := got["NODE_OPTIONS"], `--require "C:\\Users\\Xiao Ming\\.draftbox\\run\\node.cjs"`; got != want {
		t.Errorf("NODE_OPTIONS = %s, want %s", got, want)
	}
	if got, want := got["PHP_INI_SCAN_DIR"], `C:\php;C:\Users\Xiao Ming\.draftbox\run\php`; got != want {
		t.Errorf("PHP_INI_SCAN_DIR = %s, want %s", got, want)
	}
	if want := `"-Djavax.net.ssl.trustStore=C:\Users\Xiao Ming\.draftbox\tls\ca.p12"`; !strings.Contains(got["JAVA_TOOL_OPTIONS"], want) {
		t.Errorf("JAVA_TOOL_OPTIONS = %s, want %s in it", got["JAVA_TOOL_OPTIONS"], want)
	}
}

func TestAddressesOfEveryShape(t *testing.T) {
	t.Parallel()
	for url, want := range map[string][3]string{
		"https://127.0.0.1:443": {"http://127.0.0.1:443", "-Dhttps.proxyHost=127.0.0.1 ", "-Dhttps.proxyPort=443 "},
		"https://127.0.0.1":     {"http://127.0.0.1:443", "-Dhttps.proxyHost=127.0.0.1 ", "-Dhttps.proxyPort=443 "},
		"https://[::1]:8508":    {"http://[::1]:8508", "-Dhttps.proxyHost=::1 ", "-Dhttps.proxyPort=8508 "},
	} {
		s := sample()
		s.HTTPSURL = url
		got := variables(s, sampleFiles(), nil, ':')
		if got["HTTPS_PROXY"] != want[0] {
			t.Errorf("%s: HTTPS_PROXY = %s, want %s", url, got["HTTPS_PROXY"], want[0])
		}
		for _, option := range want[1:] {
			if !strings.Contains(got["JAVA_TOOL_OPTIONS"], option) {
				t.Errorf("%s: JAVA_TOOL_OPTIONS = %s, want %s in it", url, got["JAVA_TOOL_OPTIONS"], option)
			}
		}
	}
}

func TestNoProxyList(t *testing.T) {
	t.Parallel()
	hosts := []string{"api.weixin.qq.com", "servicewechat.com"}
	for list, kept := range map[string]string{
		"":                              "",
		"intra.example, 10.0.0.0/8":     "intra.example,10.0.0.0/8",
		"localhost,a,a":                 "a",
		"servicewechat.com":             "",
		"ServiceWeChat.com.":            "",
		"servicewechat.com:443,b:8080":  "b:8080",
		".qq.com,weixin.qq.com":         "",
		"*.weixin.qq.com,*.example.com": "*.example.com",
		"com":                           "",
		"*":                             "",
		"notservicewechat.com":          "notservicewechat.com",
		"x.api.weixin.qq.com":           "x.api.weixin.qq.com",
		"fe80::1,[::1]":                 "fe80::1,[::1]",
		" , ,, ":                        "",
	} {
		want := "127.0.0.1,localhost,::1"
		if kept != "" {
			want += "," + kept
		}
		if got := runenv.NoProxyList(hosts, list, list); got != want {
			t.Errorf("%q: %s, want %s", list, got, want)
		}
	}
}

func TestAppendFolder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list, want string
	}{
		{"", ":/x"},
		{":", "::/x"},
		{"/a", "/a:/x"},
		{"/x", "/x"},
		{":/x:/b", ":/x:/b"},
	} {
		if got := runenv.AppendFolder(tt.list, "/x", ':'); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.list, got, tt.want)
		}
	}
}
