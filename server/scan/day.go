package scan

import (
	"strconv"
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/server/web"
)

// readDay reads the three fields of a day in the past or today, as the beginning of that day where the
// worker is. It reports false for what is no such day.
func readDay(c *web.Call, name string, now time.Time) (time.Time, bool) {
	var numbers [3]int
	for i, part := range []string{"-year", "-month", "-day"} {
		n, err := strconv.Atoi(strings.TrimSpace(c.PostForm(name + part)))
		if err != nil {
			return time.Time{}, false
		}
		numbers[i] = n
	}
	year, month, day := numbers[0], time.Month(numbers[1]), numbers[2]
	at := time.Date(year, month, day, 0, 0, 0, 0, now.Location())
	real := at.Year() == year && at.Month() == month && at.Day() == day
	return at, real && year >= 2000 && !at.After(now)
}

// aroundVisit returns the newest check before the day and the newest after it, of the network of the
// newest check that has both. A check on the day itself counts as after: nobody says at what hour the
// visit was, and a device found that day may have come with it.
func aroundVisit(scans []*casework.KeptScan, day time.Time) (before, after *casework.KeptScan) {
	for _, k := range scans {
		b, a := casework.ScansAround(scans, k.Network, day)
		if a != nil && b != nil {
			return b, a
		}
		if before == nil {
			before = b
		}
		if after == nil {
			after = a
		}
	}
	if before != nil && after != nil { // one before and one after, of two networks: neither answers the question
		return nil, after
	}
	return before, after
}
