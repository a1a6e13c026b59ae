package oracletest

import (
	"fmt"
	"io/fs"
	"strings"

	"zhitu/graph"
)

// readDossier adds one chain, or what concerns all.
func (w *World) readDossier(data fs.FS, name string) error {
	var f dossier
	if err := decode(data, name, &f); err != nil {
		return err
	}
	chain := ""
	if f.Chain != nil {
		c := &Chain{ID: rowID("chain", f.Chain.Slug)}
		for _, s := range f.Segments {
			c.Segments = append(c.Segments, rowID("segment", s.ID))
		}
		w.Chains[c.ID], chain = c, c.ID
	}
	for _, s := range f.Supplies {
		w.Supplies = append(w.Supplies, [2]string{rowID("segment", s.From), rowID("segment", s.To)})
	}
	for _, r := range f.Problems {
		id := rowID("problem", r.ID)
		p := w.Problems[id]
		if p == nil {
			p = &Problem{ID: id, Category: r.Category, Characteristics: map[string]bool{}}
			w.Problems[id] = p
		}
		if r.Segment != "" {
			p.Segments = append(p.Segments, rowID("segment", r.Segment))
		}
		for _, c := range r.Characteristics {
			p.Characteristics[c] = true
		}
	}
	for _, c := range f.Cases {
		if c.Problem != "" {
			w.Cases = append(w.Cases, Case{rowID("case", c.ID), rowID("problem", c.Problem)})
		}
	}
	for _, p := range f.Policies {
		// Training and the adoption of certificates do not pay; a policy of
		// another place, listed for comparison, pays nobody here; what concerns
		// all chains names none.
		pays := p.Tool != "" && p.Tool != "培训" && p.Tool != "采信" && !strings.Contains(p.Title, "区外对照")
		if chain != "" && pays {
			w.Policies = append(w.Policies, Policy{rowID("policy", p.ID), chain, p.From, p.To})
		}
	}
	return w.readJudgements(f)
}

func (w *World) readJudgements(f dossier) error {
	judgement := func(r judgementRow, by string) Judgement {
		return Judgement{
			By: by, Strength: r.Strength, Verdict: r.Verdict, Reason: r.Reason, Mechanism: r.Mechanism,
			Reviewed: r.Verified == "source" || r.Verified == "partial" || r.Verified == "analyst" && r.Reason != "",
		}
	}
	for _, r := range f.Addresses {
		p, by := w.Problems[rowID("problem", r.Problem)], w.standardOf[r.Standard]
		if p == nil || by == "" {
			return fmt.Errorf("%s addresses %s: one of them is not there", r.Standard, r.Problem)
		}
		p.Addressed = append(p.Addressed, judgement(r, by))
	}
	for _, r := range f.Covers {
		p, by := w.Problems[rowID("problem", r.Problem)], w.ruleOf[r.Rule]
		if p == nil || by == "" {
			return fmt.Errorf("%s covers %s: one of them is not there", r.Rule, r.Problem)
		}
		p.Covered = append(p.Covered, judgement(r, by))
	}
	return nil
}

// readPilots adds what the programme's report says beyond the dossiers: the
// parent segments of one chain, and a loan that finances another.
func (w *World) readPilots(data fs.FS) error {
	var f struct {
		Relations []struct{ From, Type, To string }
	}
	if err := decode(data, "pilots.json", &f); err != nil {
		return err
	}
	for _, r := range f.Relations {
		switch r.Type {
		case "HAS_SEGMENT": // PILOT-HUANGPU is znzb
			c := w.Chains["chain:znzb"]
			c.Segments = append(c.Segments, graph.DerivedID("segment", r.To, c.ID))
		case "FINANCES": // 苏质贷 to PILOT-FENGXIAN: already told by its dossier
		}
	}
	return nil
}

// readFirms counts the invented firms of each chain.
func (w *World) readFirms(data fs.FS) error {
	var f struct {
		Firms []struct {
			ID, Chain string
			Segments  []string
		}
	}
	if err := decode(data, "firms_illustrative.json", &f); err != nil {
		return err
	}
	for _, c := range w.Chains {
		for _, r := range f.Firms {
			in := rowID("chain", r.Chain) == c.ID
			for _, s := range r.Segments {
				in = in || contains(c.Segments, rowID("segment", s))
			}
			if in {
				c.Firms++
			}
		}
	}
	return nil
}
