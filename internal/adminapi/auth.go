package adminapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// guarded lets only callers with the admin token through, unless the route is
// open.
func (a *API) guarded(next http.Handler, open bool) http.Handler {
	if open {
		return next
	}
	deny := a.handle(func(*http.Request) (*answer, error) { return nil, errUnauthorized })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.authorized(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="draftbox"`)
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errUnauthorized = &refusal{
	http.StatusUnauthorized, "unauthorized",
	`Send the admin token as "Authorization: Bearer TOKEN"; it is in the ready file and in the start banner.`,
}

// authorized compares hashes, so that neither the token's bytes nor its length
// show in the time it takes.
func (a *API) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(a.token))
	same := subtle.ConstantTimeCompare(given[:], want[:]) == 1
	return same && a.token != "" && strings.EqualFold(scheme, "Bearer")
}
