package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"zhitu/graph"
)

// mark is what an index says of itself. It is written in the same Bleve batch
// as documents, so that it always tells the truth about them.
type mark struct {
	Epoch   graph.Epoch `json:"epoch"`
	Seq     graph.Seq   `json:"seq"`
	Schema  string      `json:"schema"`  // hash of the schema table
	Params  string      `json:"params"`  // hash of everything else that decides terms
	Lengths lengths     `json:"lengths"` // sums over all documents
	Docs    int64       `json:"docs"`
}

var markKey = []byte("zhitu")

// schemaHash changes when a kind, a field or its use in search does.
func schemaHash() string { return hashOf(graph.Nodes()) }

// paramsHash changes when the same node would give other terms.
func paramsHash() string {
	return hashOf([]any{formatVersion, maxEdge, maxInitials, edgeReadings, maxNameTokens, maxReadings, int(maxBody), simplifiedTable, inheritedOver(graph.Out), inheritedOver(graph.In)})
}

func hashOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "unhashable: " + err.Error() // equal to no hash, so the index is rebuilt
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// store is one Bleve index on disk. One goroutine writes; readers take
// generations.
type store struct {
	path string
	idx  bleve.Index
	mark mark
	// apply is idx.Batch; a test plants a fault here.
	apply   func(*bleve.Batch) error
	current atomic.Pointer[generation]
	cards   map[uint64]*segment // of the newest generation, by segment id
	facets  *facetTable
	numbers *numberPool
}

const boltTimeout = "2s"

// errHeld is a bolt timeout: another process has the index open.
var errHeld = errors.New("another process holds the index")

// createStore makes an empty index at path, which must not exist.
func createStore(path string, epoch graph.Epoch) (*store, error) {
	m := bleve.NewIndexMapping()
	// Static: documents come with their fields analysed, and nothing else is
	// ever mapped.
	m.DefaultMapping.Enabled = false
	m.DefaultMapping.Dynamic = false
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	idx, err := bleve.NewUsing(path, m, scorch.Name, scorch.Name, map[string]any{"bolt_timeout": boltTimeout, "numSnapshotsToKeep": 1})
	if err != nil {
		return nil, fmt.Errorf("create index at %s: %w", path, err)
	}
	s := newStore(path, idx)
	s.mark = mark{Epoch: epoch, Schema: schemaHash(), Params: paramsHash()}
	if err := s.write(nil, nil, s.mark.Seq); err != nil {
		return nil, errors.Join(err, idx.Close())
	}
	return s, nil
}

func newStore(path string, idx bleve.Index) *store {
	return &store{path: path, idx: idx, apply: idx.Batch, cards: map[uint64]*segment{}, facets: newFacetTable(), numbers: &numberPool{}}
}

// openStore opens what createStore made. A damaged index can panic inside
// bolt; that is an error like any other.
func openStore(path string) (s *store, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("open index at %s: panic: %v", path, p)
		}
	}()
	idx, err := bleve.OpenUsing(path, map[string]any{"bolt_timeout": boltTimeout})
	if err != nil {
		if err.Error() == "timeout" {
			err = errHeld
		}
		return nil, fmt.Errorf("open index at %s: %w", path, err)
	}
	s = newStore(path, idx)
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open index at %s: %w", path, err), idx.Close())
	}
	return s, nil
}

func (s *store) load() error {
	b, err := s.idx.GetInternal(markKey)
	if err != nil {
		return fmt.Errorf("read mark: %w", err)
	}
	if err := json.Unmarshal(b, &s.mark); err != nil {
		return fmt.Errorf("read mark %q: %w", b, err)
	}
	if err := s.publish(); err != nil {
		return err
	}
	g := s.acquire()
	defer g.release()
	if g.docs != s.mark.Docs || g.sum != s.mark.Lengths {
		return fmt.Errorf("mark says %d documents of lengths %v, there are %d of %v", s.mark.Docs, s.mark.Lengths, g.docs, g.sum)
	}
	return nil
}

func (s *store) close() error {
	if g := s.current.Swap(nil); g != nil {
		g.release()
	}
	if err := s.idx.Close(); err != nil {
		return fmt.Errorf("close index at %s: %w", s.path, err)
	}
	return nil
}

// errBatch is a failed batch: the handle shows what is not durable and must not
// be used again.
var errBatch = errors.New("batch failed")

// write applies documents and deletions as one atomic batch that leaves the
// mark at seq, and publishes the result.
func (s *store) write(docs []document, deletes []graph.ID, seq graph.Seq) error {
	g := s.acquire()
	defer g.release()
	next := s.mark
	for i := range docs {
		next.take(g, docs[i].card.id)
	}
	for _, id := range deletes {
		next.take(g, id)
	}
	if err := s.commit(next, docs, deletes, seq); err != nil {
		return err
	}
	return s.publish()
}

// insert is write for documents that the index does not hold, without
// publishing.
func (s *store) insert(docs []document, seq graph.Seq) error {
	return s.commit(s.mark, docs, nil, seq)
}

// commit applies one batch and moves to the mark that is written in it.
func (s *store) commit(next mark, docs []document, deletes []graph.ID, seq graph.Seq) error {
	next.Seq = seq
	batch := s.idx.NewBatch()
	for _, a := range analyseAll(docs) {
		if err := batch.IndexAdvanced(a.doc); err != nil {
			return fmt.Errorf("batch document %s: %w", a.from.card.id, err)
		}
		next.Lengths = next.Lengths.plus(a.from.card.lengths, 1)
		next.Docs++
	}
	for _, id := range deletes {
		batch.Delete(string(id))
	}
	b, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode mark: %w", err)
	}
	batch.SetInternal(markKey, b)
	if err := s.run(batch); err != nil {
		return fmt.Errorf("index %d documents up to %d: %w: %w", len(docs)+len(deletes), seq, errBatch, err)
	}
	s.mark = next
	return nil
}

// take subtracts the document of id, if the index holds one.
func (m *mark) take(g *generation, id graph.ID) {
	if old := g.find(id); old != nil {
		m.Lengths = m.Lengths.plus(old.lengths, -1)
		m.Docs--
	}
}

// run applies a batch; a panic inside Bleve is an error, because after a
// failed batch the next one may do that.
func (s *store) run(b *bleve.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.apply(b)
}

// publish makes the newest state of the index the one that searches see.
func (s *store) publish() error {
	advanced, err := s.idx.Advanced()
	if err != nil {
		return fmt.Errorf("publish index: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return fmt.Errorf("publish index: %w", err)
	}
	g, err := newGeneration(reader, s)
	if err != nil {
		return errors.Join(fmt.Errorf("publish index: %w", err), reader.Close())
	}
	if old := s.current.Swap(g); old != nil {
		old.release()
	}
	return nil
}
