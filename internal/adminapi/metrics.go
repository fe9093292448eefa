package adminapi

import (
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"

	"draftbox/internal/clock"
)

// metric is one family of the Prometheus text format.
// https://prometheus.io/docs/instrumenting/exposition_formats/
type metric struct {
	name, kind, help string
	samples          []sample
}

type sample struct {
	labels string // as they stand in braces, or empty
	value  float64
}

func (m metric) append(b *strings.Builder) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", m.name, m.help, m.name, m.kind)
	for _, s := range m.samples {
		if s.labels != "" {
			fmt.Fprintf(b, "%s{%s} %v\n", m.name, s.labels, s.value)
		} else {
			fmt.Fprintf(b, "%s %v\n", m.name, s.value)
		}
	}
}

func one(value float64) []sample { return []sample{{value: value}} }

func (a *API) metrics(r *http.Request) (*answer, error) {
	ready := 1.0
	if a.service.Ready(r.Context()) != nil {
		ready = 0
	}
	families := []metric{
		{"draftbox_build_info", "gauge", "Version of this server.", []sample{{fmt.Sprintf("version=%q,goversion=%q", a.version, runtime.Version()), 1}}},
		{"draftbox_uptime_seconds", "gauge", "Real time since the start.", one(clock.Since(a.started).Seconds())},
		{"draftbox_ready", "gauge", "1 while the database can be reached.", one(ready)},
	}
	families = append(families, a.requestMetric(), a.managementMetric())
	families = append(families, a.pushMetrics()...)
	families = append(families, runtimeMetrics()...)
	var b strings.Builder
	for _, m := range families {
		m.append(&b)
	}
	return &answer{contentType: "text/plain; version=0.0.4; charset=utf-8", content: []byte(b.String())}, nil
}

// requestMetric counts the emulated calls.
func (a *API) requestMetric() metric {
	n := a.journal.Outcomes()
	return metric{"draftbox_requests_total", "counter", "Calls of the emulated API since the start, by outcome.", []sample{
		{`outcome="ok"`, float64(n.OK)},
		{`outcome="refused"`, float64(n.Refused)},
		{`outcome="system_error"`, float64(n.SystemError)},
	}}
}

func (a *API) managementMetric() metric {
	m := metric{name: "draftbox_management_requests_total", kind: "counter", help: "Calls of the management listener by class of status."}
	for class := 2; class < len(a.served); class++ {
		m.samples = append(m.samples, sample{fmt.Sprintf(`status="%dxx"`, class), float64(a.served[class].Load())})
	}
	return m
}

// PushStats counts what this node's worker did since the start.
type PushStats struct {
	Attempts          map[string]uint64 // by outcome
	Delivered, Failed uint64            // deliveries that came to an end
	Unrecorded        uint64            // attempts that could not be written down, and may have been repeated
	URLs              int               // being delivered to now
}

func (a *API) pushMetrics() []metric {
	n := a.pushes()
	attempts := metric{name: "draftbox_push_attempts_total", kind: "counter", help: "Attempts to deliver pushes by outcome."}
	for _, outcome := range slices.Sorted(maps.Keys(n.Attempts)) {
		attempts.samples = append(attempts.samples, sample{fmt.Sprintf("outcome=%q", outcome), float64(n.Attempts[outcome])})
	}
	return []metric{attempts, {
		"draftbox_pushes_total", "counter", "Pushes that this node brought to an end.",
		[]sample{{`state="delivered"`, float64(n.Delivered)}, {`state="failed"`, float64(n.Failed)}},
	}, {
		"draftbox_push_attempts_unrecorded_total", "counter", "Attempts that could not be written down; each may have been repeated.", one(float64(n.Unrecorded)),
	}, {"draftbox_push_urls", "gauge", "Callback URLs that this node delivers to now.", one(float64(n.URLs))}}
}

// runtimeMetrics asks the runtime without stopping it.
func runtimeMetrics() []metric {
	families := []metric{
		{name: "go_goroutines", kind: "gauge", help: "Goroutines."},
		{name: "go_memory_total_bytes", kind: "gauge", help: "Memory that the Go runtime has from the system."},
		{name: "go_memory_heap_objects_bytes", kind: "gauge", help: "Memory of live and not yet collected objects."},
		{name: "go_gc_cycles_total", kind: "counter", help: "Garbage collections."},
	}
	read := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(read)
	for i, s := range read {
		if s.Value.Kind() == metrics.KindUint64 {
			families[i].samples = one(float64(s.Value.Uint64()))
		}
	}
	return families
}
