package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Annotations of flags.
const (
	envAnnotation    = "draftbox_env"    // the variable that sets the flag
	secretAnnotation = "draftbox_secret" // NAME_FILE sets it, too
)

// env makes an environment variable set a flag that is not given, and tells so
// in the flag's help.
func env(flags *pflag.FlagSet, flag, variable string) {
	f := flags.Lookup(flag)
	f.Usage += " (env " + variable + ")"
	setAnnotation(f, envAnnotation, variable)
}

// secretEnv is env for a secret, which may also be in a file that VARIABLE_FILE
// names, to be kept out of the environment.
func secretEnv(flags *pflag.FlagSet, flag, variable string) {
	env(flags, flag, variable)
	f := flags.Lookup(flag)
	f.Usage = strings.TrimSuffix(f.Usage, ")") + ", or " + variable + "_FILE)"
	setAnnotation(f, secretAnnotation, variable)
}

func setAnnotation(f *pflag.Flag, name, value string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[name] = []string{value}
}

// fromEnvironment sets the flags that were not given. An empty variable counts
// as absent.
func (a *app) fromEnvironment(cmd *cobra.Command) error {
	var problem error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || len(f.Annotations[envAnnotation]) == 0 || problem != nil {
			return
		}
		variable := f.Annotations[envAnnotation][0]
		value, source, err := a.variable(variable, len(f.Annotations[secretAnnotation]) > 0)
		if err == nil && value != "" {
			err = f.Value.Set(value)
		}
		if err != nil {
			problem = usagef("the environment variable %s is wrong", source).withWhy("%v", err).
				withNext("correct or unset it; the flag --%s goes before it", f.Name)
		}
	})
	return problem
}

// variable returns the value of a variable, or for a secret the first line of
// the file that VARIABLE_FILE names, and which of the two it was.
func (a *app) variable(name string, secret bool) (value, source string, err error) {
	value, _ = a.lookup(name)
	path, _ := a.lookup(name + "_FILE")
	if value != "" || path == "" || !secret {
		return value, name, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", name + "_FILE", err
	}
	return strings.TrimSpace(string(text)), name + "_FILE", nil
}
