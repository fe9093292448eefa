package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/wxopen"
)

// grayFlags are what `code gray` is told.
type grayFlags struct {
	change               wxopen.GrayReleaseChange
	show, cancel, asJSON bool
}

func (m *merchantCode) grayCommand() *cobra.Command {
	var f grayFlags
	cmd := &cobra.Command{
		Use: "gray [PERCENT]", Short: "Release by degrees, show the plan, or cancel it", Args: positional,
		Long: `Release the version that passed last for PERCENT of the users (分阶段发布, POST
/wxa/grayrelease), or for more than before. 100 is a release. 0 is for project members
(--debuggers-first) or testers (--experiencers-first) alone. --show tells the plan
(GET /wxa/getgrayreleaseplan), --cancel ends it (GET /wxa/revertgrayrelease).`,
		Example: `  draftbox code gray 10
  draftbox code gray 0 --experiencers-first
  draftbox code gray --show
  draftbox code gray --cancel`,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	work := m.merchantVerb("release by degrees", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
		return m.gray(ctx, c, &f)
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		flags := cmd.Flags()
		first := flags.Changed("debuggers-first") || flags.Changed("experiencers-first")
		switch {
		case f.show || f.cancel:
			if len(args) > 0 || first {
				return usagef("--show and --cancel take no PERCENT")
			}
		case len(args) == 0:
			return usagef("PERCENT is missing").withNext("give one, or --show, or --cancel")
		default:
			percent, err := strconv.Atoi(strings.TrimSuffix(args[0], "%"))
			if err != nil {
				return usagef("%q is no percentage: it is a number from 0 to 100", args[0])
			}
			f.change.Percentage = percent
		}
		return work(cmd, args)
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.change.DebuggersFirst, "debuggers-first", false, "for the project's members first")
	flags.BoolVar(&f.change.ExperiencersFirst, "experiencers-first", false, "for the testers first")
	flags.BoolVar(&f.show, "show", false, "tell the plan and change nothing")
	flags.BoolVar(&f.cancel, "cancel", false, "cancel the plan that runs: its users go back to the former version")
	jsonFlag(cmd, &f.asJSON)
	cmd.MarkFlagsMutuallyExclusive("show", "cancel")
	return cmd
}

// grayJSON is a plan as programs are told it.
type grayJSON struct {
	Status            int    `json:"status"`
	State             string `json:"state"` // the status in words; empty where there is no plan
	Percentage        int64  `json:"gray_percentage"`
	DebuggersFirst    bool   `json:"debuggers_first"`
	ExperiencersFirst bool   `json:"experiencers_first"`
	CreateTime        string `json:"create_time"` // RFC 3339; empty where there is no plan
}

func (m *merchantCode) gray(ctx context.Context, c *wxopen.AuthorizerClient, f *grayFlags) error {
	switch {
	case f.cancel:
		if err := c.RevertGrayRelease(ctx); err != nil {
			return err
		}
		return m.printf("canceled the plan\n")
	case !f.show:
		if err := c.GrayRelease(ctx, f.change); err != nil {
			return err
		}
	}
	plan, err := c.GrayReleasePlan(ctx)
	if err != nil && !f.show { // the change was made all the same
		return m.printf("released for %d %%\n", f.change.Percentage)
	}
	switch {
	case err != nil:
		return err
	case f.asJSON:
		return m.printJSON(showGrayJSON(&plan))
	case plan.CreateTime.IsZero():
		return m.printf("(no plan)\n")
	}
	return m.fields("state", grayState(plan.Status), "users", strconv.FormatInt(plan.Percentage, 10)+" %", "first", grayFirst(plan.DebuggersFirst, plan.ExperiencersFirst),
		"created", showTime(plan.CreateTime)+zoneNote)
}

func showGrayJSON(p *wxopen.GrayReleasePlan) grayJSON {
	out := grayJSON{Status: int(p.Status), Percentage: p.Percentage, DebuggersFirst: p.DebuggersFirst, ExperiencersFirst: p.ExperiencersFirst}
	if !p.CreateTime.IsZero() {
		out.State, out.CreateTime = grayState(p.Status), p.CreateTime.Format(time.RFC3339)
	}
	return out
}

func grayState(s wxopen.GrayReleaseState) string {
	switch s {
	case wxopen.GrayInitial:
		return "initial"
	case wxopen.GrayRunning:
		return "running"
	case wxopen.GrayPaused:
		return "paused"
	case wxopen.GrayFinished:
		return "finished"
	case wxopen.GrayDeleted:
		return "canceled"
	default:
		return fmt.Sprintf("status %d", int(s))
	}
}

// grayFirst names who gets a version before all others.
func grayFirst(debuggers, experiencers bool) string {
	var who []string
	if debuggers {
		who = append(who, "project members")
	}
	if experiencers {
		who = append(who, "testers")
	}
	return orDash(strings.Join(who, ", "))
}

// Actions of `code visit`.
const (
	visitOpen  = "open"
	visitClose = "close"
	visitShow  = "show"
)

func (m *merchantCode) visitCommand() *cobra.Command {
	actions := []string{visitOpen, visitClose, visitShow}
	cmd := &cobra.Command{
		Use: "visit ACTION", Short: "Open or close the mini program to its users, or tell which it is", Args: positional,
		Long: `Open or close the mini program to its users (POST /wxa/change_visitstatus), or show
whether it is open (POST /wxa/getvisitstatus). ACTION is open, close or show.`,
		Example: `  draftbox code visit close
  draftbox code visit show`,
		ValidArgsFunction: completeFirst(cobra.FixedCompletions(actions, cobra.ShellCompDirectiveNoFileComp)),
	}
	work := m.merchantVerb("change who can visit the mini program", func(ctx context.Context, c *wxopen.AuthorizerClient, args []string) error {
		if args[0] != visitShow {
			if err := c.SetVisitStatus(ctx, args[0] == visitOpen); err != nil {
				return err
			}
		}
		open, err := c.VisitStatus(ctx)
		switch {
		case err != nil:
			return err
		case open:
			return m.printf("open\n")
		}
		return m.printf("closed\n")
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if slices.Contains(actions, args[0]) {
			return work(cmd, args)
		}
		return usagef("%q is no ACTION, which is open, close or show", args[0])
	}
	return cmd
}
