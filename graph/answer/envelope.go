package answer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"zhitu/graph"
)

// Envelope wraps every answer.
type Envelope struct {
	Answer      any        `json:"answer"`
	Complete    bool       `json:"complete"`
	TruncatedBy []string   `json:"truncated_by"` // the limits that were hit
	Warnings    []Warning  `json:"warnings"`
	Coverage    Statement  `json:"coverage"`
	AsOf        graph.Date `json:"as_of"`
	Seq         graph.Seq  `json:"seq"`
	Fingerprint string     `json:"fingerprint"`
	Replay      string     `json:"replay"` // the same call with seq and as_of pinned
}

// Statement is how well the graph knows what the answer rests on.
type Statement struct {
	Nodes          int     `json:"nodes"`           // in the scope of the answer
	Reviewed       int     `json:"reviewed"`        // of these, in state reviewed
	ReviewedShare  float64 `json:"reviewed_share"`  // 0–1; 0 of nothing
	Sources        int     `json:"sources"`         // distinct sources cited
	NewestEvidence string  `json:"newest_evidence"` // date text; "" when no evidence is dated
}

// Root is the path below which the questions stand.
const Root = "/api/v1"

// Ask answers q over view with params, which Bind returned.
func (q Question) Ask(ctx context.Context, view *graph.View, params any) (Envelope, error) {
	return q.AskWith(ctx, view, nil, params)
}

// AskWith is Ask for a caller that can show the recorded past; what was
// recorded in the past never changes, so the answer is as pure.
func (q Question) AskWith(ctx context.Context, view *graph.View, past Past, params any) (Envelope, error) {
	a := &Asked{View: view, Past: past, used: map[graph.ID]bool{}}
	ans, err := q.ask(ctx, a, params)
	if err != nil {
		return Envelope{}, fmt.Errorf("%s: %w", q.Name, err)
	}
	view = a.View // on the date that the question answered for, where its body names one
	if err := a.evidence.resolve(ctx, view); err != nil {
		return Envelope{}, fmt.Errorf("%s: sources: %w", q.Name, err)
	}
	env := Envelope{
		Answer: ans, Complete: len(a.truncated) == 0, TruncatedBy: listOf(a.truncated), Warnings: listOf(a.warnings),
		Coverage: a.statement(), AsOf: view.AsOf(), Seq: view.Seq(),
	}
	path, query := q.pinned(params)
	query.Set("seq", strconv.FormatInt(int64(view.Seq()), 10))
	query.Set("as_of", view.AsOf().String())
	env.Replay = Root + path + "?" + query.Encode()
	env.Fingerprint, err = q.fingerprint(env, params)
	return env, err
}

// fingerprint hashes what the answer is a function of, and the answer.
func (q Question) fingerprint(env Envelope, params any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	what := []any{q.Name, params, env.Seq, env.AsOf, env.Answer, env.Complete, env.TruncatedBy, env.Warnings}
	if err := enc.Encode(what); err != nil {
		return "", fmt.Errorf("fingerprint of %s: %w", q.Name, err)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:]), nil
}

func (a *Asked) statement() Statement {
	s := Statement{
		Nodes: len(a.used), Reviewed: a.reviewed,
		Sources: len(a.evidence.sources), NewestEvidence: a.evidence.newest,
	}
	if s.Nodes > 0 {
		s.ReviewedShare = float64(s.Reviewed) / float64(s.Nodes)
	}
	return s
}

func listOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
