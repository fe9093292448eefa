package runenv

import (
	"fmt"
	"strings"
)

// quoteNode writes a value the way Node reads NODE_OPTIONS: blanks end an
// option outside double quotes, and a backslash is one except inside them.
func quoteNode(s string) string {
	if !strings.ContainsAny(s, ` "`) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// quoteJava writes an option the way a JVM reads JAVA_TOOL_OPTIONS: white space
// ends it outside of quotes of either kind, nothing escapes a quote.
func quoteJava(s string) string {
	if !strings.ContainsAny(s, " \t\n\v\f\r\"'") {
		return s
	}
	var b strings.Builder
	for i, part := range strings.Split(s, `"`) {
		if i > 0 {
			b.WriteString(`'"'`)
		}
		if part != "" {
			b.WriteString(`"` + part + `"`)
		}
	}
	return b.String()
}

// Shells are what [Export] can write for.
var Shells = []string{"sh", "fish", "powershell", "cmd"}

// Export returns lines that set the variables in a shell, one of [Shells]. Those
// for cmd are the lines of a batch file.
func Export(shell string, vars []Variable) (string, error) {
	line, ok := map[string]func(name, value string) string{
		"sh":         exportSh,
		"fish":       exportFish,
		"powershell": exportPowerShell,
		"cmd":        exportCmd,
	}[shell]
	if !ok {
		return "", fmt.Errorf("unknown shell %q", shell)
	}
	var b strings.Builder
	for _, v := range vars {
		if shell == "cmd" && strings.ContainsAny(v.Value, "\r\n") {
			return "", fmt.Errorf("%s has a line break, which cmd cannot set", v.Name)
		}
		b.WriteString(line(v.Name, v.Value) + "\n")
	}
	return b.String(), nil
}

// exportSh is for every shell that knows POSIX.
func exportSh(name, value string) string {
	return "export " + name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

func exportFish(name, value string) string {
	return "set -gx " + name + " '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// exportPowerShell doubles what PowerShell takes for a single quote: the
// typographic ones, too.
func exportPowerShell(name, value string) string {
	double := strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019",
		"\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b")
	return "$Env:" + name + " = '" + double.Replace(value) + "'"
}

// exportCmd needs no quoting inside its quotes, which go to the end of the line,
// but for the sign of a variable.
func exportCmd(name, value string) string {
	return `set "` + name + "=" + strings.ReplaceAll(value, "%", "%%") + `"`
}
