// Package clock is the one place that reads the machine's time. Everything else
// gets a function, or the virtual time that the store keeps.
package clock

import "time"

// Now returns the real time. Inside testing/synctest it is the bubble's.
func Now() time.Time { return time.Now() }

// Since returns the real time that went by since an instant.
func Since(t time.Time) time.Duration { return time.Since(t) }
