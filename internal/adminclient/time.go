package adminclient

import (
	"bytes"
	"encoding/json"
	"time"
)

// OptionalTime is a time that may not have come yet: then it is zero here and an
// empty string in JSON.
type OptionalTime struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (t OptionalTime) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte(`""`), nil
	}
	return json.Marshal(t.Time)
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *OptionalTime) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte(`""`)) {
		t.Time = time.Time{}
		return nil
	}
	return json.Unmarshal(text, &t.Time)
}
