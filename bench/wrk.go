package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// connections is how many keep-alive connections call at the same time.
const connections = 32

// target is where load goes.
type target struct {
	process *process
	url     string
	// script is a Lua file that chooses the requests, with its arguments;
	// empty: url alone is called.
	script []string
	// helped says that another process, a database, works for the answers.
	helped bool
}

// load is what one run of wrk did.
type load struct {
	requests int64
	rate     float64 // requests a second
	cpu      float64 // microseconds of the server a request
	others   float64 // cores that neither the server nor wrk used
}

var (
	wrkRequests = regexp.MustCompile(`(\d+) requests in`)
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkTrouble  = regexp.MustCompile(`Socket errors:.*|Non-2xx or 3xx responses:.*`)
)

// drive calls a target for a time.
func (t *target) drive(ctx context.Context, length time.Duration) (load, error) {
	args := []string{"-t1", "-c" + strconv.Itoa(connections), "-d" + strconv.Itoa(int(length.Seconds())) + "s"}
	if len(t.script) > 0 {
		args = append(args, "-s", t.script[0])
	}
	args = append(args, t.url)
	if len(t.script) > 1 {
		args = append(append(args, "--"), t.script[1:]...)
	}
	before, err := t.process.cpu()
	if err != nil {
		return load{}, t.process.failed(err)
	}
	busy, began := busyTime(), time.Now()
	wrk := exec.CommandContext(ctx, "wrk", args...)
	out, err := wrk.CombinedOutput()
	if err != nil {
		return load{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	busy, took := busyTime()-busy, time.Since(began)
	after, err := t.process.cpu()
	if err != nil {
		return load{}, t.process.failed(err)
	}
	if trouble := wrkTrouble.Find(out); trouble != nil {
		return load{}, t.process.failed(fmt.Errorf("wrk met %s", trouble))
	}
	requests, rate := wrkRequests.FindSubmatch(out), wrkRate.FindSubmatch(out)
	if requests == nil || rate == nil {
		return load{}, fmt.Errorf("wrk printed no figures:\n%s", out)
	}
	var l load
	l.requests, err = strconv.ParseInt(string(requests[1]), 10, 64)
	if err != nil || l.requests == 0 {
		return load{}, t.process.failed(errors.New("wrk made no request"))
	}
	if l.rate, err = strconv.ParseFloat(string(rate[1]), 64); err != nil {
		return load{}, err
	}
	wrkTime := wrk.ProcessState.UserTime() + wrk.ProcessState.SystemTime()
	l.others = (busy - (after - before) - wrkTime).Seconds() / took.Seconds()
	l.cpu = float64((after - before).Microseconds()) / float64(l.requests)
	return l, nil
}
