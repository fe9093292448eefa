package crashtest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli"
	"draftbox/internal/readyfile"
)

// asServer makes the test binary be draftbox itself.
const asServer = "DRAFTBOX_CRASHTEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(cli.Main(context.Background(), os.Args, cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.LookupEnv))
	}
	os.Exit(m.Run())
}

// server is a draftbox process that is killed and started again over the same
// state.
type server struct {
	t        *testing.T
	dataDir  string
	database string
	starts   int

	http    *http.Client // of all who call it
	answers atomic.Int64 // calls answered, of all its lives

	mu      sync.Mutex
	process *exec.Cmd
	up      chan struct{} // closed while the server is up
	ready   atomic.Pointer[readyfile.File]
}

func newServer(t *testing.T, database string) *server {
	t.Helper()
	s := &server{t: t, dataDir: t.TempDir(), database: database, up: make(chan struct{})}
	s.http = &http.Client{Transport: &counted{&http.Transport{MaxIdleConnsPerHost: platforms}, &s.answers}, Timeout: 30 * time.Second}
	t.Cleanup(s.kill)
	return s
}

// start runs the server and waits until it is ready.
func (s *server) start() {
	s.t.Helper()
	s.starts++
	file := filepath.Join(s.dataDir, fmt.Sprintf("ready-%d.json", s.starts))
	args := []string{
		"serve", "--data-dir", s.dataDir, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--tls-listen", "off",
		"--ready-file", file, "--log-level", "error",
	}
	if s.database != "" {
		args = append(args, "--database", s.database)
	}
	process := exec.Command(os.Args[0], args...)
	process.Dir = s.dataDir
	process.Env = append(os.Environ(), asServer+"=1")
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.process = process
	s.mu.Unlock()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		if ready, err := readyfile.Read(file); err == nil {
			s.ready.Store(&ready)
			s.mu.Lock()
			close(s.up)
			s.mu.Unlock()
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatal("the server did not become ready within 30 s")
		}
	}
}

// kill ends the server as a power cut would.
func (s *server) kill() {
	s.mu.Lock()
	process := s.process
	s.process = nil
	select {
	case <-s.up:
		s.up = make(chan struct{})
	default:
	}
	s.mu.Unlock()
	if process != nil {
		_ = process.Process.Kill()
		_ = process.Wait() // "signal: killed" is what is expected
	}
}

// waitUp returns the server's addresses once it is up.
func (s *server) waitUp() readyfile.File {
	s.mu.Lock()
	up := s.up
	s.mu.Unlock()
	<-up
	return *s.ready.Load()
}

// admin is a client of the management API of whatever server is up.
func (s *server) admin() *adminclient.Client {
	ready := s.waitUp()
	return adminclient.New(ready.AdminURL, ready.AdminToken, s.http)
}

// counted counts what was answered.
type counted struct {
	http.RoundTripper
	answers *atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		c.answers.Add(1)
	}
	return answer, err
}
