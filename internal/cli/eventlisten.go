package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/wxopen/wxcrypt"
)

// listenFlags are what `event listen` is told.
type listenFlags struct {
	addr          address
	token, aesKey string
	answer        string
	status        int
	delay         time.Duration
	set, asJSON   bool
}

func (a *app) eventListenCommand() *cobra.Command {
	f := listenFlags{addr: "127.0.0.1:9000"}
	cmd := &cobra.Command{
		Use: "listen", Short: "Receive pushes, decrypt and print them", Args: positional,
		Long: `Receive pushes at any path, check their signature, decrypt them, print each with
the XML in it - tickets and codes are whole there - and answer "success". It stands in
for a program that is not written yet, and ends with Ctrl-C.

With --set the component pushes here until it ends: tickets and authorizations to
/event, merchants' messages to /$APPID$/message. The URLs that were there before come
back at the end. A redirect_uri may lead here, too: the code that the browser brings
back from the authorization page is printed.

With --answer, --status and --delay it fails as programs do. What the server makes of
that: draftbox event show ID.

Key and message token are those of the component on the running server, or --aes-key
and --token; with both no server is needed, and pushes of the real service can be
received. Name the platform with --component then, to check that they are for it.`,
		Example: `  draftbox event listen --set
  draftbox event listen --addr 127.0.0.1:0 --set --json | jq -r .type
  draftbox event listen --answer SUCCESS                       not exactly success: tried again
  draftbox event listen --status 500 --answer 'out of order'
  draftbox event listen --delay 6s                             too late
  draftbox event listen --addr 0.0.0.0:80 --aes-key "$KEY" --token "$TOKEN" --component wx0000000000000001`,
		RunE: a.verb("receive pushes", func(ctx context.Context, _ []string) error { return a.listenForPushes(ctx, &f) }),
	}
	flags := cmd.Flags()
	flags.Var(&f.addr, "addr", "address to listen on; port 0 picks a free one")
	env(flags, "addr", "DRAFTBOX_EVENT_ADDR")
	flags.BoolVar(&f.set, "set", false, "let the component push here until this ends")
	flags.StringVar(&f.answer, "answer", "success", "answer `TEXT`")
	flags.IntVar(&f.status, "status", http.StatusOK, "answer with the HTTP status `CODE`")
	flags.DurationVar(&f.delay, "delay", 0, "wait for the `DURATION` before the answer")
	flags.StringVar(&f.aesKey, "aes-key", "", "the EncodingAESKey `KEY`, 43 characters")
	secretEnv(flags, "aes-key", "DRAFTBOX_ENCODING_AES_KEY")
	flags.StringVar(&f.token, "token", "", "the message token `TOKEN`")
	secretEnv(flags, "token", "DRAFTBOX_MESSAGE_TOKEN")
	jsonFlag(cmd, &f.asJSON)
	flags.Lookup("json").Usage = "print a line of JSON for each, for programs"
	return cmd
}

func (f *listenFlags) check() error {
	switch {
	case f.delay < 0:
		return usagef("--delay is %s, must be 0s or more", f.delay)
	case f.status < 200 || f.status > 599:
		return usagef("--status is %d, must be 200 to 599", f.status)
	case (f.aesKey == "") != (f.token == ""):
		return usagef("--aes-key and --token go together").withWhy("the one decrypts a push, the other checks its signature")
	case f.aesKey == "":
		return nil
	}
	if _, err := wxcrypt.ParseKey(f.aesKey); err != nil {
		return usagef("the EncodingAESKey is wrong").withWhy("%s", strings.TrimPrefix(err.Error(), "wxcrypt: "))
	}
	return nil
}

// listenForPushes receives pushes until the context ends.
func (a *app) listenForPushes(ctx context.Context, f *listenFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	p := &pushReceiver{app: a, flags: f, appid: a.target.component}
	var sets *pushTarget
	if f.set || f.aesKey == "" {
		var err error
		if sets, err = a.pushTarget(ctx, f); err != nil {
			return err
		}
		p.appid = sets.component.Appid
	}
	l, err := listenOn(ctx, "--addr", f.addr.String())
	if err != nil {
		return err
	}
	const slow = 10 * time.Second // a push is a few kilobytes
	server := &http.Server{Handler: p, ReadHeaderTimeout: slow, ReadTimeout: slow}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	here := l.url("http")
	fmt.Fprintf(a.stdio.Err, "note: listening on %s, Ctrl-C ends it\n", here)
	if sets != nil {
		err = sets.direct(ctx, a, f, here)
	}
	if err == nil {
		select {
		case err = <-failed:
		case <-ctx.Done():
		}
	}
	if sets != nil {
		err = errors.Join(err, sets.putBack())
	}
	_ = server.Close() // those that wait for their delay get no answer
	return err
}

// pushTarget is the component whose pushes are received, and what --set changes of
// it.
type pushTarget struct {
	admin     *adminclient.Client
	component adminclient.Component
	set       adminclient.ComponentChange // zero while nothing is set
}

// pushTarget finds the component on the running server, and takes its key and
// message token unless there are others.
func (a *app) pushTarget(ctx context.Context, f *listenFlags) (*pushTarget, error) {
	why := "the real service tells nobody a key; give it with --aes-key and --token"
	if f.set {
		why = "the URLs of a platform are set in WeChat's web console; there is no API for it"
	}
	l, appid, err := a.localComponent(ctx, nil, why)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	c, err := l.admin.Component(ctx, appid, true)
	if err != nil {
		return nil, err
	}
	if f.aesKey == "" {
		f.aesKey, f.token = c.EncodingAESKey, c.Token
	}
	return &pushTarget{admin: l.admin, component: c}, nil
}

// direct lets the component push here, or says where it pushes to.
func (t *pushTarget) direct(ctx context.Context, a *app, f *listenFlags, here string) error {
	c := &t.component
	if !f.set {
		if !strings.HasPrefix(c.EventURL, here) {
			fmt.Fprintf(a.stdio.Err, "note: %s pushes to %s; --set lets it push here\n", c.Appid, table.OneLine(orDash(c.EventURL)))
		}
		return nil
	}
	change := adminclient.ComponentChange{EventURL: new(here + "/event"), MessageURL: new(here + "/$APPID$/message")}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := t.admin.UpdateComponent(ctx, c.Appid, change); err != nil {
		return err
	}
	t.set = change
	fmt.Fprintf(a.stdio.Err, "note: %s pushes to %s and %s now\n", c.Appid, *change.EventURL, *change.MessageURL)
	return nil
}

// putBack puts the URLs back that were there before, unless somebody has set others
// meanwhile. It is done when the context has ended.
func (t *pushTarget) putBack() error {
	if t.set.EventURL == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	before := &t.component
	now, err := t.admin.Component(ctx, before.Appid, false)
	if err == nil {
		var change adminclient.ComponentChange
		if now.EventURL == *t.set.EventURL {
			change.EventURL = &before.EventURL
		}
		if now.MessageURL == *t.set.MessageURL {
			change.MessageURL = &before.MessageURL
		}
		_, err = t.admin.UpdateComponent(ctx, before.Appid, change)
	}
	if err == nil {
		return nil
	}
	return &fault{
		what: "the URLs of " + before.Appid + " still lead here, where nobody listens now", why: err.Error(),
		next: fmt.Sprintf("draftbox component set %s --event-url '%s' --message-url '%s'", before.Appid, before.EventURL, before.MessageURL),
		code: exitRefused,
	}
}
