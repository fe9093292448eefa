package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// millis is a time as it goes into a column: milliseconds, null for the zero
// time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant is a time that comes out of a column.
type instant time.Time

// Scan implements sql.Scanner.
func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = instant{}
	case int64:
		*i = instant(time.UnixMilli(v).UTC())
	default:
		return fmt.Errorf("a time is stored as %T", src)
	}
	return nil
}

// inJSON is a value that is stored as JSON text; v is a pointer.
type inJSON struct{ v any }

// Value implements driver.Valuer.
func (j inJSON) Value() (driver.Value, error) {
	text, err := json.Marshal(j.v)
	return string(text), err
}

// Scan implements sql.Scanner.
func (j inJSON) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), j.v)
	case []byte:
		return json.Unmarshal(v, j.v)
	default:
		return fmt.Errorf("JSON is stored as %T", src)
	}
}

// flag is a boolean in a column: 0 or 1.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// all is the limit of a list without one.
const all = 1 << 62

func limitOr(limit int) int64 {
	if limit <= 0 {
		return all
	}
	return int64(limit)
}

// storable reports whether a text could be in a column: PostgreSQL takes no NUL and
// nothing but UTF-8. What is not cannot be found.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
