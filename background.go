package draftbox

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"draftbox/internal/adminapi"
	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

// dueEvery is how often the server looks for what is due by the virtual clock.
// Advancing the clock does that work itself.
const dueEvery = 500 * time.Millisecond

// background is what a server does without being asked: it does what is due and
// delivers pushes.
type background struct {
	service *platform.Service
	log     *slog.Logger
	sender  *callback.Sender
	worker  *callback.Worker
	cancel  context.CancelFunc
	done    sync.WaitGroup
}

func startBackground(service *platform.Service, log *slog.Logger) (*background, error) {
	sender, err := callback.NewSender(callback.SenderOptions{})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{service: service, log: log, sender: sender, cancel: cancel}
	b.worker = callback.NewWorker(callback.Options{Queue: service, Sender: sender, Logger: log, Holder: rand.Text()})
	service.OnPush(b.worker.Wake)
	b.done.Go(func() { b.worker.Run(ctx) })
	b.done.Go(func() { b.runDue(ctx) })
	return b, nil
}

// runDue does what is due until the context ends.
func (b *background) runDue(ctx context.Context) {
	tick := time.NewTicker(dueEvery)
	defer tick.Stop()
	failing := false
	for {
		err := b.service.RunDue(ctx)
		if err != nil && ctx.Err() == nil && !failing && !errors.Is(err, platform.ErrUnavailable) {
			b.log.Error("what is due could not be done; trying again", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// stop waits for attempts under way, which end within seconds.
func (b *background) stop() {
	b.cancel()
	b.worker.Close()
	b.done.Wait()
}

// pushStats tells the management side what the worker counted.
func (b *background) pushStats() adminapi.PushStats {
	s := b.worker.Stats()
	out := adminapi.PushStats{Attempts: map[string]uint64{}, Delivered: s.Delivered, Failed: s.Failed, Unrecorded: s.Unrecorded, URLs: s.URLs}
	for outcome, n := range s.Attempts {
		out.Attempts[string(outcome)] = n
	}
	return out
}
