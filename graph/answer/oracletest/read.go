package oracletest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
)

// The members of the files that matter here. Everything else is skipped.
type (
	evidenceRow struct{ Level int }
	standardRow struct {
		Code, Issued, Effective, Withdrawn string
		Title                              string `json:"title_zh"`
		ReplacedBy                         string `json:"replaced_by"`
		Replaces                           []string
		Transition                         *transitionRow
	}
	transitionRow struct {
		ProduceUntil string `json:"produce_until"`
		SellUntil    string `json:"sell_until"`
	}
	ruleRow struct {
		RuleNo                                             string `json:"rule_no"`
		Name, Scheme, Issuer, Issued, Effective, Withdrawn string
		Detail                                             bool
		Replaces, Implements, Modes                        []string
		BasedOn                                            []string `json:"based_on"`
	}
	orgRow struct {
		ID, Name      string
		ApprovalNo    string `json:"approval_no"`
		Types, Names  []string
		ShortNames    []string           `json:"short_names"`
		AuthorizedFor []authorizationRow `json:"authorized_for"`
		Capabilities  []struct{ Characteristic, Method string }
	}
	authorizationRow struct {
		Rule, From, To string
		Evidence       []evidenceRow
	}
	judgementRow struct {
		Standard, Rule, Problem, Strength, Verdict, Reason, Verified string
		Mechanism                                                    []string
	}
	dossier struct {
		Chain    *struct{ Slug string }
		Segments []struct{ ID string }
		Supplies []struct{ From, To string }
		Problems []struct {
			ID, Segment, Category string
			Characteristics       []string
		}
		Addresses, Covers []judgementRow
		Policies          []struct{ ID, Title, Tool, From, To string }
		Cases             []struct{ ID, Problem string }
	}
)

// otherNames are what the domain says that two names of rules mean (§10).
var otherNames = map[string]string{
	"质量管理体系认证（ISO 9001）": "CNCA-QMS-01:2025",
	"《工业机器人整机安全认证实施规则》":  "工业机器人整机安全认证实施规则",
}

// Read reads the files of the seed; firms tells whether the invented ones
// count.
func Read(data fs.FS, firms bool) (*World, error) {
	w := &World{
		Standards: map[string]*Edition{}, Rules: map[string]*Rule{}, Orgs: map[string]*Organization{},
		Problems: map[string]*Problem{}, Chains: map[string]*Chain{},
		standardOf: map[string]string{}, ruleOf: map[string]string{}, orgOf: map[string]string{}, certified: map[[3]string]truth{},
	}
	names, err := fs.Glob(data, "chains/*.json")
	if err != nil {
		return nil, err
	}
	// common.json first: where dossiers differ on a problem, its words win.
	sort.Slice(names, func(i, j int) bool {
		return names[i] == "chains/common.json" || names[i] < names[j] && names[j] != "chains/common.json"
	})
	steps := []func(fs.FS) error{w.readOrgNames, w.readStandards, w.readRules, w.readOrgs}
	for _, name := range names {
		steps = append(steps, func(data fs.FS) error { return w.readDossier(data, name) })
	}
	steps = append(steps, w.readPilots)
	if firms {
		steps = append(steps, w.readFirms)
	}
	for _, step := range steps {
		if err := step(data); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func decode(data fs.FS, name string, into any) error {
	b, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}

func (w *World) readStandards(data fs.FS) error {
	var f struct{ Standards []standardRow }
	if err := decode(data, "standards.json", &f); err != nil {
		return err
	}
	edition := func(key string) *Edition {
		id := derived("standard", key)
		if w.Standards[id] == nil { // until its row comes, and for ever if none does: a stub without dates
			w.Standards[id] = &Edition{ID: id}
			w.standardOf[key] = id
		}
		return w.Standards[id]
	}
	for _, r := range f.Standards {
		key := r.Code
		if key == "" {
			key = r.Title
		}
		e := edition(key)
		e.Issued, e.Effective, e.Withdrawn = r.Issued, r.Effective, r.Withdrawn
		for _, old := range r.Replaces {
			produce, sell := "", ""
			if r.Transition != nil { // stands with the new edition, bounds the old one
				produce, sell = r.Transition.ProduceUntil, r.Transition.SellUntil
			}
			edition(old).replacedBy(e, produce, sell)
		}
		if r.ReplacedBy != "" {
			e.replacedBy(edition(r.ReplacedBy), "", "")
		}
	}
	return nil
}

// replacedBy adds a successor once, however many rows tell of it.
func (e *Edition) replacedBy(by *Edition, produceUntil, sellUntil string) {
	for i, s := range e.Successors {
		if s.by == by {
			e.Successors[i].produceUntil = max(s.produceUntil, produceUntil)
			e.Successors[i].sellUntil = max(s.sellUntil, sellUntil)
			return
		}
	}
	e.Successors = append(e.Successors, succession{by, produceUntil, sellUntil})
}

func (w *World) readRules(data fs.FS) error {
	var f struct{ Rules []ruleRow }
	if err := decode(data, "rules.json", &f); err != nil {
		return err
	}
	seen := map[string]int{}
	for _, r := range f.Rules {
		seen[r.Name]++
	}
	for _, r := range f.Rules {
		key := r.RuleNo
		if key == "" {
			key = r.Name
		}
		id := derived("rule", key)
		w.Rules[id] = &Rule{
			Edition: Edition{ID: id, Issued: r.Issued, Effective: r.Effective, Withdrawn: r.Withdrawn},
			Scheme:  r.Scheme, Detail: r.Detail, SelfDeclared: contains(r.Modes, "自我声明"),
		}
		w.ruleOf[key] = id
		if seen[r.Name] == 1 {
			w.ruleOf[r.Name] = id
		}
	}
	for name, other := range otherNames {
		w.ruleOf[name] = w.ruleOf[other]
	}
	for _, r := range f.Rules {
		key := r.RuleNo
		if key == "" {
			key = r.Name
		}
		if err := w.joinRule(w.Rules[w.ruleOf[key]], r); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) joinRule(rule *Rule, r ruleRow) error {
	for _, old := range r.Replaces {
		other := w.Rules[w.ruleOf[old]]
		if other == nil {
			return fmt.Errorf("rule %q is replaced and not there", old)
		}
		other.replacedBy(&rule.Edition, "", "")
	}
	for _, name := range r.Implements {
		rule.Implements = append(rule.Implements, w.ruleOf[name])
	}
	for _, code := range r.BasedOn {
		id := w.standardOf[code]
		if id == "" {
			return fmt.Errorf("standard %q is named and not there", code)
		}
		rule.BasedOn = append(rule.BasedOn, id)
	}
	for name, id := range w.orgOf { // 挪亚（NOA） is 挪亚检测认证（NOA）: a name may be shortened
		if r.Issuer != "" && (name == r.Issuer || strings.HasPrefix(name, r.Issuer)) {
			rule.Issuer = id
		}
	}
	return nil
}

// readOrgNames comes before the rules, whose issuers it lets find.
func (w *World) readOrgNames(data fs.FS) error {
	var f struct{ Organizations []orgRow }
	if err := decode(data, "organizations.json", &f); err != nil {
		return err
	}
	for _, o := range f.Organizations {
		for _, name := range append(append([]string{o.Name}, o.Names...), o.ShortNames...) {
			w.orgOf[name] = rowID("organization", o.ID)
		}
	}
	return nil
}

func (w *World) readOrgs(data fs.FS) error {
	var f struct{ Organizations []orgRow }
	if err := decode(data, "organizations.json", &f); err != nil {
		return err
	}
	for _, r := range f.Organizations {
		o := &Organization{ID: rowID("organization", r.ID), ApprovalNo: r.ApprovalNo, Types: r.Types}
		for _, a := range r.AuthorizedFor {
			one := authorization{rule: w.ruleOf[a.Rule], from: a.From, to: a.To}
			if one.rule == "" {
				one.scheme = a.Rule
			}
			for _, e := range a.Evidence {
				one.level = max(one.level, e.Level)
			}
			o.Authorized = append(o.Authorized, one)
		}
		for _, c := range r.Capabilities {
			o.Capabilities = append(o.Capabilities, capability{c.Characteristic, w.standardOf[c.Method]})
		}
		w.Orgs[o.ID] = o
	}
	return nil
}
