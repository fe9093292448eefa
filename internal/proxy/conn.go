package proxy

import (
	"net"
	"sync"
)

// prefixed is a connection of which some bytes have been read already.
type prefixed struct {
	net.Conn
	prefix []byte
}

// Read returns those bytes first.
func (c *prefixed) Read(p []byte) (int, error) {
	if len(c.prefix) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.prefix)
	c.prefix = c.prefix[n:]
	return n, nil
}

// CloseWrite tells the other side that nothing follows. net/http does so after
// an error, and waits, so that the answer is not lost with the connection.
func (c *prefixed) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// queue is a listener whose connections come from the program itself.
type queue struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newQueue() *queue { return &queue{conns: make(chan net.Conn), closed: make(chan struct{})} }

// put hands a connection to whoever accepts. It belongs to the queue then, which
// closes it when it is closed itself.
func (q *queue) put(conn net.Conn) {
	select {
	case q.conns <- conn:
	case <-q.closed:
		_ = conn.Close()
	}
}

// Accept returns the next connection, or [net.ErrClosed].
func (q *queue) Accept() (net.Conn, error) {
	select {
	case conn := <-q.conns:
		return conn, nil
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and refuses what comes later.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	return nil
}

// Addr is there for the interface; nobody can connect to a queue.
func (q *queue) Addr() net.Addr { return inside{} }

// inside is the address of a queue.
type inside struct{}

// Network is the name of a network that does not exist.
func (inside) Network() string { return "inside" }

// String names the only place there is.
func (inside) String() string { return "draftbox" }
