package graph

import (
	"bytes"
	"fmt"
	"math"
	"time"
)

// Date is a civil day (Asia/Shanghai where a clock is involved). The zero Date
// is *unknown*: not recorded. Unknown is neither the beginning of time nor an
// open end; code that treats it as either is wrong.
//
// Dates compare with < as days do, as long as both are Known.
type Date int32

const (
	// Unknown is the zero Date: nobody recorded the day.
	Unknown Date = 0
	// Open is no bound at all: a ValidFrom since ever, a ValidTo for ever.
	Open Date = math.MaxInt32

	// dateBias places 1970-01-01 so that every day from year 1 to 9999 is positive.
	dateBias = 719_163
	firstDay = 1         // 0001-01-01
	lastDay  = 3_652_059 // 9999-12-31
)

// DateOf returns the civil day year-month-day; days out of range normalize as
// in time.Date.
func DateOf(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date(t.Unix()/86400 + dateBias)
}

// shanghai is UTC+8 all year, since 1991.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// DateAt returns the civil day in Asia/Shanghai at instant t.
func DateAt(t time.Time) Date {
	y, m, d := t.In(shanghai).Date()
	return DateOf(y, m, d)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Unknown, &InvalidError{Code: "date_format", Value: s, Want: "YYYY-MM-DD"}
	}
	return Date(t.Unix()/86400 + dateBias), nil
}

// Known tells whether d is a day: neither Unknown nor Open.
func (d Date) Known() bool { return d >= firstDay && d <= lastDay }

// AddDays returns the day n days later; of an unknown or open date, itself.
func (d Date) AddDays(n int) Date {
	if !d.Known() {
		return d
	}
	return d + Date(n)
}

func (d Date) valid() bool { return d == Unknown || d == Open || d.Known() }

func (d Date) String() string {
	switch {
	case d == Unknown:
		return "unknown"
	case d == Open:
		return "open"
	}
	return time.Unix((int64(d)-dateBias)*86400, 0).UTC().Format(time.DateOnly)
}

// MarshalJSON writes a date as "YYYY-MM-DD", an open end as null and an
// unrecorded one as "unknown".
func (d Date) MarshalJSON() ([]byte, error) {
	if d == Open {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes; an absent member stays unknown.
func (d *Date) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*d = Open
		return nil
	case bytes.Equal(b, []byte(`"unknown"`)):
		*d = Unknown
		return nil
	case len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"':
		return &InvalidError{Code: "date_format", Value: string(b), Want: `"YYYY-MM-DD", null, "unknown"`}
	}
	got, err := ParseDate(string(b[1 : len(b)-1]))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// Span is what a date text says: the first and the last day that it may mean.
// A full date is one day, "2024-05" a month, "2024" a year. The zero Span is
// unknown.
type Span struct{ First, Last Date }

// ParseSpan reads YYYY-MM-DD, YYYY-MM or YYYY; an empty text is unknown.
func ParseSpan(s string) (Span, error) {
	if s == "" {
		return Span{}, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1 {
			continue
		}
		first := DateOf(t.Year(), t.Month(), t.Day())
		last := first
		switch layout {
		case "2006-01":
			last = DateOf(t.Year(), t.Month()+1, 1) - 1
		case "2006":
			last = DateOf(t.Year()+1, 1, 1) - 1
		}
		return Span{first, last}, nil
	}
	return Span{}, &InvalidError{Code: "date_text", Value: s, Want: "YYYY-MM-DD | YYYY-MM | YYYY"}
}

// Known tells whether anything is recorded.
func (s Span) Known() bool { return s.First.Known() }

// Reached tells whether the day meant has come by d: to_review when nothing is
// recorded or d lies inside a partial date.
func (s Span) Reached(d Date) Tri {
	switch {
	case !s.Known():
		return ToReview
	case d >= s.Last:
		return Yes
	case d < s.First:
		return No
	}
	return ToReview
}

// Passed tells whether d is after the whole span: the test for an inclusive
// last day.
func (s Span) Passed(d Date) Tri {
	switch {
	case !s.Known():
		return ToReview
	case d > s.Last:
		return Yes
	case d <= s.First:
		return No
	}
	return ToReview
}

func (s Span) String() string { return fmt.Sprintf("%s..%s", s.First, s.Last) }
