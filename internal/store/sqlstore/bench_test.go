package sqlstore_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
	"draftbox/internal/store/sqlstore"
)

func benchStore(b *testing.B, url string) (*sqlstore.Store, string) {
	b.Helper()
	s, err := sqlstore.Open(b.Context(), sqlstore.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	const appid = "wx00000000000000a1"
	err = s.UpdateShared(b.Context(), func(tx platform.Tx) error {
		c := platform.Component{Appid: appid, CreatedAt: tx.Now(), Settings: platform.DefaultSettings()}
		if err := tx.InsertComponent(b.Context(), &c); err != nil {
			return err
		}
		d := platform.DevMiniprogram{ComponentAppid: appid, Appid: appid + "d", CreatedAt: tx.Now()}
		if err := tx.PutDevMiniprogram(b.Context(), &d); err != nil {
			return err
		}
		return tx.InsertToken(b.Context(), &platform.AccessToken{
			Hash: platform.HashToken(secret), Kind: platform.ComponentToken, ComponentAppid: appid, Origin: platform.OriginAPI,
			IssuedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour),
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, appid
}

func benchFile(b *testing.B) (*sqlstore.Store, string) {
	b.Helper()
	return benchStore(b, filepath.Join(b.TempDir(), "draftbox.db"))
}

// upload replaces the one draft of the component by another of the content.
func upload(b *testing.B, s *sqlstore.Store, appid string, n int, content []byte) {
	b.Helper()
	p := &platform.Package{Digest: fmt.Sprint(n), StoredSize: int64(len(content)), CreatedAt: time.Now()}
	staged, err := s.Stage(b.Context(), bytes.NewReader(content), p.StoredSize)
	if err != nil {
		b.Fatal(err)
	}
	defer staged.Release()
	err = s.Update(b.Context(), appid, func(tx platform.Tx, _ *platform.Component) error {
		old, err := tx.DraftsOfSource(b.Context(), appid, appid+"d")
		if err != nil {
			return err
		}
		for _, d := range old {
			if err := tx.DeleteDraft(b.Context(), appid, d.ID); err != nil {
				return err
			}
		}
		id, err := tx.TakeDraftID(b.Context(), appid)
		if err != nil {
			return err
		}
		if err := tx.PutPackage(b.Context(), p, staged); err != nil {
			return err
		}
		return tx.InsertDraft(b.Context(), &platform.Draft{
			ComponentAppid: appid, ID: id, Slot: "s", SourceAppid: appid + "d", CreateTime: tx.Now(), Digest: p.Digest,
		})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkHead is the look-up that every call on the wire makes.
func BenchmarkHead(b *testing.B) {
	for name, url := range map[string]func() string{
		"file":     func() string { return filepath.Join(b.TempDir(), "draftbox.db") },
		"postgres": func() string { return pgtest.Database(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s, _ := benchStore(b, url())
			hash := platform.HashToken(secret)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Head(b.Context(), hash); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkUpdate is a small draft, stored for good.
func BenchmarkUpdate(b *testing.B) {
	for name, url := range map[string]func() string{
		"memory":   func() string { return "sqlite::memory:" },
		"file":     func() string { return filepath.Join(b.TempDir(), "draftbox.db") },
		"postgres": func() string { return pgtest.Database(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s, appid := benchStore(b, url())
			n := 0
			for b.Loop() {
				n++
				upload(b, s, appid, n, []byte("content"))
			}
		})
	}
}

const packageSize = 2 << 20

// BenchmarkUpload is a draft with a package of 2 MB, stored for good.
// BenchmarkUploadYardstick is what it is measured by.
func BenchmarkUpload(b *testing.B) {
	s, appid := benchFile(b)
	content := make([]byte, packageSize)
	_, _ = rand.Read(content)
	b.SetBytes(packageSize)
	n := 0
	for b.Loop() {
		n++
		upload(b, s, appid, n, content)
	}
}

// BenchmarkUploadYardstick writes the same bytes to a file, fsyncs it, and makes
// one commit of SQLite.
func BenchmarkUploadYardstick(b *testing.B) {
	dir := b.TempDir()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "y.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(b.Context(), "create table t (n integer primary key, name text)")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	content := make([]byte, packageSize)
	_, _ = rand.Read(content)
	b.SetBytes(packageSize)
	n := 0
	for b.Loop() {
		n++
		name := filepath.Join(dir, fmt.Sprint(n%2))
		_ = os.Remove(name)
		f, err := os.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err == nil {
			err = f.Sync()
		}
		if err == nil {
			err = f.Close()
		}
		if err == nil {
			_, err = db.ExecContext(b.Context(), "insert into t (name) values ($1)", name)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is the start on a database that is there already.
func BenchmarkOpen(b *testing.B) {
	for name, url := range map[string]string{"memory": "sqlite::memory:", "file": filepath.Join(b.TempDir(), "draftbox.db")} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := sqlstore.Open(b.Context(), sqlstore.Options{URL: url})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
