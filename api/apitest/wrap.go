package apitest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Handler returns next with every answer checked: what the document does not
// allow fails the test. Requests may be wrong, as a server's tests send them.
func (v *Validator) Handler(tb testing.TB, next http.Handler) http.Handler {
	tb.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		res := recorder.Result()
		if err := v.CheckResponse(r, res); err != nil {
			tb.Error(err)
		}
		maps.Copy(w.Header(), res.Header)
		w.WriteHeader(res.StatusCode)
		// The caller's end is the test's own.
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// Transport returns next with every request and every answer checked: what the
// document does not allow fails the test. It is for tests of clients, which
// have to send what the document says. A nil next is [http.DefaultTransport].
func (v *Validator) Transport(tb testing.TB, next http.RoundTripper) http.RoundTripper {
	tb.Helper()
	if next == nil {
		next = http.DefaultTransport
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context()) // a transport does not change its caller's request
		if err := v.CheckRequest(r); err != nil {
			tb.Error(err)
		}
		res, err := next.RoundTrip(r)
		if err != nil {
			return res, err
		}
		if err := v.CheckResponse(r, res); err != nil {
			tb.Error(err)
		}
		return res, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
