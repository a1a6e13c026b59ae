package graphtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zhitu/graph"
)

var liveCases = []storeCase{
	{"a cancelled context stops every call", cancelled},
	{"a context that is cancelled while ranging stops the scan", cancelledMidway},
	{"a consumer may stop early", stopEarly},
	{"a consumer may write while it ranges over a scan", writeWhileScanning},
	{"a consumer may write while it ranges over changes", writeWhileReading},
	{"a scan with writes between its pages misses and doubles nothing that stayed", scanAmidWrites},
	{"ready answers before its deadline", ready},
	{"a closed store is unavailable", closed},
}

func cancelled(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	ctx := cancelledContext(t)
	want := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", what, err)
		}
	}
	last := error(nil)
	for r, err := range s.Scan(ctx) {
		if err == nil {
			t.Errorf("scan yields %s", r.ID())
		}
		last = err
	}
	want("scan", last)
	last = nil
	for e, err := range s.Changes(ctx, 0) {
		if err == nil {
			t.Errorf("changes yield %d", e.Seq)
		}
		last = err
	}
	want("changes", last)
	_, _, err := s.Head(ctx)
	want("head", err)
	want("append", s.Append(ctx, m.Head(), []graph.Entry{m.Clone().Next(firms("x", 1)...)}))
	same(t, m, s)
}

func cancelledMidway(t *testing.T, s graph.Store) {
	m := NewModel()
	m.Next(firms("a", 5000)...)
	m.Next(firms("b", 5000)...)
	load(t, s, m.Log()...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range s.Scan(ctx) {
		n++
		last = err
		cancel()
	}
	if n == 10_000 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d records, then %v; want context.Canceled before the end", n, last)
	}
}

func stopEarly(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	for range s.Scan(t.Context()) {
		break
	}
	for range s.Changes(t.Context(), 0) {
		break
	}
	load(t, s, m.Next(firms("x", 1)...))
	same(t, m, s)
}

func writeWhileScanning(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(firms("a", 20)...))
	i := 0
	for _, err := range s.Scan(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if i++; i > 20 {
			break
		}
		// Large enough that a file has to grow under the reader.
		n := Node(graph.Firm, graph.ID(fmt.Sprintf("0%d", i)), "写")
		n.Fields = graph.Fields{"note": string(make([]byte, 200_000))}
		load(t, s, m.Next(PutNode(n)))
	}
	same(t, m, s)
}

func writeWhileReading(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	next := graph.Seq(1)
	for e, err := range s.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq != next {
			t.Fatalf("entry %d, want %d", e.Seq, next)
		}
		if next++; next > 20 {
			break
		}
		load(t, s, m.Next(firms(fmt.Sprintf("n%d-", next), 3)...))
	}
	same(t, m, s)
}

func scanAmidWrites(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(firms("m", 4900)...))
	load(t, s, m.Next(firms("n", 4900)...))
	stay := len(m.Records())
	var last graph.ID
	seen, i := 0, 0
	for r, err := range s.Scan(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.ID() <= last {
			t.Fatalf("%s comes after %s", r.ID(), last)
		}
		last = r.ID()
		if last[0] == 'm' || last[0] == 'n' {
			seen++
		}
		if i++; i%1000 == 0 { // before the cursor, behind it, and gone again
			load(t, s, m.Next(firms(fmt.Sprintf("a%d-", i), 2)...), m.Next(firms(fmt.Sprintf("z%d-", i), 2)...),
				m.Next(graph.Op{DeleteNode: graph.ID(fmt.Sprintf("a%d-00000", i))}))
		}
	}
	if seen != stay {
		t.Errorf("the scan yields %d of the %d records that stayed", seen, stay)
	}
	same(t, m, s)
}

func ready(t *testing.T, s graph.Store) {
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	start := time.Now()
	if err := s.Ready(ctx); !errors.Is(err, graph.ErrUnavailable) || time.Since(start) > time.Second {
		t.Errorf("ready with a context that has ended: %v after %v, want ErrUnavailable at once", err, time.Since(start))
	}
}

func closed(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	unavailable := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", what, err)
		}
	}
	unavailable("ready", s.Ready(t.Context()))
	_, _, err := s.Head(t.Context())
	unavailable("head", err)
	unavailable("append", s.Append(t.Context(), m.Head(), []graph.Entry{m.Next(firms("x", 1)...)}))
	for _, err = range s.Scan(t.Context()) {
	}
	unavailable("scan", err)
	for _, err = range s.Changes(t.Context(), 0) {
	}
	unavailable("changes", err)
	if err := s.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}
