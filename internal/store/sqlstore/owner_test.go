package sqlstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// envHold makes this test binary open the database it names and hold it.
const envHold = "SQLSTORE_TEST_HOLD"

func TestMain(m *testing.M) {
	if path := os.Getenv(envHold); path != "" {
		hold(path)
	}
	os.Exit(m.Run())
}

func hold(path string) {
	if _, err := sqlstore.Open(context.Background(), sqlstore.Options{URL: path}); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("open")
	select {}
}

func TestOneOwner(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := open(t, path)
	if _, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: path}); !errors.Is(err, platform.ErrConflict) {
		t.Fatalf("a second store on a file opens with %v, want ErrConflict", err)
	}
	link := file(t)
	must(t, os.Symlink(path, link))
	if _, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: "sqlite:" + link}); !errors.Is(err, platform.ErrConflict) {
		t.Fatalf("a second store on a file by another name opens with %v, want ErrConflict", err)
	}
	must(t, first.Close())
	open(t, path)
}

// TestOwnerKilled: a file that another process holds is refused with that
// process's number, and is free once the process is dead, however it died.
func TestOwnerKilled(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	must(t, err)
	path := file(t)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), envHold+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	_, err = sqlstore.Open(t.Context(), sqlstore.Options{URL: path})
	if !errors.Is(err, platform.ErrConflict) || !strings.Contains(err.Error(), fmt.Sprintf("process %d ", cmd.Process.Pid)) {
		t.Errorf("the file that process %d holds opens with %v", cmd.Process.Pid, err)
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait() // says that it was killed
	open(t, path)
}
