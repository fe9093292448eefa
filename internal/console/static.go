package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed static
var staticFiles embed.FS

// asset is the address of a static file. It changes with the content, so that browsers
// may keep the file for ever.
func asset(name string) string { return "/static/" + name + "?v=" + versions[name] }

var (
	versions = versionsOf()
	// compressed are the files as they go over the line to browsers that take that.
	compressed = sync.OnceValue(compressAll)
)

func compressAll() map[string][]byte {
	out := map[string][]byte{}
	for name := range versions {
		content, err := staticFiles.ReadFile("static/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		if len(content) >= gzipFrom {
			out[name] = zip(content)
		}
	}
	return out
}

func versionsOf() map[string]string {
	files, err := staticFiles.ReadDir("static")
	if err != nil {
		panic(err) // it is embedded
	}
	out := map[string]string{}
	for _, file := range files {
		content, err := staticFiles.ReadFile("static/" + file.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		out[file.Name()] = hex.EncodeToString(sum[:6])
	}
	return out
}

// serveStatic answers style sheet, scripts and icons. They are the same for everybody
// and need no login. Modules import each other by plain names, and are asked for anew
// after each start.
func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	keep := "no-cache"
	if r.URL.Query().Get("v") == versions[name] {
		keep = "private, max-age=31536000, immutable"
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if strings.HasSuffix(name, ".js") { // whatever the system's table says
		kind = "text/javascript; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	tag := versions[name]
	if small := compressed()[name]; small != nil && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		content, tag = small, tag+"-gzip"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
