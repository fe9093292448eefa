package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// redeliverFlags are what `event redeliver` is told.
type redeliverFlags struct {
	failed bool
	wait   waitFlags
	asJSON bool
}

func (a *app) eventRedeliverCommand() *cobra.Command {
	var f redeliverFlags
	cmd := &cobra.Command{
		Use: "redeliver [ID...]", Short: "Deliver pushes again", Args: positional,
		Long: `Put pushes into their queue again, with all tries before them, to the URL that the
component has now. With --wait the exit code is 1 if one of them fails again.`,
		Example: `  draftbox event redeliver wx0000000000000001-17
  draftbox event redeliver 17 18 --wait
  draftbox event redeliver --failed --wait --timeout 5m`,
		ValidArgsFunction: a.completeDeliveries(adminclient.DeliveryFailed, adminclient.DeliveryDelivered),
		RunE: a.verb("deliver the push again", func(ctx context.Context, args []string) error {
			switch {
			case f.failed && len(args) > 0:
				return usagef("either --failed or ids, not both")
			case !f.failed && len(args) == 0:
				return usagef("ID is missing").withWhy("name pushes, or all failed ones with --failed")
			}
			if err := f.wait.check(); err != nil {
				return err
			}
			l, err := a.onlyLocal(noAPIForEvents)
			if err != nil {
				return err
			}
			ids, err := a.toRedeliver(ctx, l, args)
			if err != nil {
				return err
			}
			return a.redeliver(ctx, l, ids, &f)
		}),
	}
	jsonFlag(cmd, &f.asJSON)
	cmd.Flags().BoolVar(&f.failed, "failed", false, "all failed pushes of the component, oldest first")
	f.wait.add(cmd, "wait until they are delivered or failed")
	return cmd
}

// toRedeliver returns the ids of the pushes named; of all failed ones of the
// component if none is.
func (a *app) toRedeliver(ctx context.Context, l *local, args []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var ids []string
	for _, arg := range args {
		id, err := a.deliveryID(ctx, l, arg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(args) > 0 {
		return ids, nil
	}
	component, err := a.component(ctx, l)
	if err != nil {
		return nil, err
	}
	failed, err := adminclient.Take(l.admin.Deliveries(ctx, adminclient.DeliveryFilter{Component: component, State: adminclient.DeliveryFailed}), 0)
	if err != nil {
		return nil, err
	}
	for _, d := range slices.Backward(failed) { // the list is newest first
		ids = append(ids, d.ID)
	}
	return ids, nil
}

// redeliver redelivers pushes in their order and tells of each.
func (a *app) redeliver(ctx context.Context, l *local, ids []string, f *redeliverFlags) error {
	if len(ids) == 0 && !f.asJSON {
		return a.printf("(no failed pushes)\n")
	}
	queued, problems := []adminclient.Delivery{}, []string{}
	for _, id := range ids {
		d, err := redeliverOne(ctx, l, id)
		if refusal, ok := errors.AsType[*adminclient.Error](err); ok && refusal.Status < 500 && len(ids) > 1 {
			problems = append(problems, refusal.Message) // the others may go
			continue
		}
		if err != nil {
			return err
		}
		queued = append(queued, d)
		if !f.asJSON && !f.wait.on {
			if err := a.printf("%s  %s  again to %s\n", d.ID, table.OneLine(d.Type), table.OneLine(d.URL)); err != nil {
				return err
			}
		}
	}
	if f.wait.on {
		failed, err := a.awaitAll(ctx, l, queued, f)
		if err != nil {
			return err
		}
		problems = append(problems, failed...)
	}
	if f.asJSON {
		if err := a.printJSON(queued); err != nil {
			return err
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &fault{
		what: fmt.Sprintf("%d of %s could not be delivered again", len(problems), plural(len(ids), "push", "pushes")),
		why:  strings.Join(problems, "\n"), next: "draftbox event show ID", code: exitRefused,
	}
}

func redeliverOne(ctx context.Context, l *local, id string) (adminclient.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return l.admin.Redeliver(ctx, id)
}

// awaitAll waits for pushes, puts in what became of each, and returns which failed.
func (a *app) awaitAll(ctx context.Context, l *local, queued []adminclient.Delivery, f *redeliverFlags) (failed []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, f.wait.timeout)
	defer cancel()
	for i := range queued {
		d, err := f.wait.await(ctx, l, queued[i].ID)
		if err != nil {
			return nil, err
		}
		queued[i] = d.Delivery
		if d.State == adminclient.DeliveryFailed {
			failed = append(failed, d.ID+": "+lastReason(d))
		}
		if !f.asJSON {
			if err := a.printf("%s  %s  %s\n", d.ID, table.OneLine(d.Type), showDeliveryState(d.Delivery)); err != nil {
				return nil, err
			}
		}
	}
	return failed, nil
}

// waitFlags say whether and how long to wait for pushes.
type waitFlags struct {
	on      bool
	timeout time.Duration
}

func (w *waitFlags) add(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVar(&w.on, "wait", false, usage)
	cmd.Flags().DurationVar(&w.timeout, "timeout", time.Minute, "give up waiting after this `DURATION`")
}

func (w *waitFlags) check() error {
	if w.timeout <= 0 {
		return usagef("--timeout is %s, must be above 0", w.timeout)
	}
	return nil
}

// await asks for a push until it was delivered or given up.
func (w *waitFlags) await(ctx context.Context, l *local, id string) (adminclient.DeliveryDetail, error) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var last adminclient.DeliveryDetail
	for {
		d, err := l.admin.Delivery(ctx, id, false)
		switch {
		case err == nil && d.State != adminclient.DeliveryPending:
			return d, nil
		case err == nil:
			last = d
		case !errors.Is(err, context.DeadlineExceeded):
			return d, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return d, ctx.Err()
			}
			return d, &fault{
				what: fmt.Sprintf("push %s is still pending after %s", id, w.timeout), why: lastReason(last),
				next: "draftbox event show " + id, code: exitRefused,
			}
		}
	}
}
