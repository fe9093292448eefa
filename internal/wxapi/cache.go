package wxapi

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// held is a component with the answers rendered from it. Everything in it is as
// of one revision, so a held of the session's revision is never stale, on
// whatever node the last write was made.
type held struct {
	rev       int64
	component *platform.Component
	usage     *dayUsage // shared by all revisions
	drafts    atomic.Pointer[answer]
	templates atomic.Pointer[answer]
	size      atomic.Int64 // bytes, roughly
}

// heldOverhead is what a held takes beside its rendered lists, roughly.
const heldOverhead = 2 << 10

// cacheShards spread the lock of the cache; a power of two.
const cacheShards = 16

// answerCache keeps components and their rendered answers within a bound.
type answerCache struct {
	limit  int64 // bytes a shard
	shards [cacheShards]struct {
		mu   sync.RWMutex
		held map[string]*held
		size int64
		_    [64]byte
	}
}

func newAnswerCache(limit int64) *answerCache {
	c := &answerCache{limit: limit / cacheShards}
	for i := range c.shards {
		c.shards[i].held = map[string]*held{}
	}
	return c
}

func shardOf(appid string) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(appid) {
		h = (h ^ uint32(appid[i])) * 16777619
	}
	return int(h % cacheShards)
}

func (c *answerCache) get(appid string) *held {
	s := &c.shards[shardOf(appid)]
	s.mu.RLock()
	h := s.held[appid]
	s.mu.RUnlock()
	return h
}

// put keeps h in place of what was kept of the component. Over the bound it lets
// go of others, in the random order of a map's iteration.
func (c *answerCache) put(h *held) {
	appid := h.component.Appid
	s := &c.shards[shardOf(appid)]
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.held[appid]
	if old != nil {
		s.size -= old.size.Load()
	}
	s.held[appid] = h
	s.size += h.size.Load()
	for other, o := range s.held {
		if s.size <= c.limit {
			break
		}
		if other != appid {
			delete(s.held, other)
			s.size -= o.size.Load()
		}
	}
}

// hold returns the component as of a revision, or as it is now. Only the very
// same revision will do: a component that was deleted and made anew counts on
// from elsewhere.
func (a *API) hold(ctx context.Context, appid string, rev int64) (*held, error) {
	if h := a.answers.get(appid); h != nil && h.rev == rev {
		return h, nil
	}
	c, err := a.service.Component(ctx, appid)
	if err != nil {
		return nil, err
	}
	h := a.newHeld(&c)
	a.answers.put(h)
	return h, nil
}

func (a *API) newHeld(c *platform.Component) *held {
	h := &held{rev: c.Rev, component: c, usage: a.usageOf(c.Appid)}
	h.size.Store(heldOverhead)
	return h
}

// keep makes an answer ready to be sent many times and keeps it in the held of
// its revision, which is current when the box was read at that revision.
func (a *API) keep(current *held, c *platform.Component, slot func(*held) *atomic.Pointer[answer], ans *answer) {
	ans.length = []string{strconv.Itoa(len(ans.body))}
	ans.kept = journal.Cut(ans.body)
	var next *held
	if current.rev == c.Rev {
		// The other list stays.
		next = a.newHeld(current.component)
		next.drafts.Store(current.drafts.Load())
		next.templates.Store(current.templates.Load())
	} else {
		own := *c // c lies within the box, which is not to be kept for its sake
		next = a.newHeld(&own)
	}
	slot(next).Store(ans)
	for _, kept := range []*answer{next.drafts.Load(), next.templates.Load()} {
		if kept != nil {
			next.size.Add(int64(cap(kept.body)))
		}
	}
	a.answers.put(next)
}
