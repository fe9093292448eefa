package wxopen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// AmbiguousError says that a draft was added and that several new templates
// look like what came of it: someone else added the same draft at the same
// time, or an addition whose answer was lost was carried out late. All of the
// candidates are copies of the draft.
type AmbiguousError struct {
	Draft      Draft
	Candidates []Template // at least two, in order of template_id
}

// Error implements the error interface.
func (e *AmbiguousError) Error() string {
	ids := make([]string, len(e.Candidates))
	for i, t := range e.Candidates {
		ids[i] = strconv.FormatInt(t.TemplateID, 10)
	}
	return fmt.Sprintf("wxopen: draft %d was added, but templates %s all look like what came of it",
		e.Draft.DraftID, strings.Join(ids, ", "))
}

// UnconfirmedError says that it is not known which template came of a draft, or
// whether one did. Before another attempt look for a copy of the draft among
// the templates with an id greater than After, or there may be two.
type UnconfirmedError struct {
	Draft Draft
	// Added is true when the service said that it added the draft.
	Added bool
	// After is the greatest template_id before the addition, -1 for none.
	After int64
	// Err is what kept the client from knowing; nil when a template was added
	// and the list does not show it.
	Err error
}

// Error implements the error interface.
func (e *UnconfirmedError) Error() string {
	what := "may have been added"
	if e.Added {
		what = "was added"
	}
	text := fmt.Sprintf("wxopen: draft %d %s, but no template with an id over %d could be found for it", e.Draft.DraftID, what, e.After)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// AddDraftAsTemplate adds a draft to the ordinary library and returns the
// template that came of it, which the service's own answer does not tell.
//
// It lists the templates, adds the draft and lists them again. The new template
// is the one with an id greater than all before whose draft_id, version,
// description and development mini program are the draft's; where an older
// service tells no draft_id or no mini program, the rest has to do. Neither the
// order of the list nor the draft's age matters.
//
// When the service answers -1 or its answer is lost, it looks whether the
// template is there before it tries again, as often as the [RetryPolicy]
// allows. One case remains: an addition that times out here and is carried out
// after the look makes a second template. If that is there by the time of the
// next look, it shows as an [*AmbiguousError]; later than that nobody can tell.
//
// The calls of one client run one after the other, so that they are not
// ambiguous among themselves.
//
// Errors: [ErrTemplateNotFound] when there is no such draft, [ErrTemplateListFull],
// and the others of the calls that it makes leave the library as it was.
// [*AmbiguousError] and [*UnconfirmedError] say that the draft was or may have
// been added.
func (c *Client) AddDraftAsTemplate(ctx context.Context, draftID int64) (Template, error) {
	select {
	case c.adding <- struct{}{}:
		defer func() { <-c.adding }()
	case <-ctx.Done():
		return Template{}, fmt.Errorf("wxopen: waiting for another AddDraftAsTemplate: %w", ctx.Err())
	}
	a, err := c.prepareAddition(ctx, draftID)
	if err != nil {
		return Template{}, err
	}
	for attempt := 1; ; attempt++ {
		err := c.AddToTemplate(ctx, draftID, AddOptions{Once: true})
		if err == nil {
			return a.confirm(ctx)
		}
		unknown := outcomeUnknown(err)
		if attempt == 1 && !unknown {
			return Template{}, err
		}
		// This attempt or one before may have been carried out, even where this
		// one is refused: the other may have taken the last place.
		if ended := c.retry.wait(ctx, attempt); ended != nil {
			return Template{}, a.unconfirmed(false, fmt.Errorf("%w; before looking: %w", err, ended))
		}
		candidates, lookErr := a.look(ctx)
		switch {
		case lookErr != nil:
			return Template{}, a.unconfirmed(false, fmt.Errorf("%w; looking: %w", err, lookErr))
		case len(candidates) > 0:
			return a.pick(candidates)
		case !unknown:
			return Template{}, err
		case attempt >= c.retry.Attempts:
			return Template{}, a.unconfirmed(false, err)
		}
	}
}

// outcomeUnknown reports whether the service may have carried an addition out
// although it did not say so.
func outcomeUnknown(err error) bool {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Code == ErrSystem && refusal.Path == pathAddToTemplate
	}
	lost, ok := errors.AsType[*TransportError](err)
	return ok && lost.Path == pathAddToTemplate && !lost.NotSent
}

// addition is one run of AddDraftAsTemplate.
type addition struct {
	client *Client
	draft  Draft
	after  int64 // greatest template_id before, -1 for none
}

func (c *Client) prepareAddition(ctx context.Context, draftID int64) (*addition, error) {
	drafts, err := c.DraftList(ctx)
	if err != nil {
		return nil, err
	}
	a := &addition{client: c, after: -1}
	found := false
	for _, d := range drafts {
		if d.DraftID == draftID {
			a.draft, found = d, true
			break
		}
	}
	if !found {
		return nil, fmt.Errorf("wxopen: draft %d is not in the draft box: %w", draftID, ErrTemplateNotFound)
	}
	templates, err := c.TemplateList(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range templates {
		a.after = max(a.after, t.TemplateID)
	}
	return a, nil
}

// confirm finds the template of an addition that the service said it made. The
// list may be late, so it is read several times.
func (a *addition) confirm(ctx context.Context) (Template, error) {
	for attempt := 1; ; attempt++ {
		candidates, err := a.look(ctx)
		if len(candidates) > 0 {
			return a.pick(candidates)
		}
		if err != nil || attempt >= a.client.retry.Attempts {
			return Template{}, a.unconfirmed(true, err)
		}
		if ended := a.client.retry.wait(ctx, attempt); ended != nil {
			return Template{}, a.unconfirmed(true, ended)
		}
	}
}

// look returns the new templates that can have come of the draft. A list whose
// answer is lost is asked for again: giving up here leaves the caller in doubt.
func (a *addition) look(ctx context.Context) ([]Template, error) {
	for attempt := 1; ; attempt++ {
		templates, err := a.client.TemplateList(ctx, OrdinaryTemplate)
		if err == nil {
			return slices.DeleteFunc(templates, func(t Template) bool {
				return t.TemplateID <= a.after || !copyOf(t, a.draft)
			}), nil
		}
		if _, lost := errors.AsType[*TransportError](err); !lost || attempt >= a.client.retry.Attempts {
			return nil, err
		}
		if ended := a.client.retry.wait(ctx, attempt); ended != nil {
			return nil, fmt.Errorf("%w; before looking again: %w", err, ended)
		}
	}
}

// pick returns the only candidate.
func (a *addition) pick(candidates []Template) (Template, error) {
	if len(candidates) > 1 {
		slices.SortFunc(candidates, func(x, y Template) int { return cmp.Compare(x.TemplateID, y.TemplateID) })
		return Template{}, &AmbiguousError{Draft: a.draft, Candidates: candidates}
	}
	return candidates[0], nil
}

func (a *addition) unconfirmed(added bool, err error) error {
	return &UnconfirmedError{Draft: a.draft, Added: added, After: a.after, Err: err}
}

// copyOf reports whether a template can have come of a draft. The create_time
// says nothing: sources disagree whether it is the draft's.
func copyOf(t Template, d Draft) bool {
	if t.DraftID != nil && *t.DraftID != d.DraftID {
		return false
	}
	source := t.SourceMiniprogramAppid == d.SourceMiniprogramAppid ||
		t.SourceMiniprogramAppid == "" || d.SourceMiniprogramAppid == ""
	return source && t.UserVersion == d.UserVersion && t.UserDesc == d.UserDesc
}
