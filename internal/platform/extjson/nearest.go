package extjson

import (
	"fmt"
	"strings"
)

const (
	// maxCompared bounds how many names are compared for a hint.
	maxCompared = 1000
	// maxNameLen bounds the bytes of what is compared, each with each.
	maxNameLen = 100
)

// nearest returns "; did you mean …?" with the name that is little different, or
// nothing if none is.
func nearest(name string, candidates []string) string {
	if name == "" || len(name) > maxNameLen {
		return ""
	}
	best, bestDistance := "", 1+min(3, (len(name)+1)/3)
	for _, candidate := range candidates[:min(maxCompared, len(candidates))] {
		if len(candidate) > maxNameLen {
			continue
		}
		d := 0
		if !strings.EqualFold(name, candidate) {
			d = distance(name, candidate, bestDistance)
		}
		if d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" || best == name {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", quote(best))
}

// distance counts the bytes to insert, delete or change to make b of a, up to
// enough.
func distance(a, b string, enough int) int {
	if d := len(a) - len(b); d >= enough || -d >= enough {
		return enough
	}
	var rows [2][maxNameLen + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := range len(a) {
		above, row := &rows[i%2], &rows[(i+1)%2]
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, above[j+1]+1, row[j]+1)
			least = min(least, row[j+1])
		}
		if least >= enough {
			return enough
		}
	}
	return rows[len(a)%2][len(b)]
}
