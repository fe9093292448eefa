package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a program under measurement.
type process struct {
	name string
	cmd  *exec.Cmd
	out  *tail
}

// stopWait is how long a program may take to end by itself.
const stopWait = 10 * time.Second

// start runs a program until stop or the end of ctx. Its output is kept for the
// case that it fails.
func start(ctx context.Context, name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, out: &tail{}}
	if cmd.Stdout == nil {
		cmd.Stdout = p.out
	}
	cmd.Stderr = p.out
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends the program, gently at first.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	last := time.AfterFunc(stopWait, func() { _ = p.cmd.Process.Kill() })
	_ = p.cmd.Wait() // how it ended says nothing about the figures
	last.Stop()
}

// failed describes a program that did not do its part.
func (p *process) failed(err error) error {
	return fmt.Errorf("%s: %w\n%s", p.name, err, p.out)
}

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for what /proc shows.
const ticksPerSecond = 100

// cpu returns the CPU time, user and system, that the program has used.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid()))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold blanks; what follows it is plain.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("unexpected form of /proc/PID/stat")
	}
	var ticks int64
	for _, f := range fields[11:13] { // utime and stime
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}

// rss returns the resident memory in bytes.
func (p *process) rss() (int64, error) { return p.memory("VmRSS:") }

// peakRSS returns the most that the resident memory ever was, in bytes.
func (p *process) peakRSS() (int64, error) { return p.memory("VmHWM:") }

func (p *process) memory(line string) (int64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.pid()))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), line); ok {
			kb, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no " + line + " in /proc/PID/status")
}

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	const most = 4 << 10
	t.text = append(t.text, p...)
	if n := len(t.text) - most; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.text)) }
