package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/readyfile"
)

// dataDir is the folder of everything that a server keeps.
type dataDir struct{ path string }

// openDataDir makes the folder if it is missing, for its owner only, and refuses
// one that a running server has.
func openDataDir(ctx context.Context, path string) (*dataDir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return nil, &fault{
			what: "cannot make the data dir " + path, why: err.Error(),
			next: "name another with --data-dir", code: exitRefused,
		}
	}
	d := &dataDir{abs}
	if err := d.checkFree(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// checkFree looks whether a server answers that the folder's ready file names.
// The database's own lock goes deeper, but not every database has one, and this
// can say where the other one is.
func (d *dataDir) checkFree(ctx context.Context) error {
	ready, err := readyfile.Read(d.readyFile())
	if err != nil || ready.PID == os.Getpid() {
		return nil // nothing that can be read holds the folder
	}
	// The process may be another one that got the number of a killed server.
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err = adminclient.New(ready.AdminURL, ready.AdminToken, nil).Ready(ctx)
	if _, refused := errors.AsType[*adminclient.Error](err); err != nil && !refused {
		return nil
	}
	return &fault{
		what: "the data dir " + d.path + " is held by another server",
		why:  fmt.Sprintf("process %d serves it at %s", ready.PID, ready.APIURL),
		next: "use that one, stop it, or give this one a data dir of its own with --data-dir",
		code: exitRefused,
	}
}

func (d *dataDir) readyFile() string  { return filepath.Join(d.path, readyfile.Name) }
func (d *dataDir) requestLog() string { return filepath.Join(d.path, "requests.log") }

// tls is where the CA of the HTTPS listener is.
func (d *dataDir) tls() string { return filepath.Join(d.path, "tls") }

// database is where the state is: in the folder unless told otherwise.
func (d *dataDir) database(given string) string {
	if given != "" {
		return given
	}
	return "sqlite:" + filepath.Join(d.path, "draftbox.db")
}

// adminToken returns the token given, or that of the folder, which is made up
// the first time.
func (d *dataDir) adminToken(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	path := filepath.Join(d.path, "admin_token")
	text, err := os.ReadFile(path)
	if token := strings.TrimSpace(string(text)); err == nil && token != "" {
		return token, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("admin token: %w", err)
	}
	token := rand.Text()
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("admin token: %w", err)
	}
	return token, nil
}
