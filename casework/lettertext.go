package casework

import (
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// routeSilent is the contact way that needs no detail: she comes back for the answer herself.
const routeSilent = "survivor_calls"

// draft writes the letter from the record. A sentence with a gap is left out.
func (f *File) draft(l *Letter) string {
	words := map[string]string{}
	for _, fact := range l.Facts {
		words[fact.Name] = fact.Says.Reveal()
	}
	frame := f.Content.Letters.Frame
	blocks := []string{words["to"], l.Letter.Subject, sentences(words, frame.Reference), frame.Greeting}
	for _, p := range l.Letter.Body {
		blocks = append(blocks, sentences(words, p...))
	}
	if l.Why {
		blocks = append(blocks, l.Letter.Why)
	}
	blocks = append(blocks, l.Letter.Preserve)
	for _, p := range l.Letter.Ask {
		blocks = append(blocks, sentences(words, p...))
	}
	blocks = append(blocks, sentences(words, frame.Deadline), contactWords(frame, l.Route, words), frame.Closing, words["sign"])
	blocks = slices.DeleteFunc(blocks, func(b string) bool { return b == "" })
	return strings.Join(blocks, "\n\n")
}

// sentences joins those that have no gap.
func sentences(words map[string]string, all ...string) string {
	var out []string
	for _, s := range all {
		if filled, ok := checklist.FillGaps(s, words); ok {
			out = append(out, filled)
		}
	}
	return strings.Join(out, " ")
}

// contactWords says how an answer may come, and that no other way may be used. Where the way needs a
// detail that nobody typed, the answer waits until she asks for it.
func contactWords(frame checklist.LetterFrame, route string, words map[string]string) string {
	way := sentences(words, frame.Contact[route])
	if way == "" {
		way = frame.Contact[routeSilent]
	}
	return way + " " + frame.Only
}

// letterFacts reads what a letter can say: first what the record knows, then what was typed for it.
func (f *File) letterFacts(of *Letter) []LetterFact {
	l := of.Letter
	var out []LetterFact
	for i := range l.Facts {
		out = append(out, f.recordFact(&l.Facts[i], of.Step.Thing))
	}
	for _, name := range checklist.TypedFacts() {
		v := f.letter(of.Step.ID, name)
		fact := LetterFact{Name: name, Typed: true, State: v.State, Basis: v.Basis, At: v.At, Says: v.Text}
		if v.State == checklist.Yes && name == "deadline" {
			fact.Says = personal.New(dayWords(v.Code()))
		}
		out = append(out, fact)
	}
	return out
}

// recordFact reads one fact from the answers or the list of devices. A letter about one thing says nothing
// of another one: a provider does not learn of her other accounts.
func (f *File) recordFact(spec *checklist.LetterFact, thing EntityID) LetterFact {
	fact := LetterFact{Name: spec.Name, Label: spec.Label, State: checklist.NotAsked}
	var said []string
	for _, from := range spec.From {
		for _, ref := range f.factRefs(from, thing) {
			said = f.readFact(&fact, said, spec.Words, ref)
		}
	}
	for _, d := range f.Devices() {
		if thing != "" && d.ID != thing {
			continue
		}
		said = deviceFact(&fact, said, spec.Devices[d.Class], d)
	}
	fact.Says = personal.New(listed(said))
	if len(said) == 0 {
		fact.Basis = ""
	}
	return fact
}

// factRefs are the places a fact is read from: the part of the question, or that column of each row.
func (f *File) factRefs(from checklist.LetterFrom, thing EntityID) []checklist.Ref {
	q := f.Content.Question(from.Question)
	column := q.Rows != nil && slices.ContainsFunc(q.Rows.Columns, func(p checklist.Part) bool { return p.Name == from.Part })
	if !column {
		return []checklist.Ref{{Question: from.Question, Part: from.Part}}
	}
	var refs []checklist.Ref
	for _, row := range f.answers.Rows(from.Question) {
		if thing == "" || EntityID(row) == thing {
			refs = append(refs, checklist.Ref{Entity: row, Question: from.Question, Part: from.Part})
		}
	}
	return refs
}

// readFact adds what one answer says. Only a plain yes says anything in a letter: a suspicion, a
// "don't know" and a refusal stay with the worker.
func (f *File) readFact(fact *LetterFact, said []string, words map[string]string, ref checklist.Ref) []string {
	v := f.At(ref)
	if fact.From.Question == "" || v.Answer().Is() == checklist.Yes {
		fact.From, fact.State = ref, v.Answer().Is()
		fact.Basis, fact.At = v.Basis, v.At
	}
	if v.Answer().Is() != checklist.Yes {
		return said
	}
	for _, says := range answerWords(f.Content.Question(ref.Question).Part(ref.Part), v, words) {
		if says != "" && !slices.Contains(said, says) {
			said = append(said, says)
		}
	}
	return said
}

// answerWords puts an answer into the words that a letter may use for it. A code without such words
// is not named.
func answerWords(p *checklist.Part, v Value, words map[string]string) []string {
	var out []string
	for _, code := range v.Codes {
		switch p.Kind {
		case checklist.KindDate:
			out = append(out, dayWords(code))
		case checklist.KindNumber:
			out = append(out, code)
		default:
			out = append(out, words[code])
		}
	}
	if len(v.Codes) == 0 {
		out = append(out, words[string(checklist.Yes)])
	}
	return out
}

// deviceFact adds a thing of the list whose kind is known. A guess says nothing in a letter.
func deviceFact(fact *LetterFact, said []string, says string, d Device) []string {
	if says == "" {
		return said
	}
	if len(said) == 0 {
		fact.State, fact.Basis, fact.At = d.ClassState, d.Basis, d.Since
	}
	if d.ClassState != checklist.Yes || slices.Contains(said, says) {
		return said
	}
	return append(said, says)
}

// listed joins words as a sentence does.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// dayWords writes a day or a month as a letter does, in the language of the content; empty for
// anything else.
func dayWords(code string) string {
	if day, err := time.Parse(time.DateOnly, code); err == nil {
		return day.Format("2 January 2006")
	}
	if month, err := time.Parse("2006-01", code); err == nil {
		return month.Format("January 2006")
	}
	return ""
}
