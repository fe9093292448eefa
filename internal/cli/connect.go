package cli

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/readyfile"
	"draftbox/wxopen"
)

// target says whom the client verbs talk to, as the flags have it.
type target struct {
	readyFile   string
	endpoint    string
	accessToken string
	component   string
}

// reach says what a group of verbs can talk to.
type reach int

const (
	localOnly   reach = iota // a local server's management API
	localOrReal              // or any server of the wire protocol
)

// localFlags adds the flag of how to find the local server.
func (a *app) localFlags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&a.target.readyFile, "ready-file", "", "find the server by this ready `FILE` instead of the data dir")
	env(flags, "ready-file", "DRAFTBOX_READY_FILE")
}

// targetFlags adds the flags of whom to talk to.
func (a *app) targetFlags(cmd *cobra.Command, r reach) {
	a.localFlags(cmd)
	flags := cmd.PersistentFlags()
	flags.StringVar(&a.target.component, "component", "", "`APPID` of the component; not needed where there is only one")
	env(flags, "component", "DRAFTBOX_COMPONENT")
	flags.StringVar(&a.target.endpoint, "endpoint", "", "talk to the server at `URL`; "+wxopen.DefaultBaseURL+" is the real one")
	env(flags, "endpoint", "DRAFTBOX_ENDPOINT")
	flags.StringVar(&a.target.accessToken, "access-token", "", "call with the component_access_token `TOKEN`")
	secretEnv(flags, "access-token", "DRAFTBOX_ACCESS_TOKEN")
	if r == localOnly {
		// Known all the same, so that the verbs can say why they take none.
		for _, name := range []string{"endpoint", "access-token"} {
			_ = flags.MarkHidden(name) // fails for unknown names only
		}
	}
	_ = cmd.RegisterFlagCompletionFunc("component", a.completeComponents) // the same
}

// Times that a person waits for an answer.
const (
	callTimeout     = 30 * time.Second
	transferTimeout = 10 * time.Minute
)

// local is a running server on this machine.
type local struct {
	ready readyfile.File
	admin *adminclient.Client
}

// readyPath is where the server should have said how to reach it.
func (a *app) readyPath() string {
	if a.target.readyFile != "" {
		return a.target.readyFile
	}
	return filepath.Join(a.dataDir, readyfile.Name)
}

// findLocal returns the local server.
func (a *app) findLocal() (*local, error) {
	ready, err := readyfile.Read(a.readyPath())
	if err != nil {
		return nil, err
	}
	return &local{ready: ready, admin: adminclient.New(ready.AdminURL, ready.AdminToken, nil)}, nil
}

// onlyLocal returns the local server for work that WeChat has no API for, which
// why says.
func (a *app) onlyLocal(why string) (*local, error) {
	if err := a.refuseEndpoint(why); err != nil {
		return nil, err
	}
	return a.findLocal()
}

func (a *app) refuseEndpoint(why string) error {
	if a.target.endpoint == "" {
		return nil
	}
	return usagef("this works with a local draftbox server only, not with %s", a.target.endpoint).
		withWhy("%s", why).
		withNext("leave out --endpoint, or unset DRAFTBOX_ENDPOINT")
}

// wire returns a client of the emulated or the real API. A local server gives it
// a token of its own; there is no local one with an --endpoint.
func (a *app) wire(ctx context.Context) (*wxopen.Client, error) {
	if a.target.endpoint != "" {
		if a.target.accessToken == "" {
			return nil, usagef("--endpoint needs an access token").
				withWhy("a server that is not the local one gives none away").
				withNext("put the component_access_token of your platform into DRAFTBOX_ACCESS_TOKEN (or --access-token)")
		}
		return newWire(a.target.endpoint, a.target.accessToken)
	}
	l, err := a.findLocal()
	if err != nil {
		return nil, err
	}
	token := a.target.accessToken
	if token == "" {
		appid, err := a.component(ctx, l)
		if err != nil {
			return nil, err
		}
		issued, err := l.admin.IssueComponentToken(ctx, appid)
		if err != nil {
			return nil, err
		}
		token = issued.AccessToken
	}
	return newWire(l.ready.APIURL, token)
}

func newWire(endpoint, token string) (*wxopen.Client, error) {
	c, err := wxopen.New(wxopen.Config{BaseURL: endpoint, Tokens: wxopen.StaticToken(token)})
	if err != nil {
		return nil, usagef("--endpoint is wrong").withWhy("%s", strings.TrimPrefix(err.Error(), "wxopen: Config.BaseURL "))
	}
	return c, nil
}

// component returns the appid of the component that the flags name, or of the
// only one.
func (a *app) component(ctx context.Context, l *local) (string, error) {
	if a.target.component != "" {
		return a.target.component, nil
	}
	const most = 10
	some, err := adminclient.Take(l.admin.Components(ctx, most+1), most+1)
	if err != nil {
		return "", err
	}
	switch len(some) {
	case 0:
		return "", errNoComponent
	case 1:
		return some[0].Appid, nil
	}
	var names []string
	for _, c := range some[:min(len(some), most)] {
		names = append(names, c.Appid+"  "+c.Name)
	}
	if len(some) > most {
		names = append(names, "…")
	}
	return "", usagef("there are several components").
		withWhy("%s", strings.Join(names, "\n")).
		withNext("name one with --component APPID (or DRAFTBOX_COMPONENT)")
}

// errNoComponent is explained in explain.go.
var errNoComponent = errors.New("the server has no component")
