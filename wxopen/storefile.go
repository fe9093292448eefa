package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// FileStore is a [Store] in one JSON file, for the processes of one machine. The
// file is written anew with each change, so it is for some hundreds of accounts;
// beyond that take an [SQLStore].
//
// Only the file's owner can read it (0600). It is replaced in one step, so that a
// process that is killed leaves the old one or the new one. Who writes it holds the
// lock on a second file, named like it with .lock at the end, which stays; the
// system drops the lock of a process that ends. The folder must be on a disk of the
// machine: locks of network file systems are not to be trusted.
type FileStore struct {
	path string
	turn chan struct{} // one value while this process has the lock or waits for it
}

// NewFileStore returns the store in a file. The file is made when something is
// written to it, its folder must be there.
func NewFileStore(path string) (*FileStore, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("wxopen: store: %w", err)
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err == nil && !folder.IsDir() {
		err = fmt.Errorf("%s is no folder", filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("wxopen: store: %w", err)
	}
	return &FileStore{path: path, turn: make(chan struct{}, 1)}, nil
}

// Read implements [Store]. It fails where the file cannot be read or is damaged.
func (s *FileStore) Read(ctx context.Context, key StoreKey) (StoreEntry, error) {
	if runtime.GOOS == "windows" {
		// A file that somebody reads cannot be replaced there.
		unlock, err := s.lock(ctx)
		if err != nil {
			return StoreEntry{}, err
		}
		defer unlock()
	}
	entries, err := s.load()
	return entries[key.String()], err
}

// Update implements [Store]. It fails where the file cannot be read or written, is
// damaged, or stays locked for ten seconds.
func (s *FileStore) Update(ctx context.Context, key StoreKey, change func(StoreEntry) (StoreEntry, error)) error {
	if err := key.check(); err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	entries, err := s.load()
	if err != nil {
		return err
	}
	next, err := change(entries[key.String()])
	if err != nil {
		return err
	}
	if next.empty() {
		delete(entries, key.String())
	} else {
		entries[key.String()] = next
	}
	return s.save(entries)
}

// String names the file.
func (s *FileStore) String() string { return "wxopen.FileStore(" + s.path + ")" }

// load reads the file. What is wrong with its JSON is not quoted.
func (s *FileStore) load() (map[string]StoreEntry, error) {
	text, err := os.ReadFile(s.path) //nolint:gosec // the program names the file
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return map[string]StoreEntry{}, nil
	case err != nil:
		return nil, fmt.Errorf("wxopen: store: %w", err)
	}
	var entries map[string]StoreEntry
	if err := json.Unmarshal(text, &entries); err != nil || entries == nil {
		return nil, fmt.Errorf("wxopen: store: %s is no file of a FileStore, or is damaged", s.path)
	}
	return entries, nil
}

func (s *FileStore) save(entries map[string]StoreEntry) error {
	text, err := json.MarshalIndent(entries, "", "  ") //nolint:gosec // the file is for its owner only
	if err != nil {
		return fmt.Errorf("wxopen: store: %w", err)
	}
	// os.CreateTemp makes it 0600.
	tmp, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("wxopen: store: %w", err)
	}
	_, err = tmp.Write(append(text, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), s.path) //nolint:gosec // the program names the file
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) //nolint:gosec // the program names the file
		return fmt.Errorf("wxopen: store: %w", err)
	}
	return nil
}

// How long a process may hold the lock before the others give up, and how long
// they wait between two looks. A change takes some milliseconds.
const (
	fileLockTimeout = 10 * time.Second
	fileLockPause   = 2 * time.Millisecond
)

// lock keeps other processes and other goroutines out until unlock is called.
func (s *FileStore) lock(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, fileLockTimeout)
	defer cancel()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wxopen: store: waiting for another goroutine: %w", ctx.Err())
	}
	f, err := s.lockFile(ctx)
	if err != nil {
		<-s.turn
		return nil, fmt.Errorf("wxopen: store: %w", err)
	}
	return func() {
		// A child process that is being started may hold the file open a little longer.
		_ = unlockStore(f)
		_ = f.Close()
		<-s.turn
	}, nil
}

func (s *FileStore) lockFile(ctx context.Context) (*os.File, error) {
	f, err := os.OpenFile(s.path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the program names the file
	if err != nil {
		return nil, err
	}
	pause := RetryPolicy{BaseDelay: fileLockPause, MaxDelay: 10 * fileLockPause}
	for attempt := 1; ; attempt++ {
		held, err := lockStore(f)
		if err == nil && !held {
			return f, nil
		}
		if err == nil {
			if ended := pause.wait(ctx, attempt); ended != nil {
				err = fmt.Errorf("another process holds %s: %w", f.Name(), ended)
			}
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}
