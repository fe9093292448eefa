package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageSize is how many rows a page of a list has.
const pageSize = 50

// cell is one field of a row. Kind says how it is shown: text, code, time, size,
// number, pill or error (a return code).
type cell struct {
	Kind  string
	Text  string
	Title string // exact value, on hover
	Tone  string // of a pill: ok, refused, broken, going or quiet
	num   int64  // what numbers, sizes and times are sorted by
}

// column is one column of a list of T.
type column[T any] struct {
	key  string // of the text columns.KEY, and in the address
	wide bool   // left out where there is little room
	cell func(T) cell
}

// list says how things are listed: sorted, filtered and paged on the server.
type list[T any] struct {
	id      string // of the table on its page
	columns []column[T]
	sort    string // what it is sorted by unless asked; "-" in front: downwards
	key     func(T) string
	href    func(T) string
}

// tableView is a list as its template gets it.
type tableView struct {
	ID, Query, Path    string
	Columns            []columnView
	Rows               []rowView
	Chips              []chip // ready filters
	Total, From, To    int
	Previous, Next     string
	Hidden             []hiddenField // of the filter's form
	Note               string        // how much was looked at, where that is not all
	Filtered, Selected bool
	Empty              string // key of what an empty list says
}

type columnView struct {
	Key, Href, Order, Kind string
	Wide                   bool
}

type rowView struct {
	Key, Href string
	Selected  bool
	Cells     []cellView
}

type cellView struct {
	cell
	Wide  bool
	Label string // key of the column
}

type chip struct {
	Key, Href string
	Current   bool
}

type hiddenField struct{ Name, Value string }

// view lists rows as the query asks. path is where the list stands, and selected the
// key of the row that is open beside it.
func (l list[T]) view(c *call, path string, rows []T, selected string) *tableView {
	q := c.r.URL.Query()
	out := &tableView{ID: l.id, Path: path, Query: strings.TrimSpace(q.Get("q")), Selected: selected != ""}
	order := q.Get("sort")
	by := l.column(order)
	if by == nil {
		order = l.sort
		by = l.column(order)
	}
	type row struct {
		of   T
		cell cell
	}
	kept := make([]row, 0, len(rows))
	needle := strings.ToLower(out.Query)
	for _, r := range rows {
		if needle == "" || l.matches(r, needle) {
			kept = append(kept, row{r, by.cell(r)})
		}
	}
	slices.SortStableFunc(kept, func(a, b row) int {
		n := cmp.Or(cmp.Compare(a.cell.num, b.cell.num), strings.Compare(a.cell.Text, b.cell.Text))
		if strings.HasPrefix(order, "-") {
			return -n
		}
		return n
	})
	out.Total, out.Filtered = len(kept), needle != ""
	page, _ := strconv.Atoi(q.Get("page")) // what is malformed is the first
	page = min(max(page, 1), max(1, (len(kept)+pageSize-1)/pageSize))
	out.From, out.To = (page-1)*pageSize, min(page*pageSize, len(kept))
	for _, r := range kept[out.From:out.To] {
		out.Rows = append(out.Rows, l.row(r.of, address(l.href(r.of), q, "page", q.Get("page")), selected))
	}
	if page > 1 {
		out.Previous = address(path, q, "page", strconv.Itoa(page-1))
	}
	if out.To < len(kept) {
		out.Next = address(path, q, "page", strconv.Itoa(page+1))
	}
	for i, col := range l.columns {
		v := columnView{Key: col.key, Wide: col.wide, Href: address(path, q, "sort", col.key, "page", "")}
		switch order {
		case col.key:
			v.Order, v.Href = "ascending", address(path, q, "sort", "-"+col.key, "page", "")
		case "-" + col.key:
			v.Order = "descending"
		}
		if len(out.Rows) > 0 {
			v.Kind = out.Rows[0].Cells[i].Kind
		}
		out.Columns = append(out.Columns, v)
	}
	for name := range q {
		if name != "q" && name != "page" && name != "done" && name != "id" {
			out.Hidden = append(out.Hidden, hiddenField{name, q.Get(name)})
		}
	}
	slices.SortFunc(out.Hidden, func(a, b hiddenField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (l list[T]) column(order string) *column[T] {
	for i := range l.columns {
		if l.columns[i].key == strings.TrimPrefix(order, "-") {
			return &l.columns[i]
		}
	}
	return nil
}

func (l list[T]) matches(r T, needle string) bool {
	if strings.Contains(strings.ToLower(l.key(r)), needle) {
		return true
	}
	for _, col := range l.columns {
		if v := col.cell(r); strings.Contains(strings.ToLower(v.Text), needle) || strings.Contains(strings.ToLower(v.Title), needle) {
			return true
		}
	}
	return false
}

func (l list[T]) row(r T, href, selected string) rowView {
	out := rowView{Key: l.key(r), Href: href}
	out.Selected = out.Key == selected
	for _, col := range l.columns {
		out.Cells = append(out.Cells, cellView{col.cell(r), col.wide, col.key})
	}
	return out
}

// chips adds ready filters: values of one parameter, the first of them none.
func (t *tableView) chips(c *call, param string, values ...string) {
	q := c.r.URL.Query()
	for _, value := range values {
		key := param + "." + cmp.Or(value, "all")
		t.Chips = append(t.Chips, chip{key, address(t.Path, q, param, value, "page", ""), q.Get(param) == value})
	}
}

// address is a path with the query as it is but for some parameters; empty values are
// left out, and so is what was just done.
func address(path string, q url.Values, change ...string) string {
	next := url.Values{}
	for name, values := range q {
		if name != "done" && name != "id" {
			next[name] = values
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		next.Set(change[i], change[i+1])
		if change[i+1] == "" {
			next.Del(change[i])
		}
	}
	if len(next) == 0 {
		return path
	}
	return path + "?" + next.Encode()
}

func textCell(text string) cell { return cell{Kind: "text", Text: text, Title: text} }

func codeCell(text string) cell { return cell{Kind: "code", Text: text} }

func numberCell(n int64) cell { return cell{Kind: "number", Text: strconv.FormatInt(n, 10), num: n} }

func sizeCell(n int64) cell { return cell{Kind: "size", Text: sizeText(n), num: n} }

// timeCell shows how long ago something was.
func (c *call) timeCell(t time.Time) cell {
	if t.IsZero() {
		return cell{Kind: "time", Text: "–"}
	}
	return cell{Kind: "time", Text: c.ago(t), Title: c.zone.exact(t), num: t.UnixMilli()}
}

// ago writes a time as it looks from the virtual now.
func (c *call) ago(t time.Time) string {
	d := c.now.Sub(t)
	switch {
	case d < -time.Minute:
		return t.In(c.zone.Location).Format("01-02 15:04")
	case d < 10*time.Second:
		return c.texts.must("ago.now")
	case d < time.Minute:
		return c.texts.must("ago.seconds", "n", int(d.Seconds()))
	case d < time.Hour:
		return c.texts.must("ago.minutes", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return c.texts.must("ago.hours", "n", int(d.Hours()))
	case d < 30*24*time.Hour:
		return c.texts.must("ago.days", "n", int(d.Hours()/24))
	}
	return t.In(c.zone.Location).Format(time.DateOnly)
}
