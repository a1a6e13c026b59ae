package answer

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"zhitu/graph"
)

// SolveParams asks in a firm's own words.
type SolveParams struct {
	Q      string   `query:"q" required:"true" zh:"问题" doc:"own words, a problem's name or id, or a standard number"`
	Chain  graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"only problems of this chain"`
	Region string   `query:"region" zh:"区划代码" doc:"as of solutions"`
	Firm   graph.ID `query:"firm" kind:"Firm" zh:"企业" doc:"as of solutions"`
}

// Solved is what was understood, the problems that fit, best first, and the
// solutions of the first.
type Solved struct {
	Understood Understood     `json:"understood"`
	Problems   []ProblemMatch `json:"problems"`
	Solutions  *Solutions     `json:"solutions"` // null: no problem fits
}

// Understood is how the text was read.
type Understood struct {
	Text       string   `json:"text"`
	Normalized string   `json:"normalized"`
	Codes      []string `json:"codes"`  // standard and rule numbers found in it
	Chains     []Ref    `json:"chains"` // chains that it names
}

// ProblemMatch is one problem with the reason why it fits.
type ProblemMatch struct {
	ProblemRef
	Score   float64 `json:"score"` // 0–1
	Matched []Match `json:"matched"`
}

// Match is which field of the record the text met, and where.
type Match struct {
	Field string `json:"field"` // id, name, alias, code, text
	Text  string `json:"text"`
}

const (
	maxSolveProblems = 10
	// minTextScore is the share of the text, weighted by how rare its
	// characters are, that a record must contain to be offered at all.
	minTextScore = 0.35
)

func solveQuestion() Question {
	return declare(Question{
		Name: "solve", Zh: "求解", Path: "/solve", Asks: []string{"B01"},
		Doc:   "From a firm's own words to the problem and what solves it",
		DocZh: "用自己的话说出问题，得到对应的质量问题与解决方案",
	}, solve)
}

func solve(ctx context.Context, a *Asked, p SolveParams) (Solved, error) {
	out := Solved{Understood: Understood{Text: p.Q, Normalized: plain(p.Q), Codes: []string{}, Chains: []Ref{}}, Problems: []ProblemMatch{}}
	if out.Understood.Normalized == "" {
		return out, &graph.InvalidError{Field: "q", Code: "blank", Value: p.Q}
	}
	f := newFacts(a.View)
	ids, err := f.problemsOf(ctx, a, p.Chain)
	if err != nil {
		return out, err
	}
	if err := f.loadNodes(ctx, ids); err != nil {
		return out, err
	}
	byCode, err := f.problemsByCode(ctx, a, p.Q, &out.Understood)
	if err != nil {
		return out, err
	}
	m := newMatcher(f, ids, out.Understood.Normalized)
	for _, id := range ids {
		score, matched := m.match(f.nodes[id])
		if code, ok := byCode[id]; ok && score < 0.75 {
			score, matched = 0.75, []Match{{Field: "code", Text: code}}
		}
		if score > 0 {
			out.Problems = append(out.Problems, ProblemMatch{ProblemRef: ProblemRef{Ref: refOf(f.nodes[id])}, Score: score, Matched: matched})
		}
	}
	return out, f.finishSolve(ctx, a, p, &out)
}

// finishSolve places the problems, lets a chain that the text names decide
// between equals, keeps the best, and solves the first.
func (f *facts) finishSolve(ctx context.Context, a *Asked, p SolveParams, out *Solved) error {
	ids := make([]graph.ID, len(out.Problems))
	for i, m := range out.Problems {
		ids[i] = m.ID
	}
	if err := f.loadPlaces(ctx, ids); err != nil {
		return err
	}
	named, err := f.namedChains(ctx, a, out)
	if err != nil {
		return err
	}
	for i := range out.Problems {
		m := &out.Problems[i]
		m.ProblemRef = f.problemRef(m.ID)
		if slices.ContainsFunc(m.Chains, func(c Ref) bool { return named[c.ID] }) {
			m.Score = min(1, m.Score+0.02)
		}
		m.Score = math.Round(m.Score*10000) / 10000
	}
	slices.SortFunc(out.Problems, func(x, y ProblemMatch) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.ID, y.ID))
	})
	if len(out.Problems) > maxSolveProblems {
		out.Problems = out.Problems[:maxSolveProblems]
		a.Truncate("problems")
	}
	if len(out.Problems) == 0 {
		a.Warn("nothing_matched", out.Understood.Text)
		return nil
	}
	s, err := solutions(ctx, a, SolutionsParams{ID: out.Problems[0].ID, Region: p.Region, Firm: p.Firm})
	out.Solutions = &s
	return err
}

// namedChains returns the chains whose name or alias the text contains.
func (f *facts) namedChains(ctx context.Context, a *Asked, out *Solved) (map[graph.ID]bool, error) {
	named := map[graph.ID]bool{}
	for n, err := range a.View.OfKind(ctx, graph.Chain) {
		if err != nil {
			return nil, err
		}
		for _, name := range append([]string{n.Name}, n.Aliases...) {
			if t := plain(name); len([]rune(t)) >= 2 && strings.Contains(out.Understood.Normalized, t) && !named[n.ID] {
				named[n.ID] = true
				out.Understood.Chains = append(out.Understood.Chains, refOf(&n))
			}
		}
	}
	return named, nil
}

// problemsByCode returns the problems that a standard or rule addresses whose
// number the text contains, with that number.
func (f *facts) problemsByCode(ctx context.Context, a *Asked, text string, u *Understood) (map[graph.ID]string, error) {
	wanted := map[string]bool{}
	for _, found := range graph.FindCodes(text) {
		u.Codes = append(u.Codes, found.Code.String())
		wanted[found.Code.Family()] = true
	}
	out := map[graph.ID]string{}
	if len(wanted) == 0 {
		return out, nil
	}
	var ids []graph.ID
	for _, kind := range []graph.NodeKind{graph.Standard, graph.Rule} {
		for n, err := range a.View.OfKind(ctx, kind) {
			if err != nil {
				return nil, err
			}
			for _, found := range graph.FindCodes(codeOf(&n)) {
				if wanted[found.Code.Family()] {
					f.nodes[n.ID] = &n
					ids = append(ids, n.ID)
					break
				}
			}
		}
	}
	if _, err := f.expand(ctx, ids, outward(graph.Addresses, graph.Covers)); err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, e := range slices.Concat(f.outOf(id, graph.Addresses), f.outOf(id, graph.Covers)) {
			if verdictOf(e) != graph.No && f.nodes[e.To].Kind == graph.Problem {
				out[e.To] = codeOf(f.nodes[id])
			}
		}
	}
	return out, nil
}

// plain brings text to the form in which it is compared: width and case
// folded, letters and digits only.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// matcher scores problems against one text.
type matcher struct {
	text  string
	grams []string
	idf   map[string]float64
	whole float64 // sum of idf over grams
}

func newMatcher(f *facts, ids []graph.ID, text string) *matcher {
	m := &matcher{text: text, grams: bigrams(text), idf: map[string]float64{}}
	df := map[string]int{}
	for _, id := range ids {
		body := bodyOf(f.nodes[id])
		for _, g := range m.grams {
			if strings.Contains(body, g) {
				df[g]++
			}
		}
	}
	for _, g := range m.grams {
		m.idf[g] = math.Log(1 + float64(len(ids)+1)/float64(df[g]+1))
		m.whole += m.idf[g]
	}
	return m
}

// bodyOf is all text of a problem that plain words may meet.
func bodyOf(n *graph.Node) string {
	parts := append([]string{n.Name}, n.Aliases...)
	parts = append(parts, n.Fields.Text("phenomenon"), n.Fields.Text("process_text"), n.Fields.Text("product_text"))
	parts = append(parts, n.Fields.Texts("cause_texts")...)
	parts = append(parts, n.Fields.Texts("effects")...)
	for i, p := range parts {
		parts[i] = plain(p)
	}
	return strings.Join(parts, " ")
}

// bigrams returns the distinct pairs of neighbouring characters of s, sorted;
// of a single character, itself.
func bigrams(s string) []string {
	r := []rune(s)
	if len(r) < 2 {
		return []string{s}
	}
	out := make([]string, 0, len(r)-1)
	for i := range len(r) - 1 {
		out = append(out, string(r[i:i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// match returns the best of: the id, the whole name or an alias, one inside
// the other, and the share of the text that the record contains.
func (m *matcher) match(n *graph.Node) (float64, []Match) { return m.matchFrom(n, minTextScore) }

// matchFrom is match with another least share.
func (m *matcher) matchFrom(n *graph.Node, least float64) (float64, []Match) {
	if local := string(n.ID)[strings.IndexByte(string(n.ID), ':')+1:]; plain(local) == m.text || plain(string(n.ID)) == m.text {
		return 1, []Match{{Field: "id", Text: string(n.ID)}}
	}
	best, matched := 0.0, []Match(nil)
	for i, name := range append([]string{n.Name}, n.Aliases...) {
		field := "alias"
		if i == 0 {
			field = "name"
		}
		if score := m.name(plain(name), field); score > best {
			best, matched = score, []Match{{Field: field, Text: name}}
		}
	}
	if best > 0 {
		return best, matched
	}
	body, sum := bodyOf(n), 0.0
	var met []string
	for _, g := range m.grams {
		if strings.Contains(body, g) {
			sum += m.idf[g]
			met = append(met, g)
		}
	}
	if share := sum / m.whole; share >= least {
		return 0.7 * share, []Match{{Field: "text", Text: strings.Join(met, " ")}}
	}
	return 0, nil
}

func (m *matcher) name(name, field string) float64 {
	t, q := len([]rune(name)), len([]rune(m.text))
	switch {
	case name == m.text && field == "name":
		return 1
	case name == m.text:
		return 0.98
	case t >= 3 && strings.Contains(m.text, name):
		return 0.88 + 0.08*float64(t)/float64(q)
	case q >= 2 && strings.Contains(name, m.text):
		return 0.78 + 0.1*float64(q)/float64(t)
	}
	return 0
}
