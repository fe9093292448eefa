package wxopen

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// The standard library has these calls for its own use only.
var (
	kernel32     = syscall.NewLazyDLL("kernel32.dll")
	lockFileEx   = kernel32.NewProc("LockFileEx")
	unlockFileEx = kernel32.NewProc("UnlockFileEx")
)

// What the documentation of LockFileEx calls them.
const (
	lockfileFailImmediately = 1
	lockfileExclusiveLock   = 2
	errorLockViolation      = syscall.Errno(33)
)

// lockStore locks a file for as long as it is open; held says that somebody else
// has the lock.
func lockStore(f *os.File) (held bool, err error) {
	ok, _, err := lockFileEx.Call(f.Fd(), lockfileExclusiveLock|lockfileFailImmediately, 0, 1, 0, uintptr(unsafe.Pointer(new(syscall.Overlapped))))
	switch {
	case ok != 0:
		return false, nil
	case errors.Is(err, errorLockViolation):
		return true, nil
	}
	return false, err
}

func unlockStore(f *os.File) error {
	ok, _, err := unlockFileEx.Call(f.Fd(), 0, 1, 0, uintptr(unsafe.Pointer(new(syscall.Overlapped))))
	if ok != 0 {
		return nil
	}
	return err
}
