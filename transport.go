package draftbox

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
)

// newAdminToken makes up a bearer token of 26 letters and digits.
func newAdminToken() string { return rand.Text() }

// inProcess is an http.RoundTripper that calls handlers without a network.
type inProcess struct{ server *Server }

// adminHost is the host of management URLs on the in-process transport.
const adminHost = "admin.draftbox.invalid"

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	handler := t.server.Handler()
	if r.URL.Host == adminHost {
		handler = t.server.AdminHandler()
	}
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:0"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, in)
	if r.Body != nil {
		_ = r.Body.Close() // as a transport must
	}
	out := w.Result()
	out.Request = r
	return out, nil
}

// HTTPClient returns a client that reaches the server without a network. Every
// host is the emulated one, so programs with https://api.weixin.qq.com in their
// URLs work with it.
func (s *Server) HTTPClient() *http.Client { return &http.Client{Transport: inProcess{s}} }
