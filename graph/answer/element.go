package answer

import (
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// Path is how an element of an answer is reached: nodes[0] edges[0] nodes[1] …
type Path struct {
	Nodes []graph.ID `json:"nodes"`
	Edges []graph.ID `json:"edges"`
}

// Ref names a node in an answer.
type Ref struct {
	ID           graph.ID       `json:"id"`
	Kind         graph.NodeKind `json:"kind,omitempty"`
	Name         string         `json:"name"`
	Code         string         `json:"code,omitempty"` // standard number, rule number
	Illustrative bool           `json:"illustrative,omitempty"`
	Synthetic    bool           `json:"synthetic,omitempty"`
}

func refOf(n *graph.Node) Ref {
	return Ref{
		ID: n.ID, Kind: n.Kind, Name: n.Name, Code: codeOf(n),
		Illustrative: n.Fields.Flag("illustrative"), Synthetic: n.Fields.Flag("synthetic"),
	}
}

// codeOf returns what a node is cited by, beside its name.
func codeOf(n *graph.Node) string {
	for _, field := range []string{"code", "rule_no", "approval_no", "number", "doc_no"} {
		if s := n.Fields.Text(field); s != "" {
			return s
		}
	}
	return ""
}

// Cited is one item of evidence in an answer, with its source spelled out.
type Cited struct {
	Source  graph.ID `json:"source,omitempty"`
	Title   string   `json:"title,omitempty"`
	Issuer  string   `json:"issuer,omitempty"`
	Date    string   `json:"date,omitempty"`
	Address string   `json:"address,omitempty"`
	Quote   string   `json:"quote,omitempty"`
	Locator string   `json:"locator,omitempty"`
	Level   int      `json:"level"`
	Field   string   `json:"field,omitempty"`
	Value   string   `json:"value,omitempty"`
	// CollectedBy names the dossier or person where no source is named.
	CollectedBy string `json:"collected_by,omitempty"`
}

// evidenceBook gathers the evidence of one answer; resolve spells the sources
// out in one read.
type evidenceBook struct {
	lists   [][]*Cited
	sources map[graph.ID]*graph.Node
	newest  string
}

// cite turns evidence into answer form, best level first as the domain wants
// the displayed value to be that of the best item; equals keep their order.
func (a *Asked) cite(items ...[]graph.Evidence) []*Cited {
	out := []*Cited{}
	for _, list := range items {
		for _, e := range list {
			c := &Cited{
				Source: e.Source, Quote: e.Quote, Locator: e.Locator, Level: e.Level,
				Field: e.Field, Value: e.Value, CollectedBy: e.CollectedBy,
			}
			if !slices.ContainsFunc(out, func(have *Cited) bool { return *have == *c }) {
				out = append(out, c)
			}
			a.evidence.newest = max(a.evidence.newest, e.CollectedAt)
		}
	}
	slices.SortStableFunc(out, func(x, y *Cited) int { return y.Level - x.Level })
	a.evidence.lists = append(a.evidence.lists, out)
	return out
}

func (b *evidenceBook) resolve(ctx context.Context, view *graph.View) error {
	var ids []graph.ID
	seen := map[graph.ID]bool{}
	for _, list := range b.lists {
		for _, c := range list {
			if c.Source != "" && !seen[c.Source] {
				seen[c.Source] = true
				ids = append(ids, c.Source)
			}
		}
	}
	slices.Sort(ids)
	// A source is cited whenever it was published: evidence for today's answer
	// may be newer than as_of, and is still what the record rests on.
	nodes, err := view.Records().Nodes(ctx, ids)
	if err != nil {
		return err
	}
	b.sources = make(map[graph.ID]*graph.Node, len(nodes))
	for i := range nodes {
		b.sources[nodes[i].ID] = &nodes[i]
		b.newest = max(b.newest, nodes[i].Fields.Text("date"))
	}
	for _, list := range b.lists {
		for _, c := range list {
			if s := b.sources[c.Source]; s != nil {
				c.Title, c.Issuer = s.Name, s.Fields.Text("issuer")
				c.Date, c.Address = s.Fields.Text("date"), s.Fields.Text("address")
			}
		}
	}
	return nil
}

// pathOf returns the path along edges from start.
func pathOf(start graph.ID, edges ...*graph.Edge) Path {
	p := Path{Nodes: []graph.ID{start}, Edges: []graph.ID{}}
	at := start
	for _, e := range edges {
		at = e.Other(at)
		p.Nodes = append(p.Nodes, at)
		p.Edges = append(p.Edges, e.ID)
	}
	return p
}

func comparePaths(a, b Path) int {
	if d := len(a.Edges) - len(b.Edges); d != 0 {
		return d
	}
	if d := slices.Compare(a.Nodes, b.Nodes); d != 0 {
		return d
	}
	return slices.Compare(a.Edges, b.Edges)
}

func compareIDs(a, b graph.ID) int { return strings.Compare(string(a), string(b)) }
