package graph

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNetOf(t *testing.T) {
	node := func(id ID, name string) Record {
		return EncodeNode(Node{ID: id, Kind: Firm, Name: name, State: Draft, Visibility: Public})
	}
	edge := EncodeEdge(Edge{ID: "a", Kind: Supplies, From: "a", To: "b", State: Draft, Visibility: Public})
	var none Record
	tests := []struct {
		name    string
		entries []Entry
		want    Net
		err     error
	}{
		{"nothing", []Entry{{}, {}}, Net{}, nil},
		{
			"nodes come before edges, and an edge may bear a node's id",
			[]Entry{{Changes: []Change{{none, edge}}}, {Changes: []Change{{none, node("b", "B")}, {node("a", "A"), none}}}},
			Net{Changes: []Change{{node("a", "A"), none}, {none, node("b", "B")}, {none, edge}}}, nil,
		},
		{
			"two changes are one",
			[]Entry{{Changes: []Change{{node("a", "1"), node("a", "2")}}}, {Changes: []Change{{node("a", "2"), node("a", "3")}}}},
			Net{Changes: []Change{{node("a", "1"), node("a", "3")}}}, nil,
		},
		{
			"created and deleted leaves nothing but must not be there",
			[]Entry{{Changes: []Change{{none, node("a", "1")}}}, {Changes: []Change{{node("a", "1"), none}}}},
			Net{Passing: []Record{node("a", "1")}}, nil,
		},
		{
			"deleted and created again is a change",
			[]Entry{{Changes: []Change{{node("a", "1"), none}}}, {Changes: []Change{{none, node("a", "2")}}}},
			Net{Changes: []Change{{node("a", "1"), node("a", "2")}}}, nil,
		},
		{
			"created twice",
			[]Entry{{Changes: []Change{{none, node("a", "1")}}}, {Changes: []Change{{none, node("a", "2")}}}},
			Net{}, ErrBehind,
		},
		{
			"changed after it was deleted",
			[]Entry{{Changes: []Change{{node("a", "1"), none}}}, {Changes: []Change{{node("a", "1"), node("a", "2")}}}},
			Net{}, ErrBehind,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := NetOf(tt.entries)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if d := cmp.Diff(tt.want, got, cmp.AllowUnexported(Record{})); d != "" {
				t.Error(d)
			}
		})
	}
}
