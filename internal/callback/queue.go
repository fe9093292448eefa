package callback

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// Queue is where a [Worker] draws from. It is shared by all nodes: a node holds a
// URL while it delivers to it, and no other node is given that URL until the hold is
// given back or was not renewed for [platform.HoldTime].
type Queue interface {
	// ClaimURLs takes up to most URLs that have pending deliveries and that nobody
	// holds, and holds them for holder.
	ClaimURLs(ctx context.Context, holder string, most int) ([]platform.CallbackURL, error)
	// NextPush renews the hold and returns the first pending delivery of a URL.
	// [platform.ErrNotFound]: none is left; [platform.ErrConflict]: the hold was lost.
	NextPush(ctx context.Context, holder string, url platform.CallbackURL) (*platform.Push, error)
	// RecordAttempt keeps an attempt, which it numbers, and the state that follows
	// from it. It returns whether the delivery is still pending, that is, to be tried
	// again. [platform.ErrNotFound]: the delivery or its component was deleted
	// meanwhile; [platform.ErrConflict]: the hold was lost, and the attempt is kept
	// nevertheless.
	RecordAttempt(ctx context.Context, holder string, url platform.CallbackURL, p *platform.Push, a platform.Attempt) (pending bool, err error)
	// ReleaseURL gives a hold back.
	ReleaseURL(ctx context.Context, holder string, url platform.CallbackURL) error
}

// queueTimeout is how long one call of the queue may take.
const queueTimeout = 10 * time.Second
