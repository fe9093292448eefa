package callback

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

const (
	// DefaultMaxURLs is how many URLs a [Worker] delivers to at once unless told
	// otherwise.
	DefaultMaxURLs = 4096
	// CloseTime bounds the end of a [Worker]: an attempt, and recording it.
	CloseTime = AttemptTime + 3*time.Second

	// pollEvery is how often the queue is asked for what nobody told of: writes of
	// other nodes, and holds of nodes that are gone.
	pollEvery = time.Second
	// claimGap is how long after a claim the next one waits, so that those who wake
	// the worker in quick succession share one.
	claimGap = 10 * time.Millisecond
	// Pauses after calls of the queue that failed: they double up to the longest.
	firstPause, longestPause = time.Second, 16 * time.Second
	// troubleEvery is how often at most a log says that the queue fails.
	troubleEvery = time.Minute
)

// Options are what a [Worker] needs.
type Options struct {
	Queue  Queue
	Sender *Sender
	// Logger is told when the queue fails, and of pushes that are given up.
	Logger *slog.Logger
	// Holder names this worker to the queue. No two workers of one queue may have
	// the same, nor one that was started anew.
	Holder string
	// MaxURLs bounds the URLs that are delivered to at once; 0 means
	// [DefaultMaxURLs]. Each takes a goroutine and at most one connection.
	MaxURLs int
}

// Worker delivers what is in a queue until it is closed.
type Worker struct {
	queue  Queue
	sender *Sender
	log    *slog.Logger
	holder string
	most   int

	woken atomic.Uint64 // counts calls of Wake
	wake  chan struct{}
	stop  chan struct{} // closed at the end: nothing new is begun
	done  chan struct{} // closed when Run has returned
	wg    sync.WaitGroup

	mu       sync.Mutex
	started  bool
	stopped  bool
	turns    map[string]*turn // by id of the URL
	full     bool             // more URLs may wait than there was room for
	failing  bool             // the queue's last call failed
	said     bool             // the log has that
	lastSaid time.Time
	counts   Stats
}

// NewWorker returns a worker that does nothing yet.
func NewWorker(o Options) *Worker {
	if o.MaxURLs <= 0 {
		o.MaxURLs = DefaultMaxURLs
	}
	return &Worker{
		queue: o.Queue, sender: o.Sender, log: o.Logger, holder: o.Holder, most: o.MaxURLs,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		turns: map[string]*turn{}, counts: Stats{Attempts: map[platform.Outcome]uint64{}},
	}
}

// Wake tells that deliveries were written. It never waits.
func (w *Worker) Wake() {
	w.woken.Add(1)
	w.signal()
}

func (w *Worker) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run delivers until the context ends or [Worker.Close] is called, and returns when
// all that it began has ended: attempts under way go on to their end, are recorded,
// and the URLs are given back. That takes [CloseTime] at most. It is called once.
func (w *Worker) Run(ctx context.Context) {
	if !w.begin() {
		return
	}
	defer close(w.done)
	// What is under way outlives the order to stop.
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		select {
		case <-ctx.Done():
			w.end()
		case <-w.stop:
		}
		if sleep(hard.Done(), CloseTime) {
			cancel()
		}
	}()
	w.dispatch(hard)
	w.wg.Wait()
}

func (w *Worker) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.started || w.stopped {
		return false
	}
	w.started = true
	return true
}

func (w *Worker) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.stopped = true
		close(w.stop)
	}
}

// Close ends [Worker.Run] and waits for it.
func (w *Worker) Close() {
	w.end()
	w.mu.Lock()
	started := w.started
	w.mu.Unlock()
	if started {
		<-w.done
	}
}

func (w *Worker) stopping() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// sleep reports false when it was interrupted.
func sleep(interrupt <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-interrupt:
		return false
	}
}

// dispatch claims URLs and begins their turns until the end.
func (w *Worker) dispatch(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	pause := firstPause
	for !w.stopping() {
		if room := w.room(); room > 0 && !w.claim(ctx, room) {
			if !sleep(w.stop, pause) {
				return
			}
			pause = min(2*pause, longestPause)
			continue
		}
		pause = firstPause
		if !sleep(w.stop, claimGap) {
			return
		}
		select {
		case <-w.wake:
		case <-tick.C:
		case <-w.stop:
		}
	}
}

// room is how many more URLs may be delivered to.
func (w *Worker) room() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.most - len(w.turns)
	w.full = n <= 0
	return n
}

// claim reports false when the queue failed.
func (w *Worker) claim(ctx context.Context, most int) bool {
	call, cancel := context.WithTimeout(ctx, queueTimeout)
	urls, err := w.queue.ClaimURLs(call, w.holder, most)
	cancel()
	if err != nil {
		w.troubled(err)
		return false
	}
	w.fine()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.full = len(urls) >= most
	for _, url := range urls {
		if t := w.turns[url.ID]; t != nil {
			// The hold had run out, and this worker was the next to get it.
			t.again = true
			continue
		}
		t := &turn{w: w, url: url}
		w.turns[url.ID] = t
		w.wg.Go(func() { t.run(ctx) })
	}
	return true
}

// ended forgets a turn, unless its URL was claimed again meanwhile: then it reports
// false, and the turn has to go on. More says that there may be more to deliver.
func (w *Worker) ended(t *turn, more bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.again {
		t.again = false
		return false
	}
	delete(w.turns, t.url.ID)
	if more || w.full {
		w.signal()
	}
	return true
}

// troubled says once that the queue fails, however many wait for it.
func (w *Worker) troubled(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failing {
		return
	}
	w.failing = true
	if now := clock.Now(); w.lastSaid.IsZero() || now.Sub(w.lastSaid) >= troubleEvery {
		w.lastSaid, w.said = now, true
		w.log.Error("pushes cannot be read or recorded; tried again until it works", "error", err)
	}
}

func (w *Worker) fine() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failing = false
	if w.said {
		w.said = false
		w.log.Info("pushes can be read and recorded again")
	}
}
