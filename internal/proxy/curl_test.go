package proxy_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// curl asks as other programs do, which are built on it or like it.
func TestCurl(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		if strings.Contains(os.Getenv("DRAFTBOX_TEST_REQUIRE"), "curl") {
			t.Fatalf("no curl: %v", err)
		}
		t.Skip("no curl on the PATH")
	}
	b := newBench(t, echo)
	_, port, _ := strings.Cut(b.addr, ":")
	for name, c := range map[string]struct {
		args   []string
		want   string
		failed bool
	}{
		"tunnel HTTP1.1":  {[]string{"-x", "http://" + b.addr, "--http1.1", "https://api.weixin.qq.com/a"}, "GET api.weixin.qq.com/a  HTTP/1.1", false},
		"tunnel HTTP2":    {[]string{"-x", "http://" + b.addr, "--http2", "https://servicewechat.com/a"}, "GET servicewechat.com/a  HTTP/2.0", false},
		"with a password": {[]string{"-x", "http://u:p@" + b.addr, "https://mp.weixin.qq.com/a"}, "GET mp.weixin.qq.com/a  HTTP/2.0", false},
		"absolute form":   {[]string{"-x", "http://" + b.addr, "http://open.weixin.qq.com/a"}, "GET open.weixin.qq.com/a  HTTP/1.1", false},
		"HTTP1.0 proxy":   {[]string{"--proxy1.0", b.addr, "https://api.weixin.qq.com/a"}, "GET api.weixin.qq.com/a  HTTP/2.0", false},
		"direct": {
			[]string{"--connect-to", "api2.weixin.qq.com:443:127.0.0.1:" + port, "https://api2.weixin.qq.com/a"}, "GET api2.weixin.qq.com/a  HTTP/2.0", false,
		},
		"foreign tunnel":  {[]string{"-x", "http://" + b.addr, "https://evil.com/a"}, "403", true},
		"foreign request": {[]string{"-x", "http://" + b.addr, "http://evil.com/a"}, "put evil.com into NO_PROXY", false},
		"SOCKS":           {[]string{"-x", "socks5h://" + b.addr, "https://api.weixin.qq.com/a"}, "", true},
		"HTTPS proxy":     {[]string{"-x", "https://api.weixin.qq.com", "--connect-to", "::127.0.0.1:" + port, "https://evil.com/a"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-sS", "--max-time", "20", "--cacert", b.ca.CertFile(), "--noproxy", "", "-w", " %header{x-proto}"}, c.args...)
			cmd := exec.CommandContext(t.Context(), curl, args...)
			cmd.Env = []string{"HOME=" + t.TempDir()}
			out, err := cmd.CombinedOutput()
			if (err != nil) != c.failed || !strings.Contains(string(out), c.want) {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
