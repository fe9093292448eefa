package proxy

import (
	"io"
	"log/slog"
	"net/http"
	"strings"

	"draftbox/internal/hosts"
)

// refuse answers a request for anything but the emulated hosts. Few clients show
// the body of an answer to CONNECT, so the log says it, too.
func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	host := printable(r)
	log.LogAttrs(r.Context(), slog.LevelInfo, "the proxy refused a target", slog.String("method", safeMethod(r)), slog.String("host", host))
	names := hosts.Names()
	last := len(names) - 1
	leads := "draftbox's proxy leads to " + strings.Join(names[:last], ", ") + " and " + names[last] + " only"
	if namesHost(r) {
		say(w, http.StatusForbidden, leads+", by CONNECT to port 443 outside of other tunnels, or by their http:// and https:// URLs without a port.")
		return
	}
	if host == "" {
		host = "the name of another host"
	}
	say(w, http.StatusForbidden, leads+"; put "+host+" into NO_PROXY to reach it without the proxy.")
}

// safeMethod is a method for the log; a stranger may send any token.
func safeMethod(r *http.Request) string {
	if len(r.Method) > 16 {
		return r.Method[:16]
	}
	return r.Method
}

// say answers with one line of text, and ends the connection: who asked for this
// has taken the port for something else.
func say(w http.ResponseWriter, status int, line string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n")
}
