package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) consoleCommand() *cobra.Command {
	var only bool
	cmd := &cobra.Command{
		Use: "console", Short: "Open the console, the server's web page", Args: positional,
		Long: `Open the console of the running server in a browser, and print its address: what
came in last, what failed and why, the draft box, the merchants, the audits, and a
form for every call.

BROWSER names the program that opens it; none opens nothing. Without it the
browser of the desktop is asked, where there is a terminal and a desktop.`,
		Example: `  draftbox console
  draftbox console --print                     only print the address
  BROWSER=firefox draftbox console`,
		RunE: a.verb("open the console", func(ctx context.Context, _ []string) error {
			l, err := a.findLocal()
			if err != nil {
				return err
			}
			ready, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			if err := l.admin.Ready(ready); err != nil {
				return err
			}
			address := l.ready.AdminURL + "/"
			if err := a.printf("%s\n", address); err != nil || only {
				return err
			}
			if why := a.browse(ctx, address); why != nil {
				fmt.Fprintf(a.stdio.Err, "note: no browser was opened: %v\n", why)
			}
			return nil
		}),
	}
	a.localFlags(cmd)
	cmd.Flags().BoolVar(&only, "print", false, "print the address and open nothing")
	return cmd
}

// browserTime bounds how long is waited for the program that opens a page. It mostly
// ends at once; a browser that it became goes on.
const browserTime = 3 * time.Second

// browse asks for a page to be opened. The error says why there was nobody to ask.
func (a *app) browse(ctx context.Context, address string) error {
	command, err := a.browser()
	if err != nil {
		return err
	}
	cmd := exec.Command(command[0], append(command[1:], address)...) //nolint:gosec,noctx // the user's own browser, which outlives us
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	case <-time.After(browserTime):
	}
	return nil
}

// browser is the program that opens pages.
func (a *app) browser() ([]string, error) {
	named, set := a.lookup("BROWSER")
	switch {
	case named == "none":
		return nil, errors.New("BROWSER is none")
	case set && named != "":
		return []string{named}, nil
	case !isTerminal(a.stdio.Out):
		return nil, errors.New("this is no terminal")
	}
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}, nil
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}, nil
	}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"} {
		if value, _ := a.lookup(name); value != "" {
			return []string{"xdg-open"}, nil
		}
	}
	return nil, errors.New("there is no desktop")
}
