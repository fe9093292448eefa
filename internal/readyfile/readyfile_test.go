package readyfile_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/internal/readyfile"
)

func sample(pid int) readyfile.File {
	return readyfile.File{PID: pid, APIURL: "http://127.0.0.1:1", AdminURL: "http://127.0.0.1:2", AdminToken: "t"}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), readyfile.Name)
	want := sample(os.Getpid())
	if err := readyfile.Write(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := readyfile.Read(path)
	if err != nil || got != want {
		t.Errorf("Read = %+v, %v; want %+v", got, err, want)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 0600", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.tmp")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheHTTPSListenerMayBeAbsent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), readyfile.Name)
	if err := readyfile.Write(path, sample(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "https_url") || strings.Contains(string(text), "ca_file") {
		t.Errorf("file = %s, %v; want neither https_url nor ca_file", text, err)
	}
	want := sample(os.Getpid())
	want.HTTPSURL, want.CAFile = "https://127.0.0.1:3", "/data/tls/ca.pem"
	if err := readyfile.Write(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := readyfile.Read(path); err != nil || got != want {
		t.Errorf("Read = %+v, %v; want %+v", got, err, want)
	}
}

func TestWriteReplacesAnotherFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), readyfile.Name)
	if err := os.WriteFile(path, []byte("rubbish"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := readyfile.Write(path, sample(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 0600", info.Mode(), err)
	}
}

func TestWriteFailsWithoutTheFolder(t *testing.T) {
	t.Parallel()
	err := readyfile.Write(filepath.Join(t.TempDir(), "none", readyfile.Name), sample(1))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write = %v, want %v", err, fs.ErrNotExist)
	}
}

func TestReadKnowsAServerThatIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := readyfile.Read(filepath.Join(dir, "none.json")); !errors.Is(err, readyfile.ErrNotRunning) {
		t.Errorf("no file: %v, want %v", err, readyfile.ErrNotRunning)
	}
	path := filepath.Join(dir, readyfile.Name)
	if err := readyfile.Write(path, sample(endedProcess(t))); err != nil {
		t.Fatal(err)
	}
	if _, err := readyfile.Read(path); !errors.Is(err, readyfile.ErrNotRunning) {
		t.Errorf("ended process: %v, want %v", err, readyfile.ErrNotRunning)
	}
}

// endedProcess returns the id of a process that has ended and was waited for.
func endedProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestReadRefusesRubbish(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":   "{",
		"no pid":    `{"api_url":"http://a","admin_url":"http://b"}`,
		"no urls":   `{"pid":1}`,
		"empty":     "",
		"wrong pid": `{"pid":-1,"api_url":"http://a","admin_url":"http://b"}`,
	} {
		path := filepath.Join(t.TempDir(), readyfile.Name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readyfile.Read(path); err == nil || errors.Is(err, readyfile.ErrNotRunning) {
			t.Errorf("%s: error = %v, want one about the file", name, err)
		}
	}
}

func TestRemoveLeavesAnotherServersFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), readyfile.Name)
	if err := readyfile.Write(path, sample(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	if err := readyfile.Remove(path, os.Getpid()+1); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("another process's file was removed: %v", err)
	}
	if err := readyfile.Remove(path, os.Getpid()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("own file is still there: %v", err)
	}
	if err := readyfile.Remove(path, os.Getpid()); err != nil {
		t.Errorf("Remove without a file: %v", err)
	}
}
