package wxopen

import (
	"context"
	"sync"
)

// MemoryStore is a [Store] of one process, which ends with it. An authorization
// that is lost with it can be had again from [Client.AuthorizerInfo]. Its zero
// value is empty.
type MemoryStore struct {
	mu      sync.Mutex
	entries map[StoreKey]StoreEntry
}

// Read implements [Store]. Its error is always nil.
func (s *MemoryStore) Read(_ context.Context, key StoreKey) (StoreEntry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[key], nil
}

// Update implements [Store]. Its error is that of change.
func (s *MemoryStore) Update(_ context.Context, key StoreKey, change func(StoreEntry) (StoreEntry, error)) error {
	if err := key.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := change(s.entries[key])
	if err != nil {
		return err
	}
	if next.empty() {
		delete(s.entries, key)
		return nil
	}
	if s.entries == nil {
		s.entries = map[StoreKey]StoreEntry{}
	}
	s.entries[key] = next
	return nil
}

// String keeps the secrets out of logs.
func (s *MemoryStore) String() string { return "wxopen.MemoryStore(" + masked + ")" }

// GoString keeps the secrets out of logs.
func (s *MemoryStore) GoString() string { return s.String() }
