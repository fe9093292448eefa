package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/platform/extjson"
)

func (a *app) extCommand() *cobra.Command {
	cmd := group("ext", "The ext_json of a commit: lint",
		`The ext_json of a commit makes a template one merchant's: it is merged into the
template's app.json.`,
		a.extLintCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

// lintFlags are what `ext lint` is told.
type lintFlags struct {
	template int64
	project  string
	asJSON   bool
}

func (a *app) extLintCommand() *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use: "lint FILE", Short: "Find all that is wrong with an ext_json, each with its line", Args: positional,
		Long: `Find all that a commit would refuse of an ext_json, in the order of its checks, and
all that it would take although it is hardly meant: each with line, column and, of a
fault, the code. - is the standard input. The exit code is 1 where there is a fault.

What it is held against is a template of the local server (--template), or a mini
program project (--project); with neither only what holds for every template is
found. Rights to interfaces and plugins are the merchant's and not looked at.`,
		Example: `  draftbox ext lint ext.json --template 0
  draftbox ext lint ext.json --project ./miniprogram
  draftbox ext lint - --json <ext.json | jq '.faults[].code'`,
	}
	cmd.RunE = a.verb("look at the ext_json", func(ctx context.Context, args []string) error {
		text, err := a.readInput(args[0])
		if err != nil {
			return err
		}
		t, err := a.lintTemplate(ctx, cmd, text, &f)
		if err != nil {
			return err
		}
		faults, warnings := extjson.Prepare(t).Lint(text, extjson.Rights{})
		return a.reportLint(args[0], faults, warnings, f.asJSON)
	})
	flags := cmd.Flags()
	flags.Int64Var(&f.template, "template", 0, "hold it against the template `ID` of the local server")
	flags.StringVar(&f.project, "project", "", "hold it against the mini program project in `DIR`, offline")
	jsonFlag(cmd, &f.asJSON)
	cmd.MarkFlagsMutuallyExclusive("template", "project")
	_ = cmd.RegisterFlagCompletionFunc("template", a.completeTemplates()) // fails for unknown names only
	_ = cmd.MarkFlagDirname("project")                                    // the same
	return cmd
}

// lintTemplate returns what an ext_json is held against.
func (a *app) lintTemplate(ctx context.Context, cmd *cobra.Command, text string, f *lintFlags) (extjson.Template, error) {
	switch {
	case f.project != "":
		return projectTemplate(f.project)
	case !cmd.Flags().Changed("template"):
		return anyTemplate(text), nil
	}
	l, component, err := a.localComponent(ctx, nil, "WeChat has no call that tells what a template holds; use --project")
	if err != nil {
		return extjson.Template{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := l.admin.Template(ctx, component, f.template)
	return libraryTemplate(&found), err
}

// libraryTemplate is a template of a local server.
func libraryTemplate(found *adminclient.TemplateDetail) extjson.Template {
	t := extjson.Template{AppJSON: found.AppJSON, Files: []string{}, Standard: found.TemplateType == platform.TemplateStandard}
	for _, file := range found.Files {
		t.Files = append(t.Files, file.Path)
	}
	return t
}

// projectTemplate is what a project would be as a template.
func projectTemplate(dir string) (t extjson.Template, err error) {
	built, err := miniprogram.FromDir(dir, miniprogram.Options{})
	if err != nil {
		return t, err
	}
	t.AppJSON, t.Files = built.Package.AppJSON, []string{}
	for _, file := range built.Package.Files {
		t.Files = append(t.Files, file.Path)
	}
	return t, built.Content.Close()
}

// lintJSON is what was found, for programs.
type lintJSON struct {
	File     string        `json:"file"`
	Faults   []findingJSON `json:"faults"`
	Warnings []findingJSON `json:"warnings"`
}

type findingJSON struct {
	Code    int    `json:"code,omitempty"`   // what WeChat answers; absent of a warning
	Errmsg  string `json:"errmsg,omitempty"` // the text that goes with it
	Path    string `json:"path"`             // in the ext_json, or in the template's app.json where there is no line
	Line    int    `json:"line"`             // 0: it is in the template
	Column  int    `json:"column"`
	Message string `json:"message"`
}

func findings(list []extjson.Fault) []findingJSON {
	out := []findingJSON{}
	for i := range list {
		f := &list[i]
		out = append(out, findingJSON{f.Code, wireText(f), f.Path, f.Line, f.Column, f.Message})
	}
	return out
}

// wireText is the errmsg of a fault.
func wireText(f *extjson.Fault) string {
	switch {
	case f.Code == 0:
		return ""
	case f.Text != "":
		return f.Text
	default:
		return platform.CodeText(f.Code)
	}
}

func (a *app) reportLint(file string, faults, warnings []extjson.Fault, asJSON bool) error {
	if asJSON {
		if err := a.printJSON(lintJSON{file, findings(faults), findings(warnings)}); err != nil {
			return err
		}
	} else {
		for _, kind := range []struct {
			word string
			list []extjson.Fault
		}{{"error", faults}, {"warning", warnings}} {
			for i := range kind.list {
				if err := a.printf("%s\n", findingLine(file, kind.word, &kind.list[i])); err != nil {
					return err
				}
			}
		}
	}
	if len(faults) == 0 {
		if asJSON || len(warnings) > 0 {
			return nil
		}
		return a.printf("%s: nothing is wrong with it\n", table.OneLine(file))
	}
	return &fault{
		what: fmt.Sprintf("%s has %s and %s", file, plural(len(faults), "fault", "faults"), plural(len(warnings), "warning", "warnings")),
		why:  fmt.Sprintf("a commit would be refused with %d %s", faults[0].Code, wireText(&faults[0])), code: exitRefused,
	}
}

// findingLine is one line as editors and CI systems read it.
func findingLine(file, word string, f *extjson.Fault) string {
	at := file + ": template's app.json"
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", file, f.Line, f.Column)
	}
	if f.Code != 0 {
		word += fmt.Sprintf(" %d", f.Code)
	}
	return table.OneLine(fmt.Sprintf("%s: %s: %s: %s", at, word, f.Path, f.Message))
}
