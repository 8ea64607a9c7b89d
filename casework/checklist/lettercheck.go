package checklist

import (
	"slices"
	"strings"
)

// stepEvidence is the step that saves what a removal can wipe.
const stepEvidence = "SP-23.2"

// letters checks the letters: where they belong, that none goes around the gate of its step, and that
// every placeholder has somewhere to come from.
func (k *checker) letters() {
	frame := k.c.Letters.Frame
	if missing(frame.Reference, frame.Greeting, frame.Deadline, frame.Only, frame.Closing) {
		k.fault("frame", "a text around the letters is missing")
	}
	if route := k.contactPart(); route != nil {
		for _, o := range route.Options {
			if frame.Contact[o.Code] == "" {
				k.fault("frame", "no sentence for the contact way %s", o.Code)
			}
		}
	}
	for i := range k.c.Letters.Letters {
		k.letter(&k.c.Letters.Letters[i])
	}
}

// contactPart is the part of 00.4 that names the ways of contact.
func (k *checker) contactPart() *Part {
	q := k.c.Question("00.4")
	if q == nil || q.Part("route") == nil {
		k.fault("frame", "letters read the contact way from 00.4, which has none")
		return nil
	}
	return q.Part("route")
}

func (k *checker) letter(l *Letter) {
	step := k.c.Action(l.Step)
	if step == nil || k.c.Letter(l.Step) != nil {
		k.fault(l.ID, "it belongs to the step %s, which does not exist", l.Step)
		return
	}
	k.letterGate(l, step)
	if !slices.Contains(LetterReceivers(), l.To) || !slices.Contains(LetterPurposes(), l.Purpose) {
		k.fault(l.ID, "%q or %q is no receiver or no purpose", l.To, l.Purpose)
	}
	if missing(l.Subject, l.Why, l.Told.Words) || len(l.Body) == 0 || len(l.Ask) == 0 {
		k.fault(l.ID, "a text of the letter is missing, or who may be told")
	}
	if !slices.Contains([]string{"known", "likely", "unknown"}, l.Told.Sure) {
		k.fault(l.ID, "it does not say how sure it is who may be told")
	}
	for i := range l.Facts {
		k.letterFact(l, &l.Facts[i])
	}
	k.letterGaps(l)
}

// letterGate checks that the letter is not easier to send than its step is to do, and that what
// removes asks for proof to be kept, after proof was saved.
func (k *checker) letterGate(l *Letter, step *Action) {
	if step.Protective {
		k.fault(l.ID, "a letter can be noticed, so it cannot belong to a protective act")
	}
	if l.Alert.OrWorst() == A0 || l.Alert.OrWorst() < step.Alert.OrWorst() {
		k.fault(l.ID, "its alert level has to be A1 or A2 and not lower than that of %s", step.ID)
	}
	for _, tag := range l.Phases {
		if !slices.Contains(step.Phases, tag) {
			k.fault(l.ID, "its step is not for the phase %s", tag)
		}
	}
	if len(l.Phases) == 0 {
		k.fault(l.ID, "it names no phase")
	}
	if l.Removes() {
		k.letterRemoves(l)
	}
}

// letterRemoves checks that proof is kept before anything ends.
func (k *checker) letterRemoves(l *Letter) {
	if l.Preserve == "" {
		k.fault(l.ID, "it removes, and does not ask to keep anything first")
	}
	if a := k.c.Action(l.ID); a != nil && !slices.Contains(a.DependsOn, stepEvidence) {
		k.fault(l.ID, "it removes, and does not depend on %s", stepEvidence)
	}
}

func (k *checker) letterFact(l *Letter, f *LetterFact) {
	if missing(f.Name, f.Label) || slices.Contains(TypedFacts(), f.Name) {
		k.fault(l.ID, "the fact %q has no label, or a name that is typed", f.Name)
	}
	if len(f.From)+len(f.Devices) == 0 {
		k.fault(l.ID, "the fact %q comes from nowhere", f.Name)
	}
	var known []string
	for _, from := range f.From {
		known = append(known, k.letterCodes(l, f, from)...)
	}
	for code := range f.Words {
		if !slices.Contains(known, code) {
			k.fault(l.ID, "the fact %q has words for %q, which nobody can answer", f.Name, code)
		}
	}
}

// letterCodes lists what can be answered at the place that a fact is read from. Free words are never
// read: they are hers, and may hold more than a letter should say.
func (k *checker) letterCodes(l *Letter, f *LetterFact, from LetterFrom) []string {
	q := k.c.Question(from.Question)
	if q == nil || q.Part(from.Part) == nil {
		k.fault(l.ID, "the fact %q reads %s/%s, which does not exist", f.Name, from.Question, from.Part)
		return nil
	}
	p := q.Part(from.Part)
	switch {
	case p.Kind == KindDate || p.Kind == KindNumber:
		return nil
	case p.Kind.Typed():
		k.fault(l.ID, "the fact %q reads free words", f.Name)
	case len(f.Words) == 0:
		k.fault(l.ID, "the fact %q has no words", f.Name)
	}
	known := []string{string(Yes)}
	for _, o := range k.c.Options(p) {
		known = append(known, o.Code)
	}
	return known
}

// letterGaps checks every placeholder of a letter, and that every fact is used.
func (k *checker) letterGaps(l *Letter) {
	known := TypedFacts()
	for _, f := range l.Facts {
		known = append(known, f.Name)
	}
	used := Gaps(strings.Join(l.Sentences(), " "))
	for _, name := range used {
		if !slices.Contains(known, name) {
			k.fault(l.ID, "nothing fills {%s}", name)
		}
	}
	for _, f := range l.Facts {
		if !slices.Contains(used, f.Name) {
			k.fault(l.ID, "the fact %q is never used", f.Name)
		}
	}
	for _, s := range l.Sentences() {
		if gaps := len(Gaps(s)); strings.Count(s, "{") != gaps || strings.Count(s, "}") != gaps {
			k.fault(l.ID, "a brace stands alone in: %s", s)
		}
	}
	if len(Gaps(l.Subject+l.Preserve+l.Why)) > 0 {
		k.fault(l.ID, "subject, preserve and why have no gaps: they would vanish with one")
	}
}
