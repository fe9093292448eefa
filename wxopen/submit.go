package wxopen

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SubmitOptions are what [AuthorizerClient.SubmitWhenChecked] can do otherwise.
type SubmitOptions struct {
	// FirstPause is the longest wait before it asks a second time whether the check has
	// ended; each further wait is twice as long, up to MaxPause. A wait is a random time
	// between half of that and all of it. 0 means 2 s and 30 s.
	FirstPause time.Duration
	MaxPause   time.Duration
	// Waiting, if not nil, is told of each wait: after how many attempts, and which
	// refusal it is for ([ErrPrivacyCheckRunning] or [ErrConcurrent]).
	Waiting func(attempts int, refusal error)
}

// Submission is what came of [AuthorizerClient.SubmitWhenChecked].
type Submission struct {
	// AuditID is the order that was made.
	AuditID int64
	// Privacy is what the check found. It is there even where the code was refused, for
	// it says why with [ErrPrivacyInterface].
	Privacy CodePrivacyInfo
}

// UnconfirmedAuditError says that it is not known whether an audit was submitted.
// Before another attempt look at [AuthorizerClient.LatestAuditStatus]: an order other
// than After is what came of it. A second attempt makes no second order as long as the
// first is open, since only one can be.
type UnconfirmedAuditError struct {
	// After is the auditid of the last order before, -1 for none.
	After int64
	// Err is what kept the client from knowing.
	Err error
}

// Error implements the error interface.
func (e *UnconfirmedAuditError) Error() string {
	return fmt.Sprintf("wxopen: an audit may have been submitted, the last known order is %d: %v", e.After, e.Err)
}

// Unwrap returns Err.
func (e *UnconfirmedAuditError) Unwrap() error { return e.Err }

// SubmitWhenChecked submits the experience version as soon as the check has ended that
// the last commit began. It asks [AuthorizerClient.CodePrivacyInfo] until that has an
// answer, and then submits; where submitting, too, is refused with
// [ErrPrivacyCheckRunning] or [ErrConcurrent], it waits and submits again. It never
// commits: another commit would begin another check. It ends with ctx at the latest, so
// give that a deadline; the service speaks of a minute.
//
// When the service answers -1 to the submission or its answer is lost, it looks whether
// there is a new order before it tries again, as often as the [RetryPolicy] allows.
// For that it asks for the last order beforehand. Nobody else must submit code of the
// same mini program meanwhile, or that order may be taken for its own.
//
// Errors: those of [AuthorizerClient.SubmitAudit] and of the calls that it makes; when
// the time is over, both the last refusal and the error of ctx.
// [*UnconfirmedAuditError] says that an order may have been made.
func (a *AuthorizerClient) SubmitWhenChecked(ctx context.Context, what AuditRequest, o SubmitOptions) (Submission, error) {
	s := &submission{client: a, what: what, pause: RetryPolicy{BaseDelay: o.FirstPause, MaxDelay: o.MaxPause}, waiting: o.Waiting}
	if s.pause.BaseDelay <= 0 {
		s.pause.BaseDelay = 2 * time.Second
	}
	if s.pause.MaxDelay <= 0 {
		s.pause.MaxDelay = 30 * time.Second
	}
	if err := s.checked(ctx); err != nil {
		return s.Submission, err
	}
	last, err := a.lastAudit(ctx)
	if err != nil {
		return s.Submission, err
	}
	return s.Submission, s.submit(ctx, last)
}

// lastAudit returns the auditid of the last order, -1 where there is none.
func (a *AuthorizerClient) lastAudit(ctx context.Context) (int64, error) {
	last, err := a.LatestAuditStatus(ctx)
	switch {
	case errors.Is(err, ErrNoAudit):
		return -1, nil
	case err != nil:
		return 0, err
	}
	return last.AuditID, nil
}

// submission is one run of SubmitWhenChecked.
type submission struct {
	Submission
	client  *AuthorizerClient
	what    AuditRequest
	pause   RetryPolicy
	waiting func(attempts int, refusal error)
}

// notYet reports whether a refusal says that the call is to be made later.
func notYet(err error) bool {
	return errors.Is(err, ErrPrivacyCheckRunning) || errors.Is(err, ErrConcurrent)
}

// wait waits after a refusal that is to pass.
func (s *submission) wait(ctx context.Context, attempt int, refusal error) error {
	if s.waiting != nil {
		s.waiting(attempt, refusal)
	}
	if ended := s.pause.wait(ctx, attempt); ended != nil {
		return fmt.Errorf("%w; while waiting for that to end: %w", refusal, ended)
	}
	return nil
}

// checked returns when the check has ended.
func (s *submission) checked(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		info, err := s.client.CodePrivacyInfo(ctx)
		switch {
		case err == nil:
			s.Privacy = info
			return nil
		case errors.Is(err, ErrPrivacyInterface):
			// The check has ended. Whether its finding matters depends on what is submitted.
			return nil
		case !notYet(err):
			return err
		}
		if err := s.wait(ctx, attempt, err); err != nil {
			return err
		}
	}
}

// submit submits until there is an order other than the last one.
func (s *submission) submit(ctx context.Context, last int64) error {
	doubt := false // an attempt may have been carried out
	for attempt, busy := 1, 0; ; attempt++ {
		id, err := s.client.SubmitAudit(ctx, s.what)
		if err == nil {
			s.AuditID = id
			return nil
		}
		unknown := submitUnknown(err)
		doubt = doubt || unknown
		switch {
		case unknown:
			busy++
			if ended := s.client.retry.wait(ctx, busy); ended != nil {
				return &UnconfirmedAuditError{last, fmt.Errorf("%w; before looking: %w", err, ended)}
			}
		case notYet(err):
			if ended := s.wait(ctx, attempt, err); ended != nil {
				return inDoubt(doubt, last, ended)
			}
			continue
		case !doubt:
			return err
		}
		found, lookErr := s.client.lastAudit(ctx)
		switch {
		case lookErr != nil:
			return &UnconfirmedAuditError{last, fmt.Errorf("%w; looking: %w", err, lookErr)}
		case found != last:
			s.AuditID = found
			return nil
		case !unknown:
			return err
		case busy >= s.client.retry.Attempts:
			return &UnconfirmedAuditError{last, err}
		}
	}
}

func inDoubt(doubt bool, last int64, err error) error {
	if doubt {
		return &UnconfirmedAuditError{last, err}
	}
	return err
}

// submitUnknown reports whether the service may have made an order although it did not
// say so.
func submitUnknown(err error) bool {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Code == ErrSystem && refusal.Path == pathSubmitAudit
	}
	lost, ok := errors.AsType[*TransportError](err)
	return ok && lost.Path == pathSubmitAudit && !lost.NotSent
}
