package graph

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateCodes = flag.Bool("update-codes", false, "write testdata/codes.golden anew")

func TestParseCodeGivesOneSpelling(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"em dash", "GB/T 13912—2020", "GB/T 13912-2020"},
		{"lower case and full width", "gb／t 13912－2020", "GB/T 13912-2020"},
		{"no blank", "GB/T13912-2020", "GB/T 13912-2020"},
		{"en dash, bar, hyphen, minus", "GB/T 13912–2020", "GB/T 13912-2020"},
		{"horizontal bar", "GB/T 13912―2020", "GB/T 13912-2020"},
		{"figure dash", "GB/T 13912‒2020", "GB/T 13912-2020"},
		{"hyphen", "GB/T 13912‐2020", "GB/T 13912-2020"},
		{"minus", "GB/T 13912−2020", "GB/T 13912-2020"},
		{"blanks round every sign", " GB / T 11291 . 1 - 2011 ", "GB/T 11291.1-2011"},
		{"GBT expands, and no year stays none", "GBT 13912", "GB/T 13912"},
		{"GBZ is a prefix of its own", "GBZ 2.1-2019", "GBZ 2.1-2019"},
		{"GB/Z keeps its slash", "GB/Z 19579-2012", "GB/Z 19579-2012"},
		{"two digits are a year of the 1900s", "GB/T 5330-85", "GB/T 5330-1985"},
		{"two digits are a part in IEC", "IEC 61000-85", "IEC 61000-85"},
		{"a compact number that does not exist", "gbt17761", "GB/T 17761"},
		{"a dot before the part", "GB 11291.1—2011", "GB 11291.1-2011"},
		{"a local standard", "DB33/T2428-2022", "DB33/T 2428-2022"},
		{"joint publication", "iso/iec17000：2020", "ISO/IEC 17000:2020"},
		{"a dash before the part", "ISO 10218-1:2006", "ISO 10218-1:2006"},
		{"ISO writes a colon", "ISO 9001-2015", "ISO 9001:2015"},
		{"digits do not belong to the prefix", "IATF16949：2016", "IATF 16949:2016"},
		{"leading zeros stay", "T/HZWXTZ 001-2021", "T/HZWXTZ 001-2021"},
		{"an amendment", "GB/T 10288-2016/XG1-2020", "GB/T 10288-2016/XG1-2020"},
		{"ASTM writes two digits", "ASTM A641-2009", "ASTM A641-09"},
		{"but four where two would not do", "ASTM A1-1925", "ASTM A1-1925"},
		{"a notice", "建质[2009]87号", "建质〔2009〕87号"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseCode(tt.given)
			if !ok || got.String() != tt.want {
				t.Errorf("ParseCode(%q) = %q, %v; want %q", tt.given, got, ok, tt.want)
			}
		})
	}
}

func TestNormalizeCode(t *testing.T) {
	for given, want := range map[string]string{
		"":                      "",
		" gb / t　13912 — 2020 ": "GB/T 13912-2020",
		"ＧＢ／Ｔ\t\n13912．1：2020":  "GB/T 13912.1:2020",
		"a–b―c‐d‒e−f－g":         "A-B-C-D-E-F-G",
		"GB∕T  13912":           "GB/T 13912",
		"中国药典 2025年版":           "中国药典 2025年版",
	} {
		if got := NormalizeCode(given); got != want {
			t.Errorf("NormalizeCode(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestZeroValuesDoNotPanic(t *testing.T) {
	for _, n := range []CodeNumber{Code{}, RuleNo{}} {
		if k := n.Keys(); k.Full != "" || k.Num != "" || n.Year() != 0 {
			t.Errorf("keys of the zero %T: %+v", n, k)
		}
	}
	if mandatory, known := (Code{}).Mandatory(); mandatory || known || (Code{}).Region() != "" || (Code{}).Tier() != "" {
		t.Error("the zero Code claims something")
	}
}

func TestParseCodeRefusesWhatIsNoCode(t *testing.T) {
	for _, given := range []string{
		"", " ", "GB", "GB/T", "17761", "6061-T6", "5G", "A3", "2025年", "Q235B", "UL94V-0",
		"中国药典2025年版", "HACCP体系认证要求（V1.0）", "市场监管总局公告2018年第12号",
		"CNCA-C11-16:2021", "CNCA-R-2002-001", // a rule, a certifier
		"GB/T 3098.1~3098.17", // several standards
		"GB/T 5330-05",        // 1905 or 2005?
		"DB332428-2022",       // where does the region end?
		"GB 17761-2018 电动自行车", // more than a code
		"〔2009〕87号", strings.Repeat("GB 1", 200),
	} {
		if got, ok := ParseCode(given); ok {
			t.Errorf("ParseCode(%q) = %q, want none", given, got)
		}
	}
}

func TestPrefixTellsTierMandatoryAndRegion(t *testing.T) {
	tests := []struct {
		code, tier, mandatory, region string
	}{
		{"GB 17761-2024", "national_mandatory", "yes", ""},
		{"GB/T 19001-2016", "national_voluntary", "no", ""},
		{"GB/Z 19579-2012", "national_guide", "no", ""},
		{"GBZ/T 160.1-2004", "national_voluntary", "no", ""},
		{"QB/T 1880-2023", "industry", "no", ""},
		{"HB/T 1", "industry", "no", ""}, // 航空, not the seed's tier HB
		{"HJ 519-2020", "industry", "unknown", ""},
		{"DB33/T 2428-2022", "local", "no", "330000"},
		{"DB3305/T 12-2020", "local", "no", "330500"},
		{"DBS33/ 3010-2020", "local", "unknown", "330000"},
		{"T/ZZB 1697-2020", "association", "no", ""},
		{"CECS 13:2009", "association", "no", ""},
		{"Q/CSG 1203005-2015", "enterprise_own", "no", ""},
		{"ISO/IEC 27001:2022", "international", "no", ""},
		{"EN ISO 13849-1:2015", "foreign", "no", ""},
		{"ASTM A90/A90M", "foreign", "no", ""},
		{"IATF 16949:2016", "industry_group", "no", ""},
		{"AS 9100D", "industry_group", "no", ""},
		{"JJG 1200-2023", "metrology", "unknown", ""},
		{"自然资规〔2023〕2号", "", "unknown", ""},
	}
	for _, tt := range tests {
		c, ok := ParseCode(tt.code)
		mandatory := "no"
		if m, known := c.Mandatory(); !known {
			mandatory = "unknown"
		} else if m {
			mandatory = "yes"
		}
		got := []string{c.Tier(), mandatory, c.Region()}
		if diff := cmp.Diff([]string{tt.tier, tt.mandatory, tt.region}, got); !ok || diff != "" {
			t.Errorf("%s (parsed: %v): %s", tt.code, ok, diff)
		}
	}
}

func TestSameNumberOtherPrefix(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"GB/T 17761", "GB 17761-2024", true},
		{"GB/T 17761-2018", "GB 17761-2018", true},
		{"GB/T 17761-2018", "GB 17761-2024", false},
		{"GB 17761", "GB 17761-2024", false}, // the same prefix
		{"GB/T 17761", "QB 17761", false},
		{"ISO 9001", "GB 9001", false},
		{"CH/Z 3003-2010", "CH/T 3003", true},
	}
	for _, tt := range tests {
		a, _ := ParseCode(tt.a)
		b, _ := ParseCode(tt.b)
		if got := SameNumberOtherPrefix(a, b); got != tt.want || SameNumberOtherPrefix(b, a) != tt.want {
			t.Errorf("SameNumberOtherPrefix(%s, %s) = %v, want %v both ways", a, b, got, tt.want)
		}
	}
	if SameNumberOtherPrefix(Code{}, Code{}) {
		t.Error("two zero Codes are a pair")
	}
}

func TestParseRuleNo(t *testing.T) {
	tests := []struct{ given, want, family string }{
		{"CNCA-C11-16：2021", "CNCA-C11-16:2021", "CNCA-C11-16"},
		{"cnca-c11-16:2021", "CNCA-C11-16:2021", "CNCA-C11-16"},
		{"CNCA—C11—16－2021", "CNCA-C11-16:2021", "CNCA-C11-16"},
		{"CNCA-C11-01/A1:2014", "CNCA-C11-01/A1:2014", "CNCA-C11-01/A1"},
		{"CNCA-13C-073:2010", "CNCA-13C-073:2010", "CNCA-13C-073"},
		{"CNCA-00C-008", "CNCA-00C-008", "CNCA-00C-008"},
		{"CNCA-QMS-01:2025", "CNCA-QMS-01:2025", "CNCA-QMS-01"},
		{"cnca-app-001", "CNCA-App-001", "CNCA-App-001"},
		{"CQC-C1116-2021", "CQC-C1116-2021", "CQC-C1116"},
		{"CCAP-C11-22：2024", "CCAP-C11-22:2024", "CCAP-C11-22"},
	}
	for _, tt := range tests {
		got, ok := ParseRuleNo(tt.given)
		if !ok || got.String() != tt.want || got.Family() != tt.family || got.Detail() == strings.HasPrefix(tt.want, "CNCA") {
			t.Errorf("ParseRuleNo(%q) = %q of %q, detail %v, %v; want %q of %q",
				tt.given, got, got.Family(), got.Detail(), ok, tt.want, tt.family)
		}
	}
	for _, given := range []string{"", "CNCA", "CNCA-R-2002-001", "CNCA-RF-2010-25", "CNCA-R-001", "CNCA-RF-01", "CNCA-C11", "CNCA-C1-16:2021",
		"CNCA-C11-16:21", "CNCA-C11-16:2021版", "GB 17761-2018", "CCRC-APPS", "质量管理体系认证规则（2016年版）"} {
		if got, ok := ParseRuleNo(given); ok {
			t.Errorf("ParseRuleNo(%q) = %q, want none", given, got)
		}
	}
}

func TestCertifierApproval(t *testing.T) {
	for given, want := range map[string]string{
		"CNCA-R-2002-001": "CNCA-R-2002-001", "cnca－r－2024－1364": "CNCA-R-2024-1364", " CNCA-RF-2010-25 ": "CNCA-RF-2010-25",
		"": "", "CNCA-R-2002-1": "", "CNCA-R-2002-12345": "", "CNCA-R-02-001": "", "CNCA-RX-2002-001": "", "CNCA-R-2002-001a": "",
		"CNCA-QMS-01:2025": "",
	} {
		if got, ok := CertifierApproval(given); got != want || ok != (want != "") {
			t.Errorf("CertifierApproval(%q) = %q, %v; want %q", given, got, ok, want)
		}
	}
}

func TestDerivedID(t *testing.T) {
	tests := []struct {
		name, want, kind, given string
		parents                 []string
	}{
		{"standard", "standard:gb_t-13912-2020", "Standard", "GB/T 13912-2020", nil},
		{"another spelling", "standard:gb_t-13912-2020", "standard", "gb／t13912—2020", nil},
		{"colons stay", "standard:iso-9001:2015", "Standard", "ISO 9001:2015", nil},
		{"two slashes", "standard:astm-a641_a641m", "Standard", "ASTM A641/A641M", nil},
		{"rule", "rule:cnca-c11-01_a1:2014", "Rule", "CNCA-C11-01/A1：2014", nil},
		{"firm", "firm:91350100m000100y43", "Firm", "91350100M000100Y43", nil},
		{"upper-case seed id", "problem:qp-tz-01", "Problem", "QP-TZ-01", nil},
		{"kind in camel case", "testcapability:tc-1", "TestCapability", "TC-1", nil},
		{"a code needs no parent", "segment:seg-1", "Segment", "SEG-1", []string{"chain:sw"}},
		// printf 'standard\0中国药典2025年版' | sha256sum
		{"free text", "standard:x-89c1d2d4491ce018", "Standard", "中国药典2025年版", nil},
		{"full width is the same text", "standard:x-89c1d2d4491ce018", "Standard", "中国药典２０２５年版", nil},
		// printf 'segment\0热镀\0chain:sw' | sha256sum
		{"parent", "segment:x-0ba29a5b8d09e298", "Segment", "热镀", []string{"chain:sw"}},
	}
	for _, tt := range tests {
		if got := DerivedID(tt.kind, tt.given, tt.parents...); got != tt.want {
			t.Errorf("%s: DerivedID(%q, %q, %q) = %q, want %q", tt.name, tt.kind, tt.given, tt.parents, got, tt.want)
		}
	}
	if a, b := DerivedID("Segment", "热镀", "chain:sw"), DerivedID("Segment", "热镀", "chain:tz"); a == b {
		t.Errorf("segments of two chains share the id %s", a)
	}
	fits, tooLong := strings.Repeat("a", 123), strings.Repeat("a", 124)
	if got := DerivedID("Case", fits); got != "case:"+fits {
		t.Errorf("an id of 128 bytes became %q", got)
	}
	if got := DerivedID("Case", tooLong); !strings.HasPrefix(got, "case:x-") {
		t.Errorf("an id of 129 bytes is %q", got)
	}
	if a, b := DerivedID("Case", ""), DerivedID("Case", "", "chain:sw"); a == b || !strings.HasPrefix(a, "case:x-") {
		t.Errorf("without a name: %q, with a parent: %q", a, b)
	}
}

// TestCodesGolden holds the whole recognizer to testdata/codes.golden.
func TestCodesGolden(t *testing.T) {
	file := filepath.Join("testdata", "codes.golden")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	last := ""
	for line := range strings.Lines(string(old)) {
		text, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(text, "#"):
			fmt.Fprintln(&b, text)
		case text != last: // of a text with several numbers the first line says all
			b.WriteString(goldenLines(text))
			last = text
		}
	}
	if *updateCodes {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(old), b.String()); diff != "" && !*updateCodes {
		t.Errorf("codes.golden (-want +got):\n%s", diff)
	}
}

func goldenLines(text string) string {
	var b strings.Builder
	for _, f := range FindCodes(text) {
		tier := "rule"
		if c, ok := f.Code.(Code); ok {
			tier = c.Tier()
		}
		k := f.Code.Keys()
		fmt.Fprintf(&b, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n",
			text, f.Code, f.Code.Family(), f.Code.Year(), tier, k.Full, k.Base, k.Num)
	}
	if b.Len() == 0 {
		return text + "\t-\n"
	}
	return b.String()
}

// freeTextCodes are the codes of the seed that are no numbers, on purpose.
var freeTextCodes = []string{
	"HACCP体系认证要求（V1.0）", "中国药典2020年版", "中国药典2025年版",
	"国家卫生健康委等公告2023年第9号", "国家药监局等四部门公告2022年第22号",
	"国家食品药品监督管理总局公告2014年第32号", "国家食品药品监督管理总局公告2018年第18号",
	"市场监管总局公告2018年第12号", "餐饮服务连锁企业落实食品安全主体责任监督管理规定（2025）",
}

// seedNumbers returns every number of standard and rule in the seed.
func seedNumbers(t *testing.T) (standards, rules []string) {
	t.Helper()
	dir := os.Getenv("ZHITU_SHARED")
	if dir == "" {
		t.Skip("SKIPPED: set ZHITU_SHARED to the folder that holds data/seed")
	}
	var s struct {
		Standards []struct {
			Code     string
			Replaces []string
			By       string `json:"replaced_by"`
			Adopts   struct{ Code string }
		}
	}
	var r struct {
		Rules []struct {
			No      string   `json:"rule_no"`
			BasedOn []string `json:"based_on"`
		}
	}
	for name, v := range map[string]any{"standards.json": &s, "rules.json": &r} {
		data, err := os.ReadFile(filepath.Join(dir, "data", "seed", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, each := range s.Standards {
		standards = append(standards, each.Code, each.By, each.Adopts.Code)
		standards = append(standards, each.Replaces...)
	}
	for _, each := range r.Rules {
		rules, standards = append(rules, each.No), append(standards, each.BasedOn...)
	}
	return unique(standards), unique(rules)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

func TestEveryNumberOfTheSeedIsCanonical(t *testing.T) {
	standards, rules := seedNumbers(t)
	var free []string
	for _, given := range standards {
		if c, ok := ParseCode(given); !ok {
			free = append(free, given)
		} else if c.String() != given {
			t.Errorf("%q is read as %q", given, c)
		}
	}
	if diff := cmp.Diff(freeTextCodes, free); diff != "" {
		t.Errorf("codes that are free text (-want +got):\n%s", diff)
	}
	for _, given := range rules {
		if r, ok := ParseRuleNo(given); !ok || r.String() != given {
			t.Errorf("rule %q is read as %q, %v", given, r, ok)
		}
	}
	t.Logf("%d standards, %d rules", len(standards), len(rules))
}
