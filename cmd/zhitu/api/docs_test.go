package api

import (
	"bytes"
	"html/template"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// The page at /docs is rendered from the document and lies beside it, so that
// the program need not read YAML.

type docsGroup struct {
	Name, Description string
	Operations        []docsOperation
}

type docsOperation struct {
	Method, Path, Summary, Description, ID string
	Token                                  bool
	Params                                 []docsParam
	Body                                   bool
	Statuses                               string
}

type docsParam struct {
	Name, In, Description, Values string
	Required                      bool
}

var docsTemplate = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>质图 zhitu · API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<h1>质图 zhitu · API</h1>
<p>OpenAPI 3.1: <a href="/openapi.yaml">/openapi.yaml</a></p>
<p>{{.Intro}}</p>
<nav aria-label="目录 contents"><ul>{{range .Groups}}
<li><a href="#{{.Name}}">{{.Description}}</a> ({{len .Operations}})</li>{{end}}
</ul></nav>
{{range .Groups}}<section id="{{.Name}}">
<h2>{{.Description}}</h2>
{{range .Operations}}<details id="{{.ID}}">
<summary><span class="method">{{.Method}}</span> <code>{{.Path}}</code> {{.Summary}}</summary>
{{if .Description}}<p>{{.Description}}</p>
{{end}}{{if .Token}}<p>需要令牌 needs a token</p>
{{end}}{{if .Params}}<table>
<thead><tr><th scope="col">参数 parameter</th><th scope="col">位置 in</th><th scope="col">说明 what</th><th scope="col">取值 values</th></tr></thead>
<tbody>{{range .Params}}
<tr><td><code>{{.Name}}</code>{{if .Required}} *{{end}}</td><td>{{.In}}</td><td>{{.Description}}</td><td>{{.Values}}</td></tr>{{end}}
</tbody>
</table>
{{end}}{{if .Body}}<p>请求体 body: JSON</p>
{{end}}<p>状态 status: {{.Statuses}}</p>
</details>
{{end}}</section>
{{end}}</body>
</html>
`))

func renderDocs(t *testing.T, doc *openapi3.T) string {
	groups := make([]docsGroup, len(doc.Tags))
	at := map[string]int{}
	for i, tag := range doc.Tags {
		groups[i], at[tag.Name] = docsGroup{Name: tag.Name, Description: tag.Description}, i
	}
	paths := doc.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		operations := paths[path].Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			op := operations[method]
			g := &groups[at[op.Tags[0]]]
			g.Operations = append(g.Operations, docsOperationOf(path, method, paths[path], op))
		}
	}
	var b bytes.Buffer
	intro, _, _ := strings.Cut(doc.Info.Description, "\n\n")
	err := docsTemplate.Execute(&b, map[string]any{"Intro": intro, "Groups": groups})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func docsOperationOf(path, method string, item *openapi3.PathItem, op *openapi3.Operation) docsOperation {
	d := docsOperation{
		Method: method, Path: path, Summary: op.Summary, Description: op.Description, ID: op.OperationID, Body: op.RequestBody != nil,
		Statuses: strings.Join(slices.Sorted(maps.Keys(op.Responses.Map())), ", "),
	}
	if op.Security != nil {
		d.Token = len(*op.Security) == 1 && len((*op.Security)[0]) == 1
	}
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		s := shownOf(p.Value)
		d.Params = append(d.Params, docsParam{
			Name: p.Value.Name, In: p.Value.In, Description: p.Value.Description, Required: p.Value.Required,
			Values: strings.Join(s.Enum, " | "),
		})
	}
	return d
}

func TestContractDocsPageListsTheDocument(t *testing.T) {
	want := renderDocs(t, loadDocument(t))
	if *update {
		if err := os.WriteFile("docs.html", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	is, err := os.ReadFile("docs.html")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(is), "\n")); diff != "" {
		t.Errorf("docs.html is behind openapi.yaml (run with -update):\n%s", diff)
	}
}
