package adminapi

import (
	"time"

	"draftbox/internal/platform"
)

// Formats of times: RFC 3339 in UTC+8.
const (
	toSeconds = "2006-01-02T15:04:05Z07:00"
	toMillis  = "2006-01-02T15:04:05.000Z07:00"
)

// timestamp writes an instant to the second, as most answers have it.
func timestamp(t time.Time) string { return t.In(platform.UTC8).Format(toSeconds) }

// timestampMillis writes an instant to the millisecond, where the order or the
// exact moment counts.
func timestampMillis(t time.Time) string { return t.In(platform.UTC8).Format(toMillis) }

// timestampOrNone writes what may not have been yet.
func timestampOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return timestamp(t)
}
