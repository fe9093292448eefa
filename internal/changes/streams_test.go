package changes_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/changes"
)

// reader is who reads a stream.
type reader struct {
	*httptest.ResponseRecorder
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *reader) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *reader) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.text.Reset()
	return r.text.String()
}

func open(ctx context.Context, s *changes.Streams, look func(context.Context) ([]changes.Message, error)) (*reader, chan error) {
	out, done := &reader{ResponseRecorder: httptest.NewRecorder()}, make(chan error, 1)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	go func() { done <- s.Serve(out, r, look) }()
	return out, done
}

func TestAStreamTellsWhatHasChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		key, fails := "1", false
		set := func(k string, f bool) {
			mu.Lock()
			defer mu.Unlock()
			key, fails = k, f
		}
		look := func(context.Context) ([]changes.Message, error) {
			mu.Lock()
			defer mu.Unlock()
			if fails {
				return nil, errors.New("the store has gone")
			}
			return []changes.Message{{Event: "component", Key: key, Data: []byte(`{"rev":` + key + `}`)}, {Key: "same", Data: []byte("{}")}}, nil
		}
		var s changes.Streams
		got, done := open(t.Context(), &s, look)
		synctest.Wait()
		if text, want := got.take(), "retry: 1000\n\nevent: component\ndata: {\"rev\":1}\n\ndata: {}\n\n"; text != want {
			t.Errorf("the stream begins with %q, want %q", text, want)
		}
		set("2", false)
		time.Sleep(time.Second)
		synctest.Wait()
		if text, want := got.take(), "event: component\ndata: {\"rev\":2}\n\n"; text != want {
			t.Errorf("after a change it tells %q, want %q", text, want)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if text := got.take(); strings.Trim(text, ": \n") != "" || strings.Count(text, ":") < 2 {
			t.Errorf("while nothing changes it tells %q, want comments", text)
		}
		set("2", true)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if text := got.take(); text != "" {
			t.Errorf("while it cannot look it tells %q", text)
		}
		s.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
		s.Close() // once more does nothing
	})
}

func TestStreamsHaveABound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s changes.Streams
		nothing := func(context.Context) ([]changes.Message, error) { return nil, nil }
		ctx, cancel := context.WithCancel(t.Context())
		var open64 []chan error
		for range 64 {
			_, done := open(ctx, &s, nothing)
			open64 = append(open64, done)
		}
		synctest.Wait()
		_, more := open(t.Context(), &s, nothing)
		if err := <-more; !errors.Is(err, changes.ErrTooMany) {
			t.Errorf("the 65th stream gets %v, want that there are too many", err)
		}
		cancel() // they go
		for _, done := range open64 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		_, again := open(t.Context(), &s, nothing)
		synctest.Wait()
		s.Close()
		if err := <-again; err != nil {
			t.Errorf("after they went a stream gets %v", err)
		}
	})
}

// A server that stops does not wait for its streams.
func TestStreamsEndWithTheirServer(t *testing.T) {
	t.Parallel()
	var s changes.Streams
	nothing := func(context.Context) ([]changes.Message, error) { return nil, nil }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.Serve(w, r, nothing); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(r) // answered once the stream has begun
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the stream is of type %q", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := server.Config.Shutdown(ctx); err != nil {
		t.Errorf("the server waits for the stream: %v", err)
	}
}
