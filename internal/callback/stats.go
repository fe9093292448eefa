package callback

import (
	"maps"

	"draftbox/internal/platform"
)

// Stats counts what a [Worker] did since it was made. A push whose URL was lost to
// another node while it was made is among the attempts only.
type Stats struct {
	Attempts  map[platform.Outcome]uint64 // by how they ended
	Delivered uint64                      // pushes that are done
	Failed    uint64                      // pushes that were given up after the last try
	// Unrecorded counts attempts that the queue did not take; each may have been
	// repeated.
	Unrecorded uint64
	URLs       int // being delivered to now
}

// Stats returns the counters. They are for metrics; the queue has the truth.
func (w *Worker) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.counts
	s.Attempts = maps.Clone(w.counts.Attempts)
	s.URLs = len(w.turns)
	return s
}

func (w *Worker) countAttempt(o platform.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts.Attempts[o]++
}

// countRecorded counts what became of a push with an attempt that was recorded.
func (w *Worker) countRecorded(o platform.Outcome, pending bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case pending:
	case o == platform.OutcomeDelivered:
		w.counts.Delivered++
	default:
		w.counts.Failed++
	}
}

func (w *Worker) countUnrecorded() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts.Unrecorded++
}
