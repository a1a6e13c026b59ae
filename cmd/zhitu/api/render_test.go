package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// The part of openapi.yaml that is about the questions is rendered from the
// registry and from the types of the answers, as it lies in the file.

// renderPaths writes the operations of the questions.
func renderPaths(questions []answer.Question) string {
	var b strings.Builder
	byPath := map[string][]answer.Question{}
	for _, q := range questions {
		byPath[specPath(answer.Root+q.Path)] = append(byPath[specPath(answer.Root+q.Path)], q)
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		fmt.Fprintf(&b, "  %s:\n", path)
		for _, q := range byPath[path] {
			renderOperation(&b, q, q.Name, answerContent(q))
		}
		if q := byPath[path][0]; q.Name == "map" {
			fmt.Fprintf(&b, "  %s.svg:\n", path)
			renderOperation(&b, q, "mapPicture", "          description: The map, drawn\n          content:\n            image/svg+xml:\n              schema: {type: string}\n")
		}
		if q := byPath[path][0]; q.Name == "report" {
			for _, f := range reportFiles() {
				fmt.Fprintf(&b, "  %s%s:\n", path, f.suffix)
				media, _, _ := strings.Cut(f.media, ";")
				renderOperation(&b, q, "report"+strings.ToUpper(f.suffix[1:]), "          description: The report as a file\n          content:\n            "+media+":\n              schema: {type: string}\n")
			}
		}
	}
	return b.String()
}

func answerContent(q answer.Question) string {
	_, t := q.Types()
	r := renderer{}
	return "          description: The answer in its envelope\n" +
		"          headers: {ETag: {$ref: \"#/components/headers/ETag\"}}\n" +
		"          content:\n            application/json:\n              schema:\n                allOf:\n" +
		"                  - {$ref: \"#/components/schemas/Envelope\"}\n" +
		"                  - {type: object, properties: {answer: " + r.of(t) + "}}\n"
}

func renderOperation(b *strings.Builder, q answer.Question, id, content string) {
	fmt.Fprintf(b, "    %s:\n      tags: [questions]\n      operationId: %s\n      summary: %s\n", strings.ToLower(q.Method), id, quote(q.Doc+" "+q.Zh))
	if q.DocZh != "" {
		fmt.Fprintf(b, "      description: %s\n", quote(q.DocZh+asks(q)))
	}
	b.WriteString("      parameters:\n")
	for _, p := range q.Params {
		if p.In != "body" {
			fmt.Fprintf(b, "        - {name: %s, in: %s, %sdescription: %s, %sschema: %s}\n",
				p.Name, p.In, when(p.Required, "required: true, "), quote(p.Doc+" "+p.Zh), when(p.Type == "list", "style: form, explode: false, "), paramSchema(p))
		}
	}
	for _, common := range []string{"AsOf", "Seq"} {
		fmt.Fprintf(b, "        - {$ref: \"#/components/parameters/%s\"}\n", common)
	}
	if id == q.Name && q.Method == http.MethodGet {
		b.WriteString("        - {$ref: \"#/components/parameters/IfNoneMatch\"}\n")
	}
	if q.Method == http.MethodPost {
		t, _ := q.Types()
		r := renderer{}
		fmt.Fprintf(b, "      requestBody:\n        required: true\n        content:\n          application/json:\n            schema: %s\n", r.of(t))
	}
	fmt.Fprintf(b, "      responses:\n        \"200\":\n%s", content)
	if id == q.Name && q.Method == http.MethodGet {
		b.WriteString("        \"304\": {$ref: \"#/components/responses/NotModified\"}\n")
	}
	if strings.Contains(q.Path, "/:id") {
		b.WriteString("        \"308\": {$ref: \"#/components/responses/Merged\"}\n")
	}
	b.WriteString("        default: {$ref: \"#/components/responses/Error\"}\n")
}

func asks(q answer.Question) string {
	if len(q.Asks) == 0 {
		return ""
	}
	return "（" + strings.Join(q.Asks, " ") + "）"
}

func when(b bool, s string) string {
	if b {
		return s
	}
	return ""
}

// quote writes a text as a YAML scalar: JSON strings are one form of them.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(strings.TrimSpace(s)); err != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

func paramSchema(p answer.Param) string {
	var s string
	switch p.Type {
	case "integer":
		s = "type: integer, minimum: " + strconv.Itoa(p.Min)
		if p.Max > 0 {
			s += ", maximum: " + strconv.Itoa(p.Max)
		}
	case "boolean":
		s = "type: boolean"
	case "date":
		return `{$ref: "#/components/schemas/Day"}`
	case "list":
		list := "{type: array, items: {type: string" + enumOf(p.Enum) + "}"
		if p.Default != "" {
			list += ", default: [" + strings.ReplaceAll(p.Default, ",", ", ") + "]"
		}
		return list + "}"
	default:
		s = "type: string" + enumOf(p.Enum)
	}
	switch {
	case p.Default != "" && p.Type != "integer" && p.Type != "boolean":
		s += ", default: " + quote(p.Default)
	case p.Default != "":
		s += ", default: " + p.Default
	}
	return "{" + s + "}"
}

func enumOf(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	quoted := make([]string, len(codes))
	for i, c := range codes {
		quoted[i] = quote(c)
	}
	return ", enum: [" + strings.Join(quoted, ", ") + "]"
}

// renderSchemas writes the schemas of all that answers and bodies are made of.
func renderSchemas(questions []answer.Question) string {
	r := renderer{defs: map[string]string{}}
	for _, q := range questions {
		params, ans := q.Types()
		if q.Method == http.MethodPost {
			r.of(params)
		}
		r.of(ans)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.defs)) {
		fmt.Fprintf(&b, "    %s:\n%s", name, r.defs[name])
	}
	return b.String()
}

// known are the types whose schemas are written by hand.
var known = map[reflect.Type]string{
	reflect.TypeFor[graph.ID]():              `{type: string}`, // "" stands for none
	reflect.TypeFor[graph.Date]():            `{$ref: "#/components/schemas/Date"}`,
	reflect.TypeFor[graph.Seq]():             `{$ref: "#/components/schemas/Seq"}`,
	reflect.TypeFor[graph.NodeKind]():        `{$ref: "#/components/schemas/NodeKind"}`,
	reflect.TypeFor[graph.EdgeKind]():        `{$ref: "#/components/schemas/EdgeKind"}`,
	reflect.TypeFor[graph.State]():           `{$ref: "#/components/schemas/State"}`,
	reflect.TypeFor[graph.Visibility]():      `{$ref: "#/components/schemas/Visibility"}`,
	reflect.TypeFor[graph.Status]():          `{$ref: "#/components/schemas/Status"}`,
	reflect.TypeFor[graph.Tri]():             `{$ref: "#/components/schemas/Tri"}`,
	reflect.TypeFor[graph.Evidence]():        `{$ref: "#/components/schemas/Evidence"}`,
	reflect.TypeFor[graph.Node]():            `{$ref: "#/components/schemas/Node"}`,
	reflect.TypeFor[graph.Edge]():            `{$ref: "#/components/schemas/Edge"}`,
	reflect.TypeFor[graph.Op]():              `{$ref: "#/components/schemas/Operation"}`,
	reflect.TypeFor[graph.Fields]():          `{type: object, additionalProperties: {$ref: "#/components/schemas/FieldValue"}}`,
	reflect.TypeFor[graph.VocabularyTerm]():  `{type: object, additionalProperties: false, required: [code, zh], properties: {code: {type: string}, zh: {type: string}}}`,
	reflect.TypeFor[json.RawMessage]():       `{type: [object, array, string, number, boolean, "null"]}`,
	reflect.TypeFor[answer.Envelope]():       `{$ref: "#/components/schemas/Envelope"}`,
	reflect.TypeFor[answer.Statement]():      `{type: object}`,
	reflect.TypeFor[map[string]any]():        `{type: object}`,
	reflect.TypeFor[map[string]string]():     `{type: object, additionalProperties: {type: string}}`,
	reflect.TypeFor[map[string]int]():        `{type: object, additionalProperties: {type: integer}}`,
	reflect.TypeFor[map[graph.ID]string]():   `{type: object, additionalProperties: {type: string}}`,
	reflect.TypeFor[map[graph.ID]graph.ID](): `{type: object, additionalProperties: {type: string}}`,
}

type renderer struct{ defs map[string]string }

// of returns the schema of t, one line; a struct becomes a component.
func (r renderer) of(t reflect.Type) string {
	if s, ok := known[t]; ok {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := r.of(t.Elem())
		if rest, ok := strings.CutPrefix(inner, "{type: "); ok && !strings.HasPrefix(rest, "object") && !strings.HasPrefix(rest, "[") {
			name, more, _ := strings.Cut(strings.TrimSuffix(rest, "}"), ", ")
			return `{type: [` + name + `, "null"]` + when(more != "", ", "+more) + `}`
		}
		return `{anyOf: [` + inner + `, {type: "null"}]}`
	case reflect.String:
		return "{type: string}"
	case reflect.Bool:
		return "{type: boolean}"
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int8, reflect.Uint8:
		return "{type: integer}"
	case reflect.Float64:
		return "{type: number}"
	case reflect.Interface: // anything, null too
		return `{type: [object, array, string, number, boolean, "null"]}`
	case reflect.Slice:
		elem := t.Elem()
		if elem.Kind() == reflect.Pointer { // lists hold no nulls
			elem = elem.Elem()
		}
		return "{type: array, items: " + r.of(elem) + "}"
	case reflect.Array:
		return fmt.Sprintf("{type: array, minItems: %d, maxItems: %d, items: %s}", t.Len(), t.Len(), r.of(t.Elem()))
	case reflect.Map:
		return "{type: object, additionalProperties: " + r.of(t.Elem()) + "}"
	case reflect.Struct:
		return r.component(t)
	default:
		panic("no schema for " + t.String())
	}
}

func (r renderer) component(t reflect.Type) string {
	name := strings.NewReplacer("[", "_", "]", "", "*", "", "/", ".").Replace(t.String())
	ref := `{$ref: "#/components/schemas/` + name + `"}`
	if _, done := r.defs[name]; done || r.defs == nil {
		return ref
	}
	r.defs[name] = "" // a type may hold itself
	var required, props strings.Builder
	for _, f := range membersOf(t) {
		if !optional(f) {
			if required.Len() > 0 {
				required.WriteString(", ")
			}
			required.WriteString(f.name)
		}
		typ := f.typ
		if optional(f) && typ.Kind() == reflect.Pointer { // left out, not null
			typ = typ.Elem()
		}
		fmt.Fprintf(&props, "        %s: %s\n", f.name, r.of(typ))
	}
	def := "      type: object\n      additionalProperties: false\n"
	if required.Len() > 0 {
		def += "      required: [" + required.String() + "]\n"
	}
	if props.Len() > 0 {
		def += "      properties:\n" + props.String()
	}
	r.defs[name] = def
	return ref
}

// optional tells whether a member may be left out: of an answer by its tag, of
// a body when the registry does not require it.
func optional(m member) bool {
	inBody := m.field.Tag.Get("zh") != "" || m.field.Tag.Get("doc") != ""
	return strings.Contains(m.field.Tag.Get("json"), ",omit") || inBody && m.field.Tag.Get("required") != "true"
}

// specPath writes a path of gin as one of OpenAPI.
func specPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
