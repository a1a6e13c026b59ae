package answer

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"zhitu/graph"
)

// Form is one way in which a question is asked in words.
type Form struct {
	// Cues are groups of alternatives, "哪些|什么". One of each group must occur,
	// in any order; a group that ends in "?" need not, but counts when it does.
	Cues []string
	// Not are alternatives none of which may occur.
	Not string
	// Slots are what the words around the cues fill.
	Slots []Slot
	// Fixed are parameters that the form itself sets.
	Fixed map[string]string
	// Prior lifts a form that says more than its cues do.
	Prior float64
}

// Slot is one parameter that words fill.
type Slot struct {
	Param    string
	Kinds    []graph.NodeKind // an entity of one of these kinds, the first that fits
	Take     taker            // or something else in the words
	Required bool             // without it the reading asks back
	Back     string           // the code of what is asked back
	Like     bool             // a problem may be found by likeness where no name occurs
	Second   bool             // a second entity of these kinds
	Many     bool             // all entities of these kinds
	Dates    bool             // the date in the words belongs to this slot and is no as_of
}

// intent is what may be meant: a question of the registry, or another call of
// the API that answers in its own way.
type intent struct {
	Name, Zh, Path string
	Forms          []Form
	question       *Question
}

// intents lists every question that declares forms, and the calls beside the
// registry that people ask for in words.
func intents() []intent {
	var out []intent
	for _, q := range Registry() {
		if len(q.Forms) > 0 {
			out = append(out, intent{Name: q.Name, Zh: q.Zh, Path: q.Path, Forms: q.Forms, question: &q})
		}
	}
	return append(out, callsBesideTheRegistry()...)
}

func callsBesideTheRegistry() []intent {
	return []intent{
		{Name: "search", Zh: "检索", Path: "/search", Forms: []Form{
			{Cues: []string{"搜索|搜|检索|查找|查一下|找一下"}, Slots: []Slot{{Param: "q", Take: takeRest, Required: true, Back: "which_words"}}},
			{Cues: []string{"输入|打|键入", "找到|搜到|查到"}, Slots: []Slot{{Param: "q", Take: takeCode, Required: true, Back: "which_words"}}, Prior: 1},
		}},
		{Name: "edge-history", Zh: "边的来历", Path: "/edges/:id/history", Forms: []Form{
			{
				Cues:  []string{"边|关系|关联|连线", "谁|何时|什么时候|凭什么|依据|来历|怎么来"},
				Slots: []Slot{{Param: "id", Take: takeEdgeID, Required: true, Back: "which_edge"}},
			},
		}},
	}
}

// match reads the sentence as form of in, if its cues occur.
func (s *sentence) match(in intent, form Form) (parsed, bool) {
	r := parsed{intent: in, form: form, covered: make([]bool, len(s.runes)), slots: map[string]Filled{}, score: form.Prior}
	if form.Not != "" && s.find(form.Not, nil) > 0 {
		return r, false
	}
	for _, cue := range form.Cues {
		group, optional := strings.CutSuffix(cue, "?")
		n := s.find(group, r.covered)
		switch {
		case n == 0 && !optional:
			return r, false
		case n > 0 && optional:
			r.score += 0.4 + 0.08*float64(n)
		case n > 0:
			r.score += 0.9 + 0.12*float64(n)
		}
	}
	used := map[int]bool{}
	for i := range form.Slots {
		s.fill(&r, &form.Slots[i], used)
	}
	r.score -= 0.45 * float64(s.unused(&r))
	if s.asOf != graph.Unknown && in.question != nil && !slices.ContainsFunc(form.Slots, func(x Slot) bool { return x.Dates }) {
		r.asOf = s.asOf
	}
	if s.asOf != graph.Unknown {
		mark(r.covered, s.asOfAt[0], s.asOfAt[1])
	}
	return r, true
}

// fill looks for what slot takes; a required slot that stays empty makes the
// reading ask back.
func (s *sentence) fill(r *parsed, slot *Slot, used map[int]bool) {
	if _, done := r.slots[slot.Param]; done {
		return
	}
	got, ok := Filled{}, false
	if len(slot.Kinds) > 0 {
		got, ok = s.entity(r, slot, used)
	}
	if !ok && slot.Take != nil {
		got, ok = slot.Take(s, r)
	}
	if !ok && slot.Like {
		if got, ok = s.likeness(r, slot); ok {
			r.slots[slot.Param] = got // its score is that of the likeness
			return
		}
	}
	switch {
	case ok && got.Text == "":
		r.slots[slot.Param] = got // not read from words: it speaks for no reading
	case ok:
		r.slots[slot.Param] = got
		if slot.Required {
			r.score += 1
		} else {
			r.score += 0.5
		}
	case slot.Required && r.missing == nil: // what is missing is asked back
		r.missing = slot
		r.score -= 0.5
	}
}

// entity fills a slot with a mention of one of its kinds that no other slot
// used; among several nodes of one name, those of a named chain come first.
func (s *sentence) entity(r *parsed, slot *Slot, used map[int]bool) (Filled, bool) {
	var many []string
	var first Filled
	for _, kind := range slot.Kinds {
		for i, m := range s.mentions {
			n := m.of(kind, s)
			if n == nil || used[i] {
				continue
			}
			used[i] = true
			mark(r.covered, m.start, m.end)
			r.guessed = r.guessed || m.count(kind) > 1
			got := Filled{Value: string(n.ID), Name: n.Name, Text: string(s.runes[m.start:m.end])}
			if code := n.Fields.Text("code"); kind == graph.Region && code != "" && slot.Param != "from" && slot.Param != "to" {
				got.Value = code // a region parameter is a code, not a node
			}
			if !slot.Many {
				return got, true
			}
			if many = append(many, got.Value); first.Value == "" {
				first = got
			}
		}
	}
	if len(many) == 0 {
		return Filled{}, false
	}
	first.Value = strings.Join(many, ",")
	return first, true
}

// likeness finds the problem that the words are most like, when it is clearly
// the likeliest; else the near ones are offered.
func (s *sentence) likeness(r *parsed, slot *Slot) (Filled, bool) {
	for _, m := range s.mentions { // a chain that is named narrows; it is not what is sought
		if m.of(graph.Chain, s) != nil {
			mark(r.covered, m.start, m.end)
		}
	}
	var text []rune
	for i, c := range s.runes {
		if !r.covered[i] && !s.filler[i] {
			text = append(text, c)
		}
	}
	if len(text) < 2 {
		return Filled{}, false
	}
	ranked := s.likeProblems(string(text))
	if len(ranked) == 0 {
		return Filled{}, false
	}
	r.score += ranked[0].score
	if len(ranked) > 1 && ranked[0].score-ranked[1].score < 0.04 {
		for _, m := range ranked[:min(5, len(ranked))] {
			r.near = append(r.near, refOf(m.node))
		}
		return Filled{}, false
	}
	for i := range s.runes {
		if !s.filler[i] && strings.ContainsRune(ranked[0].met, s.runes[i]) {
			r.covered[i] = true
		}
	}
	r.guessed = true
	return Filled{Value: string(ranked[0].node.ID), Name: ranked[0].node.Name, Text: string(text)}, true
}

// unused counts the weighty mentions that no slot used: a reading that leaves
// a standard or problem aside is a worse one.
func (s *sentence) unused(r *parsed) int {
	n := 0
	for _, m := range s.mentions {
		if m.weighty && slices.Contains(r.covered[m.start:m.end], false) {
			n++
		}
	}
	return n
}

// bind turns the slots into parameters of the question.
func (r *parsed) bind() (any, error) {
	path, query := map[string]string{}, url.Values{}
	for name, values := range r.values() {
		if strings.Contains(r.intent.Path, ":"+name) {
			path[name] = values[0]
		} else {
			query[name] = values
		}
	}
	var body []byte
	if r.intent.question.Method == "POST" {
		var err error
		if body, err = json.Marshal(r.body()); err != nil {
			return nil, err
		}
		query = url.Values{}
	}
	return r.intent.question.Bind(path, query, body)
}

// body is the slots as the JSON body of a POST question.
func (r *parsed) body() map[string]any {
	out := map[string]any{}
	for name, values := range r.values() {
		i := slices.IndexFunc(r.intent.question.Params, func(p Param) bool { return p.Name == name })
		if i >= 0 && r.intent.question.Params[i].Type == "list" {
			out[name] = strings.Split(values[0], ",")
			continue
		}
		out[name] = values[0]
	}
	return out
}

func mark(covered []bool, from, to int) {
	for i := from; i < to && i < len(covered); i++ {
		covered[i] = true
	}
}

// find returns the length of the longest alternative of group that occurs, or
// 0; it marks where each of them occurs.
func (s *sentence) find(group string, covered []bool) int {
	best := 0
	for _, alternative := range strings.Split(group, "|") {
		a := []rune(strings.ToLower(alternative))
		i := indexRunes(s.runes, a)
		if i < 0 {
			continue
		}
		best = max(best, len(a))
		if covered != nil {
			mark(covered, i, i+len(a))
		}
	}
	return best
}

func indexRunes(text, part []rune) int {
	for i := 0; i+len(part) <= len(text); i++ {
		if slices.Equal(text[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
