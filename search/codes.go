package search

import (
	"context"
	"slices"

	"zhitu/graph"
)

// maxEditions bounds how many hits by code are ordered by their status.
const maxEditions = 500

// editionRank orders editions of one number: the one in force on the date of
// the view first, older ones after it.
var editionRank = map[graph.Status]float64{
	graph.StatusInForce: 6, graph.StatusTransition: 5, graph.StatusUpcoming: 4, graph.StatusUnknown: 3,
	graph.StatusReplaced: 2, graph.StatusWithdrawn: 1,
}

// codesFirst orders the hits by code among themselves: the very prefix that
// was asked for (GB/T is not GB), then the status on the date of the view,
// then the newer edition. Their text scores do not matter.
func (x *execution) codesFirst(ctx context.Context) error {
	if !slices.ContainsFunc(x.hits, func(h found) bool { return h.score >= boostNum }) {
		return nil
	}
	top, _ := x.best(ordering{}, nil, maxEditions)
	var ids []graph.ID
	for _, h := range top {
		if c := x.g.card(h.doc); h.score >= boostNum && hasStatus(c.kind) {
			ids = append(ids, c.id)
		}
	}
	known, err := x.status.of(ctx, x.view, ids)
	if err != nil {
		return err
	}
	scores := map[uint32]float64{}
	for _, h := range top {
		if h.score >= boostNum {
			c := x.g.card(h.doc)
			tier := float64(int(h.score/boostNum)) * boostNum
			scores[h.doc] = tier + 100*x.samePrefix(c) + 10*editionRank[known[c.id]] + newness(c)
		}
	}
	for i, h := range x.hits {
		if s, ok := scores[h.doc]; ok {
			x.hits[i].score = s
		}
	}
	return nil
}

// newness is below 10 and grows with the year of the edition.
func newness(c *card) float64 {
	for _, s := range c.codes {
		if n, ok := parseNumber(s); ok && n.Year() > 1900 {
			return float64(n.Year()-1900) / 30
		}
	}
	return 0
}

// samePrefix is 1 if a code of c has the number and the very prefix of one that
// was asked for.
func (x *execution) samePrefix(c *card) float64 {
	for _, s := range c.codes {
		n, ok := parseNumber(s)
		if !ok {
			continue
		}
		for _, f := range x.route.codes {
			if f.Code.Family() == n.Family() {
				return 1
			}
		}
	}
	return 0
}

// hint returns the code that was probably meant when the one asked for is not
// recorded but the same number under another prefix is: GB/T 17761 → GB 17761.
func (x *execution) hint() string {
	best, hint := 0.0, ""
	for _, h := range x.hits {
		if h.score < boostNum || h.score < best {
			continue
		}
		c := x.g.card(h.doc)
		if x.samePrefix(c) == 1 {
			return ""
		}
		for _, s := range c.codes {
			if code, ok := graph.ParseCode(s); ok && x.otherPrefix(code) && (h.score > best || s < hint) {
				best, hint = h.score, x.asAsked(code)
			}
		}
	}
	return hint
}

func (x *execution) otherPrefix(code graph.Code) bool {
	return slices.ContainsFunc(x.route.codes, func(f graph.FoundCode) bool {
		asked, ok := f.Code.(graph.Code)
		return ok && graph.SameNumberOtherPrefix(asked, code)
	})
}

// asAsked returns code with a year only if one was asked for.
func (x *execution) asAsked(code graph.Code) string {
	for _, f := range x.route.codes {
		if f.Code.Year() != 0 {
			return code.String()
		}
	}
	return code.Family()
}
