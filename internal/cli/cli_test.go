package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"draftbox/internal/cli"
	"draftbox/internal/readyfile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"draftbox": func() {
			stdio := cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
			os.Exit(cli.Main(context.Background(), os.Args, stdio, os.LookupEnv))
		},
		"child": child,
	})
}

// TestScripts runs testdata/script: the real command in processes of their own,
// each script in a folder of its own and on ports that the system picks.
func TestScripts(t *testing.T) {
	t.Parallel()
	sample, err := filepath.Abs("../../examples/miniprogram")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLE", sample)
			e.Setenv("DRAFTBOX_LISTEN", "127.0.0.1:0")
			e.Setenv("DRAFTBOX_ADMIN_LISTEN", "127.0.0.1:0")
			e.Setenv("DRAFTBOX_TLS_LISTEN", "127.0.0.1:0")
			e.Values["held"] = &held{}
			e.Values["receiver"] = &receiver{answer: "success"}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"get":   get,
			"json":  jsonIs,
			"keep":  keep,
			"ready": ready,
			"mode":  mode,
			"hold":  hold,
			"go-on": goOn,
			"gone":  gone,

			"receive":   receive,
			"answer":    answer,
			"received":  received,
			"expand":    expand,
			"directed":  directed,
			"delivered": delivered,
			"post":      post,
		},
	})
}

// exits runs a program and checks its exit code: exits CODE PROGRAM ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}

// get prints what a URL answers.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: get URL")
	}
	res, err := http.Get(args[0])
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
}

// jsonIs compares a member of a JSON file: json FILE a.0.b VALUE. An empty path
// is the whole, and the value is JSON or a string.
func jsonIs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, step := range strings.FieldsFunc(args[1], func(r rune) bool { return r == '.' }) {
		switch inner := v.(type) {
		case map[string]any:
			member, ok := inner[step]
			if !ok {
				ts.Fatalf("no member %s in %v", step, inner)
			}
			v = member
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(inner) {
				ts.Fatalf("no element %s in %v", step, inner)
			}
			v = inner[i]
		default:
			ts.Fatalf("%v has no %s", v, step)
		}
	}
	text, err := json.Marshal(v)
	ts.Check(err)
	if got := string(text); got != args[2] && fmt.Sprint(v) != args[2] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

// keep puts what an expression's first group finds in a file into a variable:
// keep VARIABLE FILE EXPRESSION.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: keep VARIABLE FILE EXPRESSION")
	}
	found := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if len(found) < 2 {
		ts.Fatalf("%s does not match %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[1])
}

// ready waits for the server of the data dir and keeps its addresses in $API,
// $ADMIN and $HTTPS and its token in $TOKEN.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: ready [DATA_DIR]")
	}
	dir := ".draftbox"
	if len(args) == 1 {
		dir = args[0]
	}
	ts.Check(ts.Exec("draftbox", "readyz", "--wait", "--timeout", "60s", "--data-dir", dir))
	var f readyfile.File
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(dir, readyfile.Name))), &f))
	ts.Setenv("API", f.APIURL)
	ts.Setenv("ADMIN", f.AdminURL)
	ts.Setenv("HTTPS", f.HTTPSURL)
	ts.Setenv("TOKEN", f.AdminToken)
}

// held is the connection that hold opened, in the values of a script.
type held struct{ conn net.Conn }

func heldOf(ts *testscript.TestScript) *held {
	h, ok := ts.Value("held").(*held)
	if !ok {
		ts.Fatalf("nothing is held")
	}
	return h
}

// hold begins a call of the management API and stops in the middle of its body,
// once the server is at work on it.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hold")
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(ts.Getenv("ADMIN"), "http://"))
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /_draftbox/v1/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Expect: 100-continue\r\nContent-Length: 16\r\n\r\n", ts.Getenv("TOKEN"))
	ts.Check(err)
	const goAhead = "HTTP/1.1 100 Continue\r\n\r\n" // the handler asks for the body
	answer := make([]byte, len(goAhead))
	if _, err = io.ReadFull(conn, answer); err != nil || string(answer) != goAhead {
		ts.Fatalf("got %q, %v", answer, err)
	}
	_, err = io.WriteString(conn, `{"advance`)
	ts.Check(err)
	heldOf(ts).conn = conn
}

// goOn ends the call that hold began and prints the answer.
func goOn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: go-on")
	}
	conn := heldOf(ts).conn
	_, err := io.WriteString(conn, `":"1h"}`)
	ts.Check(err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	ts.Check(err)
	defer res.Body.Close()
	ts.Check(res.Write(ts.Stdout()))
}

// gone waits until a file is not there any more.
func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone FILE")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		if _, err := os.Stat(ts.MkAbs(args[0])); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("%s is still there", args[0])
		}
	}
}

// mode checks the permissions of a file: mode 600 FILE.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("mode of %s is %s, want %s", args[1], got, args[0])
	}
}
