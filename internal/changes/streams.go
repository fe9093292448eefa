package changes

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	// every is how often a stream looks, in real time: what a program changes is to be
	// seen within a second.
	every = 300 * time.Millisecond
	// quietLooks is after how many looks without a change a comment tells that the
	// stream stands.
	quietLooks = 10
	// lookTimeout bounds one look.
	lookTimeout = 30 * time.Second
	// limit bounds the streams at one time.
	limit = 64
)

// ErrTooMany says that there is no place for another stream, or that the server ends.
var ErrTooMany = errors.New("too many streams are open")

// Message is something that a stream tells. It is sent when its Key differs from the
// one before of the same Event.
type Message struct {
	Event string // empty is what browsers call "message"
	Key   string
	Data  []byte // without a line break
}

// Streams are streams of server-sent events. The zero value is ready.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
type Streams struct {
	mu      sync.Mutex
	open    map[chan struct{}]bool
	ended   bool
	servers map[*http.Server]bool
}

// Close ends all streams, which would keep a server from stopping.
func (s *Streams) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for end := range s.open {
		close(end)
	}
	s.open = nil
}

// enter takes a place for a stream. A server that stops waits for requests under way,
// and a stream has no end of its own: so it hears of that.
func (s *Streams) enter(r *http.Request) (end chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || len(s.open) >= limit {
		return nil, ErrTooMany
	}
	if s.open == nil {
		s.open, s.servers = map[chan struct{}]bool{}, map[*http.Server]bool{}
	}
	end = make(chan struct{})
	s.open[end] = true
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && !s.servers[server] {
		s.servers[server] = true
		server.RegisterOnShutdown(s.Close)
	}
	return end, nil
}

func (s *Streams) leave(end chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, end)
}

// Serve writes what look finds until the caller or the server goes. A look that fails
// says nothing: the caller sees that no comments come. The request's context must be
// the connection's own. [ErrTooMany] is the only error; nothing was written then.
func (s *Streams) Serve(w http.ResponseWriter, r *http.Request, look func(context.Context) ([]Message, error)) error {
	end, err := s.enter(r)
	if err != nil {
		return err
	}
	defer s.leave(end)
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // a server without deadlines has none to lift
	_ = control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write([]byte("retry: 1000\n\n")); err != nil {
		return nil // the caller has gone
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	former, quiet := map[string]string{}, quietLooks
	for {
		text, ok := next(r.Context(), look, former)
		if quiet++; ok && quiet > quietLooks && len(text) == 0 {
			text = []byte(": \n\n")
		}
		if len(text) > 0 {
			quiet = 0
			if _, err := w.Write(text); err != nil || control.Flush() != nil {
				return nil
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-end:
			return nil
		case <-tick.C:
		}
	}
}

// next is what is to be told after another look; ok says that the look went well.
func next(ctx context.Context, look func(context.Context) ([]Message, error), former map[string]string) (text []byte, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	found, err := look(ctx)
	if err != nil {
		return nil, false
	}
	var out bytes.Buffer
	for _, m := range found {
		if before, known := former[m.Event]; known && before == m.Key {
			continue
		}
		former[m.Event] = m.Key
		if m.Event != "" {
			out.WriteString("event: " + m.Event + "\n")
		}
		out.WriteString("data: ")
		out.Write(m.Data)
		out.WriteString("\n\n")
	}
	return out.Bytes(), true
}
