//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package wxopen

import (
	"errors"
	"fmt"
	"os"
)

// lockStore fails: a store without a lock would lose what two processes write.
func lockStore(*os.File) (held bool, err error) {
	return false, fmt.Errorf("this system has no file locks, take another Store: %w", errors.ErrUnsupported)
}

func unlockStore(*os.File) error { return nil }
