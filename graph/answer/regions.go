package answer

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhitu/graph"
)

// Regions are compared by the levels of their codes alone: no distance is
// invented. A code changes under its place (REPLACES), so a region is asked
// for by all the codes that it ever had.

// The nearness of something to the region asked for, nearest first.
const (
	inRegion     = "in_region"
	sameCity     = "same_city"
	sameProvince = "same_province"
	elsewhere    = "elsewhere"
	noRegion     = "not_recorded"
)

var nearnesses = []string{inRegion, sameCity, sameProvince, elsewhere, noRegion}

// lineage returns the region nodes that REPLACES links with the one that has
// code, itself included, sorted; none when no region of the graph has it. What
// a region was called is asked on every date: a code that has ended still
// stands in credit codes.
func lineage(ctx context.Context, view *graph.View, code string) (*facts, []graph.ID, error) {
	f := newFacts(view.At(graph.Unknown))
	start, err := f.regionCoded(ctx, code)
	if err != nil || start == "" {
		return f, nil, err
	}
	ids, err := f.closure(ctx, []graph.ID{start}, inward(graph.Replaces), outward(graph.Replaces))
	return f, ids, err
}

func (f *facts) regionCoded(ctx context.Context, code string) (graph.ID, error) {
	ids, err := f.idOf(ctx, graph.Region, code)
	if err != nil || len(ids) > 0 && f.nodes[ids[0]].Fields.Text("code") == code {
		return first(ids), err
	}
	for n, err := range f.view.OfKind(ctx, graph.Region) {
		if err != nil {
			return "", err
		}
		if n.Fields.Text("code") == code {
			f.nodes[n.ID] = &n
			return n.ID, nil
		}
	}
	return "", nil
}

func first(ids []graph.ID) graph.ID {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// regionCode reads a region code of two, four or six digits.
func regionCode(text string) (string, bool) {
	t := strings.TrimPrefix(strings.TrimSpace(norm.NFKC.String(text)), "region:")
	if len(t) != 2 && len(t) != 4 && len(t) != 6 || strings.Trim(t, "0123456789") != "" {
		return "", false
	}
	return t + strings.Repeat("0", 6-len(t)), true
}

// regionCodes returns the codes of the region that text names, the asked one
// first; of no text, none. A name may be of several regions (鼓楼区): then all.
func regionCodes(ctx context.Context, view *graph.View, text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	var asked []string
	if code, ok := regionCode(text); ok {
		asked = []string{code}
	} else {
		var err error
		if asked, err = regionsCalled(ctx, view, text); err != nil {
			return nil, err
		}
		if len(asked) == 0 {
			return nil, &graph.InvalidError{Field: "region", Code: "unknown_region", Value: text, Want: "GB/T 2260"}
		}
	}
	codes := slices.Clone(asked)
	for _, code := range asked {
		f, ids, err := lineage(ctx, view, code)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if c := f.nodes[id].Fields.Text("code"); c != "" && !slices.Contains(codes, c) {
				codes = append(codes, c)
			}
		}
	}
	return codes, nil
}

// regionsCalled returns the codes of the regions of that name, with or without
// 省, 市, 县 or 区.
func regionsCalled(ctx context.Context, view *graph.View, text string) ([]string, error) {
	var codes []string
	want := plain(text)
	for n, err := range view.At(graph.Unknown).OfKind(ctx, graph.Region) {
		if err != nil {
			return nil, err
		}
		if called(&n, want) {
			codes = append(codes, n.Fields.Text("code"))
		}
	}
	return codes, nil
}

func called(region *graph.Node, want string) bool {
	if hasName(region, want) {
		return true
	}
	rest, ok := strings.CutPrefix(plain(region.Name), want)
	return ok && slices.Contains([]string{"省", "市", "县", "区"}, rest)
}

// nearness tells how near codes, those of a thing, are to asked; the nearest
// counts.
func nearness(asked, codes []string) string {
	best := noRegion
	for _, a := range asked {
		for _, c := range codes {
			if n := near(a, c); nearRank(n) < nearRank(best) {
				best = n
			}
		}
	}
	return best
}

func near(asked, code string) string {
	trimmed := strings.TrimSuffix(strings.TrimSuffix(asked, "00"), "00")
	switch {
	case len(code) != 6 || len(asked) != 6:
		return noRegion
	case strings.HasPrefix(code, trimmed):
		return inRegion
	case code[:4] == asked[:4]:
		return sameCity
	case code[:2] == asked[:2]:
		return sameProvince
	}
	return elsewhere
}

func nearRank(n string) int { return slices.Index(nearnesses, n) }

// located returns the regions that id is in on the date; LOCATED_IN is loaded.
func (f *facts) located(id graph.ID) []graph.ID {
	var out []graph.ID
	for _, e := range f.outOf(id, graph.LocatedIn) {
		out = append(out, e.To)
	}
	return out
}

func (f *facts) codesOf(regions []graph.ID) []string {
	codes := make([]string, 0, len(regions))
	for _, id := range regions {
		if c := f.nodes[id].Fields.Text("code"); c != "" {
			codes = append(codes, c)
		}
	}
	return codes
}

// from tells where something is: by its own LOCATED_IN, else by those of the
// chains that it applies to, which is weaker (by is own, chain or empty). What
// calls itself 区外对照, a comparison from outside, is not in its chain's region.
func (f *facts) from(n *graph.Node, chains []graph.ID) (regions []graph.ID, by string) {
	if regions = f.located(n.ID); len(regions) > 0 {
		return regions, "own"
	}
	if strings.Contains(n.Name, "区外对照") {
		return nil, ""
	}
	for _, chain := range chains {
		regions = append(regions, f.located(chain)...)
	}
	slices.Sort(regions)
	if regions = slices.Compact(regions); len(regions) > 0 {
		by = "chain"
	}
	return regions, by
}
