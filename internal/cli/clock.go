package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/platform"
)

// noAPIForClock is why clock verbs need a local server.
const noAPIForClock = "only draftbox has a clock that can be moved"

func (a *app) clockCommand() *cobra.Command {
	cmd := group("clock", "The virtual clock: show, advance, freeze, resume, set",
		`Tokens, tickets and everything else that ends by time follow the virtual clock. It
never goes back.`,
		a.clockShowCommand(),
		a.clockVerb(&cobra.Command{
			Use: "advance DURATION", Short: "Move the clock forward", Args: positional,
			Example: `  draftbox clock advance 2h
  draftbox clock advance 1h30m`,
		}, func(args []string) (*adminclient.ClockChange, error) {
			d, err := time.ParseDuration(args[0])
			if err != nil || d <= 0 {
				return nil, usagef("%q is no duration above 0", args[0]).withNext("write it like 90s, 10m or 2h")
			}
			return &adminclient.ClockChange{Advance: args[0]}, nil
		}),
		a.clockVerb(&cobra.Command{
			Use: "freeze", Short: "Stop the clock", Args: positional,
			Example: `  draftbox clock freeze`,
		}, func([]string) (*adminclient.ClockChange, error) { return &adminclient.ClockChange{Freeze: true}, nil }),
		a.clockVerb(&cobra.Command{
			Use: "resume", Short: "Let the clock go on from where it stands", Args: positional,
			Example: `  draftbox clock resume`,
		}, func([]string) (*adminclient.ClockChange, error) { return &adminclient.ClockChange{Resume: true}, nil }),
		a.clockVerb(&cobra.Command{
			Use: "set TIME...", Short: "Set the clock to a time to come", Args: positional,
			Long: `Set the clock to a time that is not before its own: RFC 3339, or date and time in
UTC+8.`,
			Example: `  draftbox clock set 2027-01-01T00:00:00+08:00
  draftbox clock set "2027-01-01 00:00:00"`,
		}, func(args []string) (*adminclient.ClockChange, error) {
			t, err := parseTime(strings.Join(args, " "))
			return &adminclient.ClockChange{Set: t}, err
		}))
	a.targetFlags(cmd, localOnly)
	_ = cmd.PersistentFlags().MarkHidden("component") // all components have the same clock
	return cmd
}

// parseTime reads a time as people write it and returns it in RFC 3339.
func parseTime(s string) (string, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.Format(time.RFC3339Nano), nil
	}
	for _, layout := range []string{timeLayout, "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, platform.UTC8); err == nil {
			return t.Format(time.RFC3339), nil
		}
	}
	return "", usagef("%q is no time", s).withNext("write it like 2027-01-01T00:00:00+08:00, or 2027-01-01 00:00:00 for UTC+8")
}

func (a *app) clockShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show", Short: "Show the clock", Args: positional,
		Example: `  draftbox clock show
  draftbox clock show --json`,
	}
	return a.clockVerb(cmd, func([]string) (*adminclient.ClockChange, error) { return nil, nil })
}

// clockVerb completes a command that changes the clock as its arguments say, if
// they do, and shows it.
func (a *app) clockVerb(cmd *cobra.Command, change func(args []string) (*adminclient.ClockChange, error)) *cobra.Command {
	var asJSON bool
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.RunE = a.verb(verb+" the clock", func(ctx context.Context, args []string) error {
		in, err := change(args)
		if err != nil {
			return err
		}
		l, err := a.onlyLocal(noAPIForClock)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		var c adminclient.Clock
		if in == nil {
			c, err = l.admin.Clock(ctx)
		} else {
			c, err = l.admin.ChangeClock(ctx, *in)
		}
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(c)
		}
		return a.printf("%s\n", showClock(c))
	})
	jsonFlag(cmd, &asJSON)
	return cmd
}

// showClock tells the time, how far it is from the real one, and whether it
// stands still.
func showClock(c adminclient.Clock) string {
	text := showTime(c.Now) + zoneNote
	offset := time.Duration(c.OffsetSeconds * float64(time.Second)).Round(time.Second)
	if offset != 0 {
		text += fmt.Sprintf("  %s from real time", signed(offset))
	}
	if c.Frozen {
		text += "  frozen"
	}
	return text
}

// signed shows a duration with its sign and without parts that are zero.
func signed(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	if d > 0 {
		text = "+" + text
	}
	return text
}
