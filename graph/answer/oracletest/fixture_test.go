package oracletest_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// The answers that the invented fixture is known to have (§6.3 of the domain).

func fixture(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	ops, err := seed.Fixture()
	if err != nil {
		t.Fatal(err)
	}
	return of(t, ops)
}

func TestUpstreamOfTheFixtureEndsAtItsCycle(t *testing.T) {
	s := fixture(t)
	direct := []string{"segment:seg-1", "segment:seg-2", "segment:seg-3", "segment:seg-4"}
	for _, row := range []struct {
		start string
		depth int
		want  [][]string
	}{
		{"segment:seg-5", 1, [][]string{direct}},
		{"segment:seg-5", 2, [][]string{direct, {"segment:seg-6"}}},
		{"segment:seg-5", 9, [][]string{direct, {"segment:seg-6"}}},
		{"segment:seg-1", 1, [][]string{{"segment:seg-4"}}},
		{"segment:seg-1", 9, [][]string{{"segment:seg-4"}}},
	} {
		if d := cmp.Diff(row.want, upstream(t, s, row.start, row.depth)); d != "" {
			t.Errorf("upstream of %s to depth %d (-want +got):\n%s", row.start, row.depth, d)
		}
	}
}

// names are ids without their kind, sorted.
func names(list []withID) string {
	var out []string
	for _, id := range ids(list) {
		_, local, _ := strings.Cut(id, ":")
		out = append(out, local)
	}
	return strings.Join(out, " ")
}

func TestTheFewestCertificatesOfTheFixture(t *testing.T) {
	type answered struct {
		Compulsory, Minimal, Uncovered, Credit []withID
		Size, Ties                             int
		Optimal                                bool
	}
	s := fixture(t)
	for _, row := range []struct {
		firm                                 string
		size                                 int
		minimal, compulsory, uncovered, held string
	}{
		{"F1", 3, "ccc eec iso9001", "ccc", "", ""},
		{"F2", 1, "iatf16949", "", "p1", "iso9001"},
		{"F3", 3, "ccc-bat iatf16949 iso9001", "ccc", "", "ccc"},
	} {
		body := fmt.Sprintf(`{"firm":"firm:%s"}`, strings.ToLower(row.firm))
		a := ask[answered](t, s, today, "bundle", nil, nil, body)
		if names(a.Minimal) != row.minimal || a.Size != row.size || a.Ties != 1 || !a.Optimal ||
			names(a.Compulsory) != row.compulsory || names(a.Uncovered) != row.uncovered || names(a.Credit) != row.held {
			t.Errorf("%s: %+v", row.firm, a)
		}
	}
}

func TestWhatTheBundleOfTheFixtureCovers(t *testing.T) {
	type answered struct {
		Covered   []string
		Uncovered []withID
	}
	s := fixture(t)
	for _, row := range []struct{ strength, covered, uncovered string }{
		{"", "p2 p5 p6 p7 p8", "p1 p3 p4 p9"},
		{"direct", "p2 p5 p6 p7 p8", "p1 p3 p4 p9"},
		{"direct,indirect", "p2 p4 p5 p6 p7 p8", "p1 p3 p9"},
	} {
		query := url.Values{"bundle": {"bundle:ev-fixture"}, "chain": {"ev-fixture"}}
		if row.strength != "" {
			query.Set("strength", row.strength)
		}
		a := ask[answered](t, s, today, "coverage", nil, query, "")
		var covered []withID
		for _, id := range a.Covered {
			covered = append(covered, withID{id})
		}
		if names(covered) != row.covered || names(a.Uncovered) != row.uncovered {
			t.Errorf("strength %q: covered %s, uncovered %s", row.strength, names(covered), names(a.Uncovered))
		}
	}
}

func TestOnlyOneProblemOfTheFixtureHasNoCertificationAtAll(t *testing.T) {
	got := []string{}
	s := fixture(t)
	for i := range 9 {
		id := fmt.Sprintf("problem:p%d", i+1)
		yes := func(r judgedJSON) bool { return r.Covers == "yes" }
		if !slices.ContainsFunc(ask[solutionsJSON](t, s, today, "solutions", map[string]string{"id": id}, nil, "").Rules, yes) {
			got = append(got, id)
		}
	}
	if d := cmp.Diff([]string{"problem:p1"}, got); d != "" {
		t.Errorf("no certification at all (-want +got):\n%s", d)
	}
}
