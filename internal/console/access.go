package console

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/clock"
)

const (
	sessionCookie = "draftbox_session"
	// sessionLife is how long a login lasts, in real time.
	sessionLife = 12 * time.Hour
)

// access says whether a caller may see a page.
type access int

const (
	accessGranted access = iota
	accessLogin          // the token is asked for
	accessForeign        // the page was reached under a name that is not this machine's
)

// accessOf lets callers in that hold a session, and those on this machine where the
// console is open. A browser can be led here under any name by whoever owns that name
// (DNS rebinding): so the name must be the machine's own.
func (a *Console) accessOf(r *http.Request) access {
	if c, err := r.Cookie(sessionCookie); err == nil && a.sessionStands(c.Value) {
		return accessGranted
	}
	switch {
	case !a.open || !loopback(r.RemoteAddr):
		return accessLogin
	case !loopback(r.Host):
		return accessForeign
	}
	return accessGranted
}

// loopback reports whether an address, with or without a port, is this machine's own.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// newSession is what the cookie holds: when the session ends, and a proof that the
// token was known. Every node with the same token takes it; another token ends it.
func (a *Console) newSession(end time.Time) string {
	text := strconv.FormatInt(end.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(a.token))
	mac.Write([]byte("console session until " + text))
	return text + "." + hex.EncodeToString(mac.Sum(nil))
}

func (a *Console) sessionStands(value string) bool {
	text, _, _ := strings.Cut(value, ".")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || a.token == "" {
		return false
	}
	end := time.Unix(seconds, 0)
	return hmac.Equal([]byte(value), []byte(a.newSession(end))) && clock.Now().Before(end)
}

// loginPage asks for the token.
func (a *Console) loginPage(_ context.Context, c *call) (*answer, error) {
	return c.bare("login", loginView{Next: localPath(c.form.Get("next"))}), nil
}

type loginView struct {
	Next  string
	Wrong bool
}

// login takes the token. Hashes are compared, so that neither its bytes nor its length
// show in the time it takes.
func (a *Console) login(_ context.Context, c *call) (*answer, error) {
	given, want := sha256.Sum256([]byte(strings.TrimSpace(c.form.Get("token")))), sha256.Sum256([]byte(a.token))
	if subtle.ConstantTimeCompare(given[:], want[:]) != 1 || a.token == "" {
		a.log.Warn("console login refused", "client", clientIP(c.r))
		out := c.bare("login", loginView{localPath(c.form.Get("next")), true})
		out.status = http.StatusUnauthorized
		return out, nil
	}
	end := clock.Now().Add(sessionLife)
	out := seeOther(localPath(c.form.Get("next")))
	out.cookies = append(out.cookies, c.cookie(sessionCookie, a.newSession(end), sessionLife))
	return out, nil
}

func (a *Console) logout(_ context.Context, c *call) (*answer, error) {
	out := seeOther("/login")
	out.cookies = append(out.cookies, c.cookie(sessionCookie, "", -time.Second))
	return out, nil
}

// cookie makes a cookie that no script and no other page can use.
func (c *call) cookie(name, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure follows the connection: the console is served without TLS on this machine
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: c.r.TLS != nil,
	}
}

// localPath returns a path of this console; what leads elsewhere becomes the first page.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") || !Serves(strings.SplitN(path, "?", 2)[0]) {
		return "/"
	}
	return path
}

func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
