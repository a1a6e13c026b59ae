package seed_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// reportOf asks the report of a chain over the seed.
func reportOf(t *testing.T, s *snapshot.Snapshot, chain string) (answer.Envelope, answer.ChainReport) {
	t.Helper()
	q, ok := answer.Find("report")
	if !ok {
		t.Fatal("no question report")
	}
	params, err := q.Bind(map[string]string{"id": chain}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	env, err := q.Ask(t.Context(), graph.NewView(s, 1, graph.Scope{AsOf: graph.DateOf(2026, 11, 28)}), params)
	if err != nil {
		t.Fatal(err)
	}
	return env, env.Answer.(answer.ChainReport)
}

func seeded(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	ops, _, err := seed.Ops(seed.Options{Illustrative: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Empty("test").With(ops)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReportOfEachChainReadsBackAsItWas(t *testing.T) {
	s := seeded(t)
	for _, chain := range []string{"sw", "hq", "rjxx", "xnycl", "tz", "dlxx", "san", "sxxc", "znzb"} {
		t.Run(chain, func(t *testing.T) {
			env, r := reportOf(t, s, chain)
			var b bytes.Buffer
			if err := seed.WriteReportXLSX(&b, env, "zh"); err != nil {
				t.Fatal(err)
			}
			got, err := seed.ReadReportXLSX(&b, "zh")
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string][]answer.ReportRow{
				"nodes": r.Nodes, "edges": r.Edges, "problems": r.Problems, "projects": r.Projects, "policies": r.Policies,
			} {
				if len(got[name]) != len(want) {
					t.Errorf("%s: %d rows read back, want %d", name, len(got[name]), len(want))
					continue
				}
				for i, row := range got[name] {
					for key, text := range row {
						if diff := cmp.Diff(want[i][key], text); diff != "" {
							t.Errorf("%s row %d %s: %s", name, i, key, diff)
						}
					}
					if row["id"] == "" {
						t.Errorf("%s row %d has no id", name, i)
					}
				}
			}
			if len(r.Problems) == 0 || len(r.Nodes) == 0 || len(r.Edges) == 0 {
				t.Error("a list of the report is empty")
			}
		})
	}
}

func TestReportPageNeedsNothingElse(t *testing.T) {
	env, r := reportOf(t, seeded(t), "sw")
	var b bytes.Buffer
	if err := seed.WriteReportHTML(&b, env, "zh"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, outside := range []string{"<script", "src=", "<link", "@import", "url(http", "href="} {
		if strings.Contains(page, outside) {
			t.Errorf("the page has %q: it must not ask for anything", outside)
		}
	}
	for _, want := range []string{env.Fingerprint, "<svg", r.Problems[0]["name"], "质量政策工具清单", "重点攻关项目清单"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if dir := os.Getenv("ZHITU_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "report.html"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		var x bytes.Buffer
		if err := seed.WriteReportXLSX(&x, env, "zh"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "report.xlsx"), x.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
