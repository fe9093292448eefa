package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"draftbox"
	"draftbox/internal/adminclient"
	"draftbox/internal/buildinfo"
	"draftbox/internal/cli/table"
	"draftbox/internal/platform"
)

// unmodifiedLine is how the official uploader is run against the server: with the
// key of a development mini program of the first component, if it is in the data
// dir and good.
func (a *app) unmodifiedLine(ctx context.Context, r *running) (string, error) {
	key, appid := "KEY", "APPID"
	components, err := adminclient.Take(r.admin.Components(ctx, 1), 1)
	if err != nil {
		return "", err
	}
	for _, c := range components {
		const look = 30 // as many as the real service lets a component have
		devs, err := adminclient.Take(r.admin.DevMiniprograms(ctx, c.Appid), look)
		if err != nil {
			return "", err
		}
		for _, d := range devs {
			text, err := os.ReadFile(a.keyFile(d.Appid))
			if err != nil {
				continue // it was made elsewhere, or is the user's own
			}
			if public, err := platform.PublicUploadKey(string(text)); err == nil && public == d.UploadKey {
				key, appid = a.keyFile(d.Appid), d.Appid
				break
			}
		}
	}
	return fmt.Sprintf("\nUpload with WeChat's own tool; other programs run so, too, with nothing changed in them:\n\n"+
		"  draftbox exec -- npx --no-install miniprogram-ci upload --pp FOLDER --pkp %s --appid %s --uv 1.1.0 -r 1\n", key, appid), nil
}

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
		"  Console", r.ready.AdminURL + "/",
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
	b.WriteString(try)
	if r.ready.HTTPSURL != "" {
		line, err := a.unmodifiedLine(ctx, r)
		if err != nil {
			return err
		}
		b.WriteString(line)
	}
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
