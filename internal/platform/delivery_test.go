package platform_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// claimed is a callback URL that a holder has taken.
type claimed struct {
	*scene
	holder string
	url    platform.CallbackURL
}

// claim takes the one URL that has something waiting.
func (sc *scene) claim(holder string) claimed {
	sc.Helper()
	urls := must[[]platform.CallbackURL](sc.T)(sc.ClaimURLs(sc.Context(), holder, 9))
	if len(urls) != 1 {
		sc.Fatalf("%d URLs are claimed, want 1", len(urls))
	}
	return claimed{sc, holder, urls[0]}
}

func (c claimed) next() *platform.Push {
	c.Helper()
	return must[*platform.Push](c.T)(c.NextPush(c.Context(), c.holder, c.url))
}

// record tells of an attempt, which leaves the delivery pending or not.
func (c claimed) record(p *platform.Push, outcome platform.Outcome, pending bool, want error) {
	c.Helper()
	got, err := c.RecordAttempt(c.Context(), c.holder, c.url, p, platform.Attempt{At: p.Now, Outcome: outcome, Reason: string(outcome)})
	c.is("record an attempt", err, want)
	equal(c.T, "pending", got, pending)
}

// stateIs compares what became of a delivery: state, tries, end since noon, and the
// outcomes of its attempts.
func (sc *scene) stateIs(id, want string, outcomes ...platform.Outcome) {
	sc.Helper()
	d := must[platform.Delivery](sc.T)(sc.Delivery(sc.Context(), id))
	end := "-"
	if !d.DoneAt.IsZero() {
		end = d.DoneAt.Sub(noon).String()
	}
	equal(sc.T, "delivery "+id, fmt.Sprint(d.State, " ", d.Tries, " ", end), want)
	var got []platform.Outcome
	for i, a := range d.Attempts {
		equal(sc.T, "number of an attempt", a.Number, i+1)
		got = append(got, a.Outcome)
	}
	if !reflect.DeepEqual(got, outcomes) {
		sc.Errorf("the attempts of %s are %v, want %v", id, got, outcomes)
	}
}

// oneEvent returns a scene with one event pending, which is the component's first
// delivery, and its id.
func oneEvent(t *testing.T, change ...func(*platform.Component)) (*scene, string) {
	t.Helper()
	sc := newScene(t, change...)
	sc.grant(sc.merchant())
	return sc, sc.comp + "-1"
}

func TestTriesUntilItIsDelivered(t *testing.T) {
	t.Parallel()
	sc, id := oneEvent(t)
	c := sc.claim("a")
	p := c.next()
	component := must[platform.Component](t)(sc.Component(t.Context(), sc.comp))
	equal(t, "id", p.ID(), id)
	equal(t, "what seals it", fmt.Sprint(p.Token, p.EncodingAESKey, p.MaxTries, p.Now), fmt.Sprint(component.Token, component.EncodingAESKey, 3, noon))
	c.record(p, platform.OutcomeTimeout, true, nil)
	sc.stateIs(id, "pending 1 -", platform.OutcomeTimeout)
	p = c.next() // the same once more
	equal(t, "id", p.ID(), id)
	equal(t, "tries", p.Tries, 1)
	sc.pass(time.Second)
	c.record(p, platform.OutcomeDelivered, false, nil)
	sc.stateIs(id, "delivered 2 1s", platform.OutcomeTimeout, platform.OutcomeDelivered)
	_, err := sc.NextPush(t.Context(), "a", c.url)
	sc.is("nothing left", err, platform.ErrNotFound)
}

func TestGivenUpAfterItsTries(t *testing.T) {
	t.Parallel()
	for tries, outcomes := range map[int][]platform.Outcome{
		1: {platform.OutcomeReset},
		3: {platform.OutcomeRefused, platform.OutcomeWrongBody, platform.OutcomeTLS},
	} {
		sc, id := oneEvent(t, func(c *platform.Component) { c.Settings.Switches.PushTries = tries })
		must[platform.Authorizer](t)(sc.Revoke(t.Context(), sc.comp, sc.events()[0].Authorizer))
		c := sc.claim("a")
		for i, outcome := range outcomes {
			c.record(c.next(), outcome, i < tries-1, nil)
		}
		sc.stateIs(id, fmt.Sprint("failed ", tries, " 0s"), outcomes...)
		equal(t, "the next event", c.next().Type, "unauthorized") // goes on
	}
}

func TestRedeliver(t *testing.T) {
	t.Parallel()
	sc, id := oneEvent(t)
	ctx := t.Context()
	_, err := sc.Redeliver(ctx, id)
	sc.is("pending", err, platform.ErrConflict)
	c := sc.claim("a")
	for i := range 3 {
		c.record(c.next(), platform.OutcomeHTTPStatus, i < 2, nil)
	}
	m := sc.events()[0].Authorizer
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	told := sc.onPush.Load()
	d := must[platform.Delivery](t)(sc.Redeliver(ctx, id))
	equal(t, "told", sc.onPush.Load(), told+1)
	equal(t, "state", fmt.Sprint(d.State, " ", d.Tries, " ", d.DoneAt.IsZero()), "pending 0 true")
	failed := []platform.Outcome{platform.OutcomeHTTPStatus, platform.OutcomeHTTPStatus, platform.OutcomeHTTPStatus}
	sc.stateIs(id, "pending 0 -", failed...)
	p := c.next() // what came meanwhile is before it
	equal(t, "head", p.Type, "unauthorized")
	c.record(p, platform.OutcomeDelivered, false, nil)
	c.record(c.next(), platform.OutcomeTimeout, true, nil) // all tries are before it
	c.record(c.next(), platform.OutcomeDelivered, false, nil)
	sc.stateIs(id, "delivered 2 0s", append(failed, platform.OutcomeTimeout, platform.OutcomeDelivered)...)
	sc.ok(sc.ReleaseURL(ctx, "a", c.url))

	// What was delivered can go again, to where the URL is now.
	change := func(url string) {
		t.Helper()
		must[platform.Component](t)(sc.ChangeComponent(ctx, sc.comp, func(c *platform.Component) error {
			c.EventURL = url
			return nil
		}))
	}
	const moved = "http://127.0.0.1:9000/moved"
	change("")
	_, err = sc.Redeliver(ctx, id)
	sc.is("without a URL", err, platform.ErrConflict)
	change(moved)
	must[platform.Delivery](t)(sc.Redeliver(ctx, id))
	c = sc.claim("a")
	equal(t, "URL", c.url.URL, moved)
	p = c.next()
	equal(t, "URL of the delivery", p.URL, moved)
	c.record(p, platform.OutcomeDelivered, false, nil)
	for _, bad := range []string{sc.comp + "-99", sc.comp + "-0", sc.comp + "-01", sc.comp + "-x", sc.comp, "-1", "", "wx0000000000000bad-1"} {
		_, err := sc.Redeliver(ctx, bad)
		sc.is("redeliver "+bad, err, platform.ErrNotFound)
		_, err = sc.Delivery(ctx, bad)
		sc.is("read "+bad, err, platform.ErrNotFound)
	}
}

// TestALostHold: an attempt that ends after another node took the URL is kept, and
// changes only what it must.
func TestALostHold(t *testing.T) {
	t.Parallel()
	sc, id := oneEvent(t)
	ctx := t.Context()
	a := sc.claim("a")
	sc.pass(platform.HoldTime - time.Millisecond)
	equal(t, "claimed while it is held", len(must[[]platform.CallbackURL](t)(sc.ClaimURLs(ctx, "b", 9))), 0)
	p := a.next() // a sign of life
	sc.pass(platform.HoldTime - time.Millisecond)
	equal(t, "claimed while it is held", len(must[[]platform.CallbackURL](t)(sc.ClaimURLs(ctx, "b", 9))), 0)
	a.record(p, platform.OutcomeTimeout, true, nil) // another
	sc.pass(platform.HoldTime)
	b := sc.claim("b")
	_, err := sc.NextPush(ctx, "a", a.url)
	sc.is("next push of who lost it", err, platform.ErrConflict)
	a.record(p, platform.OutcomeReset, true, platform.ErrConflict)
	sc.stateIs(id, "pending 2 -", platform.OutcomeTimeout, platform.OutcomeReset)
	sc.ok(sc.ReleaseURL(ctx, "a", a.url)) // gives nothing back
	q := b.next()
	equal(t, "tries", q.Tries, 2)
	b.record(q, platform.OutcomeDelivered, false, nil)
	done := "delivered 3 " + sc.clock().Sub(noon).String()
	sc.stateIs(id, done, platform.OutcomeTimeout, platform.OutcomeReset, platform.OutcomeDelivered)
	sc.pass(time.Second)
	a.record(p, platform.OutcomeTimeout, false, platform.ErrConflict) // what was delivered stays so
	equal(t, "state", must[platform.Delivery](t)(sc.Delivery(ctx, id)).State, platform.DeliveryDelivered)
	equal(t, "end", must[platform.Delivery](t)(sc.Delivery(ctx, id)).DoneAt, sc.clock().Add(-time.Second))
}

// TestLateSuccess: what was given up and yet arrived is delivered.
func TestLateSuccess(t *testing.T) {
	t.Parallel()
	sc, id := oneEvent(t, func(c *platform.Component) { c.Settings.Switches.PushTries = 1 })
	a := sc.claim("a")
	p := a.next()
	sc.pass(platform.HoldTime)
	b := sc.claim("b")
	b.record(b.next(), platform.OutcomeTimeout, false, nil)
	end := platform.HoldTime.String()
	sc.stateIs(id, "failed 1 "+end, platform.OutcomeTimeout)
	a.record(p, platform.OutcomeDelivered, false, platform.ErrConflict)
	sc.stateIs(id, "delivered 2 "+end, platform.OutcomeTimeout, platform.OutcomeDelivered)
}

// TestPushesGoWithTheirComponent: what is under way then is nobody's any more.
func TestPushesGoWithTheirComponent(t *testing.T) {
	t.Parallel()
	sc, id := oneEvent(t)
	c := sc.claim("a")
	p := c.next()
	sc.ok(sc.DeleteComponent(t.Context(), sc.comp))
	c.record(p, platform.OutcomeDelivered, false, platform.ErrNotFound)
	_, err := sc.NextPush(t.Context(), "a", c.url)
	sc.is("next push", err, platform.ErrNotFound)
	_, err = sc.Delivery(t.Context(), id)
	sc.is("the delivery", err, platform.ErrNotFound)
	_, err = sc.Redeliver(t.Context(), id)
	sc.is("redeliver", err, platform.ErrNotFound)
	if n := must[map[platform.DeliveryState]int](t)(sc.CountDeliveries(t.Context(), "")); len(n) != 0 {
		t.Errorf("there are %v deliveries left", n)
	}
}
