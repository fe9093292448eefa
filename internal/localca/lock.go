package localca

import (
	"errors"
	"fmt"
	"os"
	"time"

	"draftbox/internal/clock"
)

// How long to wait for another process that opens the same folder, and how long
// between two looks. It takes the other one some milliseconds.
const (
	lockTimeout = 10 * time.Second
	lockPause   = 10 * time.Millisecond
)

// lock keeps other processes, and other goroutines, out until unlock is called.
// The file stays: to remove it would be to race with the next one.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for end := clock.Now().Add(lockTimeout); ; time.Sleep(lockPause) {
		held, err := lockFile(f)
		if err == nil && !held {
			return func() error { return errors.Join(unlockFile(f), f.Close()) }, nil
		}
		if err == nil && clock.Now().After(end) {
			err = fmt.Errorf("another process has held %s for %s", path, lockTimeout)
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}
