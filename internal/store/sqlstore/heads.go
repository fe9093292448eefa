package sqlstore

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"draftbox/internal/platform"
)

// heads keeps what is known of access tokens, so that a call on the wire reads
// no database. It stands only before a database that this process alone writes.
//
// It is never stale. An entry hangs on the cell of its component, and the clock
// has one, too. Before a commit the cells that it changes are marked doubtful,
// and whoever meets a doubtful cell asks the database; after the commit, and
// before anyone is told of it, they are dead, and their entries with them. What
// was loaded from the database is kept only if nothing was committed meanwhile
// that could have changed it.
type heads struct {
	clock atomic.Pointer[cell[platform.ClockState]]
	// slots is a set-associative table, so that it is bounded and is read
	// without a lock. Hashes spread evenly over the sets by themselves.
	slots []atomic.Pointer[head]
	sets  uint64

	mu    sync.Mutex
	rev   uint64 // counts the commits, and whatever else made cells doubtful
	cells map[string]*cell[int64]
	evict int // the way that is overwritten next when a set is full
}

// ways is how many tokens a set holds.
const ways = 8

// States of a cell.
const (
	live = iota
	doubtful
	dead
)

// cell is a value at one revision. The value does not change; a new revision
// makes a new cell.
type cell[T any] struct {
	state atomic.Int32
	value T
	born  uint64 // heads.rev when it was made
}

type head struct {
	token platform.AccessToken
	cell  *cell[int64] // the component's rev
}

// newHeads makes an empty table for sets*ways tokens.
func newHeads(sets int) *heads {
	return &heads{slots: make([]atomic.Pointer[head], sets*ways), sets: uint64(sets), cells: map[string]*cell[int64]{}}
}

func (h *heads) set(hash *platform.TokenHash) []atomic.Pointer[head] {
	i := binary.LittleEndian.Uint64(hash[:]) % h.sets * ways
	return h.slots[i : i+ways]
}

// find fills out with what is known of a token, if that is beyond doubt.
func (h *heads) find(hash *platform.TokenHash, out *platform.Head) bool {
	set := h.set(hash)
	for i := range set {
		e := set[i].Load()
		if e == nil || e.token.Hash != *hash {
			continue
		}
		// The component's cell is looked at after the clock's: alive then, it
		// was alive while the clock was read, so the two go together.
		c := h.clock.Load()
		if c == nil || c.state.Load() != live || e.cell.state.Load() != live {
			return false
		}
		out.Token, out.Rev, out.Clock = e.token, e.cell.value, c.value
		return true
	}
	return false
}

// now returns the clock, if it is beyond doubt.
func (h *heads) now() (platform.ClockState, bool) {
	c := h.clock.Load()
	if c == nil || c.state.Load() != live {
		return platform.ClockState{}, false
	}
	return c.value, true
}

// mark is to be taken before something is loaded, and given to keep with it.
func (h *heads) mark() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rev
}

// keep remembers what was loaded after a mark.
func (h *heads) keep(mark uint64, loaded *platform.Head) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.storeClock(mark, loaded.Clock)
	c := h.cells[loaded.Token.ComponentAppid]
	switch {
	case c != nil && c.state.Load() != live:
		return
	case c != nil && c.born <= mark: // nothing happened to this component since
	case mark != h.rev:
		return
	case c == nil:
		if len(h.cells) >= len(h.slots) {
			h.forget()
		}
		c = &cell[int64]{value: loaded.Rev, born: h.rev}
		h.cells[loaded.Token.ComponentAppid] = c
	}
	h.put(&head{token: loaded.Token, cell: c})
}

// keepClock remembers a clock that was loaded after a mark.
func (h *heads) keepClock(mark uint64, clock platform.ClockState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.storeClock(mark, clock)
}

// storeClock is keepClock with h.mu held.
func (h *heads) storeClock(mark uint64, clock platform.ClockState) {
	if h.clock.Load() == nil && mark == h.rev {
		h.clock.Store(&cell[platform.ClockState]{value: clock})
	}
}

// put stores an entry in place of an old one of the same token, of a dead one,
// or else of any.
func (h *heads) put(e *head) {
	set := h.set(&e.token.Hash)
	free := -1
	for i := range set {
		old := set[i].Load()
		if old != nil && old.token.Hash == e.token.Hash {
			set[i].Store(e)
			return
		}
		if free < 0 && (old == nil || old.cell.state.Load() == dead) {
			free = i
		}
	}
	if free < 0 {
		h.evict = (h.evict + 1) % ways
		free = h.evict
	}
	set[free].Store(e)
}

// doubt says that a commit is under way that changes components, and perhaps
// the clock.
func (h *heads) doubt(components []string, clock bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rev++
	for _, appid := range components {
		c := h.cells[appid]
		if c == nil {
			c = &cell[int64]{born: h.rev}
			h.cells[appid] = c
		}
		c.state.Store(doubtful)
	}
	if c := h.clock.Load(); clock && c != nil {
		c.state.Store(doubtful)
	}
}

// settle says that the commit is over, whatever came of it.
func (h *heads) settle(components []string, clock bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rev++
	for _, appid := range components {
		if c := h.cells[appid]; c != nil {
			c.state.Store(dead)
			delete(h.cells, appid)
		}
	}
	if clock {
		h.clock.Store(nil)
	}
}

// reset drops everything, for the database is another.
func (h *heads) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget()
	h.clock.Store(nil)
}

// forget drops everything but the clock and commits under way. h.mu is held.
func (h *heads) forget() {
	h.rev++
	for appid, c := range h.cells {
		if c.state.CompareAndSwap(live, dead) {
			delete(h.cells, appid)
		}
	}
}
