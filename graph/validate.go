package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one record. Stores need not check them again.
const (
	MaxNameRunes  = 300
	MaxTextBytes  = 1 << 20
	MaxListItems  = 1000
	MaxEvidence   = 500
	maxShownRunes = 64
)

// Conform brings what a caller gave into the form that is stored, without
// changing its meaning: a number field given as 5 becomes 5.0, an absent state
// draft, an absent visibility public.
func (n *Node) Conform() {
	conformNode(n)
	if n.State == 0 {
		n.State = Draft
	}
	if n.Visibility == 0 {
		n.Visibility = Public
	}
}

// Conform does for an edge what Node.Conform does, and gives one without id
// the id derived from its content.
func (e *Edge) Conform() {
	conformEdge(e)
	if e.State == 0 {
		e.State = Draft
	}
	if e.Visibility == 0 {
		e.Visibility = Public
	}
	if e.ID == "" {
		e.ID = DerivedEdgeID(*e)
	}
}

func conformNode(n *Node) {
	if spec, ok := NodeSpecOf(n.Kind); ok {
		conformFields(n.Fields, spec.Field)
	}
}

func conformEdge(e *Edge) {
	if spec, ok := EdgeSpecOf(e.Kind); ok {
		conformFields(e.Fields, spec.Field)
	}
}

func conformFields(f Fields, specOf func(string) (FieldSpec, bool)) {
	for name, v := range f {
		spec, ok := specOf(name)
		if !ok {
			continue
		}
		if n, isInt := v.(int64); isInt && spec.Type == Number {
			f[name] = float64(n)
		}
	}
}

// DerivedEdgeID returns the id of an imported edge: made of its kind, ends and
// the fields that the schema names as its key, so that importing the same row
// twice changes nothing. It begins with a hash of From, so that the edges of
// one node lie together in a store ordered by id.
func DerivedEdgeID(e Edge) ID {
	from := sha256.Sum256([]byte(e.From))
	var b strings.Builder
	for _, s := range []string{string(e.Kind), string(e.From), string(e.To)} {
		b.WriteString(s)
		b.WriteByte(0)
	}
	spec, _ := EdgeSpecOf(e.Kind)
	for _, name := range spec.Key {
		if name == "valid_from" {
			fmt.Fprintf(&b, "%s=%s\x00", name, e.ValidFrom)
		} else if v, ok := e.Fields[name]; ok {
			fmt.Fprintf(&b, "%s=%v\x00", name, v)
		}
	}
	all := sha256.Sum256([]byte(b.String()))
	return ID("e-" + hex.EncodeToString(from[:4]) + "-" + hex.EncodeToString(all[:10]))
}

// Validate returns every rule of the schema table that n breaks, joined; each
// is an *InvalidError.
func (n Node) Validate() error {
	var errs []error
	bad := func(field, code, value, want string) {
		errs = append(errs, &InvalidError{Field: field, Code: code, Value: shorten(value), Want: want})
	}
	if !n.ID.valid() {
		bad("id", "id_grammar", string(n.ID), "[a-z0-9][a-z0-9._:-]*, ≤ 128")
	}
	if strings.TrimFunc(n.Name, unicode.IsSpace) == "" {
		bad("name", "blank", n.Name, "")
	} else if utf8.RuneCountInString(n.Name) > MaxNameRunes {
		bad("name", "too_long", n.Name, strconv.Itoa(MaxNameRunes))
	}
	errs = append(errs, checkText("name", n.Name), checkTexts("aliases", n.Aliases))
	errs = append(errs, validCommon(n.State, n.Visibility, n.ValidFrom, n.ValidTo, n.Owner, n.Evidence)...)
	if (n.State == Merged) != (n.MergedInto != "") {
		bad("merged_into", "merged_into", string(n.MergedInto), "")
	}
	spec, ok := NodeSpecOf(n.Kind)
	if !ok {
		bad("kind", "unknown_kind", string(n.Kind), nodeKindNames())
		return errors.Join(errs...)
	}
	errs = append(errs, validFields(n.Fields, spec.Fields, spec.Field)...)
	return errors.Join(errs...)
}

// Validate returns every rule of the schema table that e breaks by itself,
// joined; that its ends exist and are of the right kinds is the ledger's.
func (e Edge) Validate() error {
	var errs []error
	bad := func(field, code, value, want string) {
		errs = append(errs, &InvalidError{Field: field, Code: code, Value: shorten(value), Want: want})
	}
	for field, id := range map[string]ID{"id": e.ID, "from": e.From, "to": e.To} {
		if !id.valid() {
			bad(field, "id_grammar", string(id), "[a-z0-9][a-z0-9._:-]*, ≤ 128")
		}
	}
	errs = append(errs, validCommon(e.State, e.Visibility, e.ValidFrom, e.ValidTo, e.Owner, e.Evidence)...)
	if e.State == Merged {
		bad("state", "unknown_code", "merged", "draft | reviewed | retired")
	}
	spec, ok := EdgeSpecOf(e.Kind)
	if !ok {
		bad("edge_kind", "unknown_kind", string(e.Kind), edgeKindNames())
		return errors.Join(errs...)
	}
	errs = append(errs, validFields(e.Fields, spec.Fields, spec.Field)...)
	if e.Kind == Addresses && e.State == Reviewed {
		errs = append(errs, reviewedAddresses(e)...)
	}
	return errors.Join(errs...)
}

// reviewedAddresses holds the domain's rule: an ADDRESSES edge cannot be
// reviewed without mechanism, strength, applicability and a source.
func reviewedAddresses(e Edge) []error {
	var errs []error
	need := func(field string, present bool) {
		if !present {
			errs = append(errs, &InvalidError{Field: field, Code: "review_needs"})
		}
	}
	need("fields/mechanism", len(e.Fields.Texts("mechanism")) > 0)
	need("fields/strength", e.Fields.Text("strength") != "")
	need("fields/applicability_verdict", e.Fields.Text("applicability_verdict") != "")
	need("evidence", len(e.Evidence) > 0)
	return errs
}

func validCommon(s State, v Visibility, from, to Date, owner ID, evidence []Evidence) []error {
	var errs []error
	bad := func(field, code, value, want string) {
		errs = append(errs, &InvalidError{Field: field, Code: code, Value: shorten(value), Want: want})
	}
	if !s.valid() {
		bad("state", "unknown_code", s.String(), "draft | reviewed | retired | merged")
	}
	if !v.valid() {
		bad("visibility", "unknown_code", v.String(), "public | chain | organization | private")
	}
	if v != Public && v.valid() && owner == "" {
		bad("owner", "owner_needed", "", "")
	}
	if owner != "" && !owner.valid() {
		bad("owner", "id_grammar", string(owner), "")
	}
	if !from.valid() {
		bad("valid_from", "date_format", from.String(), "YYYY-MM-DD")
	}
	if !to.valid() {
		bad("valid_to", "date_format", to.String(), "YYYY-MM-DD")
	}
	if from.Known() && to.Known() && from >= to {
		bad("valid_to", "validity_order", to.String(), "> "+from.String())
	}
	if len(evidence) > MaxEvidence {
		bad("evidence", "too_many", strconv.Itoa(len(evidence)), strconv.Itoa(MaxEvidence))
	}
	for i, item := range evidence {
		errs = append(errs, validEvidence(fmt.Sprintf("evidence/%d", i), item)...)
	}
	return errs
}

func validEvidence(at string, e Evidence) []error {
	var errs []error
	if e.Level < 0 || e.Level > 4 {
		errs = append(errs, &InvalidError{Field: at + "/level", Code: "evidence_level", Value: strconv.Itoa(e.Level), Want: "0–4"})
	}
	if e.Source != "" && !e.Source.valid() {
		errs = append(errs, &InvalidError{Field: at + "/source", Code: "id_grammar", Value: shorten(string(e.Source))})
	}
	return append(errs, checkTexts(at, []string{e.Quote, e.Locator, e.CollectedBy, e.CollectedAt, e.Field, e.Value}))
}

func validFields(f Fields, specs []FieldSpec, specOf func(string) (FieldSpec, bool)) []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(f)) {
		spec, ok := specOf(name)
		if !ok {
			errs = append(errs, &InvalidError{Field: "fields/" + name, Code: "unknown_field", Want: fieldNames(specs)})
			continue
		}
		if err := spec.check(f[name]); err != nil {
			errs = append(errs, err)
		}
	}
	for _, spec := range specs {
		if _, ok := f[spec.Name]; spec.Required && !ok {
			errs = append(errs, &InvalidError{Field: "fields/" + spec.Name, Code: "required"})
		}
	}
	return errs
}

// check tells whether v is a value of the field; the type first, then the
// vocabulary or format.
func (s FieldSpec) check(v any) error {
	at := "fields/" + s.Name
	wrong := func(value string) error {
		return &InvalidError{Field: at, Code: "field_type", Value: shorten(value), Want: string(s.Type)}
	}
	switch s.Type {
	case Boolean:
		if _, ok := v.(bool); !ok {
			return wrong(fmt.Sprint(v))
		}
	case Integer:
		n, ok := v.(int64)
		if !ok {
			return wrong(fmt.Sprint(v))
		}
		if s.Vocabulary != "" {
			return s.checkTerm(strconv.FormatInt(n, 10))
		}
	case Number:
		x, ok := v.(float64)
		if !ok || math.IsNaN(x) || math.IsInf(x, 0) {
			return wrong(fmt.Sprint(v))
		}
	case Text, Term, DateText:
		t, ok := v.(string)
		if !ok {
			return wrong(fmt.Sprint(v))
		}
		return s.checkScalar(t)
	case TextList, TermList, DateList:
		list, ok := v.([]string)
		if !ok {
			return wrong(fmt.Sprint(v))
		}
		if len(list) > MaxListItems {
			return &InvalidError{Field: at, Code: "too_many", Value: strconv.Itoa(len(list)), Want: strconv.Itoa(MaxListItems)}
		}
		for _, t := range list {
			if err := s.checkScalar(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s FieldSpec) checkScalar(t string) error {
	at := "fields/" + s.Name
	if err := checkText(at, t); err != nil {
		return err
	}
	switch s.Type {
	case Term, TermList:
		return s.checkTerm(t)
	case DateText, DateList:
		if _, err := ParseSpan(t); err != nil || t == "" {
			return &InvalidError{Field: at, Code: "date_text", Value: shorten(t), Want: "YYYY-MM-DD | YYYY-MM | YYYY"}
		}
	}
	return nil
}

func (s FieldSpec) checkTerm(code string) error {
	v, ok := VocabularyOf(s.Vocabulary)
	if ok && v.Has(code) {
		return nil
	}
	return &InvalidError{Field: "fields/" + s.Name, Code: "unknown_code", Value: shorten(code), Want: strings.Join(v.Codes(), " | ")}
}

// checkText refuses what a store could not give back: too long, or not UTF-8.
func checkText(at, s string) error {
	if len(s) > MaxTextBytes {
		return &InvalidError{Field: at, Code: "too_long", Value: shorten(s), Want: strconv.Itoa(MaxTextBytes)}
	}
	if !utf8.ValidString(s) {
		return &InvalidError{Field: at, Code: "not_utf8"}
	}
	return nil
}

func checkTexts(at string, list []string) error {
	if len(list) > MaxListItems {
		return &InvalidError{Field: at, Code: "too_many", Value: strconv.Itoa(len(list)), Want: strconv.Itoa(MaxListItems)}
	}
	for i, s := range list {
		if err := checkText(fmt.Sprintf("%s/%d", at, i), s); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts what a user gave to what an error may repeat.
func shorten(s string) string {
	r := []rune(s)
	if len(r) <= maxShownRunes {
		return s
	}
	return string(r[:maxShownRunes]) + "…"
}

func fieldNames(specs []FieldSpec) string {
	names := make([]string, 0, len(specs))
	for _, s := range specs {
		names = append(names, s.Name)
	}
	return strings.Join(names, " | ")
}

func nodeKindNames() string {
	names := make([]string, 0, len(nodeTable))
	for _, s := range nodeTable {
		names = append(names, string(s.Kind))
	}
	return strings.Join(names, " | ")
}

func edgeKindNames() string {
	names := make([]string, 0, len(edgeTable))
	for _, s := range edgeTable {
		names = append(names, string(s.Kind))
	}
	return strings.Join(names, " | ")
}
