package console

import (
	"slices"
	"strings"

	"draftbox/internal/apidoc"
)

// fieldView is a field of the form of a call.
type fieldView struct {
	apidoc.Field
	Input   string // its name in the form
	Control string // text, number, choice, area or file
	Value   string
	Doc     string
	Limits  []string
	Choices []string
	Rows    int
	Secret  bool // its value stands for a secret
	Shown   bool // it has a value, or must have one; others are folded away
}

// limitKeys are the texts of the limits.
var limitKeys = map[string]string{
	apidoc.LimitMin: "explore.min", apidoc.LimitMax: "explore.max", apidoc.LimitMinLength: "explore.min_length", apidoc.LimitMaxLength: "explore.max_length",
	apidoc.LimitMinItems: "explore.min_items", apidoc.LimitMaxItems: "explore.max_items", apidoc.LimitPattern: "explore.pattern",
}

// areaRows is the most lines that a text area begins with.
const areaRows = 10

func (c *call) fieldView(prefix string, f apidoc.Field, value string) fieldView {
	v := fieldView{Field: f, Input: prefix + f.Name, Control: "text", Value: value, Doc: f.Doc.In(c.texts.name), Shown: f.Required || value != ""}
	if stands := placeholder(f.Name); stands != "" {
		v.Secret, v.Example = value == stands, stands
	}
	for i, l := range f.Limits {
		if i > 0 && l.Kind == apidoc.LimitMax && f.Limits[i-1].Kind == apidoc.LimitMin {
			v.Limits[i-1] = f.Limits[i-1].Value + "–" + l.Value
			continue
		}
		v.Limits = append(v.Limits, c.texts.must(limitKeys[l.Kind], "n", l.Value))
	}
	switch {
	case f.Type == apidoc.File:
		v.Control = "file"
	case len(f.Enum) > 0:
		v.Control, v.Choices = "choice", f.Enum
	case f.Type == apidoc.Boolean:
		v.Control, v.Choices = "choice", []string{"true", "false"}
	case f.Type.JSON(), strings.HasPrefix(f.Example, "{"), strings.Contains(value, "\n"):
		v.Control, v.Rows = "area", min(areaRows, 2+strings.Count(value, "\n"))
	case f.Type == apidoc.Integer, f.Type == apidoc.Number, f.Type == apidoc.IntegerOrString:
		v.Control = "number"
	}
	// What was typed into a program, and is none of the choices, is kept.
	if v.Control == "choice" && value != "" && !slices.Contains(v.Choices, value) {
		v.Choices = append(slices.Clone(v.Choices), value)
	}
	return v
}

// prosePart is a piece of a description.
type prosePart struct {
	Text string
	Code bool
}

// Prose splits the description where it has code between backquotes.
func (v *operationView) Prose(lang string) []prosePart {
	var out []prosePart
	code := false
	for part := range strings.SplitSeq(v.Doc.In(lang), "`") {
		out = append(out, prosePart{part, code})
		code = !code
	}
	return out
}

// Folded is how many members of the body are folded away.
func (v *operationView) Folded() int {
	n := 0
	for _, f := range v.Body {
		if !f.Shown {
			n++
		}
	}
	return n
}

// fieldPart is what the template of a field gets.
type fieldPart struct {
	V     *view
	Field fieldView
}

// Field makes the part of a field.
func (v *view) Field(f fieldView) fieldPart { return fieldPart{v, f} }

// Other is the language that the page is not in.
func (v *view) Other() string { return v.other }
