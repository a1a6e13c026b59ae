package seed

// The rows of the files under data/, as they are written. Decoding is strict:
// a member that is not listed here is an error, never silently left out.

type evidenceRow struct {
	Source string
	Quote  string
	Level  int
}

type dossier struct {
	Chain           *chainRow
	Segments        []segmentRow
	Supplies        []supplyRow
	Characteristics []characteristicRow
	Problems        []problemRow
	Causes          []causeRow
	Addresses       []addressRow
	Covers          []coverRow
	Policies        []policyRow
	Cases           []caseRow
	Projects        []projectRow
	Gaps            []gapRow
	Notes           []string
	Laboratories    []string
	Certifiers      []string
}

type chainRow struct{ Slug, Name, Pilot, Description string }

type segmentRow struct {
	ID, Name, Position, Verified string
	Order                        int
	Processes, Products          []string
}

type supplyRow struct{ From, To, What, Verified string }

type characteristicRow struct{ ID, Name, Unit string }

type problemRow struct {
	ID, Title, Segment, Process, Product, Category, Phenomenon, Verified string
	Aliases, Types, Causes, Effects, Characteristics                     []string
	Severity                                                             int
	Counts                                                               *countsRow
	Evidence                                                             []evidenceRow
}

type countsRow struct {
	Failed  *float64 `json:"lots_failed"`
	Checked *float64 `json:"lots_checked"`
	Event   string
	Year    int
	Source  string
}

type causeRow struct{ From, To, Note string }

type addressRow struct {
	Standard, Problem, Strength, Verdict, Reason, Clause, Verified string
	Mechanism                                                      []string
	Evidence                                                       []evidenceRow
}

type coverRow struct {
	Rule, Problem, Strength, Verdict, Reason, Verified string
	Evidence                                           []evidenceRow
}

type policyRow struct {
	ID, Title, Issuer, Tool, Amount, From, To, Quote, Verified string
	DocNo                                                      string `json:"doc_no"`
	ForWhom                                                    string `json:"for_whom"`
	Evidence                                                   []evidenceRow
}

type caseRow struct {
	ID, Title, Problem, Verified string
	Actions, Used                []string
	Metrics                      []caseMetricRow
	Evidence                     []evidenceRow
}

// caseMetricRow holds numbers, or words where the source gave words (提高3倍).
type caseMetricRow struct {
	Name          string
	Before, After any
	Unit          string
}

type projectRow struct {
	ID, Title, Lead, Verified string
	Targets                   []string
	Evidence                  []evidenceRow
}

type gapRow struct{ Problem, Note string }

type standardRow struct {
	Code, Issued, Effective, Withdrawn, Ics, Ccs, Scope, Verified string
	Title                                                         string `json:"title_zh"`
	Mandatory                                                     bool
	Replaces                                                      []string
	ReplacedBy                                                    string `json:"replaced_by"`
	Transition                                                    *transitionRow
	Adopts                                                        *adoptsRow
	ScopeExcludes                                                 []string `json:"scope_excludes"`
	Evidence                                                      []evidenceRow
	Chains                                                        []string
	Conflicts                                                     []conflictRow
}

type transitionRow struct {
	ProduceUntil string `json:"produce_until"`
	SellUntil    string `json:"sell_until"`
}

type adoptsRow struct{ Code, Degree string }

type conflictRow struct{ Field, Value, Chain, Verified string }

type ruleRow struct {
	RuleNo                                                                     string `json:"rule_no"`
	Name, Scheme, Issuer, Announcement, Issued, Effective, Withdrawn, Verified string
	Eligibility                                                                string
	Detail, Compulsory                                                         bool
	Replaces, Implements, Requires, Modes, Chains                              []string
	BasedOn                                                                    []string `json:"based_on"`
	ValidityYears                                                              *int     `json:"validity_years"`
	Cost, Duration                                                             *rangeRow
	Evidence                                                                   []evidenceRow
}

// rangeRow is a sourced range; no rule has one yet, and none is invented.
type rangeRow struct{ Low, High *float64 }

type organizationRow struct {
	ID, Name, Region, Verified          string
	ShortNames                          []string `json:"short_names"`
	ApprovalNo                          string   `json:"approval_no"`
	Names, Types, Chains, Accreditation []string
	AuthorizedFor                       []authorizationRow `json:"authorized_for"`
	Capabilities                        []capabilityRow
	Evidence                            []evidenceRow
}

type authorizationRow struct {
	Rule, Type, From, To, Scope, Verified string
	Evidence                              []evidenceRow
}

type capabilityRow struct{ Characteristic, Method, Verified string }

type sourceRow struct {
	ID, Title, Issuer, Date, Address, Note string
	Level                                  int
}

type catalogue struct {
	About   string
	Classes []classRow        `json:"product_classes"`
	Covers  []coverProductRow `json:"covers_products"`
	Binds   []mandatoryForRow `json:"mandatory_for"`
}

type classRow struct{ Chain, Product, Gbt4754, Verified, Note string }

type coverProductRow struct {
	Rule, Product, Verdict, Reason, Verified string
	CompulsoryFrom                           string `json:"compulsory_from"`
}

type mandatoryForRow struct{ Product, Standard, Reason, Verified string }

type pilotsFile struct {
	Source struct {
		Title    string
		SeedFile string `json:"seed_file"`
		AsOf     string `json:"as_of"`
	}
	Conventions struct{ Quote, Inferred, Approx string }
	National    struct {
		Facts    []factRow
		Measures []measureRow
	}
	Pilots        []pilotRow
	Relations     []relationRow
	Discrepancies []struct{ Topic, Detail string }
}

// factRow: Value is a number, or the two ends of a range.
type factRow struct {
	Metric, Unit, Quote, Approx, Basis, Check, Note string
	Value                                           any
	AsOf                                            string `json:"as_of"`
	Roles                                           []string
}

type measureRow struct{ Kind, Text, Quote, Inferred string }

type inferredRow struct {
	Value      string
	Candidates []string
	Inferred   bool
	Source     string
}

type pilotRow struct {
	ID, Name, Province, City, County, Industry, Quote string
	Aliases, Models                                   []string
	RegionCode                                        inferredRow `json:"region_code"`
	Gbt4754                                           inferredRow
	Facts                                             []factRow
	Measures                                          []measureRow
}

type relationRow struct {
	From, Type, To, Quote, Position, Role, Inferred string
	Fields                                          []string
	Symmetric                                       bool
}

type firmsFile struct {
	About       string
	Synthetic   bool
	Conventions struct {
		AsOf                                string `json:"as_of"`
		ValidTo                             string `json:"valid_to"`
		StatusSince                         string `json:"status_since"`
		Uscc, Share, Rule, Lots, Visibility string
	}
	Firms        []firmRow
	Supplies     []firmSupplyRow
	Certificates []certificateRow
	Reports      []reportRow
	Dates        []problemDatesRow `json:"problem_dates"`
	Projects     []firmProjectRow
}

type firmRow struct {
	ID, Name, Uscc, Region, Chain, Size string
	Segments, Products                  []string
	Roles                               []roleRow
	SizeYear                            int `json:"size_year"`
	Maturity                            struct{ Level, Model, Assessor, Date string }
	Consent                             bool `json:"consent_to_show_name"`
	Illustrative                        bool
}

type roleRow struct {
	Role, From, To string
	GrantedBy      string `json:"granted_by"`
}

type firmSupplyRow struct {
	From, To, Product, Visibility string
	Share                         *float64
	Illustrative                  bool
}

type certificateRow struct {
	ID, Firm, Rule, Number, Status, Certifier, Visibility string
	StatusSince                                           string `json:"status_since"`
	ValidFrom                                             string `json:"valid_from"`
	ValidTo                                               string `json:"valid_to"`
	Products                                              []string
	Illustrative                                          bool
}

type reportRow struct {
	Problem, Firm, Date, Frequency, Visibility string
	Lots                                       int
	Illustrative                               bool
}

type problemDatesRow struct {
	Problem      string
	ConfirmedOn  string `json:"confirmed_on"`
	InProgressOn string `json:"in_progress_on"`
	SolvedOn     string `json:"solved_on"`
	Illustrative bool
}

type firmProjectRow struct {
	ID, Title, Lead          string
	Chains, Members, Targets []string
	Milestones               []struct{ Milestone, Date string }
	Illustrative             bool
}
