package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"draftbox"
	"draftbox/internal/cli"
	"draftbox/internal/readyfile"
)

// Calls are told as they come, until somebody interrupts.
func TestFollowRequests(t *testing.T) {
	t.Parallel()
	server, err := draftbox.New(t.Context(), draftbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	admin := httptest.NewServer(server.AdminHandler())
	t.Cleanup(admin.Close)
	dir := t.TempDir()
	if err := readyfile.Write(filepath.Join(dir, "ready.json"), readyfile.File{PID: os.Getpid(), AdminURL: admin.URL, APIURL: admin.URL, AdminToken: server.AdminToken()}); err != nil {
		t.Fatal(err)
	}
	call := func(path string) {
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	}
	call("/wxa/gettemplatelist")
	call("/wxa/gettemplatedraftlist")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	read, write := io.Pipe()
	var errs bytes.Buffer
	done := make(chan int, 1)
	go func() {
		none := func(string) (string, bool) { return "", false }
		done <- cli.Main(ctx, []string{"draftbox", "--data-dir", dir, "request", "list", "--follow", "-n", "1"}, cli.Stdio{In: strings.NewReader(""), Out: write, Err: &errs}, none)
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	next := func() string {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("no more lines: %v %s", lines.Err(), errs.String())
		}
		return lines.Text()
	}
	if line := next(); !strings.Contains(line, "41001") || !strings.Contains(line, "GET /wxa/gettemplatedraftlist") {
		t.Errorf("it begins with %q, want the newest call", line)
	}
	call("/wxa/gettemplatelist")
	if line := next(); !strings.Contains(line, "GET /wxa/gettemplatelist") {
		t.Errorf("it goes on with %q, want the call that was made", line)
	}
	cancel()
	if code := <-done; code != 0 {
		t.Errorf("an interrupt ends it with %d: %s", code, errs.String())
	}
}
