package adminapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
)

// recorder sees the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int   // 0 until the header is sent
	cause  error // what was refused
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// counters count answers by the first digit of their status.
type counters [6]atomic.Uint64

func (c *counters) add(status int) {
	if class := status / 100; class > 0 && class < len(c) {
		c[class].Add(1)
	}
}

// observe logs and counts every call, and answers for one that panics. Neither
// query nor body are logged: they may hold secrets.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		start := clock.Now()
		defer func() { a.finish(r, rec, start, recover()) }()
		next.ServeHTTP(rec, r)
	})
}

// finish ends a call; fault is what it panicked with.
func (a *API) finish(r *http.Request, rec *recorder, start time.Time, fault any) {
	if err, _ := fault.(error); fault != nil && !errors.Is(err, http.ErrAbortHandler) {
		a.log.ErrorContext(r.Context(), "management call panicked", "method", r.Method, "path", safePath(r),
			"panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
		if rec.status == 0 {
			writeJSON(rec, http.StatusInternalServerError, errorBody{errorObject{Code: "internal", Message: "The server failed; its log has the cause."}})
			fault = nil
		}
	}
	a.served.add(rec.status)
	level := slog.LevelInfo
	// Reading is routine, and so is fetching a token: each verb of the command
	// line that calls the wire does it first.
	routine := r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/tokens")
	if rec.status < http.StatusBadRequest && routine {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", safePath(r)), slog.Int("status", rec.status),
		slog.Float64("ms", float64(clock.Since(start).Microseconds())/1000), slog.String("client", clientIP(r)),
	}
	if rec.cause != nil {
		_, told := describe(rec.cause)
		attrs = append(attrs, slog.String("reason", journal.MaskText(told.Message)))
	}
	a.log.LogAttrs(r.Context(), level, "management call", attrs...)
	if fault != nil {
		panic(http.ErrAbortHandler) // breaks the connection off
	}
}

// safePath is a call's path for the log: somebody may have put a token into it.
func safePath(r *http.Request) string { return journal.MaskText(r.URL.Path) }

func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
