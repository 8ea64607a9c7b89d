package checklist

import "time"

// StaleAfter is the age past which a text on what a vendor's product does warns of itself.
const StaleAfter = 180 * 24 * time.Hour

// Stale reports whether a text that was checked in the given month ("2026-11") is older than
// StaleAfter at now, counted from the end of that month. A month that cannot be read is stale.
func Stale(checked string, now time.Time) bool {
	month, err := time.Parse("2006-01", checked)
	if err != nil {
		return true
	}
	return now.After(month.AddDate(0, 1, 0).Add(StaleAfter))
}
