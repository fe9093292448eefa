// Package sqlstore keeps the state in SQLite or PostgreSQL. It implements
// [platform.Store] with one SQL text for both.
//
// # Layout
//
// Every table of a tenant has component_appid as the first column of its key,
// so that a distributed engine of PostgreSQL's protocol can spread tenants.
// Packages are shared by all tenants and stored once by digest. Times are
// milliseconds, booleans are 0 and 1, lists and settings are JSON.
//
// # Locks
//
// An update begins with raising components.rev, which locks the component until
// the commit: two updates of one component run one after the other, those of
// two components side by side (on PostgreSQL). What belongs to no component is
// guarded by the one row of the table shared in the same way.
//
// # Memory
//
// A SQLite file has one owner, this process, so what is known of an access
// token can be answered from memory without ever being stale; see heads.go. On
// PostgreSQL other nodes write, too, and each look-up is one select.
package sqlstore
