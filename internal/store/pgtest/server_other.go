//go:build !unix

package pgtest

import "fmt"

// Options of a throwaway cluster.
type Options struct {
	// Durable keeps fsync on.
	Durable bool
}

// Server is a throwaway cluster; there is none on this system.
type Server struct{}

// Start fails on this system.
func Start(Options) (*Server, error) {
	return nil, fmt.Errorf("%w: throwaway clusters need a Unix system", ErrMissing)
}

// URL returns nothing on this system.
func (*Server) URL(string) string { return "" }

// Start fails on this system.
func (*Server) Start() error { return ErrMissing }

// Stop fails on this system.
func (*Server) Stop() error { return ErrMissing }

// PID returns nothing on this system.
func (*Server) PID() int { return 0 }

// Close does nothing on this system.
func (*Server) Close() {}
