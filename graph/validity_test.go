package graph

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func day(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func span(t *testing.T, s string) Span {
	t.Helper()
	p, err := ParseSpan(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The worked timelines of docs/domain.md. Both editions are always given here;
// that one issued after the date is absent is the View's doing.
func TestStatusFollowsTheWorkedTimelines(t *testing.T) {
	bike := &Edition{ID: "new", Issued: span(t, "2024-12-31"), Effective: span(t, "2025-09-01")}
	bikeSucceeded := []Succession{{By: bike, ProduceUntil: span(t, "2025-08-31"), SellUntil: span(t, "2025-11-30")}}
	oldBike := &Edition{ID: "old", Issued: span(t, "2018-05-15"), Effective: span(t, "2019-04-15"), Successors: bikeSucceeded}
	undatedBike := &Edition{ID: "old", Successors: bikeSucceeded}
	mesh := &Edition{ID: "new", Issued: span(t, "2025-10-31"), Effective: span(t, "2026-05-01")}
	oldMesh := &Edition{ID: "old", Effective: span(t, "2003-09-01"), Successors: []Succession{{By: mesh}}}

	tests := []struct {
		name      string
		edition   *Edition
		on        string
		want      Status
		make, sel bool
	}{
		{"old bike the day before the change", oldBike, "2025-08-31", StatusInForce, false, false},
		{"new bike the day before the change", bike, "2025-08-31", StatusUpcoming, false, false},
		{"old bike on the day of the change may only be sold", oldBike, "2025-09-01", StatusTransition, false, true},
		{"new bike on the day of the change", bike, "2025-09-01", StatusInForce, false, false},
		{"old bike on the last day of selling", oldBike, "2025-11-30", StatusTransition, false, true},
		{"old bike the day after the last day of selling", oldBike, "2025-12-01", StatusReplaced, false, false},
		{"old bike without dates is unknown before the change", undatedBike, "2025-08-31", StatusUnknown, false, false},
		{"old bike without dates is in transition after it", undatedBike, "2025-09-01", StatusTransition, false, true},
		{"old bike without dates is replaced after the transition", undatedBike, "2025-12-01", StatusReplaced, false, false},
		{"old mesh on the day the new edition is issued", oldMesh, "2025-10-31", StatusInForce, false, false},
		{"new mesh on the day it is issued", mesh, "2025-10-31", StatusUpcoming, false, false},
		{"old mesh on the last day before the change", oldMesh, "2026-04-30", StatusInForce, false, false},
		{"old mesh on the day of the change", oldMesh, "2026-05-01", StatusReplaced, false, false},
		{"new mesh on the day of the change", mesh, "2026-05-01", StatusInForce, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := StatusAt(tt.edition, day(t, tt.on))
			if got.Status != tt.want || got.MayProduce != tt.make || got.MaySell != tt.sel {
				t.Errorf("got %+v, want %s, produce %v, sell %v", got, tt.want, tt.make, tt.sel)
			}
		})
	}
}

func TestStatusWhereDatesAreMissing(t *testing.T) {
	undated := &Edition{ID: "undated"}
	dated := &Edition{ID: "dated", Effective: span(t, "2020-01-01")}
	now := "2026-11-28"
	tests := []struct {
		name    string
		edition *Edition
		want    Status
	}{
		{"nothing recorded is unknown", undated, StatusUnknown},
		{"a successor without dates makes it unknown", &Edition{Effective: span(t, "2010-01-01"), Successors: []Succession{{By: undated}}}, StatusUnknown},
		{"an undated successor has taken effect when its own successor has",
			&Edition{Successors: []Succession{{By: &Edition{Successors: []Succession{{By: dated}}}}}}, StatusReplaced},
		{"a part replacement leaves the rest in force", &Edition{Effective: span(t, "2010-01-01"), Successors: []Succession{{By: dated, Part: true}}}, StatusInForce},
		{"withdrawn comes first", &Edition{Withdrawn: span(t, "2022"), Successors: []Succession{{By: dated}}}, StatusWithdrawn},
		{"inside a partial date nobody knows", &Edition{Effective: span(t, "2026")}, StatusUnknown},
		{"upcoming needs no issue date", &Edition{Effective: span(t, "2027-01-01")}, StatusUpcoming},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := StatusAt(tt.edition, day(t, now)); got.Status != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestStatusSaysWhenTheEndOfSellingIsNotRecorded(t *testing.T) {
	next := &Edition{Effective: span(t, "2020-01-01")}
	e := &Edition{Successors: []Succession{{By: next, ProduceUntil: span(t, "2020-06-30")}}}
	got := StatusAt(e, day(t, "2020-07-01"))
	if got.Status != StatusReplaced || !got.SellUntilMissing {
		t.Errorf("got %+v, want replaced with the end of selling missing", got)
	}
}

func TestStatusEndsOnACycleOfReplacements(t *testing.T) {
	a, b := &Edition{ID: "a"}, &Edition{ID: "b"}
	a.Successors, b.Successors = []Succession{{By: b}}, []Succession{{By: a}}
	if got := StatusAt(a, day(t, "2026-01-01")); got.Status != StatusUnknown {
		t.Errorf("got %s, want unknown", got.Status)
	}
}

func TestThreeValuedLogic(t *testing.T) {
	all := []Tri{No, ToReview, Yes}
	for _, a := range all {
		for _, b := range all {
			wantAnd, wantOr := ToReview, ToReview
			if a == No || b == No {
				wantAnd = No
			} else if a == Yes && b == Yes {
				wantAnd = Yes
			}
			if a == Yes || b == Yes {
				wantOr = Yes
			} else if a == No && b == No {
				wantOr = No
			}
			if And(a, b) != wantAnd || Or(a, b) != wantOr {
				t.Errorf("%s, %s: and %s, or %s; want %s, %s", a, b, And(a, b), Or(a, b), wantAnd, wantOr)
			}
		}
	}
	if And() != Yes || Or() != No {
		t.Error("of nothing: And is yes, Or is no")
	}
}

func TestValidityIsHalfOpenAndUnknownIsNeither(t *testing.T) {
	d := day(t, "2025-06-01")
	tests := []struct {
		name string
		v    Validity
		want Tri
	}{
		{"open on both ends", Always, Yes},
		{"begins on the day", Validity{d, Open}, Yes},
		{"ends on the day", Validity{Open, d}, No},
		{"ends the day after", Validity{Open, d + 1}, Yes},
		{"begins the day after", Validity{d + 1, Open}, No},
		{"unknown on both ends", Validity{}, ToReview},
		{"unknown beginning, known end passed", Validity{Unknown, d}, No},
		{"known beginning, unknown end", Validity{d, Unknown}, ToReview},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.v.At(d); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSpansKeepPartialDates(t *testing.T) {
	tests := []struct {
		text, on string
		want     Tri
	}{
		{"2024-05", "2024-04-30", No}, {"2024-05", "2024-05-01", ToReview}, {"2024-05", "2024-05-31", Yes},
		{"2024", "2023-12-31", No}, {"2024", "2024-12-30", ToReview}, {"2024", "2024-12-31", Yes},
		{"2024-02-29", "2024-02-29", Yes}, {"", "2024-01-01", ToReview},
	}
	for _, tt := range tests {
		if got := span(t, tt.text).Reached(day(t, tt.on)); got != tt.want {
			t.Errorf("%q reached on %s: %s, want %s", tt.text, tt.on, got, tt.want)
		}
	}
	for _, bad := range []string{"2024-13", "24", "2024-02-30", "2024/05/01", "约2024"} {
		if _, err := ParseSpan(bad); err == nil {
			t.Errorf("%q was read as a date", bad)
		}
	}
}

func TestDatesRoundTripInJSON(t *testing.T) {
	type row struct {
		D Date `json:"d"`
	}
	for _, text := range []string{`{"d":"2025-01-31"}`, `{"d":null}`, `{"d":"unknown"}`} {
		var r row
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatal(err)
		}
		back, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(back)); diff != "" {
			t.Error(diff)
		}
	}
	var absent row
	if err := json.Unmarshal([]byte(`{}`), &absent); err != nil || absent.D != Unknown {
		t.Errorf("an absent date is %v, want unknown (%v)", absent.D, err)
	}
}
