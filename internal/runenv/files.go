package runenv

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What runs inside the programs: written by us, for us.
var (
	//go:embed files/node.cjs
	nodePreload string
	//go:embed files/prepend.php
	phpPrepend string
	//go:embed files/draftbox.ini
	phpINI string
)

// Files are the files that the variables name, by absolute path.
type Files struct {
	Bundle      string // the system's roots and the server's CA, PEM
	NodePreload string
	PHPIniDir   string // holds draftbox.ini only
	PHPPrepend  string
	Wgetrc      string // the system's settings of wget, with the bundle
}

// Write puts the files for a server into a folder, which is made if missing, for
// its owner only. What is there already and right is left alone, so that
// programs at work on it see no change.
func Write(dir string, s *Server, current Lookup) (*Files, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	f := &Files{
		Bundle:      filepath.Join(dir, "roots.pem"),
		NodePreload: filepath.Join(dir, "node.cjs"),
		PHPIniDir:   filepath.Join(dir, "php"),
		PHPPrepend:  filepath.Join(dir, "prepend.php"),
		Wgetrc:      filepath.Join(dir, "wgetrc"),
	}
	bundle, err := bundleOf(s.CAFile, systemRoots(current, f.Bundle))
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	hosts, err := json.Marshal(s.Hosts)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	if err := os.MkdirAll(f.PHPIniDir, 0o700); err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	for _, file := range []struct {
		path    string
		content []byte
	}{
		{f.Bundle, bundle},
		{f.NodePreload, []byte(strings.Replace(nodePreload, "new Set(HOSTS)", "new Set("+string(hosts)+")", 1))},
		{filepath.Join(f.PHPIniDir, "draftbox.ini"), []byte(phpINI)},
		{f.PHPPrepend, []byte(phpPrepend)},
		{f.Wgetrc, wgetrc(current, f)},
	} {
		if err := put(file.path, file.content); err != nil {
			return nil, fmt.Errorf("environment: %w", err)
		}
	}
	return f, nil
}

// wgetrc returns the settings of wget for all users, with the bundle. Built with
// GnuTLS, as on Debian, it does not read SSL_CERT_FILE. The user's own settings
// are read after them.
func wgetrc(current Lookup, f *Files) []byte {
	path := current.get("SYSTEM_WGETRC")
	if path == "" || path == f.Wgetrc {
		path = "/etc/wgetrc"
	}
	text, err := readBounded(path)
	if err != nil {
		text = nil // wget does not mind, either
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, '\n')
	}
	return append(text, "ca_certificate = "+f.Bundle+"\n"...)
}

// put writes a file in one step, 0600, unless it has that content.
func put(path string, content []byte) (err error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Close())
	if err != nil {
		return err
	}
	err = os.Rename(tmp.Name(), path)
	return err
}
