package stats

import "fmt"

// Note is one sentence that leaves with the figures. Key names it for programs that read the JSON;
// Text is what people read, in the files and in the preview alike.
type Note struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

func note(name, format string, args ...any) Note {
	return Note{Key: name, Text: fmt.Sprintf(format, args...)}
}

// caseMarks explains the marks of a release over cases.
func caseMarks(p *Published) []string {
	lowest := 0
	if p.Zeros {
		lowest = 1
	}
	marks := []string{fmt.Sprintf("%s = confidential: between %d and %d people", HiddenMark, lowest, p.Policy.HideUpTo)}
	if p.MadeUp {
		marks = append(marks, madeUpMark)
	}
	return marks
}

// madeUpMark stands in every demonstration release.
const madeUpMark = "made up = these are not real cases"

func caseMethod(p *Published) []Note {
	notes := []Note{
		note("unit", "Each person is counted once, in the period in which she first came."),
		note("rule", "Counts up to %d are not shown. All other counts are rounded to the nearest %d.",
			p.Policy.HideUpTo, p.Policy.RoundTo),
		note("total", "Totals are rounded from the true total, so rows need not add up to them."),
		note("unknowns", "Not asked, does not know and did not want to say are rows of their own. None of them means no."),
		note("share", "The share known is worked out from the figures shown, and only where every row is shown."),
		note("audit", "Before release the figures were checked together with all earlier ones of the same year: "+
			"nobody who knows these rules can narrow a hidden figure down to fewer than %d neighbouring numbers.", minWidth+1),
		note("frozen", "This period is now fixed. It is not published again, also when records change later."),
	}
	if !p.Zeros {
		notes = append(notes, note("zeros_hidden", "The numbers are small, so a zero is not told apart from a small count."))
	}
	return notes
}

func caseLimits(p *Published) []Note {
	limits := []Note{
		note("not_all", "Only people who came to this service and agreed to statistics are counted. The figures do not say how common anything is elsewhere."),
		note("recorded", "The figures show what was recorded. What nobody asked about may have happened."),
		note("likely", "Somebody who knows that a person is among those counted could still guess her answer, where most people gave the same one."),
		note("exists", "That a person came to the service may be known from elsewhere. The figures can neither hide nor prove it."),
	}
	if p.Zeros {
		limits = append(limits, note("zeros_shown", "Where a row shows 0, nobody counted gave that answer, so it is not hers either."))
	}
	return limits
}
