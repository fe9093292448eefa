package main

import (
	"context"
	_ "embed" // of the script
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The worlds that the case compares.
const (
	fewComponents  = 10
	manyComponents = 10_000
)

// rssLimit is the most memory that the server may hold with many components.
const rssLimit = 150

// restBefore is how long the server is left alone before its memory is read.
const restBefore = 10 * time.Second

//go:embed lists.lua
var randomLists []byte

// storedComparison compares many components with few.
type storedComparison struct {
	name   string
	random bool    // every component's list at random, or one component's
	target float64 // 0: for information
}

// runStored shows that an answer costs the same whatever else is stored, and
// what memory that takes. Lists at random are for information: those of 30
// drafts are more than the bounded cache holds, and those of 2 drafts more than
// the processor's does.
func runStored(ctx context.Context, b *bench) ([]row, error) {
	rows, err := b.compareStored(ctx, 30,
		storedComparison{name: "10,000 components against 10, one list of 30 drafts", target: 0.90},
		storedComparison{name: "the same, lists at random", random: true})
	if err != nil {
		return rows, err
	}
	more, err := b.compareStored(ctx, 2,
		storedComparison{name: "10,000 components against 10, one list of 2 drafts", target: 0.90},
		storedComparison{name: "the same, lists at random", random: true})
	return append(rows, more...), err
}

func (b *bench) compareStored(ctx context.Context, drafts int, comparisons ...storedComparison) ([]row, error) {
	b.say("loading %d components of %d drafts", manyComponents, drafts)
	many, err := b.serveWorld(ctx, manyComponents, drafts)
	if err != nil {
		return nil, err
	}
	defer many.stop()
	memory, err := b.memoryAfterAllLists(ctx, many, drafts)
	if err != nil {
		return nil, err
	}
	rows := []row{memory}
	few, err := b.serveWorld(ctx, fewComponents, drafts)
	if err != nil {
		return rows, err
	}
	defer few.stop()
	for _, c := range comparisons {
		ours, yard := many.target(), few.target()
		if c.random {
			if ours, err = b.randomTarget(many); err != nil {
				return rows, err
			}
			if yard, err = b.randomTarget(few); err != nil {
				return rows, err
			}
		}
		r, err := b.compare(ctx, c.name, ours, yard)
		if err != nil {
			return rows, err
		}
		r.Verdict = shown
		if c.target > 0 {
			r.Target, r.Verdict = fmt.Sprintf("≥ %.2f", c.target), verdict(r.Ratio >= c.target)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *bench) memoryAfterAllLists(ctx context.Context, w *servedWorld, drafts int) (row, error) {
	b.say("reading every list once")
	for _, t := range w.tenants {
		if _, err := getList(ctx, w.ready.APIURL, t); err != nil {
			return row{}, w.failed(err)
		}
	}
	time.Sleep(restBefore)
	rss, err := w.rss()
	if err != nil {
		return row{}, w.failed(err)
	}
	mb := float64(rss) / 1e6
	return row{
		Case: fmt.Sprintf("memory with 10,000 components of %d drafts, every list read", drafts), Unit: "MB", Ours: mb,
		Target: fmt.Sprintf("< %d MB", rssLimit), Verdict: verdict(mb < rssLimit),
	}, nil
}

// randomTarget calls the lists of all tenants of a world.
func (b *bench) randomTarget(w *servedWorld) (target, error) {
	dir, err := b.newDir("random")
	if err != nil {
		return target{}, err
	}
	script, queries := filepath.Join(dir, "lists.lua"), filepath.Join(dir, "queries")
	var lines strings.Builder
	for _, t := range w.tenants {
		fmt.Fprintf(&lines, "access_token=%s\n", t.token)
	}
	for name, text := range map[string][]byte{script: randomLists, queries: []byte(lines.String())} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return target{}, err
		}
	}
	return target{process: w.process, url: w.ready.APIURL + draftListPath, script: []string{script, queries}}, nil
}
