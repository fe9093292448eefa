package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
)

func (a *app) componentDevKeyCommand() *cobra.Command {
	var (
		out    string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use: "dev-key [APPID]", Short: "Make the upload key of a development mini program anew", Args: positional,
		Long: `Make the upload key pair of a development mini program anew, and show the private
half, this once: the file that miniprogram-ci takes as --pkp and "draftbox draft
upload" as --key. The former key is void from then on.

APPID is the development mini program's; it may be left out where the component
has only one.`,
		Example: `  draftbox component dev-key --out private.key
  draftbox component dev-key wx00000000000000d1 > private.key`,
		ValidArgsFunction: completeFirst(a.completeSources()),
		RunE: a.verb("make the upload key", func(ctx context.Context, args []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForComponents)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			appid, err := chooseDev(ctx, l, component, args)
			if err != nil {
				return err
			}
			var file *os.File
			if out != "" {
				// Before the former key is void.
				if file, err = newKeyFile(out); err != nil {
					return err
				}
			}
			key, err := l.admin.NewUploadKey(ctx, component, appid)
			if file != nil {
				if err == nil {
					_, err = file.WriteString(key.PrivateKey)
				}
				if err = errors.Join(err, file.Close()); err != nil {
					return errors.Join(err, os.Remove(out))
				}
			}
			if err != nil {
				return err
			}
			if _, err := os.Stat(a.keyFile(appid)); err == nil {
				fmt.Fprintf(a.stdio.Err, "note: %s holds the former key, which is void now\n", a.keyFile(appid))
			}
			switch {
			case out != "":
				return a.printf("%s\n", out)
			case asJSON:
				return a.printJSON(key)
			}
			return a.printf("%s", key.PrivateKey)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVarP(&out, "out", "o", "", "write it to `FILE`, for its owner only, instead of the standard output")
	return cmd
}

// newKeyFile makes the file of a private key, for its owner only.
func newKeyFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usagef("the file %s is there already", path).withNext("name another, or move that one away")
	}
	return f, err
}

// chooseDev returns the development mini program that an argument names, or the
// only one.
func chooseDev(ctx context.Context, l *local, component string, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	devs, err := adminclient.Take(l.admin.DevMiniprograms(ctx, component), 0)
	switch {
	case err != nil:
		return "", err
	case len(devs) == 1:
		return devs[0].Appid, nil
	case len(devs) == 0:
		return "", usagef("component %s has no development mini program", component).
			withNext("bind one as it is uploaded: draftbox draft upload FOLDER --version 1.0.0 --source APPID --bind")
	}
	var bound []string
	for _, d := range devs {
		bound = append(bound, d.Appid+"  "+d.Name)
	}
	return "", usagef("component %s has several development mini programs", component).
		withWhy("%s", strings.Join(bound, "\n")).withNext("name one by its APPID")
}

// keyFile is where the server keeps the private half of an upload key that it made
// for a declared development mini program.
func (a *app) keyFile(appid string) string {
	return filepath.Join(a.dataDir, "keys", appid+".private.pem")
}
