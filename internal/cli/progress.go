package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress counts the bytes that are read through it and draws a bar on a
// terminal.
type progress struct {
	from    io.Reader
	to      io.Writer // nil: nobody looks
	total   int64
	done    int64
	drawn   time.Time
	visible bool
}

// redrawEvery keeps the bar from costing more than the work.
const redrawEvery = 100 * time.Millisecond

// newProgress returns a progress of reading total bytes. What is done at once
// shows no bar.
func newProgress(from io.Reader, total int64, to io.Writer) *progress {
	return &progress{from: from, to: to, total: total, drawn: time.Now()}
}

// Read implements io.Reader.
func (p *progress) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.set(p.done+int64(n), p.total)
	return n, err
}

// set says how much is done, and draws the bar when it is time to.
func (p *progress) set(done, total int64) {
	p.done, p.total = done, total
	if p.to != nil && time.Since(p.drawn) >= redrawEvery {
		p.drawn, p.visible = time.Now(), true
		fmt.Fprint(p.to, p.bar())
	}
}

// bar draws over the line that the cursor is in.
func (p *progress) bar() string {
	const cells = 30
	filled := cells
	if p.total > 0 {
		filled = int(min(p.done, p.total) * cells / p.total)
	}
	return fmt.Sprintf("\r\x1b[K%s%s  %s of %s", strings.Repeat("█", filled), strings.Repeat("░", cells-filled), showSize(p.done), showSize(p.total))
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.visible {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
