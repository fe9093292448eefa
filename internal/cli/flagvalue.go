package cli

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag value out of a few words.
type choice struct {
	value   string
	allowed []string
}

func newChoice(value string, others ...string) *choice {
	return &choice{value: value, allowed: append([]string{value}, others...)}
}

// String implements pflag.Value.
func (c *choice) String() string { return c.value }

// Set implements pflag.Value.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("%q must be one of %s", s, strings.Join(c.allowed, ", "))
	}
	c.value = s
	return nil
}

// Type implements pflag.Value; it stands for the value in the help.
func (c *choice) Type() string { return strings.Join(c.allowed, "|") }

// choiceFlag adds a flag of a choice, which shells complete.
func choiceFlag(cmd *cobra.Command, c *choice, name, usage string) {
	cmd.Flags().Var(c, name, usage)
	complete := cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp)
	_ = cmd.RegisterFlagCompletionFunc(name, complete) // fails for unknown names only
}

// address is a flag value of host and port.
type address string

// String implements pflag.Value.
func (a *address) String() string { return string(*a) }

// Set implements pflag.Value.
func (a *address) Set(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil && port == "" {
		err = errors.New("the port is missing")
	}
	if err != nil {
		return fmt.Errorf("%q is no address, write it like 127.0.0.1:8506 (%w)", s, err)
	}
	*a = address(s)
	return nil
}

// Type implements pflag.Value.
func (a *address) Type() string { return "HOST:PORT" }

// off is the value of an [optionalAddress] that is none.
const off = "off"

// optionalAddress is a flag value of host and port, or off.
type optionalAddress string

// String implements pflag.Value.
func (a *optionalAddress) String() string { return string(*a) }

// Set implements pflag.Value.
func (a *optionalAddress) Set(s string) error {
	if s != off {
		var plain address
		if err := plain.Set(s); err != nil {
			return fmt.Errorf("%w; or off", err)
		}
	}
	*a = optionalAddress(s)
	return nil
}

// Type implements pflag.Value.
func (a *optionalAddress) Type() string { return "HOST:PORT|off" }

// databaseURL is a flag value that names a database.
type databaseURL string

// String implements pflag.Value.
func (u *databaseURL) String() string { return string(*u) }

// Set implements pflag.Value. A value may hold a password, so none is quoted.
func (u *databaseURL) Set(s string) error {
	scheme, rest, isURL := strings.Cut(s, "://")
	if isURL && scheme != "postgres" && scheme != "postgresql" || isURL && rest == "" || s == "sqlite:" {
		return errors.New("write it like sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/NAME")
	}
	*u = databaseURL(s)
	return nil
}

// Type implements pflag.Value.
func (u *databaseURL) Type() string { return "URL" }
