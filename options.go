package draftbox

import (
	"log/slog"
)

// MemoryDatabase keeps nothing: its state ends with the server.
const MemoryDatabase = "sqlite::memory:"

// Options configure a server. The zero value is a server that keeps its state in
// memory and makes up an admin token.
type Options struct {
	// Database is where the state lives: a path or sqlite:PATH of a SQLite file
	// (made if missing, mode 0600), postgres://… for several nodes over one
	// state, or [MemoryDatabase], the default.
	Database string
	// AdminToken guards the management API; made up when empty.
	AdminToken string
	// OpenConsole lets browsers on this machine into the console without AdminToken,
	// for a token that nobody chose. With no AdminToken the console is open always.
	OpenConsole bool
	// Logger gets the server's own log; nil discards it. Secrets are masked.
	Logger *slog.Logger
	// RequestLog is a file that gets a line of JSON a call; empty writes none.
	RequestLog string
	// JournalSize is how many calls the journal holds; 0 is 4096.
	JournalSize int
	// CacheBytes bounds the memory that rendered lists take; 0 is 48 MiB.
	CacheBytes int64
	// Version is told by the management API; empty is the module's.
	Version string
}
