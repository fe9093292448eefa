// Package readyfile tells other programs where a running server listens and how
// to talk to it.
//
// A server writes the file once it serves and removes it when it stops. A file
// that a killed server left behind is recognized by its process being gone.
package readyfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Name is the file's name in a data directory.
const Name = "ready.json"

// File is what the file says.
type File struct {
	PID int `json:"pid"`
	// APIURL is where the emulated host's paths begin, like http://127.0.0.1:8506.
	APIURL string `json:"api_url"`
	// AdminURL is where the management API's paths begin.
	AdminURL string `json:"admin_url"`
	// HTTPSURL is where the emulated hosts are served with TLS, like
	// https://127.0.0.1:8508, and where the forward proxy is. Empty without that
	// listener.
	HTTPSURL string `json:"https_url,omitempty"`
	// CAFile holds the certificate that those who call HTTPSURL must trust, as
	// PEM. Empty without that listener.
	CAFile string `json:"ca_file,omitempty"`
	// AdminToken is the management API's bearer token.
	AdminToken string `json:"admin_token"`
}

// ErrNotRunning says that no server stands behind the file: there is none, or
// the process that wrote it has ended.
var ErrNotRunning = errors.New("no server is running")

// Write puts the file in place in one step, so that a reader sees all of it or
// none. Only its owner can read it (0600), since it holds the admin token.
func Write(path string, f File) (err error) {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	// os.CreateTemp makes it 0600.
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(append(text, '\n'))
	if err = errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	return nil
}

// Read returns what a running server wrote. The error is [ErrNotRunning] when
// there is no file or its process has ended.
func Read(path string) (File, error) {
	f, err := parse(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return File{}, fmt.Errorf("%w: there is no ready file %s", ErrNotRunning, path)
	case err != nil:
		return File{}, err
	case !alive(f.PID):
		return File{}, fmt.Errorf("%w: process %d, which wrote %s, has ended", ErrNotRunning, f.PID, path)
	}
	return f, nil
}

func parse(path string) (File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return File{}, fmt.Errorf("ready file: %w", err)
	}
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		return File{}, fmt.Errorf("ready file %s: %w", path, err)
	}
	if f.PID <= 0 || f.APIURL == "" || f.AdminURL == "" {
		return File{}, fmt.Errorf("ready file %s: pid, api_url or admin_url is missing", path)
	}
	return f, nil
}

// Remove takes the file away if the process pid wrote it. A file that another
// server has put there since, or none at all, is no error.
func Remove(path string, pid int) error {
	f, err := parse(path)
	if err != nil || f.PID != pid {
		return nil //nolint:nilerr // what cannot be read is not this server's file
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("ready file: %w", err)
	}
	return nil
}
