package cli_test

import (
	"strings"
	"testing"

	"draftbox/internal/cli"
)

func TestBar(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		done, total int64
		filled      int
		text        string
	}{
		{0, 2 << 20, 0, "0 B of 2.0 MB"},
		{1 << 20, 2 << 20, 15, "1.0 MB of 2.0 MB"},
		{2 << 20, 2 << 20, 30, "2.0 MB of 2.0 MB"},
		{10, 5, 30, "10 B of 5 B"}, // a file that grew
		{0, 0, 30, "0 B of 0 B"},
	} {
		bar := cli.Bar(tt.done, tt.total)
		if got := strings.Count(bar, "█"); got != tt.filled || strings.Count(bar, "░") != 30-tt.filled {
			t.Errorf("%d of %d: %q has %d cells filled, want %d", tt.done, tt.total, bar, got, tt.filled)
		}
		if !strings.HasPrefix(bar, "\r\x1b[K") || !strings.HasSuffix(bar, "  "+tt.text) {
			t.Errorf("%d of %d: %q, want a line that ends with %q", tt.done, tt.total, bar, tt.text)
		}
	}
}
