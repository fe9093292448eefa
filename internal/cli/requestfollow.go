package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// followLimit bounds how many calls are told of at a time. A server that is called more
// often than one can read loses the others.
const followLimit = 1000

// followRequests prints calls as they come, oldest first, until the context or the
// server ends.
func (a *app) followRequests(ctx context.Context, l *local, f adminclient.RequestFilter, first int, asJSON bool) error {
	last, most := "", first
	for event, err := range l.admin.Events(ctx, "") {
		switch {
		case ctx.Err() != nil:
			return nil // an interrupt is how one ends it
		case errors.Is(err, io.EOF):
			fmt.Fprintln(a.stdio.Err, "note: the server has stopped")
			return nil
		case err != nil:
			return err
		case event.Requests == nil:
			continue
		}
		fresh, err := newerRequests(ctx, l, f, last, most)
		if err != nil {
			return err
		}
		for _, r := range fresh {
			if err := a.printRequestLine(r, asJSON); err != nil {
				return err
			}
			last = r.RID
		}
		most = followLimit
	}
	return nil
}

// newerRequests lists the calls after one, oldest first.
func newerRequests(ctx context.Context, l *local, f adminclient.RequestFilter, last string, most int) ([]adminclient.Request, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var out []adminclient.Request
	f.PageSize = most
	for r, err := range l.admin.Requests(ctx, f) {
		if err != nil {
			return nil, err
		}
		if r.RID == last {
			break
		}
		if out = append(out, r); len(out) == most {
			break
		}
	}
	slices.Reverse(out)
	return out, nil
}

func (a *app) printRequestLine(r adminclient.Request, asJSON bool) error {
	if asJSON {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		return a.printf("%s\n", line)
	}
	return a.printf("%s  %6d  %8s  %s %s  %s  %s\n", showTime(r.Time), r.Errcode, showDuration(r.DurationUS), r.Method, table.OneLine(r.Path), r.RID, table.OneLine(r.Reason))
}
