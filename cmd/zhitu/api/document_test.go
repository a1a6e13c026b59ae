package api

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/search"
)

var update = flag.Bool("update", false, "write what is rendered into openapi.yaml and docs.html")

func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	b, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestContractQuestionsStandInTheDocumentAsTheRegistryHasThem(t *testing.T) {
	b, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	is, want := string(b), string(b)
	for part, text := range map[string]string{"paths": renderPaths(answer.Registry()), "schemas": renderSchemas(answer.Registry())} {
		between := regexp.MustCompile(`(?s)( *# questions: begin ` + part + "\n).*?( *# questions: end " + part + "\n)")
		want = between.ReplaceAllStringFunc(want, func(old string) string {
			m := between.FindStringSubmatch(old)
			return m[1] + text + m[2]
		})
	}
	if *update {
		if err := os.WriteFile("openapi.yaml", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(is, "\n")); diff != "" {
		t.Errorf("openapi.yaml is behind the registry of questions (run with -update):\n%s", diff)
	}
}

func TestContractDocumentIsValid(t *testing.T) {
	if err := loadDocument(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestContractRouterAndDocumentListTheSameOperations(t *testing.T) {
	b := newBench(t)
	var routes, spec []string
	for _, r := range b.api.router.Routes() {
		routes = append(routes, r.Method+" "+specPath(r.Path))
	}
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			spec = append(spec, method+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(spec)
	if diff := cmp.Diff(routes, spec); diff != "" {
		t.Errorf("-router +document:\n%s", diff)
	}
}

// shown is what a parameter is, in the router or in the document.
type shown struct {
	Required bool
	Enum     []string
	Default  string
	Min, Max int
}

func TestContractRouterAndDocumentTakeTheSameParameters(t *testing.T) {
	b, doc := newBench(t), loadDocument(t)
	for _, r := range b.api.routes() {
		t.Run(r.method+" "+r.path, func(t *testing.T) {
			item := doc.Paths.Value(specPath(r.path))
			if item == nil || item.GetOperation(r.method) == nil {
				t.Skip("not in the document: another test says so")
			}
			op := item.GetOperation(r.method)
			want := map[string]shown{}
			for _, p := range r.endpoint.params {
				want[p.In+" "+p.Name] = shown{p.In == "path" || requiredParam(r, p.Name), p.Enum, p.Default, p.Min, p.Max}
			}
			got := map[string]shown{}
			for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
				for _, p := range list {
					got[p.Value.In+" "+p.Value.Name] = shownOf(p.Value)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-router +document:\n%s", diff)
			}
			if hasBody := op.RequestBody != nil; hasBody != (r.endpoint.body != nil) {
				t.Errorf("body in the document: %t, in the router: %t", hasBody, r.endpoint.body != nil)
			}
		})
	}
}

// withoutSuffix is the path of the question whose answer a file shows.
func withoutSuffix(path string) string {
	for _, suffix := range []string{".svg", ".xlsx", ".html"} {
		path = strings.TrimSuffix(path, suffix)
	}
	return path
}

func requiredParam(r route, name string) bool {
	for _, q := range answer.Registry() {
		if answer.Root+q.Path == withoutSuffix(r.path) && q.Method == r.method {
			for _, p := range q.Params {
				if p.Name == name {
					return p.Required
				}
			}
		}
	}
	return false
}

func shownOf(p *openapi3.Parameter) shown {
	s := shown{Required: p.Required}
	schema := p.Schema.Value
	if schema.Items != nil {
		schema = schema.Items.Value
	}
	for _, v := range schema.Enum {
		s.Enum = append(s.Enum, fmt.Sprint(v))
	}
	switch d := p.Schema.Value.Default.(type) {
	case nil:
	case []any:
		for i, item := range d {
			if i > 0 {
				s.Default += ","
			}
			s.Default += fmt.Sprint(item)
		}
	default:
		s.Default = fmt.Sprint(d)
	}
	if schema.Min != nil {
		s.Min = int(*schema.Min)
	}
	if schema.Max != nil {
		s.Max = int(*schema.Max)
	}
	return s
}

func TestContractEnumerationsAreThoseOfTheTables(t *testing.T) {
	doc := loadDocument(t)
	codes := func(name string) []string {
		v, _ := graph.VocabularyOf(name)
		return v.Codes()
	}
	want := map[string][]string{
		"NodeKind": nodeKinds(), "EdgeKind": edgeKinds(), "State": codes("state"), "Visibility": codes("visibility"),
		"Status": codes("status"), "Facet": search.FacetNames(),
		"Tri": {graph.Yes.String(), graph.No.String(), graph.ToReview.String()},
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		var got []string
		for _, v := range doc.Components.Schemas[name].Value.Enum {
			got = append(got, fmt.Sprint(v))
		}
		if diff := cmp.Diff(want[name], got); diff != "" {
			t.Errorf("%s -table +document:\n%s", name, diff)
		}
	}
}

// TestContractObjectsAreClosed keeps the validation of answers sharp: a schema
// that lets anything through proves nothing.
func TestContractObjectsAreClosed(t *testing.T) {
	for name, s := range loadDocument(t).Components.Schemas {
		if s.Value.Type.Is("object") && s.Value.AdditionalProperties.Has == nil && s.Value.AdditionalProperties.Schema == nil {
			t.Errorf("%s takes members that it does not name", name)
		}
	}
}
