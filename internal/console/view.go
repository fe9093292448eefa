package console

import (
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pages are the templates by name: each page with the frame and the parts that all
// share. Parsing them takes some 15 ms, which no command but an open page has to wait for.
var pages = sync.OnceValue(parse)

func parse() map[string]*template.Template {
	shared := template.Must(template.New("").Funcs(template.FuncMap{"asset": asset}).ParseFS(templateFiles, "templates/frame.html", "templates/parts.html", "templates/table.html", "templates/diagram.html", "templates/settings.html"))
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // it is embedded
	}
	out := map[string]*template.Template{}
	for _, file := range names {
		name := strings.TrimSuffix(file.Name(), path.Ext(file.Name()))
		switch name {
		case "frame", "parts", "table", "diagram", "settings":
			continue
		}
		page := template.Must(shared.Clone())
		out[name] = template.Must(page.ParseFS(templateFiles, "templates/"+file.Name()))
	}
	return out
}

// view is what a page's template gets.
type view struct {
	*texts
	Theme  string
	Path   string // of this page, with its query
	Page   string // entry of the menu; empty without a frame
	Title  string
	Frame  *frame
	Notice *notice
	Done   string // what Notice tells of, where that is something that was done
	// Solution is what is to be done about a refusal that Notice tells of.
	Solution string
	Up       string // where Esc leads to
	List     *tableView
	Data     any
	// Live says what the page shows that changes by itself: "state" or "requests"; "no"
	// is for an answer to a form, which has no address to be fetched from again.
	Live string
}

// Lang is the language of the page.
func (v *view) Lang() string { return v.name }

// T returns a text.
func (v *view) T(key string, args ...any) (string, error) { return v.text(key, args...) }

// Named returns the text of a value of the domain.
func (v *view) Named(family string, value any) string { return v.named(family, fmt.Sprint(value)) }

// Start is Named as it begins a line: with a capital letter, where there are any.
func (v *view) Start(family string, value any) string {
	text := v.Named(family, value)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Themes are the ways the console can look.
func (v *view) Themes() []string { return themes() }

// Base is where the pages of the component begin.
func (v *view) Base() string {
	if v.Frame == nil || v.Frame.Component.Appid == "" {
		return ""
	}
	return "/c/" + v.Frame.Component.Appid
}

// Size writes a number of bytes.
func (v *view) Size(n int64) string { return sizeText(n) }

func sizeText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.2f MB", float64(n)/(1<<20))
}
