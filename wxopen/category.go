package wxopen

import "encoding/json"

// Category is a category (类目) of a standard template.
type Category struct {
	FirstClass  string
	FirstID     int64
	SecondClass string
	SecondID    int64
	// Extra holds the other members: third_class, third_id, address, tag and
	// title by the documentation, which shows none of them in use.
	Extra map[string]json.RawMessage
}

type categoryJSON struct {
	FirstClass  string `json:"first_class"`
	SecondClass string `json:"second_class"`
	FirstID     int64  `json:"first_id"`
	SecondID    int64  `json:"second_id"`
}

// MarshalJSON writes the category as the service does, Extra included.
func (c Category) MarshalJSON() ([]byte, error) {
	return withExtra(categoryJSON{
		FirstClass:  c.FirstClass,
		SecondClass: c.SecondClass,
		FirstID:     c.FirstID,
		SecondID:    c.SecondID,
	}, c.Extra)
}

// UnmarshalJSON reads a category of an answer.
func (c *Category) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*c = Category{FirstClass: r.text("first_class"), SecondClass: r.text("second_class")}
	c.FirstID, _ = r.number("first_id")
	c.SecondID, _ = r.number("second_id")
	c.Extra = r.rest()
	return r.err
}
