// Package snippet writes a call of an HTTP API as a program: curl, Go, PHP, Java,
// Python and JavaScript.
//
// The programs are whole. They need nothing but the language and its own library, print
// the answer as it came and exit with another code than 0 when the call fails; an HTTP
// status of 400 and above is a failure. What an API says inside an answer of status 200
// is for the reader to judge.
package snippet

import (
	"embed"
	"fmt"
	"net/http"
	"strings"
	"text/template"
)

// Call is what a program asks for. Texts are UTF-8; what is not is replaced.
type Call struct {
	Method string
	// URL is the whole address, its query encoded.
	URL string
	// Body is a JSON text, or any other; it is sent byte for byte as application/json.
	// With a GET, or with a File, there is none.
	Body string
	File *File // of a multipart form; nil: there is none
}

// File is the one file of a multipart form. Its names are sent without quotes,
// backslashes and line breaks, which forms carry each in another way.
type File struct {
	Field string // name of the part
	Name  string // file name; the program reads that file of the folder it runs in
	Type  string // media type
	// Content is put into the program in place of a file to read. It is for samples of
	// a few KB: a shell takes a word of 128 KB at most.
	Content []byte
}

// Language is one that programs are written in.
type Language struct {
	ID   string // in addresses, like go
	Name string // as people write it
	File string // what the program is to be called
	Run  string // the command that runs it, in the folder that it is in
	// of is the template of its programs.
	of *template.Template
}

//go:embed programs
var programs embed.FS

var languages = []Language{
	language("curl", "curl", "call.sh", "sh call.sh", shellText),
	language("go", "Go", "main.go", "go run main.go", goText),
	language("php", "PHP", "call.php", "php call.php", phpText),
	language("java", "Java", "Main.java", "java Main.java", javaText),
	language("python", "Python", "call.py", "python3 call.py", pythonText),
	language("javascript", "JavaScript", "call.mjs", "node call.mjs", scriptText),
}

// Languages returns all of them, in the order in which they are offered.
func Languages() []Language { return append([]Language(nil), languages...) }

// language reads a template; text writes a text as a literal of the language.
func language(id, name, file, run string, text func(string) string) Language {
	t := template.New(id + ".tmpl").Funcs(template.FuncMap{"text": text, "base64": base64Text})
	return Language{id, name, file, run, template.Must(t.ParseFS(programs, "programs/"+id+".tmpl"))}
}

// Program writes a call. It ends in a line break.
func (l Language) Program(c Call) string {
	view := struct {
		Call
		JSON bool // there is a body
		// Bytes are a body that a shell cannot write as a word, or not so that it is seen.
		Bytes []byte
	}{Call: c}
	valid := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	view.Method, view.URL, view.Body = valid(c.Method), valid(c.URL), valid(c.Body)
	if c.File != nil {
		f := *c.File
		f.Field, f.Name, f.Type = plain(valid(f.Field)), plain(valid(f.Name)), plain(valid(f.Type))
		if f.Name == "" {
			f.Name = "file"
		}
		if f.Type == "" {
			f.Type = "application/octet-stream"
		}
		view.File = &f
	}
	view.JSON = c.File == nil && c.Method != http.MethodGet
	if strings.ContainsFunc(view.Body, func(r rune) bool { return unseen(r) && r != '\n' && r != '\t' }) {
		view.Bytes = []byte(view.Body)
	}
	var out strings.Builder
	if err := l.of.Execute(&out, view); err != nil {
		panic(fmt.Errorf("write a %s program: %w", l.Name, err)) // templates and view are our own
	}
	return strings.TrimSpace(out.String()) + "\n"
}

// plain replaces what a form cannot carry in a name.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) || strings.ContainsRune(`"\`, r) {
			return '_'
		}
		return r
	}, s)
}
