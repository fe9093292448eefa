package console

import (
	"context"
	"net/http"
	"strings"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// callbacksView is where pushes go to.
type callbacksView struct {
	Targets []targetView
	Format  string
	// CanTest is false where nothing can be sent from here.
	CanTest bool
}

// targetView is one of the two URLs, and what came of trying it out.
type targetView struct {
	Key   platform.Target
	URL   string
	Probe *probeView
}

// probeView is how a push that only tries a URL out went.
type probeView struct {
	attemptView
	URL, Type, Body string
	Tone            string
}

func (a *Console) callbacks(ctx context.Context, c *call) (*answer, error) {
	return a.callbackPage(ctx, c, "", nil)
}

func (a *Console) callbackPage(ctx context.Context, c *call, target platform.Target, probe *probeView) (*answer, error) {
	comp, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, err
	}
	v := callbacksView{Format: string(comp.Settings.Switches.PushFormat), CanTest: a.probe != nil, Targets: []targetView{
		{Key: platform.TargetEvent, URL: c.typed("event_url", comp.EventURL)},
		{Key: platform.TargetMessage, URL: c.typed("message_url", comp.MessageURL)},
	}}
	for i := range v.Targets {
		if v.Targets[i].Key == target {
			v.Targets[i].Probe = probe
		}
	}
	return a.settingsPage(ctx, c, "callbacks", v)
}

// saveCallbacks takes the URLs over, or tries one of them out as it stands in the form.
func (a *Console) saveCallbacks(ctx context.Context, c *call) (*answer, error) {
	urls := map[platform.Target]string{
		platform.TargetEvent: strings.TrimSpace(c.form.Get("event_url")), platform.TargetMessage: strings.TrimSpace(c.form.Get("message_url")),
	}
	if test, is := strings.CutPrefix(c.form.Get("do"), "test_"); is {
		return a.testCallback(ctx, c, platform.Target(test), urls[platform.Target(test)])
	}
	_, err := a.service.ChangeComponent(ctx, c.component, func(comp *platform.Component) error {
		comp.EventURL, comp.MessageURL = urls[platform.TargetEvent], urls[platform.TargetMessage]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done(settingsPath(c.component, "callbacks"), "saved", ""), nil
}

// testCallback sends a push that is sealed as every other and shows what the receiver
// did. It stands in no queue and is kept nowhere.
func (a *Console) testCallback(ctx context.Context, c *call, target platform.Target, url string) (*answer, error) {
	switch {
	case a.probe == nil:
		return nil, &refusal{http.StatusServiceUnavailable, "told.no_probe"}
	case target != platform.TargetEvent && target != platform.TargetMessage:
		return nil, &refusal{http.StatusUnprocessableEntity, "told.form"}
	case url == "":
		return nil, &refusal{http.StatusUnprocessableEntity, "told.no_url"}
	}
	push, err := a.service.Probe(ctx, platform.Probe{Component: c.component, Target: target, URL: url})
	if err != nil {
		return nil, err
	}
	t := a.probe(ctx, push)
	v := &probeView{URL: push.URL, Type: push.Type, Body: journal.MaskText(push.Body), Tone: "broken"}
	request := t.Request
	if push.Format != platform.PushXML { // else it is encrypted
		request = journal.MaskText(request)
	}
	v.attemptView = attemptView{
		Number: 1, Time: c.timeCell(t.At), Milliseconds: t.Took.Milliseconds(), Outcome: string(t.Outcome), Good: t.Outcome == platform.OutcomeDelivered,
		Status: t.HTTPStatus, Answer: journal.MaskText(t.Answer), Reason: t.Reason, Query: t.Query, Request: request,
	}
	if v.Good {
		v.Tone = "ok"
	}
	return a.callbackPage(ctx, c, target, v)
}

// pushTicket pushes the ticket now, by the queue that every push goes through.
func (a *Console) pushTicket(ctx context.Context, c *call) (*answer, error) {
	if _, err := a.service.PushTicket(ctx, c.component); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/pushes", "ticket_pushed", ""), nil
}
