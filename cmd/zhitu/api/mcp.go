package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// The Model Context Protocol, for assistants: a read-only tool per question of
// the registry, its input typed as the registry types it, its output the same
// envelope that the API gives. What an assistant is told is what everybody is:
// complete or not, warnings, and no endorsement.

// mcpInstructions are what an assistant reads first.
const mcpInstructions = `zhitu 质图: a graph of quality problems of industry chains and what solves them (standards, certification rules, certifiers, laboratories, cases, policies).
Start with "solve" for a problem in a firm's own words, or "ask" for a question in Chinese. Every answer says "complete" and "truncated_by", the date "as_of", the state "seq", and evidence with its level.
An empty or uncovered result means: not recorded in this graph on that date (未收录), never that it does not exist. Lists of certifiers and laboratories are complete and in neutral order, and no endorsement. Records marked illustrative (示例) or synthetic are invented. Verdict to_review (待核) means that a fact is missing.`

// mcpServer returns the server of the protocol: one tool per question, all
// read-only, answered as who may see it.
func (a *API) mcpServer(version string, who Identity) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "zhitu", Title: "质图 zhitu", Version: version}, &mcp.ServerOptions{Instructions: mcpInstructions})
	for _, q := range answer.Registry() {
		s.AddTool(toolOf(q), a.toolHandler(q, who))
	}
	return s
}

// mcpEndpoint serves the protocol over HTTP, without sessions: each call stands
// for itself and is made with the rights of its own token.
func (a *API) mcpEndpoint() endpoint {
	h := mcp.NewStreamableHTTPHandler(func(r *http.Request) *mcp.Server {
		return a.mcpServer(a.config.Version, identityOf(r.Context()))
	}, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})
	return endpoint{body: reflect.TypeFor[json.RawMessage](), handle: func(c *gin.Context) { h.ServeHTTP(c.Writer, c.Request) }}
}

// ServeMCP speaks the protocol on standard input and output until they close,
// as the public sees the graph.
func (a *API) ServeMCP(ctx context.Context) error {
	if err := a.mcpServer(a.config.Version, Identity{}).Run(ctx, &mcp.StdioTransport{}); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("mcp on standard input: %w", err)
	}
	return nil
}

// toolOf describes a question: its name with _ for -, which some clients refuse.
func toolOf(q answer.Question) *mcp.Tool {
	closed := false
	return &mcp.Tool{
		Name: strings.ReplaceAll(q.Name, "-", "_"), Title: q.Zh, Description: q.Doc + ".\n" + q.DocZh + "。",
		InputSchema: inputSchema(q),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed, Title: q.Zh},
	}
}

// inputSchema is the parameters of q as JSON Schema, closed.
func inputSchema(q answer.Question) map[string]any {
	properties := map[string]any{
		"as_of": map[string]any{"type": "string", "format": "date", "description": "date, default today in Asia/Shanghai 查询日"},
		"seq":   map[string]any{"type": "integer", "minimum": 0, "description": "sequence number of the graph, for a replay 图谱序号"},
	}
	required := []string{}
	for _, p := range q.Params {
		properties[p.Name] = propertyOf(p)
		if p.Required {
			required = append(required, p.Name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func propertyOf(p answer.Param) map[string]any {
	v := map[string]any{"description": strings.TrimSpace(p.Doc + " " + p.Zh)}
	switch p.Type {
	case "integer":
		v["type"], v["minimum"] = "integer", p.Min
		if p.Max > 0 {
			v["maximum"] = p.Max
		}
	case "boolean":
		v["type"] = "boolean"
	case "list":
		item := map[string]any{"type": "string"}
		if len(p.Enum) > 0 {
			item["enum"] = p.Enum
		}
		v["type"], v["items"] = "array", item
	case "object":
		// operations and questions of a what-if: objects of the API
	default:
		v["type"] = "string"
		if p.Type == "date" {
			v["format"] = "date"
		}
		if len(p.Enum) > 0 {
			v["enum"] = p.Enum
		}
	}
	if p.Default != "" {
		v["description"] = fmt.Sprintf("%s; default %s", v["description"], p.Default)
	}
	return v
}

func (a *API) toolHandler(q answer.Question, who Identity) mcp.ToolHandler {
	return func(ctx context.Context, req *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		env, err := a.askTool(context.WithValue(ctx, identityKey{}, who), q, req.Params.Arguments)
		if err != nil {
			return a.toolError(q, err), nil
		}
		text, err := json.Marshal(env)
		if err != nil {
			return nil, fmt.Errorf("tool %s: %w", q.Name, err)
		}
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(text)}}, StructuredContent: json.RawMessage(text)}, nil
	}
}

// askTool binds the arguments of a tool as the API binds path, query and body.
func (a *API) askTool(ctx context.Context, q answer.Question, raw json.RawMessage) (answer.Envelope, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.QueryTimeout)
	defer cancel()
	args := map[string]any{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &args); err != nil {
			return answer.Envelope{}, &graph.InvalidError{Code: "json", Value: err.Error()}
		}
	}
	asOf, seq, err := viewArguments(args)
	if err != nil {
		return answer.Envelope{}, err
	}
	path, query, body, err := argumentsOf(q, args)
	if err != nil {
		return answer.Envelope{}, err
	}
	params, err := q.Bind(path, query, body)
	if err != nil {
		return answer.Envelope{}, err
	}
	view, err := a.view(ctx, asOf, seq)
	if err != nil {
		return answer.Envelope{}, err
	}
	return q.AskWith(ctx, view, past{a.ledger, view.Seq()}, params)
}

// viewArguments takes as_of and seq out of args.
func viewArguments(args map[string]any) (graph.Date, *graph.Seq, error) {
	asOf := graph.Unknown
	if text, ok := args["as_of"].(string); ok && text != "" {
		d, err := graph.ParseDate(text)
		if err != nil {
			return asOf, nil, &graph.InvalidError{Field: "as_of", Code: "date_format", Value: text, Want: "YYYY-MM-DD"}
		}
		asOf = d
	}
	var seq *graph.Seq
	if n, ok := args["seq"].(float64); ok {
		s := graph.Seq(n)
		seq = &s
	}
	delete(args, "as_of")
	delete(args, "seq")
	return asOf, seq, nil
}

// argumentsOf sorts args by where the question takes each parameter from.
func argumentsOf(q answer.Question, args map[string]any) (map[string]string, url.Values, []byte, error) {
	path, query, inBody := map[string]string{}, url.Values{}, map[string]any{}
	for name, v := range args {
		i := slices.IndexFunc(q.Params, func(p answer.Param) bool { return p.Name == name })
		switch {
		case i >= 0 && q.Params[i].In == "path":
			path[name] = fmt.Sprint(v)
		case i >= 0 && q.Params[i].In == "body":
			inBody[name] = v
		default:
			query.Set(name, argumentText(v)) // Bind refuses a name that it does not know
		}
	}
	if q.Method != http.MethodPost {
		return path, query, nil, nil
	}
	body, err := json.Marshal(inBody)
	return path, query, body, err
}

func argumentText(v any) string {
	switch v := v.(type) {
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = fmt.Sprint(item)
		}
		return strings.Join(items, ",")
	case float64:
		if v == float64(int64(v)) {
			return strconv.FormatInt(int64(v), 10)
		}
	}
	return fmt.Sprint(v)
}

// toolError tells an assistant what is wrong with its call, in both languages;
// anything that is not its fault is logged and named by its code alone.
func (a *API) toolError(q answer.Question, err error) *mcp.CallToolResult {
	var lines []string
	for _, e := range graph.InvalidErrors(err) {
		for _, lang := range []graph.Lang{graph.Chinese, graph.English} {
			lines = append(lines, graph.Message(lang, e.Code, e))
		}
	}
	switch {
	case len(lines) > 0:
	case errors.Is(err, graph.ErrNotFound):
		lines = []string{"未找到，或无权查看。", "Not found, or not visible to you."}
	default:
		a.config.Logger.Error("tool failed", "tool", q.Name, "error", err)
		lines = []string{"暂时无法回答，请稍后再试。", "Not available right now; try again later."}
	}
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: strings.Join(lines, "\n")}}}
}
