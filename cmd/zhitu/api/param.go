package api

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/search"
)

// param is one parameter of a route, read from the tags of its request struct:
//
//	path:"id" | query:"kind" | header:"If-Match"   where it comes from
//	default:"50" min:"1" max:"1000" enum:"in,out,both" vocab:"state"
//
// A member tagged body:"json" takes the whole body, one tagged digest:"request"
// what identifies the request (digest in bind.go), one tagged facets:"all" the
// filters of a search.
type param struct {
	Name     string
	In       string // path, query or header
	Enum     []string
	Default  string
	Min, Max int
	Kind     string // of an id: completes a slug (sw → chain:sw)

	index []int
	facet bool // one of the filters of a search, which go into a map by name
}

const maxParamRunes = 2000

func paramsOf(t reflect.Type) []param {
	var params []param
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("facets") == "all" {
			params = append(params, facetParams(f.Index)...)
			continue
		}
		p := param{Default: f.Tag.Get("default"), Kind: f.Tag.Get("kind"), index: f.Index}
		for _, in := range []string{"path", "query", "header"} {
			if name := f.Tag.Get(in); name != "" {
				p.Name, p.In = name, in
			}
		}
		if p.Name == "" || f.Anonymous {
			continue
		}
		p.Min, _ = strconv.Atoi(f.Tag.Get("min"))
		p.Max, _ = strconv.Atoi(f.Tag.Get("max"))
		if enum := f.Tag.Get("enum"); enum != "" {
			p.Enum = strings.Split(enum, ",")
		}
		if v, ok := graph.VocabularyOf(f.Tag.Get("vocab")); ok {
			p.Enum = v.Codes()
		}
		switch f.Tag.Get("kinds") {
		case "node":
			p.Enum = nodeKinds()
		case "edge":
			p.Enum = edgeKinds()
		case "facet":
			p.Enum = search.FacetNames()
		}
		params = append(params, p)
	}
	return params
}

// facetParams returns a parameter for each thing that a search can filter by.
func facetParams(index []int) []param {
	var params []param
	for _, name := range search.FacetNames() {
		p := param{Name: name, In: "query", index: index, facet: true, Enum: facetValues(name)}
		if name == "chain" {
			p.Kind = string(graph.Chain)
		}
		params = append(params, p)
	}
	return params
}

// facetValues returns what a filter can be, where the schema table knows it: of
// a field that several kinds have, what it can be in any of them.
func facetValues(name string) []string {
	if name == "kind" {
		return nodeKinds()
	}
	if v, ok := graph.VocabularyOf(name); ok {
		return v.Codes()
	}
	var values []string
	for _, spec := range graph.Nodes() {
		f, ok := spec.Field(name)
		if !ok {
			continue
		}
		v, closed := graph.VocabularyOf(f.Vocabulary)
		if !closed {
			return nil
		}
		for _, code := range v.Codes() {
			if !slices.Contains(values, code) {
				values = append(values, code)
			}
		}
	}
	return values
}

func nodeKinds() []string {
	var kinds []string
	for _, spec := range graph.Nodes() {
		kinds = append(kinds, string(spec.Kind))
	}
	return kinds
}

func edgeKinds() []string {
	var kinds []string
	for _, spec := range graph.Edges() {
		kinds = append(kinds, string(spec.Kind))
	}
	return kinds
}

// bodyOf returns the type of the body of a request struct, nil without one.
func bodyOf(t reflect.Type) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("body") == "json" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// set puts the given values, or the default, into field.
func (p param) set(field reflect.Value, values []string) error {
	values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	if len(values) == 0 {
		if p.Default == "" {
			return nil
		}
		values = []string{p.Default}
	}
	for _, v := range values {
		if len(v) > 4*maxParamRunes || len([]rune(v)) > maxParamRunes {
			return p.wrong("too_long", v)
		}
	}
	if p.facet {
		items := reflect.New(reflect.TypeFor[[]string]()).Elem()
		if err := p.setList(items, values); err != nil {
			return err
		}
		if field.IsNil() {
			field.Set(reflect.MakeMap(field.Type()))
		}
		field.SetMapIndex(reflect.ValueOf(p.Name), items)
		return nil
	}
	if field.Kind() == reflect.Slice {
		return p.setList(field, values)
	}
	if len(values) > 1 {
		return p.wrong("given_twice", strings.Join(values, ", "))
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	return p.setOne(field, values[0])
}

func (p param) setOne(field reflect.Value, v string) error {
	switch {
	case field.Type() == reflect.TypeFor[graph.Date]():
		d, err := graph.ParseDate(v)
		if err != nil {
			return p.wrong("date_format", v)
		}
		field.SetInt(int64(d))
	case field.Type() == reflect.TypeFor[graph.ID]():
		field.SetString(p.id(v))
	case field.Kind() == reflect.String:
		if len(p.Enum) > 0 && !slices.Contains(p.Enum, v) {
			return p.wrong("unknown_code", v)
		}
		field.SetString(v)
	case field.Kind() == reflect.Bool:
		if v != "true" && v != "false" {
			return p.wrong("field_type", v)
		}
		field.SetBool(v == "true")
	default:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < int64(p.Min) || p.Max > 0 && n > int64(p.Max) {
			return p.wrong("out_of_range", v)
		}
		field.SetInt(n)
	}
	return nil
}

// setList reads values that are repeated, separated by commas, or both.
func (p param) setList(field reflect.Value, values []string) error {
	var items []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item == "" {
				continue
			}
			if len(p.Enum) > 0 && !slices.Contains(p.Enum, item) {
				return p.wrong("unknown_code", item)
			}
			items = append(items, p.id(item))
		}
	}
	list := reflect.MakeSlice(field.Type(), len(items), len(items))
	for i, item := range items {
		list.Index(i).SetString(item)
	}
	field.Set(list)
	return nil
}

func (p param) id(v string) string {
	if p.Kind != "" && !strings.Contains(v, ":") {
		v = strings.ToLower(p.Kind) + ":" + v
	}
	return v
}

func (p param) wrong(code, value string) error {
	e := &graph.InvalidError{Field: p.Name, Code: code, Value: shorten(value), Want: strings.Join(p.Enum, " | ")}
	switch code {
	case "too_long":
		e.Value, e.Want = "", strconv.Itoa(maxParamRunes)
	case "date_format":
		e.Want = "YYYY-MM-DD"
	case "field_type":
		e.Want = "true | false"
	case "out_of_range":
		e.Want = fmt.Sprintf("≥ %d", p.Min)
		if p.Max > 0 {
			e.Want = fmt.Sprintf("%d–%d", p.Min, p.Max)
		}
	}
	return e
}

// valuesOf returns what the request gives for p.
func (p param) valuesOf(r *http.Request, path map[string]string, query map[string][]string) []string {
	switch p.In {
	case "path":
		return []string{path[p.Name]}
	case "header":
		return r.Header.Values(p.Name)
	}
	return query[p.Name]
}
