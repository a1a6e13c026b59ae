package api

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are those of one API, in a registry of its own, so that two of them
// can live in one process. Labels are route patterns and closed sets, never
// what a caller sends.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	panics   prometheus.Counter
	refused  *prometheus.CounterVec
}

func newMetrics(a *API) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_http_requests_total", Help: "Requests by route, method, status and success; what the caller did wrong is no failure.",
		}, []string{"route", "method", "status", "success"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhitu_http_request_duration_seconds", Help: "Time from the request line to the end of the answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhitu_http_in_flight_requests", Help: "Requests being answered."}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "zhitu_http_panics_total", Help: "Panics that were turned into an error."}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhitu_http_refused_total", Help: "Requests refused because too many of their class were waiting.",
		}, []string{"class"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.inFlight, m.panics, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.ofGates(a.gates)
	m.ofGraph(a)
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	success := "true"
	if status >= 500 {
		success = "false"
	}
	m.requests.WithLabelValues(route, knownMethod(method), strconv.Itoa(status), success).Inc()
	if !strings.HasSuffix(route, "/stream") { // which lasts as long as its reader likes
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// knownMethod keeps invented methods from making labels.
func knownMethod(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

func (m *metrics) ofGates(gates map[Class]*gate) {
	for name, g := range gates {
		labels := prometheus.Labels{"class": string(name)}
		m.registry.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "zhitu_gate_running", Help: "Calls of the class under way.", ConstLabels: labels,
			}, func() float64 { return float64(len(g.slots)) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "zhitu_gate_waiting", Help: "Calls of the class that wait for a slot.", ConstLabels: labels,
			}, func() float64 { return float64(g.waiting.Load()) }))
	}
}

// ofGraph measures what lies behind the API.
func (m *metrics) ofGraph(a *API) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "zhitu_build_info", Help: "1, with the version of the program.", ConstLabels: prometheus.Labels{"version": a.config.Version},
	}, func() float64 { return 1 }))
	gauge("zhitu_graph_seq", "Sequence number that readers see.", func() float64 { return float64(a.ledger.Snapshot().Seq()) })
	gauge("zhitu_graph_nodes", "Nodes that readers see.", func() float64 { n, _ := a.ledger.Snapshot().Size(); return float64(n) })
	gauge("zhitu_graph_edges", "Edges that readers see.", func() float64 { _, n := a.ledger.Snapshot().Size(); return float64(n) })
	gauge("zhitu_ledger_queue", "Writes that wait for the writer.", func() float64 { return float64(a.ledger.Queued()) })
	if a.search == nil {
		return
	}
	gauge("zhitu_search_lag_entries", "Entries that search does not know yet.", func() float64 { return float64(a.search.Status().Lag) })
	gauge("zhitu_search_documents", "Documents of the search index.", func() float64 { return float64(a.search.Status().Documents) })
	gauge("zhitu_search_rebuilds", "Rebuilds of the search index since the start.", func() float64 { return float64(a.search.Status().Rebuilds) })
	gauge("zhitu_search_quarantines", "Quarantines of the search index since the start.", func() float64 { return float64(a.search.Status().Quarantines) })
}
