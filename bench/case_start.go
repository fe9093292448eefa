package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

// What a start may take and an idle server hold.
const (
	startLimit = 150 // milliseconds
	idleLimit  = 40  // MB
)

// idleFor is how long the server is left alone before its memory is read.
const idleFor = 5 * time.Second

// starts is how often the server is started.
const starts = 11

// runStart measures from the start of the process to the first draft list, with
// a data directory that is there, and the memory of an idle server.
func runStart(ctx context.Context, b *bench) ([]row, error) {
	dir, err := b.newDir("data")
	if err != nil {
		return nil, err
	}
	database := filepath.Join(dir, databaseName)
	tenants, err := loadWorld(ctx, database, 1, 2)
	if err != nil {
		return nil, err
	}
	var times, memory []float64
	for n := range starts + 1 {
		took, p, err := b.startOnce(ctx, dir, database, tenants[0])
		if err != nil {
			return nil, err
		}
		if n > 0 { // the first one fills the disk cache and settles the data directory
			times = append(times, took)
		} else {
			time.Sleep(idleFor)
			rss, err := p.rss()
			if err != nil {
				p.stop()
				return nil, p.failed(err)
			}
			memory = append(memory, float64(rss)/1e6)
		}
		p.stop()
	}
	return []row{
		{
			Case: "start to first answer", Unit: "ms", Ours: median(times),
			Target: fmt.Sprintf("< %d ms", startLimit), Verdict: verdict(median(times) < startLimit),
		},
		{
			Case: "idle memory", Unit: "MB", Ours: median(memory),
			Target: fmt.Sprintf("< %d MB", idleLimit), Verdict: verdict(median(memory) < idleLimit),
		},
	}, nil
}

// startOnce starts a server and asks for a list until it comes; it returns the
// milliseconds that took.
func (b *bench) startOnce(ctx context.Context, dir, database string, t tenant) (float64, *process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return 0, nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	cmd := exec.Command(b.server, serveArgs(dir, database, address)...) //nolint:noctx // ended by stop
	cmd.Dir = dir
	began := time.Now()
	p, err := start(ctx, "draftbox serve", cmd)
	if err != nil {
		return 0, nil, err
	}
	for {
		_, err := getList(ctx, "http://"+address, t)
		took := time.Since(began)
		if err == nil {
			return float64(took.Microseconds()) / 1000, p, nil
		}
		if took > readyWait || ctx.Err() != nil {
			p.stop()
			return 0, nil, p.failed(err)
		}
		time.Sleep(time.Millisecond)
	}
}
