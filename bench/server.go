package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"time"

	"draftbox/internal/readyfile"
)

// readyWait is how long a program may take until it serves.
const readyWait = 30 * time.Second

// adminToken is what the management API of the measured servers takes.
const adminToken = "bench-admin-token"

// draftbox is a running server.
type draftbox struct {
	*process
	ready readyfile.File
}

// serve starts the server as users do, with its request log, over a data
// directory.
func (b *bench) serve(ctx context.Context, dataDir, database string) (*draftbox, error) {
	cmd := exec.Command(b.server, serveArgs(dataDir, database, "127.0.0.1:0")...) //nolint:noctx // ended by stop
	if b.profile != "" {
		cmd = b.profiledCommand(dataDir, database)
	}
	cmd.Dir = dataDir // where no draftbox.yaml lies
	p, err := start(ctx, "draftbox serve", cmd)
	if err != nil {
		return nil, err
	}
	ready, err := awaitReady(ctx, filepath.Join(dataDir, readyfile.Name))
	if err != nil {
		p.stop()
		return nil, p.failed(err)
	}
	return &draftbox{p, ready}, nil
}

func serveArgs(dataDir, database, listen string) []string {
	return []string{
		"serve", "--data-dir", dataDir, "--database", database, "--listen", listen, "--admin-listen", "127.0.0.1:0",
		"--tls-listen", "127.0.0.1:0", "--admin-token", adminToken,
	}
}

func awaitReady(ctx context.Context, path string) (readyfile.File, error) {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		f, err := readyfile.Read(path)
		if err == nil || !errors.Is(err, readyfile.ErrNotRunning) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return f, fmt.Errorf("not ready after %s: %w", readyWait, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// databaseName is the file in a data directory.
const databaseName = "draftbox.db"

// listURL is the address of a tenant's draft list.
func listURL(base string, t tenant) string { return base + draftListPath + "?access_token=" + t.token }

// get fetches a body and checks that it is an answer.
func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d: %.200q", resp.StatusCode, body)
	}
	return body, nil
}

// getList fetches a draft list and refuses an error in its place.
func getList(ctx context.Context, base string, t tenant) ([]byte, error) {
	body, err := get(ctx, listURL(base, t))
	if err != nil {
		return nil, err
	}
	const good = `{"errcode":0,`
	if len(body) < len(good) || string(body[:len(good)]) != good {
		return nil, fmt.Errorf("no draft list: %.200s", body)
	}
	return body, nil
}
