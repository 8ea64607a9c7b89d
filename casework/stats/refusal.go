package stats

import "fmt"

// Reason says which rule a release was refused under.
type Reason string

// The reasons. Each has a text under "statistics.refusal.<reason>" in the locale catalogue.
const (
	ReasonFrozen     Reason = "frozen"      // rule 7: the period is published; hand out the stored bytes
	ReasonWaits      Reason = "waits"       // rule 7: part of the period is published and too little has changed since
	ReasonOtherRule  Reason = "other_rule"  // rule 6: part of the period is published under another rule or in other bands
	ReasonMonths     Reason = "months"      // rule 8: months only from 300 new cases a year
	ReasonTwoWay     Reason = "two_way"     // rule 5: only one-way tables are offered
	ReasonManyHidden Reason = "many_hidden" // rule 5: too many rows would be hidden
	ReasonDisclosive Reason = "disclosive"  // rules 3 and 4: a hidden figure, or everybody's answer, could be worked out
)

// Refusal says that a release may not leave. It names the rule, the tables and something coarser to
// ask for, and never a cell or a count.
type Refusal struct {
	Reason Reason
	Tables []VariableID // the tables concerned; empty when it is the period
}

// Key returns the key of the refusal's text in the locale catalogue.
func (r *Refusal) Key() string { return "statistics.refusal." + string(r.Reason) }

// Error implements error with the text in plain English.
func (r *Refusal) Error() string {
	text := r.text()
	if len(r.Tables) > 0 {
		return fmt.Sprintf("%s Tables: %v.", text, r.Tables)
	}
	return text
}

func (r *Refusal) text() string {
	switch r.Reason {
	case ReasonFrozen:
		return "This period is published and stays as it is (rule 7). Use the stored release."
	case ReasonWaits:
		return "Part of this period is published, and what changed since could point at somebody " +
			"(rule 7). Publish a period that does not overlap, or ask again later."
	case ReasonOtherRule:
		return "Part of this period is published under another rule or in other bands (rule 6). " +
			"Publish a period that does not overlap."
	case ReasonMonths:
		return "Months may be published only by a service with 300 or more new cases a year (rule 8). " +
			"Choose the quarter."
	case ReasonTwoWay:
		return "Tables of more than one question are not offered (rule 5). Choose each question on its own."
	case ReasonManyHidden:
		return "More of the table would be hidden than shown usefully (rule 5). " +
			"Choose a question with fewer answers or the whole year, or publish it mostly hidden."
	default:
		return "Somebody who knows the rule could work out too much from the table (rules 3 and 4). " +
			"Leave the table out, or choose the whole year."
	}
}
