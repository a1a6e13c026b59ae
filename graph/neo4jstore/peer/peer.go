// Package peer asks Neo4j the questions of the benchmark as somebody would ask
// them who knows Cypher and not zhitu: the other side that the embedded graph is
// compared with. It only reads. Each question is one statement, in a file of its
// own, bounded and with an index behind its start.
package peer

import (
	"context"
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
	"zhitu/graph/neo4jstore"
)

//go:embed cypher
var files embed.FS

// Peer is one database. Its methods are for one goroutine at a time.
type Peer struct {
	driver   neo4j.DriverWithContext
	database string
	kinds    string // of the edges that hops follow, as Cypher names them
	texts    map[string]string
}

// Open connects to the database that neo4jstore keeps a graph in; hops follow
// edges of kinds.
func Open(ctx context.Context, c neo4jstore.Config, kinds []graph.EdgeKind) (*Peer, error) {
	auth := neo4j.BasicAuth(c.User, c.Password, "")
	if c.User == "" {
		auth = neo4j.NoAuth()
	}
	driver, err := neo4j.NewDriverWithContext(c.URI, auth)
	if err != nil {
		return nil, fmt.Errorf("neo4j as a peer: %w", err)
	}
	if err := driver.VerifyConnectivity(ctx); err != nil {
		return nil, fmt.Errorf("neo4j as a peer: %w", err)
	}
	p := &Peer{driver: driver, database: c.Database, texts: map[string]string{}}
	if p.database == "" {
		p.database = "neo4j"
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if _, known := graph.EdgeSpecOf(k); !known { // only a member of the closed set is spliced in
			return nil, fmt.Errorf("neo4j as a peer: %s: %w", k, graph.ErrInvalid)
		}
		names[i] = string(k)
	}
	p.kinds = strings.Join(names, "|")
	for _, name := range []string{"point", "one_hop", "reach", "kinds", "firms_by_segment"} {
		b, err := files.ReadFile("cypher/" + name + ".cypher")
		if err != nil {
			return nil, fmt.Errorf("neo4j as a peer: %w", err)
		}
		p.texts[name] = string(b)
	}
	return p, nil
}

// Close gives the connections back.
func (p *Peer) Close(ctx context.Context) error { return p.driver.Close(ctx) }

// Version returns what the server says it is.
func (p *Peer) Version(ctx context.Context) (string, error) {
	info, err := p.driver.GetServerInfo(ctx)
	if err != nil {
		return "", fmt.Errorf("neo4j as a peer: %w", err)
	}
	return info.Agent(), nil
}

func (p *Peer) ask(ctx context.Context, name string, splice []string, params map[string]any) ([]*neo4j.Record, error) {
	text := strings.NewReplacer(splice...).Replace(p.texts[name])
	result, err := neo4j.ExecuteQuery(ctx, p.driver, text, params, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase(p.database), neo4j.ExecuteQueryWithReadersRouting())
	if err != nil {
		return nil, fmt.Errorf("neo4j as a peer: %s: %w", name, err)
	}
	return result.Records, nil
}

func (p *Peer) number(ctx context.Context, name string, splice []string, params map[string]any) (int64, error) {
	rows, err := p.ask(ctx, name, splice, params)
	if err != nil {
		return 0, err
	}
	if len(rows) != 1 {
		return 0, fmt.Errorf("neo4j as a peer: %s: %d rows", name, len(rows))
	}
	n, _, err := neo4j.GetRecordValue[int64](rows[0], "n")
	return n, err
}

// Name returns the name of a node, "" for none, and with it its whole record.
func (p *Peer) Name(ctx context.Context, id graph.ID) (string, error) {
	rows, err := p.ask(ctx, "point", nil, map[string]any{"id": string(id)})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	record, _, err := neo4j.GetRecordValue[map[string]any](rows[0], "record")
	if err != nil {
		return "", err
	}
	name, _ := record["name"].(string)
	return name, nil
}

// OneHop returns the first 50 neighbours along edges, by id.
func (p *Peer) OneHop(ctx context.Context, id graph.ID) ([]graph.ID, error) {
	rows, err := p.ask(ctx, "one_hop", []string{"KINDS", p.kinds}, map[string]any{"id": string(id)})
	if err != nil {
		return nil, err
	}
	out := make([]graph.ID, len(rows))
	for i, r := range rows {
		s, _, err := neo4j.GetRecordValue[string](r, "id")
		if err != nil {
			return nil, err
		}
		out[i] = graph.ID(s)
	}
	return out, nil
}

// Reach returns how many nodes lie within depth hops along edges.
func (p *Peer) Reach(ctx context.Context, id graph.ID, depth int) (int64, error) {
	return p.number(ctx, "reach", []string{"KINDS", p.kinds, "DEPTH", strconv.Itoa(depth)}, map[string]any{"id": string(id)})
}

// Count returns how many nodes are of kind k.
func (p *Peer) Count(ctx context.Context, k graph.NodeKind) (int64, error) {
	if _, known := graph.NodeSpecOf(k); !known {
		return 0, fmt.Errorf("neo4j as a peer: %s: %w", k, graph.ErrInvalid)
	}
	return p.number(ctx, "kinds", []string{"KIND", string(k)}, nil)
}

// FirmsBySegment returns how many firms operate in each segment that has any.
func (p *Peer) FirmsBySegment(ctx context.Context) (map[graph.ID]int64, error) {
	rows, err := p.ask(ctx, "firms_by_segment", nil, nil)
	if err != nil {
		return nil, err
	}
	out := make(map[graph.ID]int64, len(rows))
	for _, r := range rows {
		id, _, err := neo4j.GetRecordValue[string](r, "id")
		if err != nil {
			return nil, err
		}
		n, _, err := neo4j.GetRecordValue[int64](r, "n")
		if err != nil {
			return nil, err
		}
		out[graph.ID(id)] = n
	}
	return out, nil
}
