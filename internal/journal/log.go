package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"draftbox/internal/platform"
)

// Bounds of the request log.
const (
	// FlushEvery is how long a line may wait before it is written. A write for
	// each call would cost a fifth of the calls a second.
	FlushEvery = 100 * time.Millisecond
	// rotateAt is the size at which the log starts anew; one older file is kept.
	rotateAt = 64 << 20
	// pendingLimit bounds what waits in memory when the disk is slow, per shard.
	pendingLimit = 1 << 20
)

type logFile struct {
	path    string
	file    *os.File
	size    int64
	dropped atomic.Uint64
	report  func(error)
	stop    chan struct{}
	done    chan struct{}
}

// OpenLog makes the journal write a line of JSON a call to a file, mode 0600.
// Trouble with writing is reported once each time it begins. Call it before the
// first Record, and CloseLog at the end.
func (j *Journal) OpenLog(path string, report func(error)) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the request log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	j.log = &logFile{path: path, file: f, size: info.Size(), report: report, stop: make(chan struct{}), done: make(chan struct{})}
	go j.writeLog(j.log)
	return nil
}

// CloseLog writes what waits and closes the log.
func (j *Journal) CloseLog(ctx context.Context) error {
	if j.log == nil {
		return nil
	}
	close(j.log.stop)
	select {
	case <-j.log.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (j *Journal) writeLog(l *logFile) {
	defer close(l.done)
	defer l.file.Close()
	tick := time.NewTicker(FlushEvery)
	defer tick.Stop()
	var spare []byte
	failing := false
	for stopping := false; !stopping; {
		select {
		case <-tick.C:
		case <-l.stop:
			stopping = true
		}
		for i := range j.shards {
			s := &j.shards[i]
			s.mu.Lock()
			lines := s.log
			s.log = spare[:0]
			s.mu.Unlock()
			spare = lines
			err := l.write(lines)
			if err != nil && !failing {
				l.report(fmt.Errorf("write the request log: %w", err))
			}
			failing = err != nil
		}
		if n := l.dropped.Swap(0); n > 0 {
			l.report(fmt.Errorf("the request log could not keep up: %d lines are missing", n))
		}
	}
}

func (l *logFile) write(lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	if l.size+int64(len(lines)) > rotateAt {
		if err := l.rotate(); err != nil {
			return err
		}
	}
	n, err := l.file.Write(lines)
	l.size += int64(n)
	return err
}

func (l *logFile) rotate() error {
	if err := os.Rename(l.path, l.path+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var old io.Closer = l.file
	l.file, l.size = f, 0
	return old.Close()
}

// stamp writes times for the log. Calls come thick, and within a second only the
// milliseconds change; formatting all of it costs as much as the rest of a line.
type stamp struct {
	second int64
	text   []byte // of the second
}

func (s *stamp) append(b []byte, t time.Time) []byte {
	if second := t.Unix(); second != s.second || s.text == nil {
		s.second, s.text = second, t.In(platform.UTC8).AppendFormat(s.text[:0], "2006-01-02T15:04:05.")
	}
	b = append(b, s.text...)
	ms := t.Nanosecond() / int(time.Millisecond)
	b = append(b, '0'+byte(ms/100), '0'+byte(ms/10%10), '0'+byte(ms%10))
	return append(b, "+08:00"...)
}

// append adds an entry's line. It is called under the shard's lock and formats
// by hand: it runs once a call.
func (l *logFile) append(b []byte, at *stamp, e *Entry) []byte {
	if len(b) > pendingLimit {
		l.dropped.Add(1)
		return b
	}
	b = append(b, `{"time":"`...)
	b = at.append(b, e.Time)
	b = append(b, `","rid":"`...)
	b = e.RID.Append(b)
	b = append(b, `","method":`...)
	b = appendJSON(b, e.Method)
	b = append(b, `,"path":`...)
	b = appendJSON(b, e.Path)
	if e.Component != "" {
		b = append(b, `,"component":`...)
		b = appendJSON(b, e.Component)
	}
	if e.Authorizer != "" {
		b = append(b, `,"authorizer":`...)
		b = appendJSON(b, e.Authorizer)
	}
	b = append(b, `,"client":`...)
	b = appendJSON(b, e.ClientIP)
	b = append(b, `,"errcode":`...)
	b = strconv.AppendInt(b, int64(e.ErrCode), 10)
	b = append(b, `,"us":`...)
	b = strconv.AppendInt(b, e.Duration.Microseconds(), 10)
	b = append(b, `,"reason":`...)
	b = appendJSON(b, e.Reason)
	return append(b, '}', '\n')
}

// appendJSON appends a JSON string. Plain text, which is nearly all, is copied;
// the rest is masked, as it came from outside.
func appendJSON(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '@' {
			quoted, err := json.Marshal(MaskText(s))
			if err != nil {
				return append(b, `""`...) // cannot be: a string always marshals
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
