package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"draftbox/internal/adminclient"
)

// componentFlags are what `component set` is told. What is not given stays as it
// is.
type componentFlags struct {
	name, eventURL, messageURL, authPageDomain string
	ipAllowlist                                []string
	switches                                   []string
}

func (a *app) componentSetCommand() *cobra.Command {
	var (
		asJSON bool
		f      componentFlags
	)
	cmd := &cobra.Command{
		Use: "set [APPID]", Short: "Change the settings of a component", Args: positional,
		Long: `Change what a component has, and print it. What is not given stays as it is; an
empty value takes it away. What the world file names comes back at the next start.

A switch says what draftbox does where the real service leaves a behavior open:
docs/config.md explains each. An empty value puts the default back; a list is
written with commas, refusals as VALUE=CODE.`,
		Example: `  draftbox component set --event-url http://127.0.0.1:9000/event
  draftbox component set --message-url 'http://127.0.0.1:9000/$APPID$/message'
  draftbox component set wx0000000000000001 --event-url ''          push no more
  draftbox component set --switch push_tries=5 --switch ticket_each_push=new
  draftbox component set --switch push_tries=                       the default again
  draftbox component set --switch registration_refuse=zhang_san=61070
  draftbox component set --ip-allowlist 127.0.0.1,10.0.0.0/8`,
		ValidArgsFunction: completeFirst(a.completeComponents),
	}
	cmd.RunE = a.verb("change the component", func(ctx context.Context, args []string) error {
		change, err := f.change(cmd.Flags())
		if err != nil {
			return err
		}
		l, appid, err := a.localComponent(ctx, args, noAPIForComponents)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		c, err := l.admin.UpdateComponent(ctx, appid, change)
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(c)
		}
		return a.printComponent(c, nil)
	})
	jsonFlag(cmd, &asJSON)
	f.add(cmd)
	return cmd
}

func (f *componentFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", "", "call it `NAME`")
	flags.StringVar(&f.eventURL, "event-url", "", "push tickets and authorization events to `URL`")
	flags.StringVar(&f.messageURL, "message-url", "", "push merchants' messages to `URL`; may hold $APPID$")
	flags.StringVar(&f.authPageDomain, "auth-page-domain", "", "let authorizations begin on pages of the host `DOMAIN` only (授权发起页域名)")
	flags.StringSliceVar(&f.ipAllowlist, "ip-allowlist", nil, "let `ADDRESSES` call only, like 127.0.0.1,10.0.0.0/8")
	flags.StringArrayVar(&f.switches, "switch", nil, "set a switch, `NAME=VALUE`; may be repeated")
	_ = cmd.RegisterFlagCompletionFunc("switch", completeSwitches) // fails for unknown names only
}

// change takes over the flags that were given.
func (f *componentFlags) change(flags *pflag.FlagSet) (adminclient.ComponentChange, error) {
	var out adminclient.ComponentChange
	given := false
	take := func(flag string, take func()) {
		if flags.Changed(flag) {
			given = true
			take()
		}
	}
	take("name", func() { out.Name = &f.name })
	take("event-url", func() { out.EventURL = &f.eventURL })
	take("message-url", func() { out.MessageURL = &f.messageURL })
	take("auth-page-domain", func() { out.AuthPageDomain = &f.authPageDomain })
	take("ip-allowlist", func() { out.IPAllowlist = &f.ipAllowlist })
	var err error
	take("switch", func() { out.Switches, err = switchPatch(f.switches) })
	if err == nil && !given {
		err = usagef("nothing is to be changed").withWhy("none of the flags was given")
	}
	return out, err
}

// switchPatch reads NAME=VALUE flags; nil stands for the default.
func switchPatch(flags []string) (map[string]any, error) {
	out := map[string]any{}
	for _, flag := range flags {
		name, value, found := strings.Cut(flag, "=")
		s := findSwitch(name)
		switch {
		case s == nil:
			return nil, usagef("there is no switch %q", name).withWhy("there are: %s", strings.Join(switchNames(), ", "))
		case !found:
			return nil, usagef("the switch %s has no value", name).withNext("write it like %s; an empty value is the default", s.example())
		case value == "":
			out[name] = nil
			continue
		}
		v, err := s.read(value, out[name])
		if err != nil {
			return nil, usagef("the switch %s is wrong", name).withWhy("%v", err)
		}
		out[name] = v
	}
	return out, nil
}
