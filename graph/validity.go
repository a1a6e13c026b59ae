package graph

// Tri is a truth value with a third state, 待核 to_review: a fact is missing.
// The order No < ToReview < Yes makes And the minimum and Or the maximum.
type Tri int8

// The three truth values.
const (
	No       Tri = iota // 否
	ToReview            // 待核
	Yes                 // 是
)

// And is Yes when all are; No beats ToReview beats Yes. Of nothing: Yes.
func And(ts ...Tri) Tri {
	out := Yes
	for _, t := range ts {
		out = min(out, t)
	}
	return out
}

// Or is No when all are; Yes beats ToReview beats No. Of nothing: No.
func Or(ts ...Tri) Tri {
	out := No
	for _, t := range ts {
		out = max(out, t)
	}
	return out
}

// TriOf turns a fact that is known into a Tri.
func TriOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

func (t Tri) String() string {
	switch t {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "to_review"
}

// MarshalText writes yes, no or to_review.
func (t Tri) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (t *Tri) UnmarshalText(b []byte) error {
	for _, v := range []Tri{No, ToReview, Yes} {
		if v.String() == string(b) {
			*t = v
			return nil
		}
	}
	return &InvalidError{Code: "unknown_code", Value: string(b), Want: "yes | no | to_review"}
}

// Validity is when something is true in the world: From ≤ d < To, half open.
type Validity struct{ From, To Date }

// Always is valid since ever and for ever.
var Always = Validity{Open, Open}

// At tells whether d lies inside: to_review where the bound that decides is
// not recorded.
func (v Validity) At(d Date) Tri {
	if v.From.Known() && d < v.From || v.To.Known() && d >= v.To {
		return No
	}
	if v.From == Unknown || v.To == Unknown {
		return ToReview
	}
	return Yes
}

// Until converts an inclusive last day, as sources give it (有效至), into the
// exclusive bound that is stored. It is the one place where that happens.
func Until(lastDay Date) Date { return lastDay.AddDays(1) }

// Status of a standard or rule at a date (domain: a function of the date,
// never a stored field).
type Status string

// The statuses, in the order in which StatusAt asks for them.
const (
	StatusWithdrawn  Status = "withdrawn"  // 废止
	StatusTransition Status = "transition" // 过渡期
	StatusReplaced   Status = "replaced"   // 被代替
	StatusUpcoming   Status = "upcoming"   // 即将实施
	StatusInForce    Status = "in_force"   // 现行
	StatusUnknown    Status = "unknown"    // 未知
)

// Usable tells whether something of this status may be relied on at the date:
// in force or in transition; unknown is to_review.
func (s Status) Usable() Tri {
	switch s {
	case StatusInForce, StatusTransition:
		return Yes
	case StatusUnknown:
		return ToReview
	}
	return No
}

// Edition is what StatusAt needs of one edition of a standard or one version
// of a rule: its dates and what replaces it.
type Edition struct {
	ID                           ID
	Issued, Effective, Withdrawn Span
	Successors                   []Succession
}

// Succession is one REPLACES edge, seen from the edition that is replaced.
type Succession struct {
	By           *Edition
	Part         bool // a part replacement leaves the rest in force; nothing recorded means whole
	ProduceUntil Span // inclusive last day, as sources give it
	SellUntil    Span
}

// StatusReport is a status with what must be said beside it.
type StatusReport struct {
	Status Status
	// In transition: what may still be done under the old edition.
	MayProduce, MaySell bool
	// Replaced, produce_until has passed and no sell_until is recorded: 销售期限未录.
	SellUntilMissing bool
	By               []ID // the whole successors that have taken effect
}

// StatusAt computes the status of e at d: the first rule that holds of
// withdrawn, transition, replaced, upcoming, in_force, unknown. Cycles of
// REPLACES, which real data have, end the recursion.
func StatusAt(e *Edition, d Date) StatusReport {
	if e.Withdrawn.Known() && e.Withdrawn.Reached(d) == Yes {
		return StatusReport{Status: StatusWithdrawn}
	}
	var r StatusReport
	anyWhole, allDated := false, true
	for _, s := range e.Successors {
		if s.Part {
			continue
		}
		switch tookEffect(s.By, d, map[*Edition]bool{e: true}) {
		case ToReview:
			allDated = false
		case Yes:
			anyWhole = true
			r.By = append(r.By, s.By.ID)
			produce := s.ProduceUntil.Known() && s.ProduceUntil.Passed(d) == No
			sell := s.SellUntil.Known() && s.SellUntil.Passed(d) == No
			r.MayProduce = r.MayProduce || produce
			r.MaySell = r.MaySell || sell || produce
			if s.ProduceUntil.Known() && !produce && !s.SellUntil.Known() {
				r.SellUntilMissing = true
			}
		}
	}
	switch {
	case anyWhole && (r.MayProduce || r.MaySell):
		r.Status, r.SellUntilMissing = StatusTransition, false
	case anyWhole:
		r.Status = StatusReplaced
	case e.Effective.Known() && e.Effective.Reached(d) == No && e.Issued.Reached(d) != No:
		r.Status = StatusUpcoming
	case e.Effective.Known() && e.Effective.Reached(d) == Yes && allDated:
		r.Status = StatusInForce
	default:
		r.Status = StatusUnknown
	}
	return r
}

// tookEffect tells whether e has taken effect by d, even if it was replaced
// since. An undated edition has when its own successor has.
func tookEffect(e *Edition, d Date, seen map[*Edition]bool) Tri {
	if e.Effective.Known() {
		return e.Effective.Reached(d)
	}
	if e.Issued.Known() && e.Issued.Reached(d) == No {
		return No
	}
	if seen[e] {
		return ToReview
	}
	seen[e] = true
	for _, s := range e.Successors {
		if tookEffect(s.By, d, seen) == Yes {
			return Yes
		}
	}
	return ToReview
}
