package sqlstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// owner is this process's right to a SQLite file: a lock on a file beside it
// that says who we are. The system drops the lock when the process ends, however
// it ends; the file stays, for to remove it is to race with the next owner.
type owner struct {
	file *os.File
	info os.FileInfo
}

// own takes the right to the database at path, or tells who has it.
func own(path string, now time.Time) (*owner, error) {
	name := path + ".lock"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	held, err := lockFile(f)
	if err == nil && held {
		err = platform.Conflictf("database %s is held by another server (%s); stop that one, or give this one a data directory of its own", path, holder(f))
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintf(f, "process %d since %s\n", os.Getpid(), now.Format(time.RFC3339))
	}
	var info os.FileInfo
	if err == nil {
		info, err = f.Stat()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &owner{f, info}, nil
}

// holder reads who has the lock.
func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 200))
	if who := strings.TrimSpace(string(text)); err == nil && who != "" {
		return who
	}
	return "it has not said which"
}

// inPlace reports whether the lock file is still the one at its path.
func (o *owner) inPlace() bool {
	info, err := os.Stat(o.file.Name())
	return err == nil && os.SameFile(info, o.info)
}

// release unlocks before it closes: a child process that was being started at
// this moment may hold the file open a little longer.
func (o *owner) release() error { return errors.Join(unlockFile(o.file), o.file.Close()) }
