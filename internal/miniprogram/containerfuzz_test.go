package miniprogram_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"strings"
	"testing"
	"testing/fstest"

	"draftbox/internal/miniprogram"
)

func seedContainers(f *testing.F, add func(data []byte)) {
	f.Helper()
	for _, p := range []project{
		minimal(),
		minimal().under("m").with(project{"project.config.json": `{"miniprogramRoot":"m"}`}),
		minimal().with(project{"ext.json": `{"extEnable":true,"extAppid":"wx00000000000000a1","directCommit":true}`, "a.js.map": "{}"}),
		minimal().with(project{"app.json": `{"__warning__":"x","pages":["pages/index/index"],"subPackages":[{"root":"s/","pages":["p"]}]}`, "s/p.js": ""}),
		minimal().with(project{".git/x": "1", "node_modules/y": "2", "e": ""}),
		{"app.json": `{"pages":["p/p"]}`, "p/p.js": "Page({})", "ci.signature": "{}"},
	} {
		add(p.box().bytes())
	}
	odd := minimal().box()
	odd.files[1].name, odd.files[2].shift, odd.count = "/../x", -1, new(uint32(6))
	add(odd.bytes())
	add(boxed{}.bytes())
	add(boxed{data: new(uint32(60 << 20)), count: new(uint32(1e6))}.bytes())
}

// FuzzContainer reads any container: it is refused with a sentence, or it is the
// package of the files that a reader without any checks finds in it.
func FuzzContainer(f *testing.F) {
	seedContainers(f, func(data []byte) { f.Add(data) })
	f.Fuzz(func(t *testing.T, data []byte) {
		checkContainer(t, storedGzip(data), data)
	})
}

// FuzzContainerGzip reads any body.
func FuzzContainerGzip(f *testing.F) {
	seedContainers(f, func(data []byte) {
		f.Add(storedGzip(data))
		f.Add(gzipped(f, gzip.BestCompression, data))
	})
	good := storedGzip(minimal().box().bytes())
	f.Add(append(bytes.Clone(good), good...))
	f.Add(append([]byte("\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03\x02\x00ab"+"name\x00comment\x00\x00\x00"), good[10:]...))
	f.Fuzz(func(t *testing.T, body []byte) {
		checkContainer(t, body, nil)
	})
}

// checkContainer opens and builds what is in a body, and compares with data if
// that is given.
func checkContainer(t *testing.T, body, data []byte) {
	t.Helper()
	opts := miniprogram.Options{Limits: fuzzLimits, TempDir: t.TempDir()}
	c, err := openContainer(body, opts)
	if err != nil {
		checkRefused(t, err)
		return
	}
	defer c.Close()
	if _, err := c.Signature(); err != nil {
		checkRefused(t, err)
	}
	if ext, err := c.Ext(); err != nil {
		checkRefused(t, err)
	} else if ext.JSON == "" || strings.Contains(ext.JSON, "\n") {
		t.Errorf("ext.json is %q", ext.JSON)
	}
	b, err := c.Build(opts)
	if err != nil {
		checkRefused(t, err)
		return
	}
	defer b.Content.Close()
	checkAccepted(t, b, fuzzLimits)
	if data == nil || bytes.Contains(data, []byte("__warning")) || bytes.Contains(data, []byte(`\u`)) {
		return // app.json may be another one
	}
	folder, err := miniprogram.FromFS(naive(data), opts)
	if err != nil {
		t.Fatalf("the files of an accepted container are refused: %v", err)
	}
	defer folder.Content.Close()
	if folder.Package.Digest != b.Package.Digest {
		t.Errorf("digest %s, that of the files is %s", b.Package.Digest, folder.Package.Digest)
	}
}

// naive reads the files of a container that was accepted.
func naive(data []byte) fstest.MapFS {
	files := fstest.MapFS{}
	be := binary.BigEndian
	rest := data[18:]
	for range be.Uint32(data[14:]) {
		n := be.Uint32(rest)
		name := string(rest[4 : 4+n])
		rest = rest[4+n:]
		off, size := be.Uint32(rest), be.Uint32(rest[4:])
		rest = rest[8:]
		files[name[1:]] = &fstest.MapFile{Data: data[off : off+size]}
	}
	return files
}
