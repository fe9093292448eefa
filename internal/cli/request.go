package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

// noAPIForRequests is why the list of requests needs a local server.
const noAPIForRequests = "WeChat keeps no list of requests that could be asked for; \"draftbox request show RID\" asks about a refused one"

func (a *app) requestCommand() *cobra.Command {
	cmd := group("request", "Calls to the emulated API, and why they ended as they did: list, show",
		"The server remembers the newest calls, each with the reason of its outcome.",
		a.requestListCommand(), a.requestShowCommand())
	a.targetFlags(cmd, localOrReal)
	return cmd
}

func (a *app) requestListCommand() *cobra.Command {
	var (
		asJSON, follow bool
		limit          int
		f              adminclient.RequestFilter
	)
	cmd := &cobra.Command{
		Use: "list", Short: "List calls, newest first", Args: positional,
		Example: `  draftbox request list
  draftbox request list --errcode 40001 --since 10m
  draftbox request list --follow                       and go on with those that come
  draftbox request list --path '/wxa/*' --json | jq -r '.[].reason'`,
		RunE: a.verb("list the requests", func(ctx context.Context, _ []string) error {
			if limit < 1 {
				return usagef("--limit is %d, must be at least 1", limit)
			}
			l, err := a.onlyLocal(noAPIForRequests)
			if err != nil {
				return err
			}
			f.Component, f.PageSize = a.target.component, limit
			if follow {
				return a.followRequests(ctx, l, f, limit, asJSON)
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			some, err := adminclient.Take(l.admin.Requests(ctx, f), limit)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(some)
			}
			return a.printRequests(some)
		}),
	}
	jsonFlag(cmd, &asJSON)
	flags := cmd.Flags()
	flags.IntVarP(&limit, "limit", "n", 20, "list this many at most")
	flags.BoolVarP(&follow, "follow", "f", false, "oldest first, and go on with those that come; with --json one object a line")
	flags.StringVar(&f.Path, "path", "", "calls of this `PATH`; one that ends in * is a prefix")
	flags.StringVar(&f.Errcode, "errcode", "", "calls that were answered with this `CODE`; 0 is success")
	flags.StringVar(&f.Since, "since", "", "not before this `TIME`, like 10m (ago) or 2026-01-01T00:00:00+08:00")
	return cmd
}

func (a *app) printRequests(some []adminclient.Request) error {
	if len(some) == 0 {
		return a.printf("(no requests match)\n")
	}
	t := table.New(
		table.Column{Title: "TIME" + zoneNote}, table.Column{Title: "RID"}, table.Column{Title: "CALL"},
		table.Column{Title: "ERRCODE", Right: true}, table.Column{Title: "TOOK", Right: true}, table.Column{Title: "REASON", Most: 80})
	for _, r := range some {
		t.Row(showTime(r.Time), r.RID, r.Method+" "+r.Path, r.Errcode, showDuration(r.DurationUS), r.Reason)
	}
	return t.Write(a.stdio.Out)
}

func showDuration(us int64) string { return fmt.Sprintf("%.1f ms", float64(us)/1000) }

func (a *app) requestShowCommand() *cobra.Command {
	var asJSON, reveal bool
	cmd := &cobra.Command{
		Use: "show RID...", Short: "Show a call, its bodies and the reason of its outcome", Args: positional,
		Long: `Show a call by the rid of its errmsg. With --endpoint it is WeChat's
/cgi-bin/openapi/rid/get that is asked, which knows refused calls only and tells no
reason.`,
		Example: `  draftbox request show 6b0285a0-0a1b2c3d-4e5f6071
  draftbox request show rid: 6b0285a0-0a1b2c3d-4e5f6071`,
		ValidArgsFunction: completeFirst(a.completeRequests()),
		RunE: a.verb("show the request", func(ctx context.Context, args []string) error {
			rid := strings.TrimSpace(strings.TrimPrefix(strings.Join(args, " "), "rid:"))
			if strings.ContainsAny(rid, " \t") {
				return usagef("%q is no rid: three groups of 8 hex digits", rid)
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			if a.target.endpoint != "" {
				return a.showRemoteRequest(ctx, rid, asJSON)
			}
			l, err := a.findLocal()
			if err != nil {
				return err
			}
			r, err := l.admin.Request(ctx, rid, reveal)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(r)
			}
			return a.printRequest(r)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the secrets whole; the server logs it")
	return cmd
}

func (a *app) printRequest(r adminclient.RequestDetail) error {
	token := cmp.Or(r.TokenKind, "(none that is known)")
	if r.AuthorizerAppid != "" {
		token += " of " + r.AuthorizerAppid
	}
	call := r.Method + " " + r.Path
	if r.Query != "" {
		call += "?" + r.Query
	}
	return a.fields(
		"reason", cmp.Or(r.Reason, "(it went well)"),
		"errcode", fmt.Sprintf("%d %s", r.Errcode, r.Errmsg),
		"rid", r.RID,
		"call", call,
		"time", showTime(r.Time)+zoneNote,
		"took", showDuration(r.DurationUS),
		"component", orDash(r.ComponentAppid),
		"token", token,
		"from", r.ClientIP,
		"http status", strconv.Itoa(r.HTTPStatus),
		"request body", showBody(r.RequestBody),
		"response body", showBody(r.ResponseBody),
	)
}

// showBody indents JSON, so that people can read it.
func showBody(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		b.Reset()
		b.WriteString(body)
	}
	return cmp.Or(strings.TrimSpace(b.String()), "(empty)")
}

// showRemoteRequest shows what another server says of a request.
func (a *app) showRemoteRequest(ctx context.Context, rid string, asJSON bool) error {
	c, err := a.wire(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		answer, err := c.Call(ctx, "POST", "/cgi-bin/openapi/rid/get", nil, map[string]string{"rid": rid})
		if err != nil {
			return err
		}
		return a.printJSON(answer)
	}
	info, err := c.RIDInfo(ctx, rid)
	if err != nil {
		return err
	}
	return a.printRequestInfo(info)
}

func (a *app) printRequestInfo(info wxopen.RequestInfo) error {
	return a.fields(
		"time", showTime(info.InvokeTime)+zoneNote,
		"took", info.Cost.Round(time.Millisecond).String(),
		"from", orDash(info.ClientIP),
		"query", orDash(info.RequestURL),
		"request body", showBody(info.RequestBody),
		"response body", showBody(info.ResponseBody),
	)
}
