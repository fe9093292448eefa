package miniprogram_test

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
)

// twoMB is a package of full size without sub-packages, in 200 files.
func twoMB() project {
	p := project{"app.json": `{"pages":["a"]}`, "a.js": ""}
	line := "const message = '一行像代码那样可以压缩的文字'\n"
	for i := range 200 {
		p[fmt.Sprintf("lib/module%03d.js", i)] = strings.Repeat(line, 10_000/len(line))
	}
	return p
}

func BenchmarkBuild(b *testing.B) {
	for name, p := range map[string]project{"2MB": twoMB(), "20MB": large()} {
		stored, deflated, dir := p.zip(b, zip.Store), p.zip(b, zip.Deflate), p.dir(b)
		opts := miniprogram.Options{TempDir: b.TempDir()}
		for _, source := range []struct {
			name  string
			build func() (*miniprogram.Built, error)
		}{
			{"stored", func() (*miniprogram.Built, error) { return fromZip(stored, opts) }},
			{"deflated", func() (*miniprogram.Built, error) { return fromZip(deflated, opts) }},
			{"folder", func() (*miniprogram.Built, error) { return miniprogram.FromDir(dir, opts) }},
		} {
			b.Run(name+"/"+source.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					built, err := source.build()
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(built.Package.StoredSize)
					if err := built.Content.Close(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		// The yardstick: nothing can be faster than the digest alone.
		b.Run(name+"/sha256", func(b *testing.B) {
			b.SetBytes(int64(len(stored)))
			for b.Loop() {
				sha256.Sum256(stored)
			}
		})
		b.Run(name+"/zipdir", func(b *testing.B) {
			b.SetBytes(int64(len(stored)))
			for b.Loop() {
				if err := miniprogram.ZipDir(io.Discard, dir, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
