package miniprogram_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
)

func TestRefusedContainers(t *testing.T) {
	t.Parallel()
	change := func(f func(*boxed)) []byte {
		b := minimal().box()
		f(&b)
		return storedGzip(b.bytes())
	}
	named := func(name string) []byte {
		return change(func(b *boxed) { b.files[1].name = name })
	}
	file := func(f func(*boxedFile)) []byte {
		return change(func(b *boxed) { f(&b.files[1]) })
	}
	good := storedGzip(minimal().box().bytes())
	index := uint32(4)
	for _, f := range minimal().box().files {
		index += 12 + uint32(len(f.name))
	}
	for name, c := range map[string]struct {
		body []byte
		want string
	}{
		"nothing":                    {nil, "cut off"},
		"no gzip":                    {[]byte("PK\x03\x04 and so on and on"), "not packed with gzip"},
		"a bare container":           {minimal().box().bytes(), "not packed with gzip"},
		"gzip of nothing":            {storedGzip(nil), "cut off"},
		"gzip of text":               {storedGzip([]byte("hello")), "no code package"},
		"gzip of zeros":              {storedGzip(make([]byte, 100)), "no code package"},
		"twice gzip":                 {storedGzip(good), "no code package"},
		"a second member":            {append(bytes.Clone(good), good...), "goes on after the end"},
		"an empty second member":     {append(bytes.Clone(good), storedGzip(nil)...), "goes on after the end"},
		"one byte more":              {append(bytes.Clone(good), 0), "goes on after the end"},
		"wrong checksum":             {append(bytes.Clone(good[:len(good)-8]), make([]byte, 8)...), "damaged"},
		"no deflate":                 {append(bytes.Clone(good[:10]), 0xFF, 0xFF), "damaged"},
		"another method than gzip's": {append([]byte("\x1f\x8b\x07"), good[3:]...), "not packed with gzip"},

		"another first byte":    {change(func(b *boxed) { b.first = 0xBF }), "no code package"},
		"another mark":          {change(func(b *boxed) { b.last = 0xEE }), "no code package"},
		"version 1":             {change(func(b *boxed) { b.version = 1 }), "version 1 of its layout"},
		"little endian version": {change(func(b *boxed) { b.version = 0x01000000 }), "version 16777216"},
		"index of nothing":      {change(func(b *boxed) { b.index = new(uint32(0)) }), "too short for one"},
		"index of 3 bytes":      {change(func(b *boxed) { b.index = new(uint32(3)) }), "index of 3 bytes"},
		"index one short":       {change(func(b *boxed) { b.index = new(index - 1) }), "pack it again"},
		"index one long":        {change(func(b *boxed) { b.index = new(index + 1) }), "pack it again"},
		"index over 4 MiB":      {change(func(b *boxed) { b.index = new(uint32(4<<20 + 1)) }), "an index over 4 MiB"},
		"index of 4 GiB":        {change(func(b *boxed) { b.index = new(uint32(1<<32 - 1)) }), "at most 65536 KB"},
		"data of 4 GiB":         {change(func(b *boxed) { b.data = new(uint32(1<<32 - 1)) }), "KB long when inflated; at most 65536 KB"},
		"both":                  {change(func(b *boxed) { b.data, b.index = new(uint32(1<<32-1)), new(uint32(1<<32-1)) }), "KB long when inflated"},
		"more than gzip holds":  {change(func(b *boxed) { b.data = new(uint32(60 << 20)) }), "more than its body can hold"},
		"data one short":        {change(func(b *boxed) { b.data = new(binary.BigEndian.Uint32(minimal().box().bytes()[9:]) - 1) }), "outside of its data"},
		"data one long":         {change(func(b *boxed) { b.data = new(binary.BigEndian.Uint32(minimal().box().bytes()[9:]) + 1) }), "1 bytes that are of no file"},
		"data after the data":   {change(func(b *boxed) { b.after = "x" }), "longer than its header declares"},
		"data before the data":  {change(func(b *boxed) { b.afterIndex = "x" }), "longer than its header declares"},

		"count of 0":         {change(func(b *boxed) { b.count = new(uint32(0)) }), "longer than its 0 files"},
		"count one short":    {change(func(b *boxed) { b.count = new(uint32(4)) }), "longer than its 4 files"},
		"count one long":     {change(func(b *boxed) { b.count = new(uint32(6)) }), "pack it again"},
		"count of a million": {change(func(b *boxed) { b.count = new(uint32(1_000_000)) }), "has 1000000 files; at most 40000"},
		"count of 4 billion": {change(func(b *boxed) { b.count = new(uint32(1<<32 - 1)) }), "has 4294967295 files"},
		"count beyond index": {change(func(b *boxed) { b.count = new(uint32(39_999)) }), "too short"},

		"empty name":           {named(""), "does not begin with a slash"},
		"a slash alone":        {named("/"), "is empty"},
		"relative name":        {named("app.js"), "does not begin with a slash"},
		"two slashes":          {named("//app.js"), "is absolute"},
		"an empty folder name": {named("/a//app.js"), "an empty name"},
		"a folder":             {named("/a/"), "an empty name"},
		"parent":               {named("/../app.js"), `contains ".."`},
		"parent within":        {named("/a/../../app.js"), `contains ".."`},
		"parent at the end":    {named("/a/.."), `contains ".."`},
		"dot":                  {named("/./app.js"), `contains "."`},
		"backslash":            {named(`/..\app.js`), "backslash"},
		"drive":                {named("/C:/app.js"), "colon"},
		"NUL":                  {named("/app.js\x00.png"), "control character"},
		"line break":           {named("/a\nb"), "control character"},
		"no UTF-8":             {named("/\xc4\xe3.js"), "not UTF-8"},
		"long name":            {named("/" + strings.Repeat("n", 513)), "a name of 513 bytes; at most 512"},
		"twice":                {named("/app.js"), `"app.js" is in the package twice`},
		"file and folder":      {named("/app.js/x"), "both a file and a folder"},

		"name beyond the index":   {file(func(f *boxedFile) { f.nameLen = new(uint32(400)) }), "ends within an entry"},
		"name of 4 GiB":           {file(func(f *boxedFile) { f.nameLen = new(uint32(1<<32 - 1)) }), "ends within an entry"},
		"offset 0":                {file(func(f *boxedFile) { f.offset = new(uint32(0)) }), `"/app.json" is outside`},
		"offset within the index": {file(func(f *boxedFile) { f.offset = new(uint32(17)) }), "outside of its data"},
		"offset beyond the end":   {file(func(f *boxedFile) { f.offset = new(uint32(100_000)) }), "outside of its data"},
		"offset of 4 GiB":         {file(func(f *boxedFile) { f.offset = new(uint32(1<<32 - 1)) }), "outside of its data"},
		"size beyond the end":     {file(func(f *boxedFile) { f.size = new(uint32(100_000)) }), "outside of its data"},
		"size of 4 GiB":           {file(func(f *boxedFile) { f.size = new(uint32(1<<32 - 1)) }), "outside of its data"},
		"a byte early":            {file(func(f *boxedFile) { f.shift = -1 }), "share bytes"},
		"a byte late":             {file(func(f *boxedFile) { f.shift = 1 }), "of no file"},
		"a byte more":             {file(func(f *boxedFile) { f.size = new(uint32(len(minimal()["app.json"]) + 1)) }), "share bytes"},
		"a gap":                   {file(func(f *boxedFile) { f.afterwards = "xyz" }), "3 bytes that are of no file"},
		"no folder for files":     {file(func(f *boxedFile) { f.content, f.size, f.afterwards = "", nil, minimal()["app.json"] }), "of no file"},
		"the same bytes for all": {change(func(b *boxed) {
			for i := range b.files {
				b.files[i].offset, b.files[i].size = new(14+index), new(uint32(20))
			}
		}), "share bytes"},
		"empty in another's midst": {file(func(f *boxedFile) { f.size, f.shift = new(uint32(0)), 3 }), "pack it again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_, err := openContainer(c.body, miniprogram.Options{TempDir: dir})
			refused(t, nil, err, c.want)
			nothingLeft(t, dir)
		})
	}
}

// bomb returns the deflated head, then zeros without end in sight: as many MiB as
// given. It takes about a KiB for each.
func bomb(tb testing.TB, head []byte, mib int) []byte {
	tb.Helper()
	segment := func(data []byte) []byte {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.BestCompression)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			tb.Fatal(err)
		}
		if err := w.Flush(); err != nil { // ends at a whole byte, so that segments can be put together
			tb.Fatal(err)
		}
		return out.Bytes()
	}
	body := []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
	if len(head) > 0 {
		body = append(body, segment(head)...)
	}
	body = append(body, bytes.Repeat(segment(make([]byte, 1<<20)), mib)...)
	return append(body, "\x03\x00checksum"...) // an empty last block
}

// What a refusal takes in memory depends on nothing that the sender declares.
func TestContainerBombs(t *testing.T) { //nolint:paralleltest // it counts what the whole process allocates
	const files = 40_000 // the most that are listed
	many := func(name func(i int) string, n int) boxed {
		b := boxed{files: make([]boxedFile, n)}
		for i := range b.files {
			b.files[i].name = name(i)
		}
		return b
	}
	twice := many(func(i int) string { return fmt.Sprintf("/%d", i/2) }, files)
	escaping := many(func(i int) string { return fmt.Sprintf("/%d", i) }, files)
	escaping.files[files-1].name = "/../../etc/passwd"
	beyond := many(func(i int) string { return fmt.Sprintf("/%d", i) }, files)
	beyond.files[files-1].offset = new(uint32(1 << 31))
	million := make([]byte, 0, 13_000_018)
	million = append(million, 0xBE, 0, 0, 0, 0)
	million = binary.BigEndian.AppendUint32(million, 4+13_000_000)
	million = append(million, 0, 0, 0, 0, 0xED)
	million = binary.BigEndian.AppendUint32(million, 1_000_000)
	million = append(million, bytes.Repeat([]byte("\x00\x00\x00\x01/\x00\xc6\x5d\x52\x00\x00\x00\x00"), 1_000_000)...)
	huge := minimal().box()
	huge.files = append(huge.files, boxedFile{name: "/zeros", size: new(uint32(60 << 20))})
	huge.data = new(60<<20 + binary.BigEndian.Uint32(minimal().box().bytes()[9:]))
	for _, row := range []struct { //nolint:paralleltest // as above
		name string
		body []byte
		want string
		most uint64 // bytes allocated
	}{
		{"5 GB of zeros", bomb(t, nil, 5<<10), "no code package", 1 << 20},
		{"5 GB behind a container", bomb(t, minimal().box().bytes(), 5<<10), "longer than its header declares", 1 << 20},
		{"5 GB where 60 MiB are declared", bomb(t, huge.bytes(), 5<<10), "longer than its header declares", 1 << 20},
		{"a million entries", gzipped(t, gzip.BestSpeed, million), "an index over 4 MiB", 1 << 20},
		{"a million entries in a short index", storedGzip(boxed{count: new(uint32(1_000_000))}.bytes()), "has 1000000 files", 1 << 20},
		{"duplicate names", twice.body(t), "twice", 24 << 20},
		{"an escaping name as the last", escaping.body(t), `contains ".."`, 24 << 20},
		{"an offset beyond the end as the last", beyond.body(t), "outside of its data", 24 << 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := openContainer(row.body, miniprogram.Options{TempDir: dir})
			runtime.ReadMemStats(&after)
			refused(t, nil, err, row.want)
			if took := after.TotalAlloc - before.TotalAlloc; took > row.most {
				t.Errorf("allocated %d KiB", took>>10)
			}
			nothingLeft(t, dir)
		})
	}
}

func BenchmarkContainer(b *testing.B) {
	for name, p := range map[string]project{"2MB": twoMB(), "20MB": large()} {
		body := p.box().body(b)
		opts := miniprogram.Options{TempDir: b.TempDir()}
		b.Run(name+"/gunzip", func(b *testing.B) { // the yardstick
			for b.Loop() {
				z, err := gzip.NewReader(bytes.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.Copy(io.Discard, z)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(n)
			}
		})
		b.Run(name+"/open", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(p.box().bytes())))
			for b.Loop() {
				c, err := openContainer(body, opts)
				if err != nil {
					b.Fatal(err)
				}
				_ = c.Close()
			}
		})
		b.Run(name+"/build", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := openContainer(body, opts)
				if err != nil {
					b.Fatal(err)
				}
				built, err := c.Build(opts)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(built.Package.StoredSize)
				_ = built.Content.Close()
				_ = c.Close()
			}
		})
	}
}
