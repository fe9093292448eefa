package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"draftbox/internal/adminclient"
)

// Pushes of one tick.
const (
	tickComponents = 1000
	tickSeconds    = 60.0 // the most that all of them may take
)

// runTickets moves the clock on by one tick and waits until every component's
// receiver has its ticket, each at a URL of its own.
func runTickets(ctx context.Context, b *bench) ([]row, error) {
	dir, err := b.newDir("tickets")
	if err != nil {
		return nil, err
	}
	server, err := b.serve(ctx, dir, "sqlite:"+databaseName)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	var got atomic.Int64
	url, stop, err := countPushes(ctx, &got)
	if err != nil {
		return nil, err
	}
	defer stop()
	admin := adminclient.New(server.ready.AdminURL, server.ready.AdminToken, nil)
	for n := range tickComponents {
		if _, err := admin.CreateComponent(ctx, adminclient.ComponentCreate{EventURL: fmt.Sprintf("%s/%d", url, n)}); err != nil {
			return nil, server.failed(err)
		}
	}
	// The first ticket comes when a component is made.
	if err := awaitPushes(ctx, &got, tickComponents); err != nil {
		return nil, server.failed(err)
	}
	begin := time.Now()
	if _, err := admin.ChangeClock(ctx, adminclient.ClockChange{Advance: "10m"}); err != nil {
		return nil, server.failed(err)
	}
	written := time.Since(begin)
	if err := awaitPushes(ctx, &got, 2*tickComponents); err != nil {
		return nil, server.failed(err)
	}
	took := time.Since(begin).Seconds()
	return []row{{
		Case: fmt.Sprintf("tickets of %d components after a tick", tickComponents), Unit: "s", Ours: took,
		Target: fmt.Sprintf("< %.0f s", tickSeconds), Verdict: verdict(took < tickSeconds),
		Note: fmt.Sprintf("advance answered after %s", written.Round(time.Millisecond)),
	}}, nil
}

// countPushes answers success to every push.
func countPushes(ctx context.Context, got *atomic.Int64) (url string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	receiver := &http.Server{ReadHeaderTimeout: readyWait, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got.Add(1)
		_, _ = io.WriteString(w, "success")
	})}
	go func() { _ = receiver.Serve(listener) }() // until stop
	return "http://" + listener.Addr().String(), func() { _ = receiver.Close() }, nil
}

func awaitPushes(ctx context.Context, got *atomic.Int64, want int64) error {
	deadline := time.After(2 * time.Minute)
	for got.Load() < want {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("not all pushes came within two minutes")
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}
