package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// childVerb as the first argument makes this program a yardstick.
const childVerb = "yardstick"

// runChild serves a yardstick and prints its URL. It ends with its standard
// input, that is with the bench.
func runChild(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(childVerb, flag.ContinueOnError)
	var y yardsticks
	flags.StringVar(&y.body, "body", "", "answer draft lists with the bytes of this file")
	flags.StringVar(&y.database, "database", "", "look the token up in this PostgreSQL database before")
	flags.StringVar(&y.uploads, "uploads", "", "write uploads into this folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	mux, err := y.handler(ctx)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux} //nolint:gosec // bare, that is the point
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// yardsticks says what a yardstick does.
type yardsticks struct{ body, database, uploads string }

func (y *yardsticks) handler(ctx context.Context) (http.Handler, error) {
	mux := http.NewServeMux()
	if y.uploads != "" {
		w, err := openWriter(ctx, y.uploads)
		if err != nil {
			return nil, err
		}
		mux.Handle("POST "+uploadPath, w)
		return mux, nil
	}
	body, err := os.ReadFile(y.body)
	if err != nil {
		return nil, err
	}
	handler := bareHandler(body)
	if y.database != "" {
		if handler, err = selectHandler(y.database, body); err != nil {
			return nil, err
		}
	}
	mux.HandleFunc("GET "+draftListPath, handler)
	return mux, nil
}

// yardstick starts a yardstick of this program and returns its base URL.
func (b *bench) yardstick(ctx context.Context, name string, args ...string) (*process, string, error) {
	cmd := exec.Command(b.self, append([]string{childVerb}, args...)...) //nolint:noctx // ends with its input
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer read.Close()
	cmd.Stdout = write
	p, err := start(ctx, name, cmd)
	_ = write.Close()
	if err != nil {
		return nil, "", errors.Join(err, in.Close())
	}
	_ = read.SetReadDeadline(time.Now().Add(readyWait))
	line := make([]byte, 256)
	n, err := read.Read(line)
	if err != nil {
		p.stop()
		return nil, "", p.failed(fmt.Errorf("did not come up: %w", err))
	}
	return p, strings.TrimSpace(string(line[:n])), nil
}
