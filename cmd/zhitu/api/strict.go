package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// maxJSONDepth bounds the nesting of a body; records are flat.
const maxJSONDepth = 32

// decodeStrict reads body into target, a pointer. Beyond what encoding/json
// refuses it refuses members that target does not have, in the spelling that it
// has them, members given twice and anything after the value. It reports all
// that is wrong at once, each with its JSON pointer.
func decodeStrict(body []byte, target any) error {
	s := strict{dec: json.NewDecoder(bytes.NewReader(body))}
	s.dec.UseNumber()
	err := s.value(reflect.TypeOf(target).Elem(), "", 0)
	if err == nil {
		if _, err = s.dec.Token(); errors.Is(err, io.EOF) {
			err = nil
		} else {
			err = errTrailing
		}
	}
	if err != nil && !errors.Is(err, errTooDeep) {
		s.bad("", "json", "byte "+strconv.FormatInt(s.dec.InputOffset(), 10), "")
	}
	if len(s.errs) > 0 {
		return errors.Join(s.errs...)
	}
	if err := json.Unmarshal(body, target); err != nil {
		return &graph.InvalidError{Code: "json"}
	}
	return nil
}

var (
	errTrailing = errors.New("more after the value")
	errTooDeep  = errors.New("nested too deeply") // has been reported
)

// strict walks over a body beside the type that it is meant for. A method
// returns an error only when it cannot go on; all else goes to errs.
type strict struct {
	dec  *json.Decoder
	errs []error
}

func (s *strict) bad(at, code, value, want string) {
	s.errs = append(s.errs, &graph.InvalidError{Field: at, Code: code, Value: shorten(value), Want: want})
}

// value reads one value for type t; nil is any type at all.
func (s *strict) value(t reflect.Type, at string, depth int) error {
	if depth > maxJSONDepth {
		s.bad(at, "too_deep", "", strconv.Itoa(maxJSONDepth))
		return errTooDeep
	}
	for t != nil && t.Kind() == reflect.Pointer && !readsItself(t) {
		t = t.Elem()
	}
	if t != nil && (readsItself(t) || t.Kind() != reflect.Struct && t.Kind() != reflect.Slice) {
		return s.leaf(t, at, depth)
	}
	token, err := s.dec.Token()
	if err != nil {
		return err
	}
	delim, nested := token.(json.Delim)
	switch {
	case nested && delim == '{' && (t == nil || t.Kind() == reflect.Struct):
		return s.object(t, at, depth)
	case nested && delim == '[' && (t == nil || t.Kind() == reflect.Slice):
		return s.list(t, at, depth)
	case t != nil && token != nil:
		s.bad(at, "field_type", "", typeName(t))
	}
	if nested {
		return s.skip()
	}
	return nil
}

func (s *strict) object(t reflect.Type, at string, depth int) error {
	seen := map[string]bool{}
	for s.dec.More() {
		token, err := s.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		inner := join(at, pointerEscape.Replace(name))
		if seen[name] {
			s.bad(inner, "duplicate_member", "", "")
		}
		seen[name] = true
		member, known := memberOf(t, name)
		if !known {
			s.bad(inner, "unknown_field", "", memberNames(t))
		}
		if err := s.value(member, inner, depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

func (s *strict) list(t reflect.Type, at string, depth int) error {
	var elem reflect.Type
	if t != nil {
		elem = t.Elem()
	}
	for i := 0; s.dec.More(); i++ {
		if err := s.value(elem, join(at, strconv.Itoa(i)), depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

// skip reads to the end of the object or list that was just opened.
func (s *strict) skip() error {
	for open := 1; open > 0; {
		token, err := s.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
	return nil
}

// leaf tries a value out on its type, which may read itself and then knows
// best what is wrong with it.
func (s *strict) leaf(t reflect.Type, at string, depth int) error {
	var raw json.RawMessage
	if err := s.dec.Decode(&raw); err != nil {
		return err
	}
	if raw[0] == '{' || raw[0] == '[' {
		inner := strict{dec: json.NewDecoder(bytes.NewReader(raw))}
		err := inner.value(nil, at, depth)
		s.errs = append(s.errs, inner.errs...)
		if err != nil {
			return err
		}
	}
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*graph.InvalidError](err); ok {
		c := *e
		c.Field = inside(at, e.Field)
		s.errs = append(s.errs, &c)
		return nil
	}
	s.bad(at, "field_type", string(raw), typeName(t))
	return nil
}

// inside joins the pointer of a value with what an error inside it names; the
// fields of a record name themselves from the record on.
func inside(at, field string) string {
	switch {
	case field == "":
		return at
	case strings.HasPrefix(field, "fields/"):
		return join(strings.TrimSuffix(strings.TrimSuffix(at, "fields"), "/"), field)
	}
	return join(at, field)
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func readsItself(t reflect.Type) bool {
	p := t
	if t.Kind() != reflect.Pointer {
		p = reflect.PointerTo(t)
	}
	return p.Implements(jsonReader) || p.Implements(textReader)
}

// member is one member of a struct as encoding/json writes it.
type member struct {
	name  string
	typ   reflect.Type
	field reflect.StructField
}

// membersOf returns the members of t, those of embedded structs too; of one
// name the shallowest.
func membersOf(t reflect.Type) []member {
	var out []member
	level := []reflect.Type{t}
	for len(level) > 0 {
		var next []reflect.Type
		for _, t := range level {
			for i := range t.NumField() {
				f := t.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				switch {
				case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
					next = append(next, f.Type)
					continue
				case name == "-" || !f.IsExported():
					continue
				case name == "":
					name = f.Name
				}
				if !slices.ContainsFunc(out, func(m member) bool { return m.name == name }) {
					out = append(out, member{name, f.Type, f})
				}
			}
		}
		level = next
	}
	return out
}

// memberOf returns the type of the member called name; of no type at all,
// every name is known.
func memberOf(t reflect.Type, name string) (reflect.Type, bool) {
	if t == nil {
		return nil, true
	}
	for _, m := range membersOf(t) {
		if m.name == name {
			return m.typ, true
		}
	}
	return nil, false
}

func memberNames(t reflect.Type) string {
	var names []string
	for _, m := range membersOf(t) {
		names = append(names, m.name)
	}
	slices.Sort(names)
	return strings.Join(names, " | ")
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true | false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		return "[…]"
	case reflect.Struct, reflect.Map:
		return "{…}"
	default:
		return "string"
	}
}

// pointerEscape writes a name as one token of a JSON pointer.
var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

func join(at, name string) string {
	if at == "" {
		return name
	}
	if name == "" {
		return at
	}
	return at + "/" + name
}

// shorten cuts what a caller gave to what an error may repeat.
func shorten(s string) string {
	const most = 64
	r := []rune(strings.ToValidUTF8(s, "�"))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most]) + "…"
}
