package cli

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/internal/platform"
	"draftbox/wxopen"
)

// code is a mini program project that is read file by file. It has to be closed.
type code struct {
	fs.FS
	io.Closer
}

// openCode opens a project: a folder, of which nothing outside is read, or a zip
// archive.
func openCode(name string) (*code, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("there is no file or folder %s", name)
	case err != nil:
		return nil, err
	case info.IsDir():
		root, err := os.OpenRoot(name)
		if err != nil {
			return nil, err
		}
		return &code{root.FS(), root}, nil
	}
	archive, err := zip.OpenReader(name)
	if err != nil {
		return nil, usagef("%s is no folder and no zip archive", name).withWhy("%v", err)
	}
	files, err := withoutTopFolder(&archive.Reader)
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return &code{files, archive}, nil
}

// withoutTopFolder takes off the one folder that archives of a folder have around
// everything. What archivers add beside it (__MACOSX, names with a dot) is no part
// of a project.
func withoutTopFolder(files fs.FS) (fs.FS, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == "__MACOSX" || strings.HasPrefix(e.Name(), ".")
	})
	if len(entries) != 1 || !entries[0].IsDir() {
		return files, nil
	}
	return fs.Sub(files, entries[0].Name())
}

// configAppid returns the appid in project.config.json; empty when there is none.
func configAppid(files fs.FS) string {
	f, err := files.Open("project.config.json")
	if err != nil {
		return ""
	}
	defer f.Close()
	return readAppid(f)
}

// checkKeyFlags refuses flags that do not go together.
func (f *uploadFlags) checkKeyFlags() error {
	switch {
	case f.keyFile == "" && f.robot != 0:
		return usagef("--robot goes with --key only").withNext("name the uploader with --developer, or give the key file")
	case f.keyFile == "":
		return nil
	case f.Developer != "":
		return usagef("--developer does not go with --key").
			withWhy("an upload with a key is a robot's: the draft says ci机器人N").withNext("choose N with --robot")
	case f.bind:
		return usagef("--bind does not go with --key").withNext("bind it by an upload without --key, then make its key: draftbox component dev-key APPID")
	case f.robot < 0 || f.robot > 30:
		return usagef("--robot is %d, must be 1 to 30", f.robot)
	}
	return nil
}

// uploadWithKey uploads as miniprogram-ci does, to the local server or to the real
// service.
func (a *app) uploadWithKey(ctx context.Context, project string, f *uploadFlags) error {
	key, err := os.ReadFile(f.keyFile)
	if err != nil {
		return usagef("the key file %s cannot be read", f.keyFile).withWhy("%v", err).
			withNext("make one for a local server: draftbox component dev-key --out %s", f.keyFile)
	}
	files, err := openCode(project)
	if err != nil {
		return err
	}
	defer func() { _ = files.Close() }() // only read from: nothing to lose
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	appid := cmp.Or(f.SourceAppid, configAppid(files))
	if a.target.endpoint != "" {
		if !platform.ValidAppid(appid) {
			return usagef("the appid is missing: project.config.json names none").withNext("name it: --source APPID")
		}
		done, err := a.sendCode(ctx, uploadHost(a.target.endpoint), appid, key, files, f)
		if err != nil {
			return err
		}
		return a.printUploaded(done, f)
	}
	l, component, err := a.localComponent(ctx, nil, noAPIForDrafts)
	if err != nil {
		return err
	}
	if err := settleSource(ctx, l, component, &f.Upload, false, appid); err != nil {
		return err
	}
	before, err := draftsOf(ctx, l, component, f.SourceAppid)
	if err != nil {
		return err
	}
	done, err := a.sendCode(ctx, l.ready.APIURL, f.SourceAppid, key, files, f)
	if err != nil {
		return err
	}
	after, err := draftsOf(ctx, l, component, f.SourceAppid)
	if err != nil {
		return err
	}
	return a.printKeyUpload(before, after, done, f)
}

// uploadHost is where code goes on the service that an endpoint is of: the real
// one takes it on another host.
func uploadHost(endpoint string) string {
	if strings.TrimRight(endpoint, "/") == wxopen.DefaultBaseURL {
		return wxopen.DefaultUploadURL
	}
	return endpoint
}

func (a *app) sendCode(ctx context.Context, host, appid string, key []byte, files fs.FS, f *uploadFlags) (*wxopen.UploadedCode, error) {
	u, err := wxopen.NewUploader(wxopen.UploaderConfig{BaseURL: host, Appid: appid, PrivateKey: key})
	if err != nil {
		return nil, usagef("the upload cannot be made").withWhy("%s", strings.TrimPrefix(err.Error(), "wxopen: "))
	}
	bar := newProgress(nil, 0, a.progressScreen(f))
	done, err := u.Upload(ctx, wxopen.CodeUpload{Version: f.UserVersion, Desc: f.UserDesc, Robot: f.robot, Progress: bar.set}, files)
	bar.clear()
	return done, err
}

// printKeyUpload shows the draft that an upload made.
func (a *app) printKeyUpload(before, after map[int64]adminclient.Draft, done *wxopen.UploadedCode, f *uploadFlags) error {
	made := int64(-1)
	for id := range after {
		if _, old := before[id]; !old {
			made = max(made, id)
		}
	}
	switch {
	case made < 0: // ext.json has directCommit
		return a.printUploaded(done, f)
	case f.asJSON:
		return a.printJSON(after[made])
	case f.quiet:
		return a.printf("%d\n", made)
	}
	return a.printDraft(after[made], replaced(before, after)...)
}

// printUploaded shows what a service says of an upload: it tells no draft_id.
func (a *app) printUploaded(done *wxopen.UploadedCode, f *uploadFlags) error {
	switch {
	case f.asJSON:
		return a.printJSON(done)
	case f.quiet:
		return nil
	}
	parts := slices.Clone(done.Parts)
	t := table.New(table.Column{Title: "PART"}, table.Column{Title: "SIZE", Right: true})
	for _, p := range parts {
		t.Row(p.Name, showSize(p.Size))
	}
	if err := t.Write(a.stdio.Out); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.stdio.Out, "uploaded; \"draftbox draft list\" shows the draft, unless ext.json commits directly")
	return err
}
