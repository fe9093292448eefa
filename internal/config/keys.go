package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"draftbox/internal/platform"
)

// uploadKey returns the public half of a development mini program's upload key,
// in the form in which it is stored. The pair is made unless its private half is
// in dir; made is the file's path then.
func uploadKey(dir, appid string) (public, made string, err error) {
	path := filepath.Join(dir, appid+".private.pem")
	text, err := readRegular(path, maxSecretFile)
	if errors.Is(err, fs.ErrNotExist) {
		private, public, err := platform.GenerateUploadKey()
		if err != nil {
			return "", "", fmt.Errorf("make the upload key of %s: %w", appid, err)
		}
		if err := writeSecret(path, []byte(private)); err != nil {
			return "", "", fmt.Errorf("write the upload key of %s: %w", appid, err)
		}
		return public, path, nil
	}
	if err != nil {
		return "", "", err
	}
	if public, err = platform.PublicUploadKey(string(text)); err != nil {
		return "", "", fmt.Errorf("%s: %w; move it away to get a new key", path, err)
	}
	return public, "", nil
}

// writeSecret writes a file for its owner only, whole or not at all.
func writeSecret(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	if _, err := temp.Write(data); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a rename in a folder last. Not every system can, and one that
// cannot does not need it.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}
