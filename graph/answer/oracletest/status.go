package oracletest

// Status is that of an edition on day d: the first line of the domain's table
// that holds.
func (e *Edition) Status(d string) string {
	if e.Withdrawn != "" && e.Withdrawn <= d {
		return "withdrawn"
	}
	replaced, transition, undated := false, false, false
	for _, s := range e.Successors {
		switch s.by.tookEffect(d, map[*Edition]bool{}) {
		case yes:
			replaced = true
			if d <= s.produceUntil || d <= s.sellUntil { // an empty text is before every day
				transition = true
			}
		case perhaps:
			undated = true
		}
	}
	switch {
	case transition:
		return "transition"
	case replaced:
		return "replaced"
	case e.Effective != "" && d < e.Effective && e.Issued <= d:
		return "upcoming"
	case e.Effective != "" && e.Effective <= d && !undated:
		return "in_force"
	}
	return "unknown"
}

// tookEffect tells whether e has taken effect by d, even if it was replaced
// since. One without a date has when its own successor has.
func (e *Edition) tookEffect(d string, met map[*Edition]bool) truth {
	switch {
	case e.Effective != "":
		return truthOf(e.Effective <= d)
	case e.Issued > d: // it is not there yet
		return no
	case met[e]:
		return perhaps
	}
	met[e] = true
	for _, s := range e.Successors {
		if s.by.tookEffect(d, met) == yes {
			return yes
		}
	}
	return perhaps
}

// Present tells whether e is in the graph on day d: not before it is issued.
func (e *Edition) Present(d string) bool { return e.Issued <= d }

// usable: in force or in transition; unknown is a missing fact.
func usable(status string) truth {
	switch status {
	case "in_force", "transition":
		return yes
	case "unknown":
		return perhaps
	}
	return no
}

// RuleStatus is the status of a rule. A detail rule is in force only while the
// version that it implements is: after that it shows the version's status.
func (w *World) RuleStatus(r *Rule, d string) string {
	own := r.Status(d)
	if !r.Detail {
		return own
	}
	for _, id := range r.Implements {
		version := w.RuleStatus(w.Rules[id], d)
		ended := version == "withdrawn" || version == "replaced"
		if ended || usable(own) == yes && usable(version) != yes {
			return version
		}
	}
	return own
}
