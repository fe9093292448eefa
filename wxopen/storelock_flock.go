//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package wxopen

import (
	"errors"
	"os"
	"syscall"
)

// lockStore locks a file for as long as it is open; held says that somebody else
// has the lock.
func lockStore(f *os.File) (held bool, err error) {
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return true, nil
		case !errors.Is(err, syscall.EINTR):
			return false, err
		}
	}
}

func unlockStore(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
