package graph

import "strings"

// The tiers 层级 of the vocabulary that a prefix decides.
const (
	codeTierMandatory     = "national_mandatory" // 强制性国家标准
	codeTierVoluntary     = "national_voluntary" // 推荐性国家标准
	codeTierGuide         = "national_guide"     // 国家标准化指导性技术文件
	codeTierIndustry      = "industry"           // 行业标准
	codeTierLocal         = "local"              // 地方标准
	codeTierAssociation   = "association"        // 团体标准
	codeTierEnterprise    = "enterprise_own"     // 企业标准
	codeTierInternational = "international"      // 国际标准
	codeTierForeign       = "foreign"            // 国外、区域标准
	codeTierIndustryGroup = "industry_group"     // 联盟标准
	codeTierMetrology     = "metrology"          // 计量技术法规
)

// codeStyle is how a body writes what follows its prefix. The zero style is
// not valid.
type codeStyle uint8

const (
	chineseStyle       codeStyle = iota + 1 // GB/T 2828.1-2012
	letteredStyle                           // GJB 9001C-2017, TSG D7003-2022
	freeStyle                               // T/CACM 1021.197-2018, Q/ABC 01-02-2020
	colonStyle                              // CECS 13:2009
	internationalStyle                      // IEC 60204-1:2016, ISO 105-X12:2016
	dashYearStyle                           // IEEE 802.11-2020, NFPA 70-2023
	astmStyle                               // ASTM A641/A641M-09
	jisStyle                                // JIS B 8433-1:2015
	noticeStyle                             // 建质〔2009〕87号
)

// codeShortYear says what two digits after the number mean: a year after GB, a
// part after IEC.
type codeShortYear uint8

const (
	codeYear19     codeShortYear = iota + 1 // 1985 in GB/T 5330-85: four digits since the nineties
	codeYear19or20                          // 1997 and 2009 in ASTM F1816-97 and A641-09
)

// codeStyles is the grammar of each style.
var codeStyles = [...]struct {
	yearSep   string // written before the year
	parts     string // what joins the parts of a number
	partChars int    // longest part
	digits    int    // most digits of a number
	lead      int    // most letters before it; needed when leadMust
	leadMust  bool
	tail      bool // a letter may follow it
	shortYear codeShortYear
}{
	chineseStyle:       {yearSep: "-", parts: ".", partChars: 3, digits: 6, shortYear: codeYear19},
	letteredStyle:      {yearSep: "-", parts: ".", partChars: 4, digits: 6, lead: 2, tail: true, shortYear: codeYear19},
	freeStyle:          {yearSep: "-", parts: ".-", partChars: 6, digits: 10},
	colonStyle:         {yearSep: ":", parts: ".", partChars: 3, digits: 6, shortYear: codeYear19},
	internationalStyle: {yearSep: ":", parts: "-", partChars: 6, digits: 6},
	dashYearStyle:      {yearSep: "-", parts: ".-", partChars: 4, digits: 6},
	astmStyle:          {yearSep: "-", digits: 5, lead: 1, leadMust: true, tail: true, shortYear: codeYear19or20},
	jisStyle:           {yearSep: ":", parts: "-", partChars: 4, digits: 5, lead: 1, leadMust: true},
	noticeStyle:        {},
}

// codeBody is a row of the tables of prefixes.
type codeBody struct {
	tier  string
	style codeStyle
	// In running text a number without year and suffix is taken for a code
	// when it has so many digits, apart from the prefix or glued to it.
	spaced, glued int
	// only is how the number has to begin, where a prefix is a word as well.
	only string
}

// neverBare is a count of digits that no number has.
const neverBare = 99

// dottedCodePrefix is joined to its number by a dot: ITSS.1-2015.
const dottedCodePrefix = "ITSS"

// industryCodePrefixes are those of industry standards. GY6, LD50 and SY215 are
// an engine, a dose and an excavator: hence the counts of digits in the table.
const industryCodePrefixes = `AQ BB CJ CJJ CY DA DL DY DZ FZ GA GC GH GM GY HG HY JB JC JG JGJ JR
	JT JY LB LD LY MZ NB NB/SH NY QB QC QX RB SB SC SF SJ SN SW SY TB TD WB WH WM XB XF YB YC YD YS YY YZ ZY`

// ambiguousCodePrefixes are those of industry standards that are also a hardness
// (HB 150), a gas (CH4), a flight (MH370), a share (SH600519), a model or a unit:
// they count only with /T or a year.
const ambiguousCodePrefixes = `CB CH EJ HB HS KA LS MH MT QJ SH SL TY WJ WS WW`

// chineseCodeBodies holds the prefixes that may carry /T or /Z. GBZ, occupational
// health, is one of its own and no spelling of GB/Z.
var chineseCodeBodies = chineseCodeTable()

func chineseCodeTable() map[string]codeBody {
	table := map[string]codeBody{
		"GB":             {tier: codeTierMandatory, style: chineseStyle, spaced: 3, glued: 3},
		"GBZ":            {tier: codeTierMandatory, style: chineseStyle, spaced: 2, glued: 3},
		"GBJ":            {tier: codeTierMandatory, style: chineseStyle, spaced: 2, glued: 3},
		"JJF":            {tier: codeTierMetrology, style: chineseStyle, spaced: 3, glued: 3},
		"JJG":            {tier: codeTierMetrology, style: chineseStyle, spaced: 2, glued: 3},
		"HJ":             {tier: codeTierIndustry, style: chineseStyle, spaced: 3, glued: 3},
		"GJB":            {tier: codeTierIndustry, style: letteredStyle, spaced: 2, glued: 3}, // 国家军用标准: no tier of its own
		"TSG":            {tier: codeTierIndustry, style: letteredStyle, spaced: 2, glued: 3},
		"JTG":            {tier: codeTierIndustry, style: letteredStyle, spaced: 2, glued: 3},
		"JTS":            {tier: codeTierIndustry, style: letteredStyle, spaced: 3, glued: 3},
		"CECS":           {tier: codeTierAssociation, style: colonStyle, spaced: 1, glued: 2},
		dottedCodePrefix: {tier: codeTierAssociation, style: chineseStyle, spaced: 1, glued: 1},
	}
	for _, p := range strings.Fields(industryCodePrefixes) {
		table[p] = codeBody{tier: codeTierIndustry, style: chineseStyle, spaced: 3, glued: 4}
	}
	for _, p := range strings.Fields(ambiguousCodePrefixes) {
		table[p] = codeBody{tier: codeTierIndustry, style: chineseStyle, spaced: neverBare, glued: neverBare}
	}
	return table
}

// foreignCodeBodies holds the bodies whose prefixes combine: ISO/IEC, DIN EN ISO.
// Tier and style are those of the first; a body that writes after it decides
// nothing. AS and SA are words as well, hence only.
var foreignCodeBodies = map[string]codeBody{
	"ISO":   {tier: codeTierInternational, style: internationalStyle, spaced: 3, glued: 3},
	"IEC":   {tier: codeTierInternational, style: internationalStyle, spaced: 3, glued: 3},
	"CISPR": {tier: codeTierInternational, style: internationalStyle, spaced: 2, glued: 2},
	"CIE":   {tier: codeTierInternational, style: internationalStyle, spaced: 3, glued: 3},
	"IWA":   {tier: codeTierInternational, style: internationalStyle, spaced: neverBare, glued: neverBare},
	"EN":    {tier: codeTierForeign, style: internationalStyle, spaced: 3, glued: 3},
	"CEN":   {tier: codeTierForeign, style: internationalStyle, spaced: 4, glued: 4},
	"DIN":   {tier: codeTierForeign, style: internationalStyle, spaced: 3, glued: 3},
	"BS":    {tier: codeTierForeign, style: internationalStyle, spaced: 3, glued: 4},
	"NF":    {tier: codeTierForeign, style: internationalStyle, spaced: neverBare, glued: neverBare},
	"OHSAS": {tier: codeTierForeign, style: internationalStyle, spaced: 5, glued: 5},
	"JIS":   {tier: codeTierForeign, style: jisStyle},
	"ASTM":  {tier: codeTierForeign, style: astmStyle, spaced: 1, glued: 1},
	"UL":    {tier: codeTierForeign, style: dashYearStyle, spaced: 2, glued: 2},
	"ANSI":  {tier: codeTierForeign, style: dashYearStyle, spaced: 3, glued: 4},
	"IEEE":  {tier: codeTierForeign, style: dashYearStyle, spaced: 3, glued: 3},
	"NFPA":  {tier: codeTierForeign, style: dashYearStyle, spaced: 2, glued: 2},
	"AATCC": {tier: codeTierForeign, style: dashYearStyle, spaced: 2, glued: 2},
	"IATF":  {tier: codeTierIndustryGroup, style: internationalStyle, spaced: 5, glued: 5},
	"AS":    {tier: codeTierIndustryGroup, style: letteredStyle, spaced: 4, glued: 4, only: "9"},
	"SA":    {tier: codeTierIndustryGroup, style: internationalStyle, spaced: 4, glued: 4, only: "8000"},
}

// codeDocumentTypes are the words between body and number, as they are written.
var codeDocumentTypes = map[string]string{
	"TS": "TS", "TR": "TR", "PAS": "PAS", "ISP": "ISP", "R": "R", "GUIDE": "Guide",
	"DIS": "DIS", "FDIS": "FDIS", "CD": "CD", "WD": "WD", "DTS": "DTS", "DTR": "DTR",
}

// codeAdopters publish the standards of others under both names, with a blank
// between them: EN ISO 13849-1. All other bodies join with a slash.
const codeAdopters = "|EN|DIN|BS|NF|"

// codeAmendments are the documents that change an edition, and how each is written.
var codeAmendments = []struct {
	word    string // as read, in upper case
	canon   string // as written
	mark    string // the mark before it; empty keeps the one that was read
	yearSep string
	numbers bool // needs a number of its own
}{
	{"XG", "XG", "/", "-", true}, // 修改单
	{"AMD", "Amd ", "/", ":", true},
	{"COR", "Cor ", "/", ":", true},
	{"ADD", "Add ", "/", ":", true},
	{"DAM", "DAM ", "/", ":", true}, // a draft
	{"FDAM", "FDAM ", "/", ":", true},
	{"AC", "AC", "", ":", false},
	{"A", "A", "", ":", true},
}

// codeProvinces are the first two digits that DB may be followed by.
const codeProvinces = "|11|12|13|14|15|21|22|23|31|32|33|34|35|36|37|41|42|43|44|45|46|" +
	"50|51|52|53|54|61|62|63|64|65|71|81|82|"
