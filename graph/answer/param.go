package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// Param is one parameter of a question, read from the tags of its params
// struct:
//
//	path:"id" | query:"depth" | json:"firm"   where it comes from
//	kind:"Chain"      an id; a slug of that kind is completed (sw → chain:sw)
//	vocab:"strength"  a code of that vocabulary; []string for several
//	default:"1" min:"1" max:"12" required:"true" zh:"层数" doc:"…"
type Param struct {
	Name       string
	In         string // path, query or body
	Type       string // id, text, integer, boolean, date, list
	Kind       string // of an id, when only one fits
	Vocabulary string
	Enum       []string
	Default    string
	Min, Max   int
	Required   bool
	Zh, Doc    string

	index int
}

const maxParamRunes = 2000

func paramsOf(t reflect.Type) []Param {
	params := make([]Param, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		p := Param{
			Kind: f.Tag.Get("kind"), Vocabulary: f.Tag.Get("vocab"), Default: f.Tag.Get("default"),
			Required: f.Tag.Get("required") == "true", Zh: f.Tag.Get("zh"), Doc: f.Tag.Get("doc"), index: i,
		}
		for _, in := range []string{"path", "query", "json"} {
			if name, _, _ := strings.Cut(f.Tag.Get(in), ","); name != "" {
				p.Name, p.In = name, in
			}
		}
		if p.In == "json" {
			p.In = "body"
		}
		p.Required = p.Required || p.In == "path"
		p.Min, _ = strconv.Atoi(f.Tag.Get("min"))
		p.Max, _ = strconv.Atoi(f.Tag.Get("max"))
		if enum := f.Tag.Get("enum"); enum != "" {
			p.Enum = strings.Split(enum, ",")
		}
		if v, ok := graph.VocabularyOf(p.Vocabulary); ok {
			p.Enum = v.Codes()
		}
		p.Type = paramType(f.Type)
		params = append(params, p)
	}
	return params
}

func paramType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[graph.ID]():
		return "id"
	case t == reflect.TypeFor[graph.Date]():
		return "date"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Int:
		return "integer"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return "list"
	}
	return "object"
}

// Bind reads the parameters of q: path and query by name, the body for a POST.
// An unknown query parameter or member is an error, as is every value that is
// not what the table says; all are reported at once.
func (q Question) Bind(path map[string]string, query url.Values, body []byte) (any, error) {
	target := reflect.New(q.paramsType)
	var errs []error
	if q.Method == "POST" {
		if err := bindBody(body, target.Interface()); err != nil {
			errs = append(errs, err)
		}
	}
	known := map[string]bool{}
	for _, p := range q.Params {
		if p.In == "body" {
			continue
		}
		known[p.Name] = true
		values := query[p.Name]
		if p.In == "path" {
			values = []string{path[p.Name]}
		}
		if err := p.set(target.Elem().Field(p.index), values); err != nil {
			errs = append(errs, err)
		}
	}
	for _, name := range slices.Sorted(keysOf(query)) {
		if !known[name] {
			errs = append(errs, &graph.InvalidError{Field: name, Code: "unknown_parameter", Want: q.paramNames()})
		}
	}
	return target.Interface(), errors.Join(errs...)
}

func keysOf(v url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range v {
			if !yield(k) {
				return
			}
		}
	}
}

func (q Question) paramNames() string {
	names := make([]string, 0, len(q.Params)+2)
	for _, p := range q.Params {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return strings.Join(append(names, "as_of", "seq"), " | ")
}

func bindBody(body []byte, target any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(target); err != nil {
		return &graph.InvalidError{Code: "json", Value: err.Error()}
	}
	return nil
}

// set puts the given values, or the default, into field.
func (p Param) set(field reflect.Value, values []string) error {
	values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	if len(values) == 0 {
		if p.Required {
			return p.wrong("required", "")
		}
		if p.Default == "" {
			return nil
		}
		values = []string{p.Default}
	}
	if p.Type == "list" {
		return p.setList(field, values)
	}
	if len(values) > 1 {
		return p.wrong("given_twice", strings.Join(values, ", "))
	}
	v := values[0]
	if len([]rune(v)) > maxParamRunes {
		return p.wrong("too_long", v[:60])
	}
	switch p.Type {
	case "id":
		field.SetString(string(p.id(v)))
	case "text":
		if len(p.Enum) > 0 && !slices.Contains(p.Enum, v) {
			return p.wrong("unknown_code", v)
		}
		field.SetString(v)
	case "integer":
		n, err := strconv.Atoi(v)
		if err != nil || n < p.Min || p.Max > 0 && n > p.Max {
			return p.wrong("out_of_range", v)
		}
		field.SetInt(int64(n))
	case "boolean":
		b, err := strconv.ParseBool(v)
		if err != nil {
			return p.wrong("field_type", v)
		}
		field.SetBool(b)
	case "date":
		d, err := graph.ParseDate(v)
		if err != nil {
			return p.wrong("date_format", v)
		}
		field.SetInt(int64(d))
	}
	return nil
}

func (p Param) setList(field reflect.Value, values []string) error {
	var items []string
	for _, v := range values {
		for _, item := range strings.Split(v, ",") {
			if item = strings.TrimSpace(item); item == "" {
				continue
			}
			if len(p.Enum) > 0 && !slices.Contains(p.Enum, item) {
				return p.wrong("unknown_code", item)
			}
			items = append(items, item)
		}
	}
	list := reflect.MakeSlice(field.Type(), len(items), len(items))
	for i, item := range items {
		list.Index(i).SetString(item)
	}
	field.Set(list)
	return nil
}

// id completes a slug: chain=sw is chain:sw.
func (p Param) id(v string) graph.ID {
	if p.Kind != "" && !strings.Contains(v, ":") {
		v = strings.ToLower(p.Kind) + ":" + v
	}
	return graph.ID(strings.ToLower(v))
}

func (p Param) wrong(code, value string) error {
	want := strings.Join(p.Enum, " | ")
	switch {
	case p.Type == "integer":
		want = fmt.Sprintf("%d–%d", p.Min, p.Max)
	case p.Type == "date":
		want = "YYYY-MM-DD"
	case p.Type == "boolean":
		want = "true | false"
	case code == "too_long":
		want = strconv.Itoa(maxParamRunes)
	}
	return &graph.InvalidError{Field: p.Name, Code: code, Value: value, Want: want}
}

// pinned returns the parameters as they were understood, for the fingerprint
// and for replay: path filled in, query without what is at its default.
func (q Question) pinned(params any) (path string, query url.Values) {
	path, query = q.Path, url.Values{}
	v := reflect.ValueOf(params).Elem()
	for _, p := range q.Params {
		text := paramText(v.Field(p.index))
		switch {
		case p.In == "path":
			path = strings.Replace(path, ":"+p.Name, url.PathEscape(text), 1)
		case p.In == "query" && text != "" && text != p.Default && !p.unset(text):
			query.Set(p.Name, text)
		}
	}
	return path, query
}

// unset tells an integer that nobody gave and that has no default from one.
func (p Param) unset(text string) bool {
	return p.Type == "integer" && p.Default == "" && text == "0" && p.Min > 0
}

func paramText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case graph.Date:
		if x == graph.Unknown {
			return ""
		}
		return x.String()
	case bool:
		if !x {
			return ""
		}
		return "true"
	case int:
		return strconv.Itoa(x)
	}
	if v.Kind() == reflect.Slice {
		items := make([]string, v.Len())
		for i := range items {
			items[i] = v.Index(i).String()
		}
		return strings.Join(items, ",")
	}
	return v.String()
}
