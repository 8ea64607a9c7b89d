package stats

import (
	"fmt"
	"time"
)

// Month is a calendar month, counted as 12 times the year plus the month from 0.
type Month int32

// MonthOf returns the month of t in t's own location.
func MonthOf(t time.Time) Month { return monthAt(t.Year(), int(t.Month())) }

func monthAt(year, month int) Month { return Month(year*12 + month - 1) }

// PeriodKind is a level of the fixed hierarchy month ⊂ quarter ⊂ year (STATISTICS 2.4 rule 6); there
// are no other date ranges.
type PeriodKind string

// The levels.
const (
	KindMonth   PeriodKind = "month"
	KindQuarter PeriodKind = "quarter"
	KindYear    PeriodKind = "year"
)

// Period is one calendar month, quarter or year. Make it with MonthPeriod, Quarter or Year.
type Period struct {
	Kind  PeriodKind `json:"kind"`
	Start Month      `json:"start"`
}

// MonthPeriod returns the period of one month, 1 to 12.
func MonthPeriod(year, month int) Period { return Period{KindMonth, monthAt(year, month)} }

// Quarter returns the period of one quarter, 1 to 4.
func Quarter(year, quarter int) Period { return Period{KindQuarter, monthAt(year, quarter*3-2)} }

// Year returns the period of one calendar year.
func Year(year int) Period { return Period{KindYear, monthAt(year, 1)} }

// QuarterOf returns the quarter a month lies in.
func QuarterOf(m Month) Period { return Period{KindQuarter, m - m%3} }

// Ended reports whether the period was over when month now began. What is published of a running
// period stays as it is for good, so cases that come later in it are never counted.
func (p Period) Ended(now Month) bool {
	_, last := p.months()
	return last < now
}

// String returns the period in words for a table, e.g. "2026 Q3".
func (p Period) String() string {
	year, month := int(p.Start)/12, int(p.Start)%12
	switch p.Kind {
	case KindYear:
		return fmt.Sprintf("%d", year)
	case KindQuarter:
		return fmt.Sprintf("%d Q%d", year, month/3+1)
	default:
		return fmt.Sprintf("%d-%02d", year, month+1)
	}
}

// length returns the number of months, 0 for an unknown kind.
func (p Period) length() Month {
	switch p.Kind {
	case KindYear:
		return 12
	case KindQuarter:
		return 3
	case KindMonth:
		return 1
	}
	return 0
}

// valid reports whether the period is a level of the hierarchy and starts where that level starts.
func (p Period) valid() bool { return p.length() > 0 && p.Start > 0 && p.Start%p.length() == 0 }

// months returns the first and the last month of the period.
func (p Period) months() (first, last Month) { return p.Start, p.Start + p.length() - 1 }

// contains reports whether q lies wholly within p.
func (p Period) contains(q Period) bool {
	pFirst, pLast := p.months()
	qFirst, qLast := q.months()
	return pFirst <= qFirst && qLast <= pLast
}

// overlaps reports whether the two share a month; in the hierarchy one then contains the other.
func (p Period) overlaps(q Period) bool { return p.contains(q) || q.contains(p) }

// year returns the calendar year the period lies in.
func (p Period) year() Period { return Period{KindYear, p.Start - p.Start%12} }
