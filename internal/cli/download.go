package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) draftDownloadCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "download DRAFT_ID [FILE]", Short: "Download a draft's code as a zip", Args: positional,
		Long: `Download a draft's code as a zip archive into FILE, which is draft-DRAFT_ID.zip unless
named; - is standard output. A file that exists is kept unless --force is given.`,
		Example: `  draftbox draft download 0
  draftbox draft download 0 - | bsdtar -tf -`,
		ValidArgsFunction: completeFirst(a.completeDrafts()),
		RunE: a.verb("download the draft", func(ctx context.Context, args []string) error {
			l, component, id, err := a.oneDraft(ctx, args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, transferTimeout)
			defer cancel()
			write := func(w io.Writer) error { return l.admin.DownloadDraft(ctx, component, id, w) }
			name := fmt.Sprintf("draft-%d.zip", id)
			if len(args) > 1 {
				name = args[1]
			}
			if name == "-" {
				return write(a.stdio.Out)
			}
			if err := saveFile(name, 0o644, force, write); err != nil {
				return err
			}
			return a.printf("%s\n", name)
		}),
	}
	cmd.Flags().BoolVarP(&force, "force", "f", false, "overwrite the file")
	return cmd
}

// saveFile makes a file of what write gives, all of it or nothing.
func saveFile(name string, mode fs.FileMode, overwrite bool, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(name); !overwrite && !errors.Is(err, fs.ErrNotExist) {
		return usagef("%s exists", name).withNext("name another file, or overwrite it with --force")
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	if err := errors.Join(write(tmp), tmp.Close()); err != nil {
		return err
	}
	// CreateTemp makes files for their owner only.
	if err := os.Chmod(tmp.Name(), mode); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
