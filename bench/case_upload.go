package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver of the yardstick

	"draftbox/internal/adminclient"
)

// uploadTarget is the least part of the yardstick's speed that we reach.
const uploadTarget = 0.5

// Sizes of the uploaded package: nearly the 2 MiB that a package part may have.
const (
	packageFiles  = 20
	packageFileKB = 100
)

// uploadsPerPair is how many uploads are made for each second that other cases
// would take.
const uploadsPerPair = 3

// runUpload compares a durable upload with writing the same bytes to a file,
// with fsync, and one commit of SQLite.
func runUpload(ctx context.Context, b *bench) (_ []row, err error) {
	one, err := b.serveWorld(ctx, 1, 1)
	if err != nil {
		return nil, err
	}
	defer one.stop()
	dir, err := b.newDir("yardstick")
	if err != nil {
		return nil, err
	}
	yard, err := openWriter(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, yard.Close()) }()
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
		theirs, err := timed(func() error { return yard.write(ctx, n, project) })
		if err != nil {
			return nil, err
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

// writer is the yardstick: the least that makes bytes and a row of them last.
type writer struct {
	*sql.DB
	dir string
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
	return &writer{db, dir}, nil
}

func (w *writer) write(ctx context.Context, n int, content []byte) error {
	path := filepath.Join(w.dir, fmt.Sprintf("%d.zip", n))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	_, err = w.ExecContext(ctx, `insert into uploads (n, file) values ($1, $2)`, n, path)
	return err
}
