package adminapi_test

import (
	"math"
	"net/http"
	"testing"
	"time"
)

const clockURL = "/_draftbox/v1/clock"

type clockAnswer struct {
	Now    time.Time `json:"now"`
	Offset float64   `json:"offset_seconds"`
	Frozen bool      `json:"frozen"`
}

func TestClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var start, c clockAnswer
	b.get(http.MethodGet, clockURL, "", &start)
	if start.Frozen || start.Offset != 0 {
		t.Errorf("a new clock is %+v", start)
	}
	b.get(http.MethodPost, clockURL, `{"advance":"2h"}`, &c)
	if c.Offset != 7200 || c.Now.Sub(start.Now) < 2*time.Hour {
		t.Errorf("after 2h the clock is %+v, was %+v", c, start)
	}
	var frozen clockAnswer
	b.get(http.MethodPost, clockURL, `{"freeze":true}`, &frozen)
	if !frozen.Frozen || math.Abs(frozen.Offset-7200) > 60 {
		t.Errorf("the frozen clock is %+v", frozen)
	}
	b.get(http.MethodPost, clockURL, `{"freeze":true}`, &c)
	if !c.Now.Equal(frozen.Now) {
		t.Errorf("freezing again moves the clock from %s to %s", frozen.Now, c.Now)
	}
	// What a frozen clock shows can be set again.
	b.get(http.MethodPost, clockURL, `{"set":"`+c.Now.Format(time.RFC3339Nano)+`"}`, &c)
	if !c.Now.Equal(frozen.Now) {
		t.Errorf("setting the time that it shows moves the clock from %s to %s", frozen.Now, c.Now)
	}
	b.get(http.MethodPost, clockURL, `{"resume":true}`, &c)
	if c.Frozen || c.Now.Before(frozen.Now) {
		t.Errorf("the resumed clock is %+v, stood at %s", c, frozen.Now)
	}
	to := frozen.Now.Add(48 * time.Hour).Truncate(time.Second)
	b.get(http.MethodPost, clockURL, `{"set":"`+to.Format(time.RFC3339)+`"}`, &c)
	if c.Now.Before(to) || c.Now.Sub(to) > time.Minute {
		t.Errorf("set to %s the clock shows %s", to, c.Now)
	}
}

func TestClockRefusals(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "show", url: clockURL, status: 200, has: []string{`"offset_seconds":0`, `"frozen":false`, `+08:00"`}},
		{name: "nothing", method: "POST", url: clockURL, body: `{}`, status: 422, has: []string{"exactly one"}},
		{name: "two", method: "POST", url: clockURL, body: `{"freeze":true,"advance":"1h"}`, status: 422},
		{name: "freeze false", method: "POST", url: clockURL, body: `{"freeze":false}`, status: 422},
		{name: "resume false", method: "POST", url: clockURL, body: `{"resume":false}`, status: 422},
		{name: "unknown", method: "POST", url: clockURL, body: `{"rewind":"1h"}`, status: 422, has: []string{"rewind"}},
		{name: "advance 0", method: "POST", url: clockURL, body: `{"advance":"0s"}`, status: 422},
		{name: "advance back", method: "POST", url: clockURL, body: `{"advance":"-1h"}`, status: 422},
		{name: "advance a word", method: "POST", url: clockURL, body: `{"advance":"soon"}`, status: 422, has: []string{"90s, 10m or 2h"}},
		{name: "advance a number", method: "POST", url: clockURL, body: `{"advance":3600}`, status: 422},
		{name: "advance past 2038", method: "POST", url: clockURL, body: `{"advance":"200000h"}`, status: 422, has: []string{"2038-01-19"}},
		{name: "set to the past", method: "POST", url: clockURL, body: `{"set":"2020-01-01T00:00:00+08:00"}`, status: 409, has: []string{"cannot go back"}},
		{name: "set without a zone", method: "POST", url: clockURL, body: `{"set":"2030-01-01 00:00:00"}`, status: 422},
		{name: "set past 2038", method: "POST", url: clockURL, body: `{"set":"2039-01-01T00:00:00+08:00"}`, status: 422},
	})
}
