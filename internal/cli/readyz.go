package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) readyzCommand() *cobra.Command {
	var (
		wait    bool
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use: "readyz", Short: "Tell whether the server can serve, for scripts and health checks", Args: positional,
		Long: `Ask the server whether it can serve. The exit code is 0 if it can, 1 if it cannot
or is not running. With --wait, go on asking until it can.`,
		Example: `  draftbox serve & draftbox readyz --wait && draftbox draft list
  draftbox readyz || echo not ready`,
		RunE: a.verb("find a server that is ready", func(ctx context.Context, _ []string) error {
			if timeout <= 0 {
				return usagef("--timeout is %s, must be above 0", timeout)
			}
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			url, err := a.ready(ctx)
			if wait {
				url, err = a.waitReady(ctx, timeout)
			}
			if err != nil {
				return err
			}
			return a.printf("ready: %s\n", url)
		}),
	}
	a.localFlags(cmd)
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until it is ready")
	cmd.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "give up after this `DURATION`")
	return cmd
}

// ready asks the server once and returns the API's address.
func (a *app) ready(ctx context.Context) (string, error) {
	l, err := a.findLocal()
	if err != nil {
		return "", err
	}
	return l.ready.APIURL, l.admin.Ready(ctx)
}

// askEvery is how often a server is asked that is not ready.
const askEvery = 50 * time.Millisecond

// waitReady asks until the server is ready or the context ends, and then returns
// the last reason why it is not.
func (a *app) waitReady(ctx context.Context, timeout time.Duration) (string, error) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var last error
	for {
		url, err := a.ready(ctx)
		if err == nil {
			return url, nil
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) || last == nil {
				return "", ctx.Err()
			}
			return "", fmt.Errorf("%w, and %s have passed", last, timeout)
		}
	}
}
