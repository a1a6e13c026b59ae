package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// asked is the answer to ask, with the answer inside left as it is: it is drawn
// as that question's own would be.
type asked struct {
	Intent       string                   `json:"intent"`
	IntentZh     string                   `json:"intent_zh"`
	Slots        map[string]answer.Filled `json:"slots"`
	Confidence   float64                  `json:"confidence"`
	Alternatives []answer.Alternative     `json:"alternatives"`
	Call         string                   `json:"call"`
	Result       json.RawMessage          `json:"result"`
	AskBack      *answer.AskBack          `json:"ask_back"`
	Refused      bool                     `json:"refused"`
	Reason       string                   `json:"reason"`
	Examples     []string                 `json:"examples"`
}

// renderAsk prints how the question was read, and then its answer.
func renderAsk(pr *printer, r reply) error {
	var a asked
	if err := json.Unmarshal(r.Answer, &a); err != nil {
		return fmt.Errorf("reading it back: %w", err)
	}
	if a.Refused {
		pr.linef(pr.t("没有读懂：%s", "Not understood: %s"), graph.Message(pr.lang, a.Reason, nil))
		pr.list(pr.t("可以这样问：", "Ask like this:"), a.Examples)
		return nil
	}
	pr.linef(pr.t("读作：%s（把握 %.2f）", "Read as: %s (confidence %.2f)"), pr.t(a.IntentZh, a.Intent), a.Confidence)
	for _, name := range slices.Sorted(maps.Keys(a.Slots)) {
		s := a.Slots[name]
		pr.linef("  %s：%s", pr.label(name), strings.TrimSpace(s.Name+" "+s.Value))
	}
	if a.Call != "" {
		fmt.Fprintln(&pr.b, pr.t("等价调用", "The same call:"), a.Call)
	}
	var others []string
	for _, o := range a.Alternatives {
		others = append(others, fmt.Sprintf("%s %.2f %s", pr.t(o.IntentZh, o.Intent), o.Confidence, o.Call))
	}
	pr.list(pr.t("别的读法：", "Other readings:"), others)
	if a.AskBack != nil {
		pr.linef("%s", graph.Message(pr.lang, a.AskBack.Code, nil))
		var options []string
		for _, o := range a.AskBack.Options {
			options = append(options, string(o.ID)+" "+pr.ref(o))
		}
		pr.list("", options)
	}
	if len(a.Result) == 0 || string(a.Result) == "null" {
		return nil
	}
	fmt.Fprintln(&pr.b)
	inner := r
	inner.Answer = a.Result
	return draw(pr, a.Intent, inner)
}

// list prints one item a line under a title; nothing for none.
func (pr *printer) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	if title != "" {
		pr.linef("%s", title)
	}
	for _, item := range items {
		fmt.Fprintln(&pr.b, "  "+clean(item))
	}
}
