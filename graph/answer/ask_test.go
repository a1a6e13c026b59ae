package answer_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/seed"
)

// asked is one row of testdata/asked.txt.
type asked struct {
	question, intent string
	slots            map[string]string
}

func readAsked(t *testing.T) []asked {
	t.Helper()
	b, err := os.ReadFile("testdata/asked.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []asked
	for _, line := range strings.Split(string(b), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, "\t")
		row := asked{question: parts[0], intent: parts[1], slots: map[string]string{}}
		for _, slot := range parts[2:] {
			name, value, _ := strings.Cut(slot, "=")
			row.slots[name] = value
		}
		out = append(out, row)
	}
	return out
}

func TestQuestionsInWordsAreReadAsTheirAskersMeant(t *testing.T) {
	s := seeded(t)
	for _, row := range readAsked(t) {
		t.Run(row.question, func(t *testing.T) {
			a, _ := ask[answer.AskAnswer](t, s, "2026-11-28", "ask", nil, url.Values{"q": {row.question}}, "")
			if row.intent == "refused" {
				if !a.Refused || len(a.Examples) == 0 {
					t.Errorf("read as %s (%.2f), want a refusal with examples", a.Intent, a.Confidence)
				}
				return
			}
			if a.Intent != row.intent {
				t.Fatalf("read as %q (refused %v), want %s", a.Intent, a.Refused, row.intent)
			}
			for name, want := range row.slots {
				if name == "back" {
					if a.AskBack == nil || a.AskBack.Code != want {
						t.Errorf("asked back %+v, want %s", a.AskBack, want)
					}
					continue
				}
				if got := a.Slots[name].Value; got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if row.slots["back"] == "" && a.AskBack != nil && a.AskBack.Code != "which_clock" {
				t.Errorf("asked back %+v", a.AskBack)
			}
		})
	}
}

// Each of the thirty-nine questions of the users is read as one that answers
// it: the registry says of every row which it answers.
func TestTheThirtyNineQuestionsAreRead(t *testing.T) {
	s := seeded(t)
	beside := map[string]string{"E04": "edge-history", "B12": "search", "B13": "search"}
	for _, q := range seed.Questions() {
		t.Run(q.ID, func(t *testing.T) {
			a, _ := ask[answer.AskAnswer](t, s, "2026-11-28", "ask", nil, url.Values{"q": {q.Question}}, "")
			if a.Refused {
				t.Fatalf("refused: %s", q.Question)
			}
			if want := beside[q.ID]; want != "" {
				if a.Intent != want {
					t.Errorf("%s read as %s, want %s", q.Question, a.Intent, want)
				}
				return
			}
			row, ok := answer.Find(a.Intent)
			if !ok || !slices.Contains(row.Asks, q.ID) {
				t.Errorf("%s read as %s, which answers %v", q.Question, a.Intent, row.Asks)
			}
		})
	}
}

// ask must follow the data: a problem under a new name is found by it.
func TestAskFollowsARenamedProblem(t *testing.T) {
	s := seeded(t)
	n, ok := s.Node("problem:qp-sw-01")
	if !ok {
		t.Fatal("no showcase")
	}
	n.Name, n.Aliases = "镀层飘粉鱼鳞症", nil
	renamed, err := s.With([]graph.Op{{PutNode: &n}})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := ask[answer.AskAnswer](t, renamed, "2026-11-28", "ask", nil, url.Values{"q": {"镀层飘粉鱼鳞症有哪些标准能解决？"}}, "")
	if a.Intent != "solutions" || a.Slots["id"].Value != "problem:qp-sw-01" {
		t.Errorf("read as %s %v", a.Intent, a.Slots)
	}
}

func TestEveryQuestionIsAskedInWordsOrSaysWhyNot(t *testing.T) {
	silent := map[string]string{
		"solve": "solutions is asked instead", "what-if": "needs operations", "map": "subgraph is asked instead", "ask": "it is the asking",
	}
	for _, q := range answer.Registry() {
		if len(q.Forms) == 0 && silent[q.Name] == "" {
			t.Errorf("%s has no forms", q.Name)
		}
	}
}
