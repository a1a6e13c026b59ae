package answer

import (
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// A parameter that names a standard, rule, product, characteristic or place
// takes what people have at hand: an id, a number in any spelling, or a name.

// codeNumber reads s, all of it, as the number of a standard or of a rule.
func codeNumber(s string) (graph.CodeNumber, bool) {
	if r, ok := graph.ParseRuleNo(s); ok {
		return r, true
	}
	if c, ok := graph.ParseCode(s); ok {
		return c, true
	}
	return nil, false
}

// fitsNumber tells whether has is the document that asked names: the edition,
// or, where asked names no year, any edition of the family.
func fitsNumber(asked, has graph.CodeNumber) bool {
	if asked.Year() == 0 {
		return asked.Family() == has.Family()
	}
	return asked.String() == has.String()
}

// named returns the nodes of one kind that text means: by id, else by number,
// else by whole name or alias, else, when a part will do, those whose name
// holds the text. They are loaded; the ids come sorted.
func (f *facts) named(ctx context.Context, kind graph.NodeKind, text string, part bool) ([]graph.ID, error) {
	byID, err := f.idOf(ctx, kind, text)
	if err != nil || len(byID) > 0 {
		return byID, err
	}
	asked, isCode := codeNumber(text)
	plainText := plain(text)
	var byCode, byName, holding []graph.ID
	for n, err := range f.view.OfKind(ctx, kind) {
		if err != nil {
			return nil, err
		}
		switch {
		case isCode && hasNumber(&n, asked), !isCode && sameCode(codeOf(&n), text):
			byCode = append(byCode, n.ID)
		case hasName(&n, plainText):
			byName = append(byName, n.ID)
		case part && !isCode && plainText != "" && strings.Contains(plain(n.Name), plainText):
			holding = append(holding, n.ID)
		default:
			continue
		}
		f.nodes[n.ID] = &n
	}
	for _, list := range [][]graph.ID{byCode, byName, holding} {
		if len(list) > 0 {
			return list, nil
		}
	}
	return nil, nil
}

// idOf looks text up as an id, whole or without its kind.
func (f *facts) idOf(ctx context.Context, kind graph.NodeKind, text string) ([]graph.ID, error) {
	id := strings.ToLower(strings.TrimSpace(text))
	ids := []graph.ID{graph.ID(id), graph.ID(strings.ToLower(string(kind)) + ":" + id)}
	if err := f.loadNodes(ctx, ids); err != nil {
		return nil, err
	}
	return f.ofKind(ids, kind), nil
}

func hasNumber(n *graph.Node, asked graph.CodeNumber) bool {
	has, ok := codeNumber(codeOf(n))
	return ok && fitsNumber(asked, has)
}

// sameCode compares numbers that are free text: 中国药典2025年版.
func sameCode(code, text string) bool {
	return code != "" && graph.NormalizeCode(code) == graph.NormalizeCode(text)
}

func hasName(n *graph.Node, plainText string) bool {
	if plainText == "" {
		return false
	}
	return plain(n.Name) == plainText ||
		slices.ContainsFunc(n.Aliases, func(alias string) bool { return plain(alias) == plainText })
}
