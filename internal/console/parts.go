package console

// part is what a shared template gets: the page's view, and what it shows.
type part struct {
	V                   *view
	Table               *tableView
	Bars                []bar
	P                   *packageView
	Diagram             *diagram
	Step                *stepView
	Body                body
	Label, Action, Text string
}

// With makes a part that shows one thing.
func (v *view) With(what any) part {
	out := part{V: v}
	switch w := what.(type) {
	case *tableView:
		out.Table = w
	case []bar:
		out.Bars = w
	case *packageView:
		out.P = w
	case diagram:
		out.Diagram = &w
	case stepView:
		out.Step = &w
	}
	return out
}

// Body makes the part of a body.
func (v *view) Body(b body, label string) (part, error) {
	text, err := v.T(label)
	return part{V: v, Body: b, Label: text}, err
}

// Confirm makes the part that asks before something goes away: label and text are
// keys, and what names it.
func (v *view) Confirm(label, text, action string, what any) (part, error) {
	told, err := v.T(text, "what", what)
	if err != nil {
		return part{}, err
	}
	name, err := v.T(label)
	return part{Label: name, Text: told, Action: action}, err
}

// First is the number of the first row that is shown.
func (t *tableView) First() int { return t.From + 1 }

// Chosen reports whether a ready filter is on.
func (t *tableView) Chosen() bool { return len(t.Chips) > 0 && !t.Chips[0].Current }
