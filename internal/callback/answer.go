package callback

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"draftbox/internal/platform"
)

// success is the whole answer that counts.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/message_push.html
const success = "success"

// quotedBytes is how much of an answer a reason quotes.
const quotedBytes = 60

func quote(text []byte) string {
	if len(text) <= quotedBytes {
		return strconv.Quote(string(text))
	}
	return strconv.Quote(string(text[:quotedBytes])) + "…"
}

// bodyReason says why the body of an answer with HTTP 200 does not count; empty when
// it does.
func bodyReason(target platform.Target, body []byte) string {
	const exactly = "must be exactly success"
	text := string(body)
	bare := strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF"))
	came := "the answer was " + quote(body)
	switch {
	case text == success, text == "" && target == platform.TargetMessage:
		return ""
	case text == "":
		return "the answer was empty, " + exactly
	case text != bare && bare == success && strings.HasPrefix(text, "\uFEFF"):
		return came + ", a byte order mark (U+FEFF) before success; " + exactly + ": save the source file without it"
	case text != bare && bare == success:
		return came + ", white space around success; " + exactly
	case strings.EqualFold(bare, success):
		return came + ", " + exactly + " (lower case, nothing else)"
	case strings.HasPrefix(text, success+"<xml>"):
		return came + ": the handler wrote success and then an encrypted reply; " + exactly + ", leave the reply out"
	case strings.HasPrefix(bare, success):
		return came + ": something follows success; " + exactly
	case strings.HasPrefix(bare, "<xml>"):
		return came + ", an XML reply; " + exactly
	case strings.HasPrefix(strings.ToLower(bare), "<!doctype html"), strings.HasPrefix(strings.ToLower(bare), "<html"):
		return came + ", an HTML page; " + exactly + ": does the URL lead to the handler of pushes?"
	case json.Valid(body):
		return came + ", JSON; " + exactly + " (plain text, no quotes)"
	}
	return came + ", " + exactly
}

// statusReason says why a status does not count.
func statusReason(resp *http.Response, body []byte) string {
	status := fmt.Sprintf("HTTP %d", resp.StatusCode)
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return status + ", must be 200 with the body success"
	case code >= 300 && code < 400:
		to := ""
		if location := resp.Header.Get("Location"); location != "" {
			to = " to " + quote([]byte(location))
		}
		return status + ", a redirect" + to + "; redirects are not followed: give the final URL"
	case code == http.StatusBadRequest && (bytes.Contains(body, []byte("HTTPS")) && bytes.Contains(body, []byte("HTTP request"))):
		return status + ": it is a TLS port; the callback URL must begin with https://"
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return status + ": the receiver does not let the push in; a push has no cookie, login or CSRF token, only its signature"
	case code == http.StatusNotFound:
		return status + ": nothing is at " + quote([]byte(resp.Request.URL.Path)) + "; is the path of the callback URL right?"
	case code == http.StatusMethodNotAllowed:
		return status + ": the path " + quote([]byte(resp.Request.URL.Path)) + " takes no POST"
	case code == http.StatusBadGateway || code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout:
		return status + ": what stands before the receiver does not get through to it, or the receiver is overloaded"
	case code >= 500:
		return status + ": the receiver failed; its own log says why"
	}
	return status + ": the receiver refused the push; its own log says why"
}
