package seed

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// graphFiles are the files that the graph is made of, all but the three that
// Report.LeftOut names.
func graphFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(Data(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".json") && !slices.Contains([]string{"vocab.json", "questions.json", "fixture_ev_synthetic.json"}, path) {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func rawFile(t *testing.T, name string) any {
	t.Helper()
	b, err := fs.ReadFile(Data(), name)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// walk calls leaf for each scalar and list for each list, with its path.
func walk(v any, path string, leaf func(string, any), list func(string, []any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			walk(inner, strings.TrimPrefix(path+"."+k, "."), leaf, list)
		}
	case []any:
		list(path, v)
		for _, inner := range v {
			walk(inner, path, leaf, list)
		}
	default:
		leaf(path, v)
	}
}

// countedOtherwise are the lists whose items the other tests find one by one.
var countedOtherwise = []string{
	"evidence", "aliases", "types", "causes", "effects", "mechanism", "actions", "scope_excludes", "modes", "short_names", "names",
	"accreditation", "roles", "value", "candidates", "models", "fields", "members", "milestones", "products", "chains",
}

func TestEveryRowOfEveryListIsInTheGraph(t *testing.T) {
	report := load(t, Options{Illustrative: true}).report
	for _, file := range graphFiles(t) {
		counts := map[string]int{}
		walk(rawFile(t, file), "", func(string, any) {}, func(path string, items []any) { counts[path] += len(items) })
		for path, n := range counts {
			key := rowKey(file, path)
			if got, counted := report.Rows[file+" "+key]; n > 0 && (counted || !otherwise(key)) && got != n {
				t.Errorf("%s %s: %d rows in the file, %d in the graph", file, key, n, got)
			}
		}
	}
}

// rowKey is the name of a list in Report.Rows: its path in the file without
// the list of all rows.
func rowKey(file, path string) string {
	base := strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".json")
	if path == base {
		return path
	}
	if rest, ok := strings.CutPrefix(path, base+"."); ok && base != "pilots" {
		return rest
	}
	return path
}

func otherwise(key string) bool {
	last := key[strings.LastIndexByte(key, '.')+1:]
	if last == "causes" || last == "roles" {
		return strings.Contains(key, ".") // problems.causes, not causes
	}
	return slices.Contains(countedOtherwise, last)
}

// texts is everything that the records say, and their ids.
func (l loaded) texts() map[string]bool {
	set := map[string]bool{}
	add := func(id graph.ID, f graph.Fields, evidence []graph.Evidence) {
		_, local, _ := strings.Cut(string(id), ":")
		set[local] = true
		for _, v := range f {
			switch v := v.(type) {
			case []string:
				for _, s := range v {
					set[s] = true
				}
			case int64:
				set[fmt.Sprint(float64(v))] = true
			default:
				set[fmt.Sprint(v)] = true
			}
		}
		for _, e := range evidence {
			for _, s := range []string{e.Quote, e.Locator, e.Field, e.Value, e.CollectedBy, fmt.Sprint(float64(e.Level))} {
				set[s] = true
			}
		}
	}
	for id, n := range l.nodes {
		set[n.Name] = true
		for _, a := range n.Aliases {
			set[a] = true
		}
		add(id, n.Fields, n.Evidence)
	}
	for _, e := range l.edges {
		add("", e.Fields, e.Evidence)
		set[e.ValidFrom.String()], set[e.ValidTo.String()] = true, true
	}
	return set
}

// inOtherWords says how a value that the records do not hold as it is stands
// in them.
var inOtherWords = map[string]func(set map[string]bool, s string) bool{
	"rules.modes":               inVocabulary("mode"),
	"cases.metrics.unit":        unitAndRemark,
	"discrepancies.topic":       partOfSome,
	"discrepancies.detail":      partOfSome,
	"relations.position":        inVocabulary("position"),
	"relations.type":            func(_ map[string]bool, s string) bool { return strings.ToUpper(s) == s }, // the kind of the edge
	"relations.to":              nameOfRelation,
	"relations.from":            nameOfRelation,
	"relations.role":            func(_ map[string]bool, s string) bool { return s == "N" }, // addon
	"projects.lead":             firmName,
	"projects.members":          firmName,
	"pilots.region_code.source": partOfSome,
	"pilots.gbt4754.source":     partOfSome,
	"pilots.id":                 func(_ map[string]bool, s string) bool { return strings.HasPrefix(s, "PILOT-") }, // the chain's
	"chain.pilot":               func(_ map[string]bool, s string) bool { return strings.HasPrefix(s, "PILOT-") },
	"pilots.facts.metric": func(set map[string]bool, s string) bool {
		base, year, ok := cutYear(s)
		return ok && set[base] && set[year]
	},
	"cases.used":                        func(_ map[string]bool, s string) bool { return s == "质量管理体系认证（ISO 9001）" },
	"measures.inferred":                 partOfSome,
	"pilots.measures.inferred":          partOfSome,
	"milestones.milestone":              func(_ map[string]bool, s string) bool { return s == "立项" || s == "验证" || s == "销号" }, // the field
	"conflicts.verified":                func(set map[string]bool, s string) bool { return set["verified: "+s] },
	"organizations.authorized_for.rule": schemeCode,
	"projects.milestones.milestone":     func(_ map[string]bool, s string) bool { return s == "立项" || s == "验证" || s == "销号" },
	"standards.conflicts.chain":         func(_ map[string]bool, s string) bool { return s == "xnycl" }, // who collected the item
	"about":                             partOfSome,
	"source.as_of":                      partOfSome,
	"source.title":                      partOfSome,
	"supplies.visibility":               seen,
	"certificates.visibility":           seen,
	"reports.visibility":                seen,
}

func seen(_ map[string]bool, s string) bool {
	return slices.Contains([]string{"public", "organization", "private"}, s)
}

func inVocabulary(name string) func(map[string]bool, string) bool {
	return func(_ map[string]bool, s string) bool { _, ok := codeOf(name, s); return ok }
}

func partOfSome(set map[string]bool, s string) bool {
	for text := range set {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

func unitAndRemark(set map[string]bool, s string) bool {
	unit, remark, ok := strings.Cut(s, "（")
	return ok && set[unit] && set[strings.TrimSuffix(remark, "）")]
}

func nameOfRelation(set map[string]bool, s string) bool {
	return strings.HasPrefix(s, "PILOT-") || set[strings.Trim(s, "《》")] || schemeAliases[s] != "" || s == "“苏质贷”" || partOfSome(set, s)
}

func firmName(_ map[string]bool, s string) bool { return strings.HasPrefix(s, "firm-demo-") }

func schemeCode(_ map[string]bool, s string) bool {
	return slices.ContainsFunc(schemeRows, func(r [2]string) bool { return r[0] == s })
}

func TestEveryWordAndNumberOfTheFilesIsInTheGraph(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	set := l.texts()
	for _, file := range graphFiles(t) {
		walk(rawFile(t, file), "", func(path string, v any) {
			s := fmt.Sprint(v)
			if _, isFlag := v.(bool); v == nil || s == "" || isFlag || set[s] || set[strings.ToLower(s)] {
				return
			}
			if told := inOtherWords[path]; told != nil && told(set, s) {
				return
			}
			if path == "conventions.quote" || strings.HasPrefix(path, "conventions.") {
				if partOfSome(set, s) {
					return
				}
			}
			t.Errorf("%s: %s %q is nowhere in the graph", file, path, s)
		}, func(string, []any) {})
	}
}

// evidenceOf is what the file says of a row, for comparing with its record.
func evidenceOf(by string, rows []evidenceRow) []graph.Evidence {
	var out []graph.Evidence
	for _, r := range rows {
		e := graph.Evidence{Quote: r.Quote, Level: r.Level, CollectedBy: by, CollectedAt: "2026-11-23"}
		if r.Source != "" {
			e.Source = graph.ID("source:" + r.Source)
		}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

func TestEveryJudgementKeepsItsReasonQuotesAndLevels(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	f, err := readFiles(Data())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]graph.ID{}
	for id, n := range l.nodes {
		switch n.Kind {
		case graph.Standard:
			names[n.Fields.Text("code")] = id
			names[n.Name] = id
		case graph.Rule:
			names[n.Fields.Text("rule_no")] = id
			names[n.Name] = id // those of several rules are named by number
		}
	}
	same := func(what string, e *graph.Edge, want graph.Fields, rows []evidenceRow) {
		t.Helper()
		if diff := cmp.Diff(want, e.Fields); diff != "" {
			t.Errorf("%s: fields (-file +graph):\n%s", what, diff)
		}
		if diff := cmp.Diff(evidenceOf(e.Evidence[0].CollectedBy, rows), e.Evidence); diff != "" {
			t.Errorf("%s: evidence (-file +graph):\n%s", what, diff)
		}
	}
	count := 0
	for name, d := range f.dossiers {
		for _, a := range d.Addresses {
			e := l.one(t, graph.Addresses, names[a.Standard], graph.ID("problem:"+strings.ToLower(a.Problem)))
			want := graph.Fields{
				"mechanism": a.Mechanism, "strength": a.Strength, "applicability_verdict": a.Verdict, "applicability_reason": a.Reason, "verified": a.Verified,
			}
			if a.Clause != "" {
				want["clause"] = a.Clause
			}
			same(name+" "+a.Standard+" "+a.Problem, e, want, a.Evidence)
			count++
		}
		for _, c := range d.Covers {
			e := l.one(t, graph.Covers, names[c.Rule], graph.ID("problem:"+strings.ToLower(c.Problem)))
			want := graph.Fields{"strength": c.Strength, "applicability_verdict": c.Verdict, "applicability_reason": c.Reason, "verified": c.Verified}
			same(name+" "+c.Rule+" "+c.Problem, e, want, c.Evidence)
			count++
		}
	}
	if count != 772+189 {
		t.Errorf("%d judgements, want 961", count)
	}
}
