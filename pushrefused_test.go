package draftbox_test

import (
	"errors"
	"slices"
	"testing"

	"draftbox/internal/adminclient"
	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// A push that a program does not take is tried three times and kept, with the reason.
func TestPushesThatAProgramRefuses(t *testing.T) {
	t.Parallel()
	errDisk := errors.New("the disk is full")
	const (
		failed   = "HTTP 500: the receiver failed; its own log says why"
		kept     = "HTTP 403: the receiver does not let the push in; a push has no cookie, login or CSRF token, only its signature"
		rejected = "HTTP 400: the receiver refused the push; its own log says why"
	)
	for name, tt := range map[string]struct {
		change func(*settings)
		work   func(wxopen.Event) error
		reason string
		want   []error // one of them
	}{
		"an error":           {work: func(wxopen.Event) error { return errDisk }, reason: failed, want: []error{errDisk}},
		"a panic":            {work: func(wxopen.Event) error { panic(errDisk) }, reason: failed, want: []error{wxopen.ErrCallbackPanic}},
		"another token":      {change: func(s *settings) { s.token = "anothertoken" }, reason: kept, want: []error{wxcrypt.ErrSignature}},
		"another AES key":    {change: func(s *settings) { s.aesKey = "DraftBoxTestVectorEncodingAESKey0123456789A" }, reason: rejected, want: []error{wxcrypt.ErrPadding, wxcrypt.ErrLength}},
		"another platform's": {change: func(s *settings) { s.appid = "wxffffffffffffffff" }, reason: kept, want: []error{wxcrypt.ErrAppid}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := startPlatform(t)
			s := platform.settings()
			if tt.change != nil {
				tt.change(&s)
			}
			p := startProgram(t, s, tt.work)
			platform.register(t, p.url+"/event")
			d := platform.settled(t, 1)[0]
			if d.State != adminclient.DeliveryFailed || d.Tries != 3 || len(d.Attempts) != 3 {
				t.Fatalf("%s after %d tries: %+v", d.State, d.Tries, d.Attempts)
			}
			for _, a := range d.Attempts {
				if a.Outcome != "http_status" || a.Reason != tt.reason {
					t.Errorf("attempt %d: %s, %q", a.Number, a.Outcome, a.Reason)
				}
				err := await(t, p.failures)
				if !slices.ContainsFunc(tt.want, func(want error) bool { return errors.Is(err, want) }) {
					t.Errorf("the program was told %v", err)
				}
			}
			if len(p.events) > 0 {
				t.Errorf("the program took %v", <-p.events)
			}
		})
	}
}
