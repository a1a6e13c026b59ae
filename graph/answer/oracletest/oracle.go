// Package oracletest is a second, independent implementation of what the
// domain says about status, coverage, gaps, solutions, upstream and the
// overview. It shares no code with package answer, reads the shipped files
// instead of the graph, and prefers the plainest way to write a condition down
// to a fast one. Where the two disagree, one of them misreads the domain or
// something was lost on the way from the files into the graph; the tests of
// this folder ask both about every problem of every chain.
package oracletest

import (
	"strings"

	"zhitu/graph"
)

// truth is one of three values: a condition holds, does not hold, or a fact is
// missing that would tell (待核).
type truth int

const (
	no truth = iota
	perhaps
	yes
)

// all is yes when every one is: no beats perhaps beats yes.
func all(ts ...truth) truth {
	out := yes
	for _, t := range ts {
		out = min(out, t)
	}
	return out
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) String() string { return [...]string{"no", "to_review", "yes"}[t] }

// World is what the files say. Dates are their texts, YYYY-MM-DD or empty: they
// compare as days do.
type World struct {
	Standards map[string]*Edition
	Rules     map[string]*Rule
	Orgs      map[string]*Organization
	Problems  map[string]*Problem
	Chains    map[string]*Chain
	Policies  []Policy
	Cases     []Case
	Supplies  [][2]string // from, to

	standardOf map[string]string   // code or title to id
	ruleOf     map[string]string   // number or name to id
	orgOf      map[string]string   // any name to id
	certified  map[[3]string]truth // C6 by organization, rule and day
}

// Edition is one edition of a standard, or the dates of one version of a rule.
type Edition struct {
	ID, Issued, Effective, Withdrawn string
	Successors                       []succession
}

type succession struct {
	by                      *Edition
	produceUntil, sellUntil string // inclusive last days
}

// Rule is a certification rule, or a detail rule of one certifier.
type Rule struct {
	Edition
	Scheme       string
	Detail       bool
	Issuer       string // id of an organization, where it is one
	SelfDeclared bool
	BasedOn      []string // standards
	Implements   []string // rules
}

// Organization is a certifier, laboratory or foreign authority.
type Organization struct {
	ID, ApprovalNo string
	Types          []string
	Authorized     []authorization
	Capabilities   []capability
}

type authorization struct {
	rule     string // id, or empty
	scheme   string // code, when it names no rule
	from, to string
	level    int // the best of its evidence
}

type capability struct{ characteristic, method string }

// Problem is a quality problem with every judgement about it.
type Problem struct {
	ID, Category    string
	Segments        []string
	Characteristics map[string]bool
	Addressed       []Judgement // by standards
	Covered         []Judgement // by rules, as stated
}

// Judgement says of one standard or rule how it relates to one problem.
type Judgement struct {
	By, Strength, Verdict, Reason string
	Mechanism                     []string
	Reviewed                      bool
}

// Chain is an industry chain.
type Chain struct {
	ID       string
	Segments []string
	Firms    int
}

// Policy pays firms of a chain.
type Policy struct{ ID, Chain, From, To string }

// Case tells how a problem was resolved.
type Case struct{ ID, Problem string }

// ChainsOf are the chains in which p stands: those of its segments.
func (w *World) ChainsOf(p *Problem) []*Chain {
	var out []*Chain
	for _, c := range w.Chains {
		for _, s := range c.Segments {
			if contains(p.Segments, s) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// counts tells whether a mechanism alone can make coverage: a test method or
// terms cannot.
func counts(mechanism []string) bool {
	for _, m := range mechanism {
		if m != "TEST" && m != "TERM" {
			return true
		}
	}
	return false
}

// verdict is C5 as a truth: 适用, 待核, 不适用.
func (j Judgement) verdict() truth {
	switch j.Verdict {
	case "applicable":
		return yes
	case "to_review":
		return perhaps
	}
	return no
}

// judged is C5 together with the review that C2 asks of an edge.
func (j Judgement) judged() truth {
	if !j.Reviewed {
		return all(j.verdict(), perhaps)
	}
	return j.verdict()
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

func rowID(kind, id string) string { return kind + ":" + strings.ToLower(id) }

func derived(kind, codeOrName string) string { return graph.DerivedID(kind, codeOrName) }
