package proxy

import (
	"errors"
	"io"
	"net"
	"time"

	"draftbox/internal/clock"
)

// tlsHandshake is the first byte of a TLS connection: the type of the record
// that holds a ClientHello (RFC 8446, section 5.1). No HTTP method begins so.
const tlsHandshake = 0x16

// longestPause is how long to wait, at most, when no connection can be taken,
// which is when the process has no file descriptors left. net/http waits as long.
const longestPause = time.Second

// accept takes connections until the listener is closed.
func (s *Server) accept(l net.Listener) error {
	var pause time.Duration
	for {
		conn, err := l.Accept()
		if err == nil {
			pause = 0
			go s.sort(conn)
			continue
		}
		passing, ok := errors.AsType[interface {
			error
			Temporary() bool
		}](err)
		if s.isEnded() || !ok || !passing.Temporary() {
			return err
		}
		pause = min(max(2*pause, 5*time.Millisecond), longestPause)
		s.log.Warn("cannot take a connection", "error", err.Error(), "retry_in", pause.String())
		time.Sleep(pause)
	}
}

// sort hands a connection to the server of its kind, by its first byte.
func (s *Server) sort(conn net.Conn) {
	if !s.wait(conn) {
		_ = conn.Close()
		return
	}
	var first [1]byte
	err := conn.SetReadDeadline(clock.Now().Add(headerTimeout))
	if err == nil {
		_, err = io.ReadFull(conn, first[:])
	}
	if err == nil {
		err = conn.SetReadDeadline(time.Time{})
	}
	// Who says nothing, or goes away without a word, is a port scan or a
	// connection made in advance: nothing to tell anybody.
	if open := s.heard(conn); err != nil || !open {
		_ = conn.Close()
		return
	}
	conn = &prefixed{Conn: conn, prefix: first[:]}
	switch c := first[0]; {
	case c == tlsHandshake:
		s.secureQueue.put(conn)
	case '!' <= c && c <= '~': // what a method's name may begin with, and a little more
		s.plainQueue.put(conn)
	default:
		// SOCKS, which some take every proxy for, waits for an answer, and HTTP
		// would wait for the end of the line.
		s.log.Info("the proxy speaks HTTP and TLS, and was asked something else", "first_byte", int(c))
		_ = conn.Close()
	}
}

// wait notes a connection that has said nothing yet, for [Server.end] to close.
// It reports false when the server has ended.
func (s *Server) wait(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.waiting[conn] = struct{}{}
	return true
}

// heard takes the note away. It reports false when the server has ended.
func (s *Server) heard(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, conn)
	return !s.ended
}
