package adminapi

import (
	"net/http"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

type clockView struct {
	Now           string  `json:"now"`
	OffsetSeconds float64 `json:"offset_seconds"` // ahead of real time
	Frozen        bool    `json:"frozen"`
}

func (a *API) getClock(r *http.Request) (*answer, error) {
	state, now, err := a.service.Clock(r.Context())
	if err != nil {
		return nil, err
	}
	return ok(showClock(state, now))
}

func showClock(state platform.ClockState, now time.Time) clockView {
	offset := state.Offset
	if state.Frozen() {
		offset = now.Sub(clock.Now()).Round(time.Second)
	}
	return clockView{timestampMillis(now), offset.Seconds(), state.Frozen()}
}

// clockBody is a change of the clock: exactly one of its members.
type clockBody struct {
	Advance *string `json:"advance"`
	Freeze  *bool   `json:"freeze"`
	Resume  *bool   `json:"resume"`
	Set     *string `json:"set"`
}

func (a *API) changeClock(r *http.Request) (*answer, error) {
	var in clockBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	if err := a.applyClock(r, in); err != nil {
		return nil, err
	}
	return a.getClock(r)
}

func (a *API) applyClock(r *http.Request, in clockBody) error {
	given := 0
	for _, is := range []bool{in.Advance != nil, in.Freeze != nil, in.Resume != nil, in.Set != nil} {
		if is {
			given++
		}
	}
	const oneOf = `Send exactly one of {"advance":"2h"}, {"freeze":true}, {"resume":true}, {"set":"2027-01-01T00:00:00+08:00"}.`
	switch {
	case given != 1, in.Freeze != nil && !*in.Freeze, in.Resume != nil && !*in.Resume:
		return invalid(oneOf)
	case in.Freeze != nil:
		return a.service.FreezeClock(r.Context())
	case in.Resume != nil:
		return a.service.ResumeClock(r.Context())
	case in.Set != nil:
		to, err := time.Parse(time.RFC3339, *in.Set)
		if err != nil {
			return invalid("set is %q, must be a time with its zone, like 2027-01-01T00:00:00+08:00.", *in.Set)
		}
		return a.service.SetClock(r.Context(), to)
	default:
		d, err := time.ParseDuration(*in.Advance)
		if err != nil {
			return invalid("advance is %q, must be a duration like 90s, 10m or 2h.", *in.Advance)
		}
		return a.service.AdvanceClock(r.Context(), d)
	}
}
