// Package journal keeps the newest calls of this node in memory, each with the
// reason of its outcome in words, and writes a line a call to the request log.
//
// The journal is bounded and shared with nobody: it is no part of what survives
// a crash, and a call that it no longer holds cannot be asked about.
package journal

import (
	"bytes"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultSize is how many calls a journal holds unless told otherwise.
const DefaultSize = 4096

// BodyLimit is how much of a body is kept, in bytes.
const BodyLimit = 4096

// Entry is one call. Strings and bodies may hold secrets: show an entry only
// through [Entry.Masked].
type Entry struct {
	RID        RID
	Seq        uint64    // counts up over the journal's life; set by Record
	Time       time.Time // virtual, when the answer was made
	Duration   time.Duration
	Method     string
	Path       string
	Query      string // raw, without the question mark
	Component  string // appid, empty where none could be told
	Authorizer string // appid, with an authorizer's token only
	TokenKind  string // component, authorizer, or empty
	HTTPStatus int
	ErrCode    int
	// Refused says of a negative ErrCode that it is a refusal: uploads have no
	// other code for most of them.
	Refused  bool
	Reason   string // one sentence
	ClientIP string
	// Bodies, cut at BodyLimit. They are shared with others: never written to.
	RequestBody  []byte
	ResponseBody []byte
}

// shards spread the lock; a power of two.
const shards = 8

type shard struct {
	mu      sync.Mutex
	entries []Entry // a ring
	next    int
	log     []byte // lines not yet written
	counts  Outcomes
	stamp   stamp // of the line before
	_       [64]byte
}

// Journal is a bounded ring of calls. It is safe for concurrent use.
type Journal struct {
	seq    atomic.Uint64
	shards [shards]shard
	log    *logFile // nil: no log
}

// New returns a journal that holds the newest size calls.
func New(size int) *Journal {
	j := &Journal{}
	for i := range j.shards {
		j.shards[i].entries = make([]Entry, max(1, size/shards))
	}
	return j
}

// Record keeps a call.
func (j *Journal) Record(e *Entry) {
	e.Seq = j.seq.Add(1)
	s := &j.shards[e.Seq%shards]
	s.mu.Lock()
	s.counts.add(e)
	s.entries[s.next] = *e
	if s.next++; s.next == len(s.entries) {
		s.next = 0
	}
	if j.log != nil {
		s.log = j.log.append(s.log, &s.stamp, e)
	}
	s.mu.Unlock()
}

// sharedLimit is up to which length a body is held as a whole for the sake of
// its beginning. It is shared with whoever else holds it, an answer that is sent
// again and again for one; a copy of the beginning would come on top.
const sharedLimit = 4 * BodyLimit

// Cut returns the part of a body that the journal keeps.
func Cut(body []byte) []byte {
	switch {
	case len(body) <= BodyLimit:
		return body
	case len(body) <= sharedLimit:
		return body[:BodyLimit:BodyLimit]
	default:
		return bytes.Clone(body[:BodyLimit]) // lets go of the rest
	}
}

// Outcomes counts calls since the start.
type Outcomes struct {
	OK          uint64
	Refused     uint64 // any other errcode, and the -1 of an upload's refusal
	SystemError uint64 // -1
}

func (o *Outcomes) add(e *Entry) {
	switch {
	case e.ErrCode == 0:
		o.OK++
	case e.ErrCode < 0 && !e.Refused:
		o.SystemError++
	default:
		o.Refused++
	}
}

// Outcomes counts all calls since the start, those that the journal has let go
// of included.
func (j *Journal) Outcomes() Outcomes {
	var sum Outcomes
	for i := range j.shards {
		s := &j.shards[i]
		s.mu.Lock()
		sum.OK += s.counts.OK
		sum.Refused += s.counts.Refused
		sum.SystemError += s.counts.SystemError
		s.mu.Unlock()
	}
	return sum
}

// Filter chooses calls. Zero fields choose all.
type Filter struct {
	Component string
	Path      string // exact, or a prefix when it ends in *
	ErrCode   *int
	Since     time.Time
	Before    uint64 // only calls with a smaller Seq: the cursor of the next page
	Limit     int
}

func (f *Filter) matches(e *Entry) bool {
	if f.Component != "" && e.Component != f.Component || f.ErrCode != nil && e.ErrCode != *f.ErrCode {
		return false
	}
	if e.Time.Before(f.Since) || f.Before != 0 && e.Seq >= f.Before {
		return false
	}
	if n := len(f.Path); n > 0 && f.Path[n-1] == '*' {
		return len(e.Path) >= n-1 && e.Path[:n-1] == f.Path[:n-1]
	}
	return f.Path == "" || e.Path == f.Path
}

// List returns the calls that a filter chooses, newest first.
func (j *Journal) List(f Filter) []Entry {
	var out []Entry
	j.each(func(e *Entry) bool {
		if f.matches(e) {
			out = append(out, *e)
		}
		return true
	})
	sort.Slice(out, func(a, b int) bool { return out[a].Seq > out[b].Seq })
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[:f.Limit]
	}
	return out
}

// Find returns the call of a rid.
func (j *Journal) Find(rid RID) (Entry, bool) {
	var found Entry
	var ok bool
	j.each(func(e *Entry) bool {
		if e.RID == rid {
			found, ok = *e, true
		}
		return !ok
	})
	return found, ok
}

// each visits the kept calls in no order until fn returns false.
func (j *Journal) each(fn func(*Entry) bool) {
	for i := range j.shards {
		if !j.shards[i].each(fn) {
			return
		}
	}
}

func (s *shard) each(fn func(*Entry) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.entries {
		if s.entries[i].Seq != 0 && !fn(&s.entries[i]) {
			return false
		}
	}
	return true
}
