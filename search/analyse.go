package search

import (
	"runtime"
	"sync"

	bleveDocument "github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// field is a Bleve field whose terms are known already: the analysis is ours,
// so that index and query cannot differ in it.
type field struct {
	name    string
	options index.FieldIndexingOptions
	value   []byte // of a stored field
	terms   []string
	freqs   index.TokenFrequencies
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.value }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Options() index.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return len(f.terms) }
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *field) NumPlainTextBytes() uint64                        { return uint64(len(f.value)) }

// Size is what Bleve budgets memory by; we do not.
func (f *field) Size() int { return len(f.value) + 16*len(f.terms) }

// Analyze counts the terms. Bleve calls it on its own goroutines.
func (f *field) Analyze() {
	f.freqs = make(index.TokenFrequencies, len(f.terms))
	for _, t := range f.terms {
		tf, ok := f.freqs[t]
		if !ok {
			tf = &index.TokenFreq{Term: []byte(t)}
			f.freqs[t] = tf
		}
		if !f.options.SkipFreqNorm() {
			tf.SetFrequency(tf.Frequency() + 1)
		}
	}
}

const (
	ranked  = index.IndexField
	keyword = index.IndexField | index.SkipFreqNorm
	stored  = index.StoreField
)

// analysed is a document ready for Bleve.
type analysed struct {
	from *document
	doc  *bleveDocument.Document
}

// analyseAll takes documents apart on all cores, in order.
func analyseAll(docs []document) []analysed {
	out := make([]analysed, len(docs))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(docs); i += workers {
				out[i] = analysed{&docs[i], docs[i].analyse()}
			}
		})
	}
	wg.Wait()
	return out
}

// analyse returns the Bleve document of d and notes its lengths on its card.
func (d *document) analyse() *bleveDocument.Document {
	out := bleveDocument.NewDocument(string(d.card.id))
	add := func(name string, options index.FieldIndexingOptions, terms []string) int64 {
		if len(terms) > 0 {
			out.AddField(&field{name: name, options: options, terms: terms})
		}
		return int64(len(terms))
	}
	tokens := tokenize(d.text)
	l := &d.card.lengths
	l.AllU = add(fieldAllU, ranked, texts(tokens))
	l.AllB = add(fieldAllB, ranked, texts(pairs(tokens, d.text)))
	l.NameU = add(fieldNameU, ranked, texts(tokenize(d.card.names[0])))
	var alias []string
	for _, a := range d.card.names[1:] {
		alias = append(alias, texts(tokenize(a))...)
	}
	l.AliasU = add(fieldAliasU, ranked, alias)
	add(fieldPinyin, keyword, d.py)
	for _, name := range []string{fieldExact, fieldJoined, fieldInitials, fieldEdge, fieldCodeFull, fieldCodeBase, fieldCodeNum} {
		add(name, keyword, d.terms[name])
	}
	out.AddField(&field{name: fieldCard, options: stored, value: []byte(d.card.encode())})
	return out
}

func texts(tokens []token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.text
	}
	return out
}
