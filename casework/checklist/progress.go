package checklist

import "slices"

// Progress says how far a section is. Asked + NotAsked = all slots of its questions; Unknown is the
// part of Asked that was answered "don't know" or declined.
type Progress struct {
	Section  string
	Asked    int
	NotAsked int
	Unknown  int
}

// SectionState is the word a task list shows beside a section.
type SectionState string

// The four words.
const (
	SectionNotAsked    SectionState = "not_asked"
	SectionPartly      SectionState = "partly"
	SectionAnswered    SectionState = "answered"
	SectionHasUnknowns SectionState = "has_unknowns"
)

// State returns the word. While something is still to be asked the word is "partly", with or
// without unknowns; the count of unknowns stands beside it.
func (p Progress) State() SectionState {
	switch {
	case p.Asked == 0:
		return SectionNotAsked
	case p.NotAsked > 0:
		return SectionPartly
	case p.Unknown > 0:
		return SectionHasUnknowns
	}
	return SectionAnswered
}

// ProgressOf counts by question: a question is asked once any of its parts is, and unknown when
// any part or row of it is unknown.
func ProgressOf(c *Content, as Answers, section string) Progress {
	p := Progress{Section: section}
	s := c.SectionByID(section)
	if s == nil {
		return p
	}
	for i := range s.Questions {
		q := &s.Questions[i]
		if q.auto() {
			continue
		}
		switch asked, unknown := Touched(q, as); {
		case !asked:
			p.NotAsked++
		case unknown:
			p.Asked++
			p.Unknown++
		default:
			p.Asked++
		}
	}
	return p
}

// Touched reports whether any part or row of the question was asked, and whether any of them is
// unknown.
func Touched(q *Question, as Answers) (asked, unknown bool) {
	refs := q.Refs("")
	for _, row := range as.Rows(q.ID) {
		refs = append(refs, q.RowRefs(row)...)
	}
	for _, ref := range refs {
		switch as[ref].Is() {
		case NotAsked:
		case DontKnow, Declined:
			asked, unknown = true, true
		default:
			asked = true
		}
	}
	return asked, unknown
}

// auto reports whether the program fills the question in by itself.
func (q *Question) auto() bool {
	return len(q.Parts) > 0 && !slices.ContainsFunc(q.Parts, func(p Part) bool { return p.Kind != KindAuto })
}

// fits reports whether the question is worth asking in the phase. The questions of the first walk
// always are, since they tell the phase; so is everything while the phase is not clear.
func (q *Question) fits(p Phase) bool {
	switch p {
	case PhysicalControl, Escape, LifeApart:
		return q.Depth == DepthFirst || slices.Contains(q.Phases, p.Tag())
	}
	return true
}
