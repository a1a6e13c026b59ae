package graph

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// fullNode fills every optional member; bareNode none.
func fullNode() Node {
	return Node{
		ID: "problem:sw-01", Kind: Problem, Name: "镀锌层附着力不足", Aliases: []string{"锌层脱落", "！", "𠮷"},
		Fields: Fields{
			"category": "QT", "types": []string{"common"}, "severity": int64(4), "declared_common": true,
			"confirmed_on": []string{"2024-05"}, "effects": []string{}, "note": "a\x00b",
		},
		ValidFrom: DateOf(2024, 5, 1), ValidTo: Open, State: Merged, Visibility: Private, Owner: "firm:x",
		Evidence: []Evidence{{
			Source: "source:a", Quote: "用手指可擦落", Locator: "5.2", Level: 3, CollectedBy: "张", CollectedAt: "2026-01",
			Field: "severity", Value: "4",
		}, {}},
		Version: 7, Seq: 12, MergedInto: "problem:sw-02",
	}
}

func bareNode() Node {
	return Node{ID: "p", Kind: Problem, Name: "x", State: Draft, Visibility: Public}
}

func fullEdge() Edge {
	return Edge{
		ID: "e-1", Kind: Supplies, From: "firm:a", To: "firm:b",
		Fields:    Fields{"share": 0.25, "product": "锌锭", "illustrative": false},
		ValidFrom: Unknown, ValidTo: DateOf(2030, 1, 1), State: Reviewed, Visibility: Organization, Owner: "firm:a",
		Evidence: []Evidence{{Level: 1}}, Version: 3, Seq: 9,
	}
}

func TestRecordsRoundTripThroughTheCodecAndJSON(t *testing.T) {
	empty := cmpopts.EquateEmpty()
	for _, n := range []Node{fullNode(), bareNode()} {
		r := EncodeNode(n)
		got, err := r.Node()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(n, got, empty); diff != "" {
			t.Error("codec:", diff)
		}
		if r.IsEdge() || r.ID() != n.ID {
			t.Error("the head of a node is not its own")
		}
		b, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var back Node
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(n, back, empty); diff != "" {
			t.Error("JSON:", diff)
		}
	}
	for _, e := range []Edge{fullEdge(), {ID: "e", Kind: Broader, From: "a", To: "b", State: Draft, Visibility: Public}} {
		r := EncodeEdge(e)
		got, err := r.Edge()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got, empty); diff != "" {
			t.Error("codec:", diff)
		}
		h, err := r.Head()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e.Head(), h); diff != "" {
			t.Error("head:", diff)
		}
	}
}

func TestValuesOfEveryTypeSurviveTheCodec(t *testing.T) {
	f := Fields{
		"a": int64(math.MinInt64), "b": int64(math.MaxInt64), "c": math.SmallestNonzeroFloat64, "d": -0.0, "e": true,
		"f": "", "g": []int64{}, "h": []int64{-1, 0, 1}, "i": []float64{1.5}, "j": []bool{true, false}, "k": []string{""},
		"l": strings.Repeat("锌", 1<<18),
	}
	got, err := EncodeNode(Node{ID: "x", Kind: Problem, Fields: f}).Node()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, got.Fields); diff != "" {
		t.Error(diff)
	}
}

func TestEntriesRoundTripThroughTheCodecAndJSON(t *testing.T) {
	n, e := fullNode(), fullEdge()
	after := n
	after.Name = "新名"
	entry := Entry{
		Seq: 5, At: 1_790_000_000_123_456, Author: "专家", Reason: "复核", Command: "c-5", Hash: "h", Import: "i", Closing: true,
		Changes: []Change{
			{Before: EncodeNode(n), After: EncodeNode(after)}, {After: EncodeNode(bareNode())}, {Before: EncodeEdge(e)},
		},
	}
	got, err := DecodeEntry(AppendEntry(nil, entry))
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.AllowUnexported(Record{})
	if diff := cmp.Diff(entry, got, same); diff != "" {
		t.Error("codec:", diff)
	}
	b, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	var back Entry
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(entry, back, same); diff != "" {
		t.Error("JSON:", diff)
	}
}

func TestInverseTakesAnEntryBack(t *testing.T) {
	n, e := fullNode(), fullEdge()
	ops, err := Inverse(Entry{Seq: 1, Changes: []Change{
		{Before: EncodeNode(n), After: EncodeNode(bareNode())}, {After: EncodeNode(Node{ID: "new", Kind: Problem})},
		{Before: EncodeEdge(e)}, {After: EncodeEdge(Edge{ID: "e-new", Kind: Broader})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Op{{PutNode: &n}, {PutEdge: &e}, {DeleteEdge: "e-new"}, {DeleteNode: "new"}}
	if diff := cmp.Diff(want, ops, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func FuzzDamagedRecordsGiveAnErrorOrTheSameRecord(f *testing.F) {
	f.Add([]byte(EncodeNode(fullNode()).Encoded()))
	f.Add([]byte(EncodeEdge(fullEdge()).Encoded()))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := RecordOf(b)
		if err != nil {
			return
		}
		if n, err := r.Node(); err == nil {
			again, err := EncodeNode(n).Node()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(n, again, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		}
		if e, err := r.Edge(); err == nil {
			if _, err := EncodeEdge(e).Edge(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestValidateNamesTheFieldAndTheRule(t *testing.T) {
	tests := []struct {
		name  string
		edit  func(*Node)
		field string // of the first InvalidError; empty means valid
		code  string
	}{
		{"valid", func(*Node) {}, "", ""},
		{"full width in id", func(n *Node) { n.ID = "problem：sw" }, "id", "id_grammar"},
		{"upper case in id", func(n *Node) { n.ID = "Problem" }, "id", "id_grammar"},
		{"id that begins with a dot", func(n *Node) { n.ID = ".a" }, "id", "id_grammar"},
		{"longest id", func(n *Node) { n.ID = ID(strings.Repeat("a", 128)) }, "", ""},
		{"id one byte too long", func(n *Node) { n.ID = ID(strings.Repeat("a", 129)) }, "id", "id_grammar"},
		{"kind outside the set", func(n *Node) { n.Kind = "X`) DETACH" }, "kind", "unknown_kind"},
		{"name of ideographic spaces", func(n *Node) { n.Name = "\u3000\u3000" }, "name", "blank"},
		{"name at the limit", func(n *Node) { n.Name = strings.Repeat("锌", MaxNameRunes) }, "", ""},
		{"name over the limit", func(n *Node) { n.Name = strings.Repeat("锌", MaxNameRunes+1) }, "name", "too_long"},
		{"name that is not UTF-8", func(n *Node) { n.Name = "a\xff" }, "name", "not_utf8"},
		{"field of another kind", func(n *Node) { n.Fields["rule_no"] = "x" }, "fields/rule_no", "unknown_field"},
		{"common field", func(n *Node) { n.Fields["verified"] = "partial" }, "", ""},
		{"text where an integer belongs", func(n *Node) { n.Fields["severity"] = "4" }, "fields/severity", "field_type"},
		{"severity off the scale", func(n *Node) { n.Fields["severity"] = int64(6) }, "fields/severity", "unknown_code"},
		{"category not in the vocabulary", func(n *Node) { n.Fields["category"] = "质量" }, "fields/category", "unknown_code"},
		{"date text that is no date", func(n *Node) { n.Fields["deadline"] = "明年" }, "fields/deadline", "date_text"},
		{"partial date", func(n *Node) { n.Fields["deadline"] = "2027-03" }, "", ""},
		{"validity that ends before it begins", func(n *Node) { n.ValidFrom, n.ValidTo = 800000, 800000 }, "valid_to", "validity_order"},
		{"private without an owner", func(n *Node) { n.Visibility = Private }, "owner", "owner_needed"},
		{"evidence level off the scale", func(n *Node) { n.Evidence = []Evidence{{Level: 5}} }, "evidence/0/level", "evidence_level"},
		{"merged without a kept node", func(n *Node) { n.State = Merged }, "merged_into", "merged_into"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := bareNode()
			n.Fields = Fields{}
			tt.edit(&n)
			errs := InvalidErrors(n.Validate())
			if tt.field == "" {
				if len(errs) > 0 {
					t.Fatalf("refused: %v", errs[0])
				}
				return
			}
			if len(errs) == 0 || errs[0].Field != tt.field || errs[0].Code != tt.code {
				t.Errorf("got %v, want %s at %s", errs, tt.code, tt.field)
			}
		})
	}
}

func TestAddressesCannotBeReviewedWithoutItsFacts(t *testing.T) {
	e := Edge{ID: "e", Kind: Addresses, From: "s", To: "p", State: Reviewed, Visibility: Public}
	var fields []string
	for _, err := range InvalidErrors(e.Validate()) {
		fields = append(fields, err.Field)
	}
	want := []string{"fields/mechanism", "fields/strength", "fields/applicability_verdict", "evidence"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
	e.State = Draft
	if err := e.Validate(); err != nil {
		t.Errorf("a draft needs none of them: %v", err)
	}
}

func TestErrorsOfEveryFieldAreReportedAtOnce(t *testing.T) {
	n := Node{ID: "BAD", Kind: Problem, Fields: Fields{"severity": int64(9)}, State: Draft, Visibility: Public}
	if got := len(InvalidErrors(n.Validate())); got != 3 {
		t.Errorf("%d errors, want 3: id, name, severity", got)
	}
	if !errors.Is(n.Validate(), ErrInvalid) {
		t.Error("an InvalidError is ErrInvalid")
	}
}

func TestDerivedEdgeIDsFollowTheContent(t *testing.T) {
	a := Edge{Kind: HasRole, From: "firm:a", To: "chain:x", Fields: Fields{"role": "supplier"}, ValidFrom: 800000}
	b := a
	b.Fields = Fields{"role": "supplier", "granted_by": "其他"}
	later := a
	later.ValidFrom = 800001
	if DerivedEdgeID(a) != DerivedEdgeID(b) {
		t.Error("a field that is no key changes the id")
	}
	if DerivedEdgeID(a) == DerivedEdgeID(later) {
		t.Error("two periods of a role are one edge")
	}
	if !DerivedEdgeID(a).valid() {
		t.Error("a derived id is no id")
	}
}

func TestEveryTermFieldHasItsVocabulary(t *testing.T) {
	check := func(where string, fields []FieldSpec) {
		for _, f := range fields {
			_, ok := VocabularyOf(f.Vocabulary)
			if (f.Type == Term || f.Type == TermList || f.Vocabulary != "") && !ok {
				t.Errorf("%s.%s: no vocabulary %q", where, f.Name, f.Vocabulary)
			}
		}
	}
	for _, s := range Nodes() {
		check(string(s.Kind), s.Fields)
	}
	for _, s := range Edges() {
		check(string(s.Kind), s.Fields)
		for _, key := range s.Key {
			if _, ok := s.Field(key); !ok && key != "valid_from" {
				t.Errorf("%s: key %q is no field", s.Kind, key)
			}
		}
		for _, e := range s.Ends {
			for _, k := range []NodeKind{e.From, e.To} {
				if _, ok := NodeSpecOf(k); !ok && k != Any {
					t.Errorf("%s: no node kind %q", s.Kind, k)
				}
			}
		}
	}
	check("common", CommonFields())
}
