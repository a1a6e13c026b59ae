package seed

import (
	"strings"

	"zhitu/graph"
)

// regionNames are the regions that the files name by code, with those above
// them: the seed's own table, for the files hold codes only.
const regionNames = `
110000 北京市
120000 天津市
130000 河北省
131100 衡水市
131125 安平县
140000 山西省
140200 大同市
140225 浑源县
310000 上海市
310107 普陀区
320000 江苏省
320100 南京市
320114 雨花台区
320200 无锡市
320300 徐州市
320321 丰县
320400 常州市
330000 浙江省
330100 杭州市
330500 湖州市
330502 吴兴区
330521 德清县
330600 绍兴市
330604 上虞区
330682 上虞市
331000 台州市
350000 福建省
350100 福州市
350400 三明市
350405 沙县区
350427 沙县
370000 山东省
410000 河南省
410100 郑州市
440000 广东省
440100 广州市
440112 黄埔区
440300 深圳市
440400 珠海市
440600 佛山市
440606 顺德区
500000 重庆市
610000 陕西省`

// regionChanges are the codes that were given up. The year of the first stands
// in the discrepancies of pilots.json, the day of neither is recorded.
var regionChanges = []struct{ now, before, date, topic string }{
	{"350405", "350427", "2021", "行政区称谓"},
	{"330604", "330682", "", ""},
}

func regionID(code string) graph.ID { return seedID("region", code) }

// regions makes the region nodes, each LOCATED_IN the one above it.
func (b *builder) regions() {
	by := []graph.Evidence{{CollectedBy: b.collector("regions"), CollectedAt: collectedAt}}
	lines := strings.Split(strings.TrimSpace(regionNames), "\n")
	for _, line := range lines {
		code, name, _ := strings.Cut(line, " ")
		level := "county"
		switch {
		case strings.HasSuffix(code, "0000"):
			level = "province"
		case strings.HasSuffix(code, "00"):
			level = "city"
		}
		b.node(graph.Node{ID: regionID(code), Kind: graph.Region, Name: name, Fields: fields("code", code, "level", level), Evidence: by})
	}
	for _, line := range lines {
		code, _, _ := strings.Cut(line, " ")
		for _, above := range []string{code[:4] + "00", code[:2] + "0000"} {
			if _, ok := b.nodes[regionID(above)]; ok && above != code {
				b.edge(graph.Edge{Kind: graph.LocatedIn, From: regionID(code), To: regionID(above), Evidence: by})
				break
			}
		}
	}
	for _, c := range regionChanges {
		e := graph.Edge{Kind: graph.Replaces, From: regionID(c.now), To: regionID(c.before), Fields: fields("date", c.date), Evidence: by}
		for _, d := range b.files.pilots.Discrepancies {
			if d.Topic == c.topic {
				e.Evidence = []graph.Evidence{{Quote: d.Detail, Field: "date", Value: c.date, CollectedBy: b.collector("pilots"), CollectedAt: collectedAt}}
			}
		}
		b.edge(e)
	}
}

// locate puts id in the region of a code, if there is one.
func (b *builder) locate(file string, id graph.ID, code string, evidence []graph.Evidence) {
	if code == "" || !b.mustNode(file, regionID(code)) {
		return
	}
	b.edge(graph.Edge{Kind: graph.LocatedIn, From: id, To: regionID(code), Evidence: evidence})
}
