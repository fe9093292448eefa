package proxy

import (
	"net/http"
	"strings"

	"draftbox/internal/hosts"
)

// tunnelTarget returns the emulated host that a CONNECT is for. It looks at the
// target as it was sent: whatever a URL parser would make of it, only a host's
// name with port 443 is one.
func tunnelTarget(r *http.Request) (host string, ok bool) {
	name, ok := strings.CutSuffix(r.RequestURI, ":443")
	if !ok {
		return "", false
	}
	return hosts.Canonical(name)
}

// absoluteTarget returns the emulated host that a request in absolute form is
// for. The Host header has no say (RFC 9112, section 3.2.2).
func absoluteTarget(r *http.Request) (host string, ok bool) {
	u := r.URL
	if u.User != nil || u.Opaque != "" {
		return "", false
	}
	name := u.Host
	switch u.Scheme {
	case "http":
		name = strings.TrimSuffix(name, ":80")
	case "https":
		name = strings.TrimSuffix(name, ":443")
	default:
		return "", false
	}
	return hosts.Canonical(name)
}

// isAbsolute reports whether a request names its target in full, as proxies are
// asked.
func isAbsolute(r *http.Request) bool { return r.URL.Scheme != "" || r.URL.Host != "" }

// namesHost reports whether a target or its URL is about an emulated host, if
// in a way that is refused: on another port, say.
func namesHost(r *http.Request) bool {
	if r.Method == http.MethodConnect {
		name, _, _ := strings.Cut(r.RequestURI, ":")
		return hosts.Is(name)
	}
	return hosts.Is(r.URL.Hostname())
}

// printable returns a target's host for a sentence, or "" if it is none that
// one could put there: a name is at most 253 characters of ASCII.
func printable(r *http.Request) string {
	host := r.URL.Hostname()
	if host == "" || len(host) > 253 {
		return ""
	}
	for _, c := range []byte(host) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && c != '.' && c != '-' && c != '_' && c != ':' {
			return ""
		}
	}
	return host
}
