package callback

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"draftbox/internal/platform"
)

// Windows has numbers of its own for these; elsewhere nothing has them.
const (
	winsockAborted = 10053
	winsockReset   = 10054
	winsockRefused = 10061
)

// tooLate begins the reason of every timeout.
const tooLate = "no whole answer within 5s"

// failure is an attempt that got no whole answer.
type failure struct {
	err, readErr error // of the request, and of the connection
	at           phase
	addr         string
	began        []byte
	secure       bool  // https
	given        error // why the caller gave up, if it did
}

// explain says what kind of failure it is, and what a person can do.
func (f *failure) explain() (platform.Outcome, string) {
	switch {
	case f.given != nil:
		return f.givenUp()
	case f.noHTTP():
		return platform.OutcomeProtocol, f.protocolReason()
	case late(f.err):
		return platform.OutcomeTimeout, f.lateReason()
	}
	if unknown, ok := errors.AsType[*net.DNSError](f.err); ok {
		return platform.OutcomeDNS, fmt.Sprintf("the host name %.80q cannot be looked up: %s; is it spelled right, and known on this machine?", unknown.Name, unknown.Err)
	}
	if reason := f.tlsReason(); reason != "" {
		return platform.OutcomeTLS, reason
	}
	switch {
	case isAny(f.err, syscall.ECONNREFUSED, syscall.Errno(winsockRefused)):
		return platform.OutcomeRefused, "connection refused: nothing listens at " + f.addr
	case broken(f.err), f.at == answering && broken(f.readErr):
		return platform.OutcomeReset, f.brokenReason()
	case f.at == shaking:
		return platform.OutcomeTLS, fmt.Sprintf("the TLS handshake with %s failed: %s", f.addr, f.err)
	case f.at == answering:
		return platform.OutcomeProtocol, f.protocolReason()
	case f.at == connecting:
		return platform.OutcomeError, fmt.Sprintf("no connection to %s: %s", f.addr, f.err)
	}
	return platform.OutcomeError, "the push could not be made: " + f.err.Error()
}

// explainBody is explain for an answer whose header was fine and whose body was not.
func (f *failure) explainBody(body []byte) (platform.Outcome, string) {
	switch {
	case f.given != nil:
		return f.givenUp()
	case late(f.err):
		return platform.OutcomeTimeout, fmt.Sprintf("%s: HTTP 200 and %d bytes of the body came, but not its end; close the answer or send its right Content-Length", tooLate, len(body))
	case broken(f.err):
		return platform.OutcomeReset, fmt.Sprintf("the connection broke off within the answer, after HTTP 200 and %d bytes of the body", len(body))
	}
	return platform.OutcomeProtocol, fmt.Sprintf("the body of the answer is no HTTP: %s", f.err)
}

func (f *failure) givenUp() (platform.Outcome, string) {
	return platform.OutcomeError, fmt.Sprintf("draftbox gave up before the answer was there: %s", f.given)
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func late(err error) bool {
	if isAny(err, context.DeadlineExceeded, os.ErrDeadlineExceeded) {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// broken says that the other side ended the connection.
func broken(err error) bool {
	return isAny(err, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe,
		syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.Errno(winsockReset), syscall.Errno(winsockAborted))
}

func (f *failure) lateReason() string {
	switch f.at {
	case resolving:
		return tooLate + ": the host name was not looked up in time; does this machine reach its DNS server?"
	case connecting:
		return tooLate + ": no connection to " + f.addr + "; is the machine up, and does a firewall drop the packets?"
	case shaking:
		return tooLate + ": " + f.addr + " did not end the TLS handshake; is it a TLS port?"
	case answering:
		return tooLate + ": the answer began, but its header did not end"
	}
	return tooLate + ", not even its header; answer first and work afterwards"
}

// tlsReason is empty when nothing says that TLS is the cause.
func (f *failure) tlsReason() string {
	record, noTLS := errors.AsType[tls.RecordHeaderError](f.err)
	if noTLS && string(record.RecordHeader[:]) == "HTTP/" || errors.Is(f.err, http.ErrSchemeMismatch) {
		return f.addr + " speaks plain HTTP, not TLS; the callback URL must begin with http://"
	}
	if noTLS {
		return f.addr + " does not speak TLS"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](f.err); !ok {
		return ""
	}
	if name, ok := errors.AsType[x509.HostnameError](f.err); ok {
		return "the certificate is for another name: " + name.Error()
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](f.err); ok {
		return "the certificate of " + f.addr + " is of an authority that is not known here; send the intermediate certificates too, or make this machine trust the authority"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](f.err); ok && invalid.Reason == x509.Expired {
		return "the certificate of " + f.addr + " is not valid now: " + invalid.Detail
	}
	return fmt.Sprintf("the certificate of %s is not accepted: %s", f.addr, f.err)
}

// noHTTP says that the answer begins as none does.
func (f *failure) noHTTP() bool {
	const start = "HTTP/"
	began := string(f.began[:min(len(f.began), len(start))])
	return !strings.HasPrefix(start, began)
}

func (f *failure) protocolReason() string {
	const alert, handshake = 0x15, 0x16 // types of TLS records
	if f.noHTTP() && !f.secure && (f.began[0] == alert || f.began[0] == handshake) {
		return f.addr + " speaks TLS; the callback URL must begin with https://"
	}
	if f.noHTTP() {
		return fmt.Sprintf("the answer is no HTTP, it begins with %s; is another service at %s?", quote(f.began), f.addr)
	}
	return fmt.Sprintf("the answer is no proper HTTP: %s", innermost(f.err))
}

// innermost leaves out what net/http says around a cause.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

func (f *failure) brokenReason() string {
	how := "was reset"
	if isAny(errors.Join(f.err, f.readErr), io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe) {
		how = "was closed"
	}
	switch f.at {
	case shaking:
		return "the connection " + how + " within the TLS handshake; does " + f.addr + " speak TLS?"
	case answering:
		return "the connection " + how + " within the header of the answer"
	}
	return "the connection " + how + " before an answer came; did the receiver crash or refuse to read?"
}
