// Package table prints rows as columns that line up on a terminal, also where
// they hold Chinese.
package table

import (
	"fmt"
	"io"
	"strings"
)

// Column is one column of a [Table].
type Column struct {
	Title string
	Right bool // align to the right, for numbers
	Most  int  // cut cells to that many terminal columns; 0 leaves them whole
}

// Table collects rows. Make it with [New].
type Table struct {
	columns []Column
	rows    [][]string
}

// New returns an empty table.
func New(columns ...Column) *Table { return &Table{columns: columns} }

// Row adds a row with a cell for each column, printed as fmt.Sprint would. Cells
// are kept to one line and free of what could steer a terminal.
func (t *Table) Row(cells ...any) {
	row := make([]string, len(t.columns))
	for i, cell := range cells {
		row[i] = cut(OneLine(fmt.Sprint(cell)), t.columns[i].Most)
	}
	t.rows = append(t.rows, row)
}

// Write prints the titles and the rows.
func (t *Table) Write(w io.Writer) error {
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.Title
	}
	all := append([][]string{titles}, t.rows...)
	widths := make([]int, len(t.columns))
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], Width(cell))
		}
	}
	var b strings.Builder
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			space := strings.Repeat(" ", widths[i]-Width(cell))
			if t.columns[i].Right {
				line.WriteString(space + cell)
			} else {
				line.WriteString(cell + space)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Fields prints pairs of a name and a value below each other, the values in one
// column. A value with line breaks goes on in its column.
func Fields(w io.Writer, pairs ...string) error {
	widest := 0
	for i := 0; i < len(pairs); i += 2 {
		widest = max(widest, Width(pairs[i]))
	}
	indent := strings.Repeat(" ", widest+2)
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		b.WriteString(name + indent[Width(name):])
		for n, line := range strings.Split(strings.ReplaceAll(value, "\r\n", "\n"), "\n") {
			if n > 0 {
				b.WriteString("\n" + indent)
			}
			b.WriteString(OneLine(line))
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
