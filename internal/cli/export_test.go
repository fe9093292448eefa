package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// CommandPaths returns every command that a person may see, like
// {"draftbox", "draft", "list"}.
func CommandPaths() [][]string {
	var out [][]string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		out = append(out, strings.Fields(c.CommandPath()))
		for _, child := range c.Commands() {
			if !child.Hidden {
				walk(child)
			}
		}
	}
	walk((&app{}).rootCommand())
	return out
}

// Bar returns what the progress bar shows.
func Bar(done, total int64) string { return (&progress{done: done, total: total}).bar() }

// Switches returns the values that `component set --switch` offers, by name.
func Switches() map[string][]string {
	out := map[string][]string{}
	for _, s := range componentSwitches() {
		out[s.name] = s.values
	}
	return out
}

// SwitchPatch reads NAME=VALUE flags.
func SwitchPatch(flags []string) (map[string]any, error) { return switchPatch(flags) }
