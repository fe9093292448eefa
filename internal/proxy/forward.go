package proxy

import (
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/hosts"
)

// established answers a CONNECT. From here on the connection is the tunnel's.
const established = "HTTP/1.1 200 Connection Established\r\n\r\n"

// forward answers what comes without TLS: the requests of a proxy's clients.
type forward struct {
	next   http.Handler
	log    *slog.Logger
	tunnel func(net.Conn) // takes a connection that TLS follows on
}

// ServeHTTP leads to the emulated hosts and refuses every other target.
func (f *forward) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		if _, ok := tunnelTarget(r); !ok {
			refuse(w, r, f.log)
			return
		}
		f.connect(w)
	case isAbsolute(r):
		host, ok := absoluteTarget(r)
		if !ok {
			refuse(w, r, f.log)
			return
		}
		f.next.ServeHTTP(w, inOriginForm(r, host))
	default:
		say(w, http.StatusBadRequest, "This port of draftbox speaks HTTPS, and is a proxy that leads to WeChat's hosts. "+
			"Set it as HTTPS_PROXY, or open it with https://; plain HTTP is served on the port of the emulated API.")
	}
}

// connect makes a tunnel of the connection: the very same one goes on at the
// TLS server, so that the address of the client stays what it is.
func (f *forward) connect(w http.ResponseWriter) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		say(w, http.StatusInternalServerError, "The connection cannot be made a tunnel.")
		return
	}
	// Some clients send the ClientHello without waiting for the answer.
	ahead := make([]byte, buf.Reader.Buffered())
	_, err = buf.Read(ahead)
	if err == nil || len(ahead) == 0 {
		err = conn.SetWriteDeadline(clock.Now().Add(headerTimeout))
	}
	if err == nil {
		_, err = conn.Write([]byte(established))
	}
	if err == nil {
		err = conn.SetWriteDeadline(time.Time{})
	}
	if err != nil {
		_ = conn.Close() // the client has gone
		return
	}
	f.tunnel(&prefixed{Conn: conn, prefix: ahead})
}

// direct answers what comes by TLS, from a tunnel or without one.
type direct struct {
	next http.Handler
	log  *slog.Logger
}

// ServeHTTP passes requests on, but is no proxy for others.
func (d *direct) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect: // a tunnel inside a tunnel, or HTTP/2's
		refuse(w, r, d.log)
	case isAbsolute(r):
		host, ok := absoluteTarget(r)
		if !ok {
			refuse(w, r, d.log)
			return
		}
		d.next.ServeHTTP(w, inOriginForm(r, host))
	default:
		// A Host that is none of ours is an address of this machine or a name that
		// leads here. There is nobody else to pass the request on to.
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host, ok := hosts.Canonical(host)
		if !ok {
			host = r.Host
		}
		d.next.ServeHTTP(w, inOriginForm(r, host))
	}
}

// inOriginForm returns the request as its host would get it without a proxy.
func inOriginForm(r *http.Request, host string) *http.Request {
	if r.Host == host && !isAbsolute(r) && !hasProxyField(r.Header) {
		return r // as nearly all are that come by TLS
	}
	out := r.Clone(r.Context())
	out.Host = host
	if isAbsolute(r) {
		out.URL.Scheme, out.URL.Host = "", ""
		// RFC 9112, section 3.2.1: a URL without a path is for /.
		if out.URL.Path == "" {
			out.URL.Path = "/"
		}
		out.RequestURI = out.URL.RequestURI()
	}
	for _, name := range proxyFields {
		out.Header.Del(name)
	}
	return out
}

// proxyFields are what a client tells its proxy; they are not for the host, and
// the one with the password not for its journal.
var proxyFields = []string{"Proxy-Authorization", "Proxy-Connection"}

func hasProxyField(h http.Header) bool {
	return slices.ContainsFunc(proxyFields, func(name string) bool { return h[name] != nil })
}
