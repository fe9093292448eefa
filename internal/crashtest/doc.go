// Package crashtest holds the test that kills a server again and again while it
// is written to, and then looks whether every acknowledged write is there. The
// package has no code but its tests.
//
// A plain go test runs a short form. DRAFTBOX_TEST_CRASH=10000 makes it that
// many uploads, additions and deletions.
package crashtest
