package seed

import (
	"slices"
	"strings"

	"zhitu/graph"
)

// The tables of names that the files use and no row explains. Each use of one
// is told in Report.Resolved.

// reportSource is the row of sources.json that stands for the report quoted by
// pilots.json, and reportSHA256 the checksum of its text.
const (
	reportSource = "src-common-seed"
	reportSHA256 = "11c1702b4871d520edcd31b9e6738033995223685428c1c1d063a5a3a89b1dcd"
)

// fileTitles name the files of the seed where they are shown as what a row
// rests on; a dossier is called after its chain.
var fileTitles = map[string]string{
	"common": "链档案·共性问题", "standards": "种子·标准表", "rules": "种子·认证规则表", "organizations": "种子·机构表",
	"sources": "种子·来源表", "vocab": "种子·受控词表", "regions": "种子·区划名称表", "catalogue": "种子·产品目录关系表",
	"pilots": "种子·试点事实", "firms": "种子·虚构示例企业",
}

// The two programmes whose totals and documents the files report.
const (
	firstPilots  graph.ID = "programme:first-pilots"
	strongChains graph.ID = "programme:strong-chains"
)

// ofStrongChains are the rows of common.json about 质量强链; all others of that
// file belong to the programme of the first pilots.
func ofStrongChains(id string) bool {
	return slices.Contains([]string{
		"pol-common-qianglian21", "prj-common-kqy21", "prj-common-top10", "prj-common-100", "case-common-xsxs",
	}, id)
}

// ruleAliases are names of rules that no row of rules.json bears.
var ruleAliases = map[string]string{
	"质量管理体系认证（ISO 9001）": "CNCA-QMS-01:2025",
	"《工业机器人整机安全认证实施规则》":  "工业机器人整机安全认证实施规则",
}

// schemeAliases are the names that pilots.json gives to schemes.
var schemeAliases = map[string]string{
	"ISO9001": "QMS", "质量管理体系认证": "QMS", "信息技术服务认证": "ITSMS", "供应链安全认证": "SCSMS", "能源认证": "EnMS",
}

// eligibleIndustries are the industries, as prefixes of GB/T 4754, that a rule
// is limited to. The files say it in words, which stay beside it as
// eligibility; that the words mean these classes is our reading, and reason
// says how far it goes.
var eligibleIndustries = map[string]struct {
	prefixes []string
	reason   string
}{
	"汽车质量管理体系认证（IATF 16949）": {
		[]string{"36"},
		"资格条件限于汽车供应链，按 GB/T 4754 读作第36大类汽车制造业；摩托车及按摩托车管理的三轮车须认证机构逐案判定，不在此列",
	},
}

// issuerAliases are issuers of rules in other words than the organizations'.
var issuerAliases = map[string]string{
	"挪亚（NOA）": "挪亚检测认证（NOA）",
	"中交（北京）交通产品认证中心": "中交（北京）交通产品认证中心有限公司",
}

// chainAliases are the names of a pilot that stand in the discrepancies of
// pilots.json and nowhere else.
var chainAliases = map[string][]string{
	"xnycl": {"新能源电动车及配件"},
	"rjxx":  {"信息技术服务", "软件和信息技术服务业"},
	"dlxx":  {"地理信息服务业"},
}

// processTimings are the processes whose own name says when they are done, the
// thing that decides the scope of coating standards.
var processTimings = map[string]string{
	"钢丝连续热浸镀锌":  "continuous",
	"网片成品整体热浸镀": "after_fabrication",
}

// payingTools are the policy tools that pay or lend. Training and the adoption
// of certificates (采信) do not.
var payingTools = []string{"财政补贴", "认证费用支持", "检测费用减免", "金融信贷", "知识产权质押融资", "质量奖"}

// funds tells whether a policy of a dossier pays firms of its chain: one that
// the dossier lists for comparison only is of another place.
func funds(p policyRow) bool {
	return slices.Contains(payingTools, p.Tool) && !strings.Contains(p.Title, "区外对照")
}

// boundOf reads the bound that stands in free text: 约, 超, 余 or 下限, 近 or 上限.
func boundOf(text string) string {
	for _, b := range []struct{ mark, code string }{
		{"下限", "at_least"}, {"上限", "nearly"}, {"超", "more_than"}, {"余", "at_least"}, {"近", "nearly"}, {"约", "about"},
	} {
		if strings.Contains(text, b.mark) {
			return b.code
		}
	}
	return ""
}

// codeOf returns the code of a Chinese term of a vocabulary.
func codeOf(vocabulary, zh string) (string, bool) {
	v, _ := graph.VocabularyOf(vocabulary)
	for _, t := range v.Terms {
		if t.Zh == zh {
			return t.Code, true
		}
	}
	return "", false
}
