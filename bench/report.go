package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Verdicts of a row.
const (
	fine    = "ok"
	short   = "SHORT"
	skipped = "skipped"
	shown   = "-" // for information, without a target
)

// disturbing is from how many cores on the work of other programs shows in the
// figures. A quiet machine is at about 0.05.
const disturbing = 0.2

// row is one line of the table.
type row struct {
	Case      string  `json:"case"`
	Unit      string  `json:"unit,omitempty"`
	Ours      float64 `json:"ours,omitempty"`
	Yardstick float64 `json:"yardstick,omitempty"`
	// Ratio is how we compare with the yardstick: over 1 is better than it.
	Ratio float64 `json:"ratio,omitempty"`
	// CPURatio compares CPU time a request in the same sense; 0 if not measured.
	CPURatio float64 `json:"cpu_ratio,omitempty"`
	CPUOurs  float64 `json:"cpu_ours_us,omitempty"`
	CPUYard  float64 `json:"cpu_yardstick_us,omitempty"`
	Target   string  `json:"target,omitempty"`
	Verdict  string  `json:"verdict"`
	Note     string  `json:"note,omitempty"`
}

// report is the outcome of a run.
type report struct {
	Machine machine `json:"machine"`
	// Others is how many cores other programs used, in the worst comparison.
	Others float64 `json:"cores_used_by_others"`
	Rows   []row   `json:"rows"`
}

func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func (r *report) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "case\tours\tyardstick\tratio\tCPU ours\tCPU yardstick\tCPU ratio\ttarget\t")
	fmt.Fprintln(t, "----\t----\t---------\t-----\t--------\t-------------\t---------\t------\t")
	for _, row := range r.Rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.Case,
			number(row.Ours, row.Unit), number(row.Yardstick, row.Unit), number(row.Ratio, ""),
			number(row.CPUOurs, "µs"), number(row.CPUYard, "µs"), number(row.CPURatio, ""), row.Target, row.Verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, row := range r.Rows {
		if row.Note != "" {
			fmt.Fprintf(w, "%s: %s\n", row.Case, row.Note)
		}
	}
	if r.Others > disturbing {
		fmt.Fprintf(w, "Other programs used %.1f cores meanwhile: ratios hold roughly, absolute figures do not.\n", r.Others)
	}
	return nil
}

// number formats a figure with three or more digits, or nothing when there is
// none.
func number(v float64, unit string) string {
	if v == 0 {
		return "-"
	}
	text := fmt.Sprintf("%.0f", v)
	switch {
	case v < 10:
		text = fmt.Sprintf("%.2f", v)
	case v < 100:
		text = fmt.Sprintf("%.1f", v)
	case v >= 10000:
		text = text[:len(text)-3] + "," + text[len(text)-3:]
	}
	return strings.TrimSpace(text + " " + unit)
}

// verdict compares a figure with what it must reach.
func verdict(ok bool) string {
	if ok {
		return fine
	}
	return short
}
