package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"testing"

	emulator "draftbox"
)

type sink struct{ h http.Header }

func (d sink) Header() http.Header         { return d.h }
func (d sink) Write(b []byte) (int, error) { return len(b), nil }
func (d sink) WriteHeader(int)             {}

func TestMem(t *testing.T) {
	ctx := context.Background()
	dir := "/tmp/memworld"
	os.MkdirAll(dir, 0o755)
	db := filepath.Join(dir, "draftbox.db")
	var ts []tenant
	if _, err := os.Stat(db); err != nil {
		ts, err = loadWorld(ctx, db, 10000, 30)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := os.Create(dir + "/tokens")
		for _, x := range ts {
			fmt.Fprintln(f, x.appid, x.token)
		}
		f.Close()
	} else {
		f, _ := os.Open(dir + "/tokens")
		for {
			var x tenant
			if _, err := fmt.Fscan(f, &x.appid, &x.token); err != nil {
				break
			}
			ts = append(ts, x)
		}
	}
	rep := func(s string) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b, _ := os.ReadFile("/proc/self/status")
		_ = b
		p := &process{}
		_ = p
		fmt.Printf("%s: heap %.1f MB, inuse %.1f, sys %.1f, objects %d\n", s, float64(m.HeapAlloc)/1e6, float64(m.HeapInuse)/1e6, float64(m.Sys)/1e6, m.HeapObjects)
	}
	rep("begin")
	s, err := emulator.New(ctx, emulator.Options{Database: db, Logger: slog.New(slog.DiscardHandler), RequestLog: dir + "/req.log"})
	if err != nil {
		t.Fatal(err)
	}
	rep("opened")
	h := s.Handler()
	for i, x := range ts {
		r := httptest.NewRequest("GET", listURL("http://x", x), nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if i == 0 {
			fmt.Println(w.Body.Len(), w.Body.String()[:100])
		}
	}
	rep("read")
	f, _ := os.Create("/tmp/heap.pprof")
	pprof.Lookup("heap").WriteTo(f, 0)
	f.Close()
	runtime.KeepAlive(s)
}
