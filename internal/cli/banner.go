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

// unmodifiedLine is how the official uploader is run against the server.
const unmodifiedLine = "  draftbox exec -- npx miniprogram-ci upload --pp DIR --pkp KEY --appid APPID --uv 1.0.0 -r 1\n"

// printBanner tells the person who started the server where everything is, and
// gives a line to try it with.
func (a *app) printBanner(ctx context.Context, r *running) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	clock, err := r.admin.Clock(ctx)
	if err != nil {
		return err
	}
	pairs := []string{
		"  API", r.ready.APIURL,
		"  Management", r.ready.AdminURL,
	}
	if r.ready.HTTPSURL != "" {
		pairs = append(pairs, "  HTTPS, proxy", r.ready.HTTPSURL, "  CA", r.ready.CAFile)
	}
	pairs = append(pairs, "  Admin token", r.ready.AdminToken, "  Data", r.server.Database())
	if clock.Frozen || clock.OffsetSeconds != 0 {
		pairs = append(pairs, "  Clock", showClock(clock))
	}
	if r.world.summary != "" {
		pairs = append(pairs, "  World", r.world.summary)
	}
	for _, warning := range r.world.warnings {
		pairs = append(pairs, "  Warning", warning)
	}
	try, err := tryLine(ctx, &r.local, r.server)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "draftbox %s\n\n", buildinfo.Version())
	if err := table.Fields(&b, pairs...); err != nil {
		return err
	}
	if r.ready.HTTPSURL != "" {
		b.WriteString("\nRun a program that has the real hosts written into it, unmodified:\n\n" + unmodifiedLine)
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
