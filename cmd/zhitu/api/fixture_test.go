package api

import (
	"encoding/json"
	"fmt"
	"testing"

	"zhitu/graph"
)

// The small graph: one chain, two segments, two problems, a standard that
// addresses one of them; a firm with a product that only it may see, and a
// problem of that firm.
const smallGraph = `[
{"put_node":{"id":"chain:sw","kind":"Chain","name":"水暖卫浴产业链","fields":{"slug":"sw"},"valid_from":null,"valid_to":null,"state":"reviewed"}},
{"put_node":{"id":"segment:cast","kind":"Segment","name":"铸造","fields":{"position":"upstream"},"valid_from":null,"valid_to":null,"state":"reviewed"}},
{"put_node":{"id":"segment:plate","kind":"Segment","name":"电镀","fields":{"position":"midstream"},"valid_from":null,"valid_to":null,"state":"reviewed"}},
{"put_node":{"id":"problem:adhesion","kind":"Problem","name":"镀锌层附着力不足","aliases":["镀层脱落"],"fields":{"category":"QT","severity":4,"problem_status":"unverified"},"valid_from":null,"valid_to":null,"state":"reviewed","evidence":[{"source":"source:a","quote":"附着力不合格","level":4}]}},
{"put_node":{"id":"problem:porosity","kind":"Problem","name":"铸件气孔","fields":{"category":"QT","severity":3},"valid_from":"2020-01-01","valid_to":"2021-01-01","state":"draft"}},
{"put_node":{"id":"standard:a","kind":"Standard","name":"金属覆盖层","fields":{"code":"GB/T 1-2020","effective":"2020-05-01"},"valid_from":null,"valid_to":null,"state":"reviewed"}},
{"put_node":{"id":"source:a","kind":"Source","name":"抽查公告","fields":{"date":"2024-05"},"valid_from":null,"valid_to":null,"state":"reviewed"}},
{"put_node":{"id":"region:440300","kind":"Region","name":"深圳市","fields":{"code":"440300","level":"city"},"valid_from":null,"valid_to":null}},
{"put_node":{"id":"region:440000","kind":"Region","name":"广东省","fields":{"code":"440000","level":"province"},"valid_from":null,"valid_to":null}},
{"put_node":{"id":"firm:a","kind":"Firm","name":"甲公司","valid_from":null,"valid_to":null}},
{"put_node":{"id":"product:old","kind":"Product","name":"旧阀门","state":"retired","valid_from":null,"valid_to":null}},
{"put_node":{"id":"product:secret","kind":"Product","name":"机密阀门","visibility":"private","owner":"firm:a","valid_from":null,"valid_to":null}},
{"put_node":{"id":"problem:secret","kind":"Problem","name":"机密问题","visibility":"organization","owner":"firm:a","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-1","edge_kind":"HAS_SEGMENT","from":"chain:sw","to":"segment:cast","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-2","edge_kind":"HAS_SEGMENT","from":"chain:sw","to":"segment:plate","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-3","edge_kind":"SUPPLIES","from":"segment:cast","to":"segment:plate","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-4","edge_kind":"OCCURS_AT","from":"problem:adhesion","to":"segment:plate","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-5","edge_kind":"ADDRESSES","from":"standard:a","to":"problem:adhesion","state":"reviewed","fields":{"mechanism":["REQ"],"strength":"direct","applicability_verdict":"applicable","clause":"5.1"},"valid_from":null,"valid_to":null,"evidence":[{"source":"source:a","level":4,"quote":"5.1 附着力"}]}},
{"put_edge":{"id":"e-6","edge_kind":"LOCATED_IN","from":"firm:a","to":"region:440300","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-7","edge_kind":"MAKES","from":"firm:a","to":"product:secret","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-8","edge_kind":"OCCURS_AT","from":"problem:secret","to":"segment:plate","valid_from":null,"valid_to":null}},
{"put_edge":{"id":"e-9","edge_kind":"SUPPLIES","from":"segment:plate","to":"segment:cast","visibility":"private","owner":"firm:a","valid_from":null,"valid_to":null}}
]`

func smallOps(t *testing.T) []graph.Op {
	t.Helper()
	var ops []graph.Op
	if err := json.Unmarshal([]byte(smallGraph), &ops); err != nil {
		t.Fatal(err)
	}
	return ops
}

// newSmall returns a bench over the small graph.
func newSmall(t *testing.T, edits ...func(*Config)) *bench {
	t.Helper()
	b := newBench(t, edits...)
	b.load(smallOps(t)...)
	return b
}

// productBody is a product as a caller gives it.
func productBody(i int) string {
	return fmt.Sprintf(`{"id":"product:n%04d","kind":"Product","name":"产品 %d","valid_from":null,"valid_to":null}`, i, i)
}
