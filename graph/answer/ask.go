package answer

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strings"

	"zhitu/graph"
)

// ask answers a whole question in Chinese without a language model: it links
// the names that the graph holds (lexicon.go), matches the forms that each
// question of the registry declares (form.go), and asks the best. It follows
// the data, since names come from the View; a new question teaches it by
// declaring forms. What it does not understand it refuses, and what it
// understands by half it asks back.

// AskParams is a question in words.
type AskParams struct {
	Q string `query:"q" required:"true" zh:"问题" doc:"a question in Chinese"`
}

// AskAnswer is how the question was read, the equal call, and its answer; or a
// refusal.
type AskAnswer struct {
	Intent       string            `json:"intent,omitempty"`
	IntentZh     string            `json:"intent_zh,omitempty"`
	Slots        map[string]Filled `json:"slots"`
	Confidence   float64           `json:"confidence"` // 0–1
	Alternatives []Alternative     `json:"alternatives"`
	Call         string            `json:"call,omitempty"` // the equal API call
	Body         any               `json:"body,omitempty"` // of a POST call
	Result       any               `json:"result"`         // its answer; null when asked back, refused, or not a question of the registry
	AskBack      *AskBack          `json:"ask_back,omitempty"`
	Refused      bool              `json:"refused,omitempty"`
	Reason       string            `json:"reason,omitempty"` // a code of the catalogue
	Examples     []string          `json:"examples,omitempty"`
}

// Filled is one slot with what filled it.
type Filled struct {
	Value string `json:"value"`
	Name  string `json:"name,omitempty"`
	Text  string `json:"text,omitempty"` // the words that it was read from
}

// Alternative is another reading.
type Alternative struct {
	Intent     string  `json:"intent"`
	IntentZh   string  `json:"intent_zh"`
	Call       string  `json:"call,omitempty"`
	Confidence float64 `json:"confidence"`
}

// AskBack names what is missing and offers what could fill it.
type AskBack struct {
	Slot    string `json:"slot"`
	Code    string `json:"code"` // of the catalogue: which_chain, which_problem …
	Options []Ref  `json:"options"`
}

const (
	maxAskRunes          = 200
	maxShownAlternatives = 3
	// minReading is the score below which a reading is no reading: one plain
	// cue and nothing that it is about.
	minReading = 1.0
	// minExplained is the share of the words that cues and names must explain.
	minExplained = 0.3
	maxOptions   = 12
)

func askQuestion() Question {
	return declare(Question{
		Name: "ask", Zh: "问答", Path: "/ask",
		Doc: "A whole question in Chinese, read without a language model", DocZh: "用一句中文提问，不经语言模型，给出读法、等价调用与答案",
	}, askText)
}

func askText(ctx context.Context, a *Asked, p AskParams) (AskAnswer, error) {
	if n := len([]rune(p.Q)); n > maxAskRunes {
		return AskAnswer{}, &graph.InvalidError{Field: "q", Code: "too_long", Value: p.Q[:60], Want: "200"}
	}
	s, err := newSentence(ctx, a.View, p.Q)
	if err != nil {
		return AskAnswer{}, err
	}
	readings := s.read(intents())
	if len(readings) == 0 || readings[0].score < minReading || readings[0].explained(s) < minExplained {
		return refusal("not_understood"), nil
	}
	best := readings[0]
	out := AskAnswer{
		Intent: best.intent.Name, IntentZh: best.intent.Zh, Slots: best.slots, Alternatives: []Alternative{},
		Confidence: confidence(s, readings),
	}
	for _, r := range readings[1:] {
		if len(out.Alternatives) < maxShownAlternatives && r.intent.Name != best.intent.Name && r.score > 0.6*best.score {
			out.Alternatives = append(out.Alternatives, Alternative{Intent: r.intent.Name, IntentZh: r.intent.Zh, Call: r.call(), Confidence: round2(r.score / (best.score + r.score))})
		}
	}
	if best.missing != nil {
		out.AskBack = &AskBack{Slot: best.missing.Param, Code: best.missing.Back, Options: best.options(ctx, a.View)}
		return out, nil
	}
	out.Call = best.call()
	err = best.answer(ctx, a, &out)
	if bad := graph.InvalidErrors(err); len(bad) > 0 {
		// What the question itself misses is asked back too.
		out.AskBack, out.Result, out.Call = &AskBack{Slot: bad[0].Field, Code: "which_" + bad[0].Field, Options: []Ref{}}, nil, ""
		return out, nil
	}
	return out, err
}

func refusal(reason string) AskAnswer {
	return AskAnswer{Refused: true, Reason: reason, Slots: map[string]Filled{}, Alternatives: []Alternative{}, Examples: []string{
		"丝网镀锌层附着力不足，有哪些标准和认证能解决？", "丝网链哪个环节是卡点？", "GB 17761-2024 什么时候必须执行？", "电机上游哪些环节存在共性问题？",
	}}
}

func round2(x float64) float64 { return math.Round(x*100) / 100 }

// confidence grows with the share of the words that is explained and with the
// distance to the next reading.
func confidence(s *sentence, readings []parsed) float64 {
	best := readings[0]
	margin := 1.0
	for _, r := range readings[1:] {
		if r.intent.Name != best.intent.Name {
			margin = (best.score - r.score) / best.score
			break
		}
	}
	c := 0.35 + 0.35*best.explained(s) + 0.3*min(1, 2*margin)
	if best.missing != nil {
		c = min(c, 0.6)
	}
	if best.guessed {
		c = min(c, 0.75)
	}
	return round2(c)
}

// answer asks the question that was read.
func (r *parsed) answer(ctx context.Context, a *Asked, out *AskAnswer) error {
	if r.intent.question == nil {
		return nil // an API call outside the registry: given, not made
	}
	view := a.View
	if r.asOf != graph.Unknown {
		view = view.At(r.asOf)
	}
	params, err := r.bind()
	if err != nil {
		return err
	}
	if r.intent.question.Method == "POST" {
		out.Body = r.body()
	}
	env, err := r.intent.question.AskWith(ctx, view, a.Past, params)
	if err != nil {
		return err
	}
	for _, limit := range env.TruncatedBy {
		a.Truncate(limit)
	}
	for _, w := range env.Warnings {
		a.Warn(w.Code, w.Detail)
	}
	out.Result = env.Answer
	return nil
}

// options offers the nodes that could fill the missing slot.
func (r *parsed) options(ctx context.Context, view *graph.View) []Ref {
	out := []Ref{}
	if len(r.near) > 0 {
		return r.near
	}
	for _, kind := range r.missing.Kinds {
		if kind != graph.Chain && kind != graph.Bundle && kind != graph.Scheme {
			continue // too many to choose from
		}
		for n, err := range view.OfKind(ctx, kind) {
			if err != nil || len(out) >= maxOptions {
				break
			}
			out = append(out, refOf(&n))
		}
	}
	return out
}

// parsed is one way to read a sentence: a form of an intent with its slots.
type parsed struct {
	intent  intent
	form    Form
	score   float64
	covered []bool // runes of the sentence that cues and slots explain
	slots   map[string]Filled
	missing *Slot
	near    []Ref
	guessed bool // a slot was filled by likeness, or one of several names
	asOf    graph.Date
}

// explained is the share of the sentence that the reading explains; words that
// only hold a sentence together do not count.
func (r *parsed) explained(s *sentence) float64 {
	known, all := 0, 0
	for i := range s.runes {
		if s.filler[i] && !r.covered[i] {
			continue
		}
		all++
		if r.covered[i] {
			known++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(known) / float64(all)
}

func (r *parsed) values() url.Values {
	v := url.Values{}
	for name, text := range r.form.Fixed {
		v.Set(name, text)
	}
	for name, f := range r.slots {
		v.Set(name, f.Value)
	}
	return v
}

// call is the equal API call as path and query.
func (r *parsed) call() string {
	path, query := r.intent.Path, r.values()
	for name := range r.slots {
		if strings.Contains(path, ":"+name) {
			path = strings.Replace(path, ":"+name, url.PathEscape(query.Get(name)), 1)
			query.Del(name)
		}
	}
	if r.asOf != graph.Unknown {
		query.Set("as_of", r.asOf.String())
	}
	if r.intent.question != nil && r.intent.question.Method == "POST" {
		query = url.Values{}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return Root + path
}

func compareParsed(x, y parsed) int {
	return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.intent.Name, y.intent.Name))
}

// read matches every form of every intent and returns the readings, best
// first.
func (s *sentence) read(intents []intent) []parsed {
	var out []parsed
	for _, in := range intents {
		for _, form := range in.Forms {
			if r, ok := s.match(in, form); ok {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, compareParsed)
	return out
}
