//go:build race

package console_test

import "time"

// The race detector makes everything ten times slower: it gets fewer merchants, and
// only what is out of all proportion fails.
const (
	crowd    = 2_000
	patience = 20 * time.Second
)
