package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
)

// uploadFlags are what `draft upload` is told.
type uploadFlags struct {
	adminclient.Upload
	bind          bool
	keyFile       string
	robot         int
	asJSON, quiet bool
}

func (a *app) draftUploadCommand() *cobra.Command {
	var f uploadFlags
	cmd := &cobra.Command{
		Use: "upload PATH", Short: "Upload a mini program project as a draft", Args: positional,
		Long: `Upload a mini program project, a folder or a zip archive of one, as a draft: what
DevTools and miniprogram-ci do on the real service. A former draft of the same
development mini program is replaced.

The development mini program is the one that --source names, or else the one
whose appid is in project.config.json, or else the component's only one.

With --key it is uploaded as miniprogram-ci does it, signed with the private key
of the development mini program, to the local server or, with --endpoint, to the
real service.`,
		Example: `  draftbox draft upload ./miniprogram --version 1.1.0 --desc 修复 --developer 小明
  draftbox draft upload build.zip --version 1.1.0 --source wx00000000000000d1
  id=$(draftbox draft upload . --version "$TAG" --quiet)
  draftbox draft upload . --version 1.2.0 --key private.key --robot 3
  draftbox draft upload . --version 1.2.0 --key private.key --endpoint https://api.weixin.qq.com`,
		ValidArgsFunction: completeFirst(func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		}),
		RunE: a.verb("upload the draft", func(ctx context.Context, args []string) error {
			return a.upload(ctx, args[0], &f)
		}),
	}
	jsonFlag(cmd, &f.asJSON)
	quietFlag(cmd, &f.quiet, "the draft_id")
	flags := cmd.Flags()
	flags.StringVar(&f.UserVersion, "version", "", "give it this `VERSION`, 1 to 64 characters (required)")
	flags.StringVar(&f.UserDesc, "desc", "", "describe it by this `TEXT`; left out: the sentence that DevTools makes up")
	flags.StringVar(&f.Developer, "developer", "", "upload as `NAME`; left out: your user name")
	flags.StringVar(&f.SourceAppid, "source", "", "`APPID` of the development mini program")
	flags.BoolVar(&f.bind, "bind", false, "bind the development mini program of --source to the component if it is new")
	flags.StringVar(&f.keyFile, "key", "", "sign with the upload key in `FILE`, as miniprogram-ci does; \"draftbox component dev-key\" makes one")
	flags.IntVar(&f.robot, "robot", 0, "with --key: upload as CI robot `N`, 1 to 30 (default 1)")
	_ = cmd.RegisterFlagCompletionFunc("source", a.completeSources()) // fails for unknown names only
	return cmd
}

func (a *app) upload(ctx context.Context, project string, f *uploadFlags) error {
	if f.UserVersion == "" {
		return usagef("--version is missing").withNext("give one, like --version 1.0.0")
	}
	if f.bind && f.SourceAppid == "" {
		return usagef("--bind needs --source APPID")
	}
	if err := f.checkKeyFlags(); err != nil {
		return err
	}
	if f.keyFile != "" {
		return a.uploadWithKey(ctx, project, f)
	}
	if err := a.refuseEndpoint(noAPIForDrafts); err != nil {
		return err
	}
	code, err := openProject(project)
	if err != nil {
		return err
	}
	defer code.close()
	l, component, err := a.localComponent(ctx, nil, noAPIForDrafts)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	if err := settleSource(ctx, l, component, &f.Upload, f.bind, code.appid()); err != nil {
		return err
	}
	if f.Developer == "" {
		f.Developer = userName()
	}
	before, err := draftsOf(ctx, l, component, f.SourceAppid)
	if err != nil {
		return err
	}
	bar := newProgress(code.file, code.size, a.progressScreen(f))
	draft, err := l.admin.UploadDraft(ctx, component, f.Upload, bar, code.size)
	bar.clear()
	switch {
	case err != nil:
		return err
	case f.asJSON:
		return a.printJSON(draft)
	case f.quiet:
		return a.printf("%d\n", draft.DraftID)
	}
	after, err := draftsOf(ctx, l, component, f.SourceAppid)
	if err != nil {
		return err
	}
	return a.printDraft(draft, replaced(before, after)...)
}

// progressScreen is where progress is drawn; nil when nobody looks.
func (a *app) progressScreen(f *uploadFlags) io.Writer {
	if f.quiet || f.asJSON || !isTerminal(a.stdio.Err) {
		return nil
	}
	return a.stdio.Err
}

// draftsOf returns the drafts of one development mini program, by id.
func draftsOf(ctx context.Context, l *local, component, source string) (map[int64]adminclient.Draft, error) {
	out := map[int64]adminclient.Draft{}
	for d, err := range l.admin.Drafts(ctx, component) {
		if err != nil {
			return nil, err
		}
		if d.SourceAppid == source {
			out[d.DraftID] = d
		}
	}
	return out, nil
}

// replaced tells which drafts are gone.
func replaced(before, after map[int64]adminclient.Draft) []string {
	var gone []string
	for id, d := range before {
		if _, still := after[id]; !still {
			gone = append(gone, fmt.Sprintf("draft %d, version %s", id, d.UserVersion))
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return []string{"replaced", strings.Join(gone, "\n")}
}

// settleSource decides which development mini program the code is of.
func settleSource(ctx context.Context, l *local, component string, u *adminclient.Upload, bind bool, projectAppid string) error {
	devs, err := adminclient.Take(l.admin.DevMiniprograms(ctx, component), 0)
	if err != nil {
		return err
	}
	want := cmp.Or(u.SourceAppid, projectAppid)
	if slices.ContainsFunc(devs, func(d adminclient.DevMiniprogram) bool { return d.Appid == want }) {
		u.SourceAppid = want
		return nil
	}
	if u.SourceAppid != "" && bind {
		_, err := l.admin.BindDevMiniprogram(ctx, component, adminclient.DevMiniprogramInput{Appid: u.SourceAppid})
		return err
	}
	bound := make([]string, len(devs))
	for i, d := range devs {
		bound[i] = d.Appid + "  " + d.Name
	}
	switch {
	case u.SourceAppid != "":
		return usagef("%s is no development mini program of component %s", u.SourceAppid, component).
			withWhy("bound are:\n%s", cmp.Or(strings.Join(bound, "\n"), "(none)")).
			withNext("bind it, too, with --bind, or name one of those")
	case len(devs) == 1:
		u.SourceAppid = devs[0].Appid
		return nil
	case len(devs) == 0:
		return usagef("component %s has no development mini program", component).
			withNext("bind one: --source APPID --bind")
	default:
		return usagef("component %s has several development mini programs", component).
			withWhy("%s", strings.Join(bound, "\n")).
			withNext("name one with --source APPID")
	}
}
