package bench

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"zhitu/graph"
	"zhitu/graph/snapshot"
	"zhitu/search"
)

// maxName is how many characters a first line may have to be a name.
const maxName = 60

// corpus is a set as a graph that never changes.
type corpus struct{ graph *snapshot.Snapshot }

// newCorpus makes one node per line. With aliases, every query is an alias of
// its answers.
func newCorpus(s *set, aliases bool) (*corpus, error) {
	other := map[string][]string{}
	if aliases {
		for _, q := range s.queries {
			for doc, grade := range s.grades[q.ID] {
				if grade >= 1 {
					other[doc] = append(other[doc], q.Text)
				}
			}
		}
	}
	entry := graph.Entry{Seq: 1, Command: "corpus"}
	for i, it := range s.corpus {
		n := nodeOf(i, it.Text)
		n.Aliases = other[it.ID]
		entry.Changes = append(entry.Changes, graph.Change{After: graph.EncodeNode(n)})
	}
	g, err := snapshot.Empty("bench").Apply(entry)
	if err != nil {
		return nil, fmt.Errorf("graph of set %s: %w", s.name, err)
	}
	return &corpus{g}, nil
}

func nodeOf(line int, text string) graph.Node {
	name, body, _ := strings.Cut(text, "\n")
	if utf8.RuneCountInString(name) > maxName {
		name, body = "", text
	}
	n := graph.Node{
		ID: idOf(line), Kind: graph.Product, Name: name, Fields: graph.Fields{}, ValidFrom: graph.Open, ValidTo: graph.Open,
		State: graph.Reviewed, Visibility: graph.Public, Version: 1, Seq: 1,
	}
	if body != "" {
		n.Fields["note"] = body
	}
	return n
}

func idOf(line int) graph.ID { return graph.ID(fmt.Sprintf("line:%07d", line)) }

func lineOf(id graph.ID) (int, error) {
	var line int
	_, err := fmt.Sscanf(string(id), "line:%d", &line)
	return line, err
}

func (c *corpus) view() *graph.View { return graph.NewView(c.graph, c.graph.Seq(), graph.Scope{}) }

// State is the whole graph, for ever.
func (c *corpus) State() search.State {
	return search.State{Reader: c.graph, Seq: c.graph.Seq(), Epoch: c.graph.Epoch()}
}

// Changes has none: the index is always built from State.
func (c *corpus) Changes(context.Context, graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(func(graph.Entry, error) bool) {}
}

// Wait ends with ctx.
func (c *corpus) Wait(ctx context.Context, _ graph.Seq) error {
	<-ctx.Done()
	return ctx.Err()
}
