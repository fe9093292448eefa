package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver of the yardstick

	"draftbox/internal/adminclient"
)

// uploadTarget is the least part of the yardstick's speed that we reach.
const uploadTarget = 0.5

// uploadPath is where the yardstick takes uploads.
const uploadPath = "/upload"

// Sizes of the uploaded package: nearly the 2 MiB that a package part may have.
const (
	packageFiles  = 20
	packageFileKB = 100
)

// uploadsPerPair is how many uploads are made for each second that other cases
// would take.
const uploadsPerPair = 3

// runUpload compares a durable upload with a bare handler that writes the same
// bytes to a file, with fsync, and makes one commit of SQLite.
func runUpload(ctx context.Context, b *bench) ([]row, error) {
	one, err := b.serveWorld(ctx, 1, 1)
	if err != nil {
		return nil, err
	}
	defer one.stop()
	dir, err := b.newDir("yardstick")
	if err != nil {
		return nil, err
	}
	yard, base, err := b.yardstick(ctx, "writing handler", "-uploads", dir)
	if err != nil {
		return nil, err
	}
	defer yard.stop()
	client := adminclient.New(one.ready.AdminURL, one.ready.AdminToken, nil)
	var times, yardTimes, ratios []float64
	for n := range b.pairs*uploadsPerPair + 1 {
		project, err := randomProject()
		if err != nil {
			return nil, err
		}
		ours, err := timed(func() error {
			_, err := client.UploadDraft(ctx, one.tenants[0].appid, adminclient.Upload{UserVersion: fmt.Sprintf("2.0.%d", n)}, bytes.NewReader(project), int64(len(project)))
			return err
		})
		if err != nil {
			return nil, one.failed(err)
		}
		theirs, err := timed(func() error { return post(ctx, base+uploadPath, project) })
		if err != nil {
			return nil, yard.failed(err)
		}
		if n > 0 { // the first one warms up
			times, yardTimes, ratios = append(times, ours), append(yardTimes, theirs), append(ratios, theirs/ours)
		}
	}
	r := row{
		Case: "upload of a 2 MB draft", Unit: "ms", Ours: median(times), Yardstick: median(yardTimes), Ratio: median(ratios),
		Target: fmt.Sprintf("≥ %.1f", uploadTarget),
	}
	r.Verdict = verdict(r.Ratio >= uploadTarget)
	return []row{r}, nil
}

// post sends a body and expects it to be stored.
func post(ctx context.Context, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("HTTP %d: %.200q", resp.StatusCode, text)
	}
	return err
}

// timed returns how many milliseconds something took.
func timed(fn func() error) (float64, error) {
	began := time.Now()
	err := fn()
	return float64(time.Since(began).Microseconds()) / 1000, err
}

// randomProject is a mini program in a zip without compression, as `draftbox
// draft upload` sends a folder. Its bytes are new each time, as equal packages
// are stored once.
func randomProject() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, content []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	for name, file := range smallProject() {
		if err := put(name, file.Data); err != nil {
			return nil, err
		}
	}
	content := make([]byte, packageFileKB<<10)
	for n := range packageFiles {
		_, _ = rand.Read(content) // never fails
		if err := put(fmt.Sprintf("images/%d.png", n), content); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// writer is the yardstick: the least that makes bytes and a row about them last.
type writer struct {
	db  *sql.DB
	dir string
	n   atomic.Int64
}

func openWriter(ctx context.Context, dir string) (*writer, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "yardstick.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `create table uploads (n integer primary key, file text not null)`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &writer{db: db, dir: dir}, nil
}

func (w *writer) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := w.write(r.Context(), r.Body); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.WriteHeader(http.StatusCreated)
}

func (w *writer) write(ctx context.Context, content io.Reader) error {
	n := w.n.Add(1)
	path := filepath.Join(w.dir, fmt.Sprintf("%d.zip", n))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	_, err = w.db.ExecContext(ctx, `insert into uploads (n, file) values ($1, $2)`, n, path)
	return err
}
