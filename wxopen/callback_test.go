package wxopen_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// pushTime is when the pushes of these tests are sent and received.
var pushTime = time.Unix(1700000000, 0)

const pushKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"

func pushCipher(tb testing.TB) *wxcrypt.Cipher {
	tb.Helper()
	c, err := wxcrypt.New("pushtoken", pushKey, appid)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// receiver is a handler with what its Error was told.
type receiver struct {
	*wxopen.CallbackHandler
	err error
}

func newReceiver(tb testing.TB, change func(cfg *wxopen.CallbackConfig)) *receiver {
	tb.Helper()
	r := new(receiver)
	cfg := wxopen.CallbackConfig{
		Cipher: pushCipher(tb),
		Now:    func() time.Time { return pushTime },
		Error:  func(_ *http.Request, err error) { r.err = err },
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if r.CallbackHandler, err = wxopen.NewCallbackHandler(cfg); err != nil {
		tb.Fatal(err)
	}
	return r
}

// push is a request as WeChat makes it.
func push(tb testing.TB, inner string, options ...wxcrypt.SealOption) *http.Request {
	tb.Helper()
	sealed, err := pushCipher(tb).Seal([]byte(inner), pushTime, "1029384756", options...)
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/event?"+sealed.Query, strings.NewReader(string(sealed.Body)))
	r.Header.Set("Content-Type", "text/xml")
	r.Header.Set("User-Agent", "Mozilla/4.0")
	return r
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func checkSuccess(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != http.StatusOK || w.Body.String() != "success" || w.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("%s: %d %q %s", name, w.Code, w.Body, w.Header())
	}
}

func checkRefused(t *testing.T, name string, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status || strings.Contains(strings.ToLower(w.Body.String()), "success") || w.Body.Len() == 0 {
		t.Errorf("%s: %d %q, want %d", name, w.Code, w.Body, status)
	}
}

const ticketElement = "<ComponentVerifyTicket><![CDATA[ticket@@@abc]]></ComponentVerifyTicket>"

// Each type of event goes to its own function, and to the general one where there is none.
func TestCallbackGivesEventsToTheirFunctions(t *testing.T) {
	t.Parallel()
	for inner, want := range map[string]string{
		systemPush("component_verify_ticket", ticketElement):         "Ticket",
		systemPush("authorized", ""):                                 "Authorized",
		systemPush("updateauthorized", ""):                           "UpdateAuthorized",
		systemPush("unauthorized", ""):                               "Unauthorized",
		systemPush("notify_third_fasteregister", ""):                 "FastRegister",
		systemPush("notify_third_fastregisterbetaapp", ""):           "FastRegister",
		systemPush("notify_3rd_wxa_auth", ""):                        "Any",
		accountPush("weapp_audit_success", ""):                       "Audit",
		accountPush("weapp_audit_fail", ""):                          "Audit",
		accountPush("weapp_audit_delay", ""):                         "Audit",
		accountPush("wxa_nickname_audit", ""):                        "NicknameAudit",
		accountPush("wxa_category_audit", ""):                        "CategoryAudit",
		accountPush("wxa_privacy_apply", ""):                         "PrivacyApply",
		accountPush("wxa_appeal_record", ""):                         "AppealRecord",
		accountPush("betaapp_verify_event", ""):                      "BetaApp",
		accountPush("debug_demo", ""):                                "Any",
		"<xml><MsgType>text</MsgType><Content>hello</Content></xml>": "Any",
	} {
		var called []string
		var result error
		on := wxopen.EventFuncs{
			Ticket: func(context.Context, *wxopen.TicketEvent) error { called = append(called, "Ticket"); return result },
			Authorized: func(context.Context, *wxopen.AuthorizedEvent) error {
				called = append(called, "Authorized")
				return result
			},
			UpdateAuthorized: func(context.Context, *wxopen.AuthorizedEvent) error {
				called = append(called, "UpdateAuthorized")
				return result
			},
			Unauthorized: func(context.Context, *wxopen.UnauthorizedEvent) error {
				called = append(called, "Unauthorized")
				return result
			},
			FastRegister: func(context.Context, *wxopen.FastRegisterEvent) error {
				called = append(called, "FastRegister")
				return result
			},
			Audit: func(context.Context, *wxopen.AuditEvent) error { called = append(called, "Audit"); return result },
			NicknameAudit: func(context.Context, *wxopen.NicknameAuditEvent) error {
				called = append(called, "NicknameAudit")
				return result
			},
			CategoryAudit: func(context.Context, *wxopen.CategoryAuditEvent) error {
				called = append(called, "CategoryAudit")
				return result
			},
			PrivacyApply: func(context.Context, *wxopen.PrivacyApplyEvent) error {
				called = append(called, "PrivacyApply")
				return result
			},
			AppealRecord: func(context.Context, *wxopen.AppealRecordEvent) error {
				called = append(called, "AppealRecord")
				return result
			},
			BetaApp: func(context.Context, *wxopen.BetaAppEvent) error {
				called = append(called, "BetaApp")
				return result
			},
			Any: func(context.Context, wxopen.Event) ([]byte, error) {
				called = append(called, "Any")
				return nil, result
			},
		}
		general := func(cfg *wxopen.CallbackConfig) { cfg.On = wxopen.EventFuncs{Any: on.Any} }

		checkSuccess(t, want, answer(newReceiver(t, func(cfg *wxopen.CallbackConfig) { cfg.On = on }), push(t, inner)))
		checkSuccess(t, want+", general function", answer(newReceiver(t, general), push(t, inner)))
		checkSuccess(t, want+", no function", answer(newReceiver(t, nil), push(t, inner)))
		if got := strings.Join(called, " "); got != want+" Any" {
			t.Errorf("%s: called %s", want, got)
		}

		result = errors.New("success") // what it says is told to nobody
		r := newReceiver(t, func(cfg *wxopen.CallbackConfig) { cfg.On = on })
		checkRefused(t, want, answer(r, push(t, inner)), http.StatusInternalServerError)
		if !errors.Is(r.err, result) {
			t.Errorf("%s: %v", want, r.err)
		}
	}
}

func TestCallbackRefuses(t *testing.T) {
	t.Parallel()
	inner := systemPush("component_verify_ticket", ticketElement)
	query := func(r *http.Request, name, value string) {
		q := r.URL.Query()
		q.Set(name, value)
		r.URL.RawQuery = q.Encode()
	}
	body := func(r *http.Request, change func(string) string) {
		text, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(change(string(text))))
		r.ContentLength = -1
	}
	other := func(token, key, appid string) func(*http.Request) {
		return func(r *http.Request) {
			c, err := wxcrypt.New(token, key, appid)
			if err != nil {
				t.Error(err)
				return
			}
			sealed, err := c.Seal([]byte(inner), pushTime, "1")
			if err != nil {
				t.Error(err)
				return
			}
			r.URL.RawQuery = sealed.Query
			body(r, func(string) string { return string(sealed.Body) })
		}
	}
	for _, row := range []struct {
		name   string
		change func(r *http.Request)
		status int
		want   error
	}{
		{"tampered body", func(r *http.Request) {
			body(r, func(s string) string { return strings.Replace(s, "<Encrypt><![CDATA[", "<Encrypt><![CDATA[A", 1) })
		}, 403, wxcrypt.ErrSignature},
		{"wrong signature", func(r *http.Request) { query(r, "msg_signature", strings.Repeat("0", 40)) }, 403, wxcrypt.ErrSignature},
		{"no signature", func(r *http.Request) { r.URL.RawQuery = "" }, 403, wxcrypt.ErrSignature},
		{"signature without body only", func(r *http.Request) { query(r, "msg_signature", r.URL.Query().Get("signature")) }, 403, wxcrypt.ErrSignature},
		{"timestamp made young", func(r *http.Request) { query(r, "timestamp", "1700000001") }, 403, wxcrypt.ErrSignature},
		{"another Token", other("othertoken", pushKey, appid), 403, wxcrypt.ErrSignature},
		{"another key", other("pushtoken", strings.Repeat("A", 43), appid), 400, wxcrypt.ErrPadding},
		{"another appid", other("pushtoken", pushKey, "wx00000000000000a1"), 403, wxcrypt.ErrAppid},
		{"PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405, wxopen.ErrCallbackRequest},
		{"HEAD", func(r *http.Request) { r.Method = http.MethodHead }, 405, wxopen.ErrCallbackRequest},
		{"GET", func(r *http.Request) { r.Method = http.MethodGet }, 400, wxopen.ErrCallbackRequest},
		{"big body", func(r *http.Request) { body(r, func(string) string { return strings.Repeat("x", 1<<20+1) }) }, 413, wxcrypt.ErrTooLong},
		{"big body that is announced", func(r *http.Request) { r.ContentLength = 1<<20 + 1 }, 413, wxcrypt.ErrTooLong},
		{"no body", func(r *http.Request) { body(r, func(string) string { return "" }) }, 400, wxcrypt.ErrXML},
		{"plain XML", func(r *http.Request) { body(r, func(string) string { return inner }) }, 400, wxcrypt.ErrXML},
		{"body that breaks off", func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(r.Body, brokenReader{})) }, 400, io.ErrUnexpectedEOF},
	} {
		h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
			cfg.Tickets = new(wxopen.MemoryTicketStore)
			cfg.On.Any = func(_ context.Context, e wxopen.Event) ([]byte, error) {
				t.Errorf("%s: called with %v", row.name, e)
				return nil, nil
			}
		})
		r := push(t, inner)
		row.change(r)
		w := answer(h, r)
		checkRefused(t, row.name, w, row.status)
		if !errors.Is(h.err, row.want) || strings.Contains(h.err.Error(), "ticket@@@") {
			t.Errorf("%s: %v", row.name, h.err)
		}
		if allow := w.Header().Get("Allow"); (allow == "GET, POST") != (row.status == 405) {
			t.Errorf("%s: Allow %q", row.name, allow)
		}
	}
}

// A body that never ends is not read to its end.
func TestCallbackStopsReading(t *testing.T) {
	t.Parallel()
	body := new(endlessReader)
	r := push(t, systemPush("authorized", ""))
	r.Body, r.ContentLength = io.NopCloser(body), -1
	checkRefused(t, "endless", answer(newReceiver(t, nil), r), http.StatusRequestEntityTooLarge)
	if body.read > 1<<20+4096 {
		t.Errorf("%d bytes were read", body.read)
	}
}

type endlessReader struct{ read int }

func (e *endlessReader) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 4<<20 {
		return 0, io.EOF
	}
	return len(p), nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// What it says it is does not matter, nor does what nobody knows.
func TestCallbackTakesAnyContentType(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"text/xml", "application/xml; charset=utf-8", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", ""} {
		r := push(t, systemPush("authorized", ""))
		r.Header.Del("Content-Type")
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		r.URL.RawQuery += "&unknown=1"
		checkSuccess(t, kind, answer(newReceiver(t, nil), r))
	}
}

func TestCallbackWindow(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		window, off time.Duration
		fresh       bool
	}{
		{0, 0, true},
		{0, wxopen.DefaultCallbackWindow, true},
		{0, wxopen.DefaultCallbackWindow + time.Second, false},
		{0, -wxopen.DefaultCallbackWindow, true},
		{0, -wxopen.DefaultCallbackWindow - time.Second, false},
		{time.Minute, 61 * time.Second, false},
		{time.Hour, 59 * time.Minute, true},
		{-1, 1000 * time.Hour, true},
	} {
		h := newReceiver(t, func(cfg *wxopen.CallbackConfig) {
			cfg.Window = row.window
			cfg.Now = func() time.Time { return pushTime.Add(row.off) }
		})
		posted, checked := answer(h, push(t, systemPush("authorized", ""))), answer(h, urlCheck(t, "1700000000", "4711"))
		if !row.fresh {
			checkRefused(t, row.off.String(), posted, http.StatusForbidden)
			checkRefused(t, row.off.String(), checked, http.StatusForbidden)
			if !errors.Is(h.err, wxopen.ErrCallbackTime) {
				t.Errorf("%+v: %v", row, h.err)
			}
			continue
		}
		checkSuccess(t, row.off.String(), posted)
		if checked.Body.String() != "4711" {
			t.Errorf("%+v: %d %s", row, checked.Code, checked.Body)
		}
	}
	for _, odd := range []string{"", "now", "1e9", "99999999999999999999", "-9223372036854775808"} {
		checkRefused(t, odd, answer(newReceiver(t, nil), urlCheck(t, odd, "4711")), http.StatusForbidden)
	}
}

// urlCheck is the request by which WeChat checks a URL.
func urlCheck(tb testing.TB, timestamp, echo string) *http.Request {
	tb.Helper()
	query := url.Values{
		"signature": {wxcrypt.Signature("pushtoken", timestamp, "7")}, "timestamp": {timestamp}, "nonce": {"7"}, "echostr": {echo},
	}
	return httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/event?"+query.Encode(), http.NoBody)
}

func TestCallbackURLCheck(t *testing.T) {
	t.Parallel()
	const page = "<script>alert(1)</script>"
	h := newReceiver(t, nil)
	w := answer(h, urlCheck(t, "1700000000", page))
	if w.Code != http.StatusOK || w.Body.String() != page || w.Header().Get("Content-Type") != "text/plain" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %s %s", w.Code, w.Body, w.Header())
	}
	forged := urlCheck(t, "1700000000", "4711")
	forged.URL.RawQuery = strings.Replace(forged.URL.RawQuery, "nonce=7", "nonce=8", 1)
	checkRefused(t, "forged", answer(h, forged), http.StatusForbidden)
	checkRefused(t, "empty", answer(h, urlCheck(t, "1700000000", "")), http.StatusBadRequest)
	checkRefused(t, "long", answer(h, urlCheck(t, "1700000000", strings.Repeat("x", 1025))), http.StatusBadRequest)
}

func TestNewCallbackHandlerRefuses(t *testing.T) {
	t.Parallel()
	if h, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{}); h != nil || err == nil {
		t.Errorf("no cipher: %v", err)
	}
}
