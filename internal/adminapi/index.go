package adminapi

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed index.html
var indexHTML string

var indexPage = template.Must(template.New("index").Parse(indexHTML))

// index tells somebody with a browser what this address is.
func (a *API) index(*http.Request) (*answer, error) {
	var b bytes.Buffer
	if err := indexPage.Execute(&b, a.version); err != nil {
		return nil, err
	}
	return &answer{contentType: "text/html; charset=utf-8", content: b.Bytes()}, nil
}
