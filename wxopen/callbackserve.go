package wxopen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"draftbox/wxopen/wxcrypt"
)

const (
	// maxEchostr bounds what is sent back; WeChat's echostr has some 20 digits.
	maxEchostr = 1024
	// callbackReadTime is how long a body may take. WeChat gives up by then.
	callbackReadTime = 5 * time.Second
)

// ServeHTTP implements [http.Handler].
func (h *CallbackHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What is sent back may be the caller's own text.
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", "text/plain")
	switch r.Method {
	case http.MethodPost:
		h.servePush(w, r)
	case http.MethodGet:
		h.serveCheck(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, r, http.StatusMethodNotAllowed, fmt.Errorf("%w: %.16q", ErrCallbackRequest, r.Method))
	}
}

// refuse answers with the name of a status: enough for whoever looks at it, and
// never "success".
func (h *CallbackHandler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	h.cfg.Error(r, err)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status))
}

// serveCheck answers the request by which WeChat finds out whether a URL belongs to
// who claims it. It has no body to sign, so the parameter signature counts.
func (h *CallbackHandler) serveCheck(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	echo := query.Get("echostr")
	if echo == "" || len(echo) > maxEchostr {
		h.refuse(w, r, http.StatusBadRequest, fmt.Errorf("%w: a GET without a usable echostr", ErrCallbackRequest))
		return
	}
	err := h.cfg.Cipher.VerifyURL(query)
	if err == nil {
		err = h.checkTime(query.Get("timestamp"))
	}
	if err != nil {
		h.refuse(w, r, http.StatusForbidden, err)
		return
	}
	_, _ = io.WriteString(w, echo) //nolint:gosec // signed, text/plain and nosniff
}

func (h *CallbackHandler) servePush(w http.ResponseWriter, r *http.Request) {
	body, err := readPush(w, r)
	if err != nil {
		h.refuse(w, r, refusalStatus(err), err)
		return
	}
	opened, err := h.cfg.Cipher.Open(r.URL.Query(), body)
	if err == nil {
		err = h.checkTime(opened.Timestamp)
	}
	if err != nil {
		h.refuse(w, r, refusalStatus(err), err)
		return
	}
	reply, err := h.handle(r, opened)
	if err != nil {
		h.refuse(w, r, http.StatusInternalServerError, err)
		return
	}
	if len(reply) == 0 {
		_, _ = io.WriteString(w, "success")
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write(reply) //nolint:gosec // encrypted by Cipher.Reply
}

// refusalStatus is what a request gets that is no genuine push.
func refusalStatus(err error) int {
	switch {
	case errors.Is(err, wxcrypt.ErrTooLong):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, wxcrypt.ErrSignature), errors.Is(err, ErrCallbackTime), errors.Is(err, wxcrypt.ErrAppid):
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

// readPush reads a body whatever its content type: WeChat sends text/xml, and says
// so nowhere.
func readPush(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > wxcrypt.MaxBodyBytes {
		return nil, wxcrypt.ErrTooLong
	}
	// A writer that knows no deadlines is a test's, or leaves them to the server.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(callbackReadTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wxcrypt.MaxBodyBytes))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, wxcrypt.ErrTooLong
	}
	if err != nil {
		return nil, fmt.Errorf("%w: its body: %w", ErrCallbackRequest, err)
	}
	// Else the end of the deadline would cancel the context of a slow function.
	_ = control.SetReadDeadline(time.Time{})
	return body, nil
}

// checkTime looks at a timestamp whose signature was checked.
func (h *CallbackHandler) checkTime(timestamp string) error {
	if h.cfg.Window < 0 {
		return nil
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: it is no number", ErrCallbackTime)
	}
	if off := h.cfg.Now().Sub(time.Unix(seconds, 0)).Abs(); off > h.cfg.Window {
		return fmt.Errorf("%w: it is off by %s", ErrCallbackTime, off.Round(time.Second))
	}
	return nil
}

// handle does with a genuine push what the program wants. The reply is encrypted.
func (h *CallbackHandler) handle(r *http.Request, opened *wxcrypt.Opened) ([]byte, error) {
	event, err := parseEvent(opened.Message, func() string { return h.cfg.AuthorizerAppid(r) })
	if err != nil {
		return nil, err
	}
	reply, err := h.callInTime(r.Context(), event)
	if err != nil || len(reply) == 0 {
		return nil, err
	}
	if event.Info().System() {
		return nil, ErrCallbackReply
	}
	return h.cfg.Cipher.Reply(opened, reply, h.cfg.Now(), wxcrypt.NewNonce())
}

// callInTime returns when the time is up even if the program's function does not,
// so that WeChat is answered.
func (h *CallbackHandler) callInTime(ctx context.Context, event Event) ([]byte, error) {
	type result struct {
		reply []byte
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		res := result{err: ErrCallbackPanic} // stays where runtime.Goexit was called
		defer func() {
			if v := recover(); v != nil {
				res = result{err: fmt.Errorf("%w: %v\n%s", ErrCallbackPanic, v, debug.Stack())}
			}
			done <- res
		}()
		reply, err := h.call(ctx, event)
		res = result{reply, err}
	}()
	select {
	case res := <-done:
		return res.reply, res.err
	case <-ctx.Done():
	}
	select { // both may be there
	case res := <-done:
		return res.reply, res.err
	default:
		return nil, fmt.Errorf("wxopen: handling %v: %w", event.Info(), ctx.Err())
	}
}

func (h *CallbackHandler) call(ctx context.Context, event Event) ([]byte, error) {
	if e, ok := event.(*TicketEvent); ok && h.cfg.Tickets != nil {
		if e.Ticket == "" {
			return nil, fmt.Errorf("%w: a ticket event without a ticket", ErrEventXML)
		}
		if err := h.cfg.Tickets.SetTicket(ctx, e.Ticket); err != nil {
			return nil, fmt.Errorf("wxopen: storing the ticket: %w", err)
		}
	}
	return h.cfg.On.call(ctx, event)
}
