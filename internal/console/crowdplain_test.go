//go:build !race

package console_test

import "time"

// crowd is as many merchants as a large platform has. What is aimed at is 200 ms, which
// the log is to be read for: beside other tests only what is out of all proportion fails.
const (
	crowd    = 10_000
	patience = 5 * time.Second
)
