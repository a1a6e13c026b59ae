package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhitu/graph"
)

// sentence is a question in words with what was found in it: names of nodes,
// numbers of standards and rules, a date, and the words that only hold a
// sentence together.
type sentence struct {
	view     *graph.View
	runes    []rune // folded: NFKC, lower case
	filler   []bool
	mentions []mention
	codes    []codeMention
	hints    []string
	asOf     graph.Date
	asOfAt   [2]int
	today    graph.Date
	chains   map[graph.ID]bool // that the words name
	located  map[graph.ID][]graph.ID
	inChain  map[graph.ID][]graph.ID // segment → chains
	problems *facts
	ids      []graph.ID

	ofNamedChain map[graph.ID]bool // problems of the chains that the words name
}

// mention is a stretch of the sentence that names one or more nodes.
type mention struct {
	start, end int
	nodes      []*graph.Node
	weighty    bool // it would be odd not to use it
}

// codeMention is a number in the sentence.
type codeMention struct {
	start, end int
	number     string
}

// named are the kinds whose names are looked for.
var named = []graph.NodeKind{
	graph.Chain, graph.Problem, graph.Standard, graph.Rule, graph.Scheme, graph.Bundle, graph.Segment, graph.Product,
	graph.Process, graph.Characteristic, graph.OrganizationKind, graph.Firm, graph.Region, graph.Policy,
}

// fillers hold a sentence together and say nothing of what it is about.
var fillers = strings.Fields(`请问 请 问 一下 我们 我 你 您 他 它 这 那 个 的 了 吗 呢 吧 啊 是 在 有 和 与 及 或 把 被 给 到 从 对 为 要 想 能 会 可以 可 应该 都 也
就 还 再 又 才 只 很 最 更 什么 怎么 哪些 哪个 哪 多少 几 如何 是否 是不是 有没有 知道 告诉 看看 看 帮 帮忙 想要 需要 一 些 里 中 上 下 来 去 以 用 做 办 现在 目前 今天`)

func newSentence(ctx context.Context, view *graph.View, text string) (*sentence, error) {
	s := &sentence{view: view, runes: []rune(strings.ToLower(norm.NFKC.String(text))), today: view.AsOf(), chains: map[graph.ID]bool{}, inChain: map[graph.ID][]graph.ID{}}
	s.filler = make([]bool, len(s.runes))
	for i, r := range s.runes {
		s.filler[i] = !isWord(r)
	}
	for _, f := range fillers {
		for i := range s.runes {
			if hasAt(s.runes, i, f) {
				mark(s.filler, i, i+len([]rune(f)))
			}
		}
	}
	s.asOf, s.asOfAt = readDate(s.runes, s.today)
	if err := s.link(ctx); err != nil {
		return nil, err
	}
	return s, s.linkCodes(ctx)
}

// link finds every name, the longest first; a name inside a longer one of
// another kind stays, so that 安平丝网 is both a chain and a place.
func (s *sentence) link(ctx context.Context) error {
	byName := map[string][]*graph.Node{}
	s.problems = newFacts(s.view)
	for _, kind := range named {
		for n, err := range s.view.OfKind(ctx, kind) {
			if err != nil {
				return err
			}
			s.problems.nodes[n.ID] = &n
			if kind == graph.Problem {
				s.ids = append(s.ids, n.ID)
			}
			for _, name := range namesOf(&n) {
				byName[name] = append(byName[name], &n)
			}
		}
	}
	for name, nodes := range byName {
		part := []rune(name)
		if i := indexRunes(s.runes, part); i >= 0 {
			slices.SortFunc(nodes, func(a, b *graph.Node) int { return compareIDs(a.ID, b.ID) })
			nodes = slices.CompactFunc(nodes, func(a, b *graph.Node) bool { return a.ID == b.ID })
			s.mentions = append(s.mentions, mention{start: i, end: i + len(part), nodes: nodes, weighty: weighty(nodes)})
		}
	}
	slices.SortFunc(s.mentions, func(a, b mention) int {
		return cmp.Or(cmp.Compare(b.end-b.start, a.end-a.start), cmp.Compare(a.start, b.start))
	})
	s.dropShadowed()
	return s.linkChains(ctx)
}

// dropShadowed leaves out a mention that lies inside a longer one and adds
// nothing: every kind that it names, the longer one names too.
func (s *sentence) dropShadowed() {
	var kept []mention
	for _, m := range s.mentions {
		shadowed := slices.ContainsFunc(kept, func(k mention) bool {
			return k.start <= m.start && m.end <= k.end && (k.end-k.start > m.end-m.start) && !m.hasKind(graph.Chain) && !m.hasKind(graph.Region)
		})
		if !shadowed {
			kept = append(kept, m)
		}
	}
	for i := range kept { // inside a longer one it need not be used
		for j := range i {
			if kept[j].start <= kept[i].start && kept[i].end <= kept[j].end {
				kept[i].weighty = false
			}
		}
	}
	s.mentions = kept
}

// weighty: a standard, problem, bundle or rule in the words must mean
// something; a product or place may be there for colour.
func weighty(nodes []*graph.Node) bool {
	switch nodes[0].Kind {
	case graph.Standard, graph.Problem, graph.Bundle, graph.Chain, graph.Policy, graph.Characteristic:
		return true
	}
	return false
}

// namesOf returns the forms in which a node is named in words: name, aliases,
// code; without what stands in brackets; a place without its 县 or 区.
func namesOf(n *graph.Node) []string {
	var out []string
	add := func(name string) {
		name = strings.TrimSpace(strings.ToLower(norm.NFKC.String(name)))
		if len([]rune(name)) >= minNameRunes(n.Kind) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range append([]string{n.Name, n.Fields.Text("rule_no"), n.Fields.Text("uscc"), n.Fields.Text("slug")}, n.Aliases...) {
		add(name)
		if short, _, cut := strings.Cut(norm.NFKC.String(name), "("); cut {
			add(short)
		}
		add(strings.Trim(name, "《》“”\""))
	}
	switch n.Kind {
	case graph.Scheme:
		add(n.Fields.Text("code"))
	case graph.Region:
		r := []rune(n.Name)
		if len(r) >= 3 && strings.ContainsRune("省市县区", r[len(r)-1]) {
			add(string(r[:len(r)-1]))
		}
	}
	return out
}

func minNameRunes(k graph.NodeKind) int {
	if k == graph.Standard || k == graph.Rule {
		return 4 // their numbers are found by the recogniser
	}
	return 2
}

func (m mention) hasKind(k graph.NodeKind) bool { return m.count(k) > 0 }

func (m mention) count(k graph.NodeKind) int {
	n := 0
	for _, node := range m.nodes {
		if node.Kind == k {
			n++
		}
	}
	return n
}

// of returns the node of kind k that m names: of several, one of a chain that
// the words name. A place stands for the one chain that is located there.
func (m mention) of(k graph.NodeKind, s *sentence) *graph.Node {
	var first *graph.Node
	for _, n := range m.nodes {
		if n.Kind != k {
			continue
		}
		if first == nil {
			first = n
		}
		if slices.ContainsFunc(s.inChain[n.ID], func(c graph.ID) bool { return s.chains[c] }) {
			return n
		}
	}
	if first != nil || k != graph.Chain {
		return first
	}
	for _, n := range m.nodes {
		if chains := s.located[n.ID]; n.Kind == graph.Region && len(chains) == 1 {
			return s.problems.nodes[chains[0]]
		}
	}
	return nil
}

// linkChains finds which chains the words name, by name or place, and which
// chains the named segments belong to.
func (s *sentence) linkChains(ctx context.Context) error {
	var regions, segments, products []graph.ID
	for _, m := range s.mentions {
		for _, n := range m.nodes {
			switch n.Kind {
			case graph.Region:
				regions = append(regions, n.ID)
			case graph.Segment:
				segments = append(segments, n.ID)
			case graph.Product:
				products = append(products, n.ID)
			case graph.Chain:
				s.chains[n.ID] = true
			}
		}
	}
	f := s.problems
	if _, err := f.expand(ctx, regions, inward(graph.LocatedIn)); err != nil {
		return err
	}
	s.located = map[graph.ID][]graph.ID{}
	for _, r := range regions {
		for _, e := range f.into(r, graph.LocatedIn) {
			if f.nodes[e.From].Kind == graph.Chain {
				s.located[r] = append(s.located[r], e.From)
				s.chains[e.From] = true
			}
		}
	}
	s.ofNamedChain = map[graph.ID]bool{}
	for _, chain := range sortedIDs(s.chains) {
		ids, err := f.problemsOf(ctx, &Asked{View: s.view, used: map[graph.ID]bool{}}, chain)
		if err != nil {
			return err
		}
		for _, id := range ids {
			s.ofNamedChain[id] = true
		}
	}
	made, err := f.expand(ctx, products, outward(graph.MadeIn))
	if err != nil {
		return err
	}
	if _, err := f.expand(ctx, append(segments, made...), inward(graph.HasSegment)); err != nil {
		return err
	}
	for _, id := range segments {
		for _, e := range f.into(id, graph.HasSegment) {
			s.inChain[id] = append(s.inChain[id], e.From)
		}
	}
	for _, id := range products {
		for _, m := range f.outOf(id, graph.MadeIn) {
			for _, e := range f.into(m.To, graph.HasSegment) {
				s.inChain[id] = append(s.inChain[id], e.From)
			}
		}
	}
	return nil
}

// linkCodes finds standard and rule numbers. A number with a year is that
// edition; one without, the edition in force on the date, else the newest.
func (s *sentence) linkCodes(ctx context.Context) error {
	text := string(s.runes)
	found := graph.FindCodes(text)
	if len(found) == 0 {
		return nil
	}
	var all []graph.ID
	for id, n := range s.problems.nodes {
		if n.Kind == graph.Standard || n.Kind == graph.Rule {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	for _, c := range found {
		start := len([]rune(text[:c.Start]))
		end := start + len([]rune(text[c.Start:c.End]))
		s.codes = append(s.codes, codeMention{start, end, c.Code.String()})
		if c.Code.Year() == 0 && s.linkEditions(all, c.Code) {
			continue
		}
		nodes, err := s.editionsOf(ctx, all, c.Code)
		if err != nil {
			return err
		}
		s.mentions = slices.DeleteFunc(s.mentions, func(m mention) bool { return m.start >= start && m.end <= end })
		if len(nodes) > 0 {
			s.mentions = append(s.mentions, mention{start: start, end: end, nodes: nodes, weighty: true})
		}
	}
	slices.SortStableFunc(s.mentions, func(a, b mention) int { return cmp.Compare(a.start, b.start) })
	return nil
}

// linkEditions finds 由2008版换到2018版 beside a number without a year: each is a
// mention of that edition.
func (s *sentence) linkEditions(all []graph.ID, code graph.CodeNumber) bool {
	found := false
	for i := 0; i+5 <= len(s.runes); i++ {
		year, err := strconv.Atoi(string(s.runes[i : i+4]))
		end := i + 4
		if end < len(s.runes) && s.runes[end] == '年' {
			end++
		}
		if err != nil || year < 1950 || end >= len(s.runes) || s.runes[end] != '版' {
			continue
		}
		for _, id := range all {
			for _, own := range graph.FindCodes(codeOf(s.problems.nodes[id])) {
				if own.Code.Family() == code.Family() && own.Code.Year() == year {
					s.mentions = append(s.mentions, mention{start: i, end: end + 1, nodes: []*graph.Node{s.problems.nodes[id]}, weighty: true})
					found = true
				}
			}
		}
	}
	return found
}

// editionsOf returns the nodes that a number means, the best first. The T of
// GB/T is often left out or added: where nothing fits the number as given, the
// one with the other prefix does.
func (s *sentence) editionsOf(ctx context.Context, all []graph.ID, code graph.CodeNumber) ([]*graph.Node, error) {
	var exact, family, base []graph.ID
	for _, id := range all {
		for _, own := range graph.FindCodes(codeOf(s.problems.nodes[id])) {
			switch {
			case own.Code.String() == code.String():
				exact = append(exact, id)
			case own.Code.Family() == code.Family():
				family = append(family, id)
			case own.Code.Keys().Base == code.Keys().Base && code.Keys().Base != "":
				base = append(base, id)
			}
		}
	}
	pick := family
	switch {
	case len(exact) > 0 && code.Year() != 0:
		pick = exact
	case len(exact)+len(family) > 0:
		pick = append(exact, family...)
	default:
		pick = base
	}
	if _, err := s.problems.closure(ctx, pick, inward(graph.Replaces)); err != nil {
		return nil, err
	}
	if _, err := s.problems.closure(ctx, pick, outward(graph.Implements)); err != nil {
		return nil, err
	}
	slices.SortStableFunc(pick, func(a, b graph.ID) int {
		return cmp.Or(cmp.Compare(s.problems.usable(b), s.problems.usable(a)), cmp.Compare(codeYear(s.problems.nodes[b]), codeYear(s.problems.nodes[a])))
	})
	var nodes []*graph.Node
	for _, id := range pick {
		nodes = append(nodes, s.problems.nodes[id])
	}
	return nodes[:min(1, len(nodes))], nil
}

func codeYear(n *graph.Node) int {
	for _, c := range graph.FindCodes(codeOf(n)) {
		return c.Code.Year()
	}
	return 0
}

// likeProblem is a problem with how much of some words it contains.
type likeProblem struct {
	node  *graph.Node
	score float64
	met   string
}

// likeProblems ranks the problems by likeness to text, those of a named chain
// a little higher.
func (s *sentence) likeProblems(text string) []likeProblem {
	m := newMatcher(s.problems, s.ids, plain(text))
	var out []likeProblem
	for _, id := range s.ids {
		n := s.problems.nodes[id]
		least := minTextScore
		if s.ofNamedChain[id] {
			least = minTextScore / 2 // the chain narrows: fewer words are enough
		}
		score, matched := m.matchFrom(n, least)
		if score == 0 {
			continue
		}
		if s.ofNamedChain[id] {
			score += 0.05
		}
		met := ""
		for _, x := range matched {
			met += x.Text
		}
		out = append(out, likeProblem{n, score, strings.ToLower(met)})
	}
	slices.SortFunc(out, func(a, b likeProblem) int {
		return cmp.Or(cmp.Compare(b.score, a.score), compareIDs(a.node.ID, b.node.ID))
	})
	return out
}
