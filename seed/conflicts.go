package seed

import (
	"regexp"
	"strings"
	"time"

	"zhitu/graph"
)

// What sources say of one date in different words must be comparable: an item
// whose sentence gives the date of taking effect speaks for that field with
// that value. Two pages that differ then stand beside each other as two items.

// effectIn are the ways in which the quoted sentences give the day of taking
// effect; the day is the group.
var effectIn = []struct {
	words  *regexp.Regexp
	layout string
}{
	{regexp.MustCompile(`(\d{4}年\d{1,2}月\d{1,2}日)起?实施`), "2006年1月2日"},
	{regexp.MustCompile(`(\d{4}-\d{2}-\d{2}) ?(?:实施|Implementation)`), time.DateOnly},
	{regexp.MustCompile(`(?:Date of Implementation|Implementation Date) (\d{4}-\d{2}-\d{2})`), time.DateOnly},
	{regexp.MustCompile(`(?i)Implemented on: ([a-z]+ \d{1,2}, \d{4})`), "January 2, 2006"},
}

// dated sets field and value of the items that give the day of taking effect.
func dated(items []graph.Evidence) []graph.Evidence {
	for i, e := range items {
		for _, in := range effectIn {
			m := in.words.FindStringSubmatch(e.Quote)
			if m == nil {
				continue
			}
			if day, err := time.Parse(in.layout, m[1]); err == nil {
				items[i].Field, items[i].Value = "effective", day.Format(time.DateOnly)
			}
			break
		}
	}
	return items
}

// notedConflicts are second values of a date that only the notes of a dossier
// give. The words must stand there still, or the table is out of date.
var notedConflicts = []struct{ dossier, words, rule, field, value string }{
	{"common", "中慈国际告知书为2025-09-04正式发布", "CNCA-QMS-01:2025", "issued", "2025-09-04"},
	{"xnycl", "规则生效日有2023-09-14与2023-09-23两说", "CNCA-C11-16:2023", "effective", "2023-09-23"},
}

// conflictsOfNotes puts each noted value beside the one that the rule has.
func (b *builder) conflictsOfNotes() {
	for _, c := range notedConflicts {
		id, ok := b.rule(dossierFile(c.dossier), c.rule)
		if !ok {
			continue
		}
		found := false
		for _, note := range b.files.dossiers[c.dossier].Notes {
			found = found || strings.Contains(note, c.words)
		}
		if !found {
			b.fail("%s: no note says %q any more", dossierFile(c.dossier), c.words)
		}
		n := b.nodes[id]
		n.Evidence = append(n.Evidence, graph.Evidence{
			Quote: c.words, Field: c.field, Value: c.value, CollectedBy: b.collector(c.dossier), CollectedAt: collectedAt,
		})
	}
}
