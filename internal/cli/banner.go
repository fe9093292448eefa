package cli

import (
	"context"
	"fmt"
	"strings"

	"draftbox"
	"draftbox/internal/adminclient"
	"draftbox/internal/buildinfo"
	"draftbox/internal/cli/table"
)

// printBanner tells the person who started the server where everything is, and
// gives a line to try it with.
func (a *app) printBanner(ctx context.Context, l *local, server *draftbox.Server, w *world) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	clock, err := l.admin.Clock(ctx)
	if err != nil {
		return err
	}
	pairs := []string{
		"  API", l.ready.APIURL,
		"  Management", l.ready.AdminURL,
		"  Admin token", l.ready.AdminToken,
		"  Data", server.Database(),
	}
	if clock.Frozen || clock.OffsetSeconds != 0 {
		pairs = append(pairs, "  Clock", showClock(clock))
	}
	if w.summary != "" {
		pairs = append(pairs, "  World", w.summary)
	}
	for _, warning := range w.warnings {
		pairs = append(pairs, "  Warning", warning)
	}
	try, err := tryLine(ctx, l, server)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "draftbox %s\n\n", buildinfo.Version())
	if err := table.Fields(&b, pairs...); err != nil {
		return err
	}
	b.WriteString(try)
	return a.printf("%s\n", b.String())
}

// tryLine is a command that lists the draft box of the first component; empty
// when there is no component.
func tryLine(ctx context.Context, l *local, server *draftbox.Server) (string, error) {
	first, err := adminclient.Take(l.admin.Components(ctx, 1), 1)
	if err != nil || len(first) == 0 {
		return "", err
	}
	token, err := server.ComponentToken(ctx, first[0].Appid)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("\nList the draft box of %s (the token is good for 2 hours):\n\n  curl '%s/wxa/gettemplatedraftlist?access_token=%s'\n",
		table.OneLine(first[0].Name), l.ready.APIURL, token), nil
}
