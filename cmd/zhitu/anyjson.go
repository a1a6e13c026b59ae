package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// value is JSON with the order of its members, which encoding/json's maps
// lose: a table reads in the order in which an answer declares its fields.
type value struct {
	scalar  any // string, json.Number, bool or nil
	isList  bool
	list    []value
	members []member
}

type member struct {
	name  string
	value value
}

func parseValue(raw []byte) (value, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := readValue(dec)
	if err != nil {
		return value{}, fmt.Errorf("JSON of the answer: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return value{}, errors.New("JSON of the answer: more than one value")
	}
	return v, nil
}

func readValue(dec *json.Decoder) (value, error) {
	tok, err := dec.Token()
	if err != nil {
		return value{}, err
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		return value{scalar: tok}, nil
	}
	v := value{isList: delim == '['}
	for dec.More() {
		if v.isList {
			item, err := readValue(dec)
			if err != nil {
				return value{}, err
			}
			v.list = append(v.list, item)
			continue
		}
		name, err := dec.Token()
		if err != nil {
			return value{}, err
		}
		item, err := readValue(dec)
		if err != nil {
			return value{}, err
		}
		v.members = append(v.members, member{name.(string), item})
	}
	_, err = dec.Token()
	return v, err
}

func (v value) get(name string) (value, bool) {
	i := slices.IndexFunc(v.members, func(m member) bool { return m.name == name })
	if i < 0 {
		return value{}, false
	}
	return v.members[i].value, true
}

func (v value) isObject() bool { return v.members != nil }

func (v value) empty() bool {
	return v.scalar == nil && len(v.list) == 0 && len(v.members) == 0 || v.scalar == ""
}

// isRow tells whether v is shown as a row of a table rather than as text.
func (v value) isRows() bool {
	return v.isList && slices.ContainsFunc(v.list, value.isObject)
}

// unshown are members of an answer that the table leaves to -json: they are
// long, and no column holds them.
var unshown = []string{"evidence", "paths", "path"}

// renderAny prints an answer that has no renderer of its own.
func renderAny(pr *printer, r reply) error {
	v, err := parseValue(r.Answer)
	if err != nil {
		return err
	}
	switch {
	case v.isRows():
		pr.rows(v.list)
	case v.isObject():
		pr.object(v)
	default:
		pr.linef("%s", pr.text("", v))
	}
	return nil
}

// object prints scalars first, one a line, then each list as a table.
func (pr *printer) object(v value) {
	for _, m := range v.members {
		if !m.value.isRows() && !pr.nested(m.value) && !slices.Contains(unshown, m.name) {
			pr.linef("%s：%s", pr.label(m.name), pr.text(m.name, m.value))
		}
	}
	for _, m := range v.members {
		switch {
		case slices.Contains(unshown, m.name):
		case m.value.isRows():
			pr.title(pr.label(m.name), pr.label(m.name), len(m.value.list))
			pr.rows(m.value.list)
		case pr.nested(m.value):
			fmt.Fprintf(&pr.b, "\n%s\n", pr.t("【"+pr.label(m.name)+"】", pr.label(m.name)))
			pr.object(m.value)
		}
	}
}

// nested tells whether v holds lists of rows of its own.
func (pr *printer) nested(v value) bool {
	if !v.isObject() {
		return false
	}
	return slices.ContainsFunc(v.members, func(m member) bool { return m.value.isRows() || pr.nested(m.value) }) && len(v.members) > 0
}

// rows prints objects as a table whose columns are the members of any.
func (pr *printer) rows(items []value) {
	var names []string
	for _, item := range items {
		for _, m := range item.members {
			if !slices.Contains(names, m.name) && !slices.Contains(unshown, m.name) {
				names = append(names, m.name)
			}
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return !slices.ContainsFunc(items, func(item value) bool { v, _ := item.get(name); return !v.empty() })
	})
	if len(names) > maxTableColumns {
		pr.cards(items, names)
		return
	}
	t := table{}
	for _, name := range names {
		t.head = append(t.head, pr.label(name))
	}
	for _, item := range items {
		cells := make([]string, len(names))
		for i, name := range names {
			v, _ := item.get(name)
			cells[i] = pr.text(name, v)
		}
		t.add(cells...)
	}
	pr.table(t)
}

// maxTableColumns is how many columns a reader takes in; rows with more are
// printed one below the other.
const maxTableColumns = 7

// cards prints each row as a paragraph: what it is, then what is known of it.
func (pr *printer) cards(items []value, names []string) {
	for i, item := range items {
		if i > 0 {
			fmt.Fprintln(&pr.b)
		}
		_, named := item.get("name")
		if named {
			pr.indented(2, pr.objectText(item))
		}
		var facts []string
		for _, name := range names {
			v, _ := item.get(name)
			if text := pr.text(name, v); text != "" && (!named || name != "name" && name != "code") {
				facts = append(facts, pr.label(name)+pr.t("：", ": ")+text)
			}
		}
		pr.indented(4, strings.Join(facts, pr.t("；", "; ")))
	}
}

func (pr *printer) indented(by int, text string) {
	for _, line := range wrap(text, pr.columns-by) {
		fmt.Fprintln(&pr.b, strings.Repeat(" ", by)+line)
	}
}

// text puts v on one line: a thing by its code and name, a list by its items.
func (pr *printer) text(name string, v value) string {
	switch {
	case v.isList:
		parts := make([]string, len(v.list))
		for i, item := range v.list {
			parts[i] = pr.text(name, item)
		}
		return strings.Join(parts, pr.t("；", "; "))
	case v.isObject():
		return pr.objectText(v)
	}
	switch s := v.scalar.(type) {
	case nil:
		return ""
	case bool:
		if s {
			return pr.t("是", "yes")
		}
		return pr.t("否", "no")
	case json.Number:
		return shortNumber(s)
	case string:
		if name == "kind" {
			return pr.kindLabel(s)
		}
		if list, ok := termOf[name]; ok {
			return pr.term(list, s)
		}
		return s
	}
	return fmt.Sprint(v.scalar)
}

// shortNumber leaves out decimals that nobody reads.
func shortNumber(n json.Number) string {
	f, err := n.Float64()
	if err != nil || !strings.Contains(n.String(), ".") {
		return n.String()
	}
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64)
}

func (pr *printer) objectText(v value) string {
	if n, ok := v.get("name"); ok {
		text := pr.text("name", n)
		if c, ok := v.get("code"); ok && pr.text("", c) != "" && !strings.Contains(text, pr.text("", c)) {
			text = pr.text("", c) + " " + text
		}
		if c, ok := v.get("contribution"); ok { // a term of a sum: what it adds
			text += " " + pr.text("", c)
		}
		return text
	}
	var parts []string
	for _, m := range v.members {
		if !m.value.empty() && !slices.Contains(unshown, m.name) {
			parts = append(parts, pr.label(m.name)+" "+pr.text(m.name, m.value))
		}
	}
	return strings.Join(parts, pr.t("，", ", "))
}
