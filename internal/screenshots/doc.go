// Package screenshots takes the pictures of the console that the documents show, of a
// world that its test seeds: "make screenshots" makes them anew.
package screenshots
