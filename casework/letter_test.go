package casework_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// marker stands in every text that a random case has stored, so that it is found wherever it shows.
const marker = "ZEBRA-4711"

// row is one head of a made-up case.
func row(field casework.Field, s casework.State, text string, codes ...string) casework.Value {
	return casework.Value{
		ID: casework.ValueID(casework.NewID()), Slot: casework.Slot{Field: field}, State: s, Codes: codes,
		Text: personal.New(text), Basis: casework.SurvivorSaid, At: casetest.At(1),
	}
}

// withLetters puts a stored text, read warnings and a contact way beside the rows of a random case.
func withLetters(random *rand.Rand, f *casework.File, c *checklist.Content) *casework.File {
	heads := slices.DeleteFunc(f.Heads(), func(v casework.Value) bool {
		return strings.HasPrefix(string(v.Slot.Field), "q:00.4/")
	})
	heads = append(heads, row("q:00.4/route", checklist.States()[random.IntN(3)], "", "survivor_calls"))
	things := append(slices.Clone(f.Entities), casework.Entity{})
	for i := range c.Letters.Letters {
		thing := things[random.IntN(len(things))].ID
		for _, at := range slices.Compact([]casework.EntityID{"", thing}) {
			put := func(part, text string, codes ...string) {
				v := row(casework.LetterField(c.Letters.Letters[i].ID, part), checklist.Yes, text, codes...)
				v.Slot.Entity = at
				heads = append(heads, v)
			}
			if at != "" {
				for part, code := range map[string]string{"agreed": "", "date": "2026-12-01", "unlocked": "", "second": ""} {
					v := row(casework.StepSlot(c.Letters.Letters[i].ID, part).Field, checklist.Yes, "reason", code)
					v.Slot.Entity = at
					heads = append(heads, v)
				}
			}
			if random.IntN(4) > 0 {
				put(casework.LetterRead, "")
			}
			if random.IntN(2) == 0 {
				put(casework.LetterText, "own words "+marker, "survivor_calls")
			} else {
				put(casework.LetterStage, "", "drafted")
			}
			put("sign", marker)
		}
	}
	return casework.NewFile(c, casework.Case{ID: "one", Code: "KH-2222-2222"}, f.Entities, heads, nil)
}

// printedText is everything that stands on the three printed copies.
func printedText(f *casework.File) string {
	var out strings.Builder
	for _, form := range casework.SheetForms() {
		for _, part := range f.Sheet(form).Parts {
			for _, l := range part.Lines {
				out.WriteString(l.Text + "\n" + l.Told + "\n" + l.Ready + "\n" + l.Device.Reveal() + "\n")
			}
		}
	}
	return out.String()
}

// TestLetters_property draws cases in all phases, lanes and answers, with letters that have texts, and
// holds each letter to the promises: no text of an A1 or A2 letter where the gate or the freeze rule
// forbids it, each of those under "not yet" in words, and no text of a letter on any copy of the plan.
func TestLetters_property(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	content := casetest.New(t).Content()
	var questions []checklist.Ref
	for _, q := range content.Questions() {
		questions = append(questions, q.Refs("")...)
	}
	rounds, held, shown, things := 300, 0, 0, 0
	if testing.Short() {
		rounds = 60
	}
	for range rounds {
		f := withLetters(random, randomFile(random, content, questions), content)
		ready, plan, paper := f.Readiness(), f.SafetyPlan(), printedText(f)
		for _, s := range plan.Protect {
			if s.Held() || s.Text == "" {
				t.Fatalf("the protective act %s is held back beside letters", s.ID)
			}
		}
		letters := f.Letters()
		if len(letters) < len(content.Letters.Letters) {
			t.Fatalf("%d letters, want all that were begun", len(letters))
		}
		for _, l := range letters {
			checkLetter(t, l)
			if strings.Contains(l.Step.ID, "@") && l.Shown() {
				things++
			}
			if l.Step.Held() {
				held++
			}
			if l.Shown() {
				shown++
			}
			facts := casework.StepFacts{
				Agreed: l.Step.Agreed == checklist.Yes, Unlocked: !l.Step.UnlockReason.Empty(),
				Second: !l.Step.SecondWorker.Empty(), Dated: l.Step.Date != "",
			}
			if l.Shown() && forbidden(content.Action(l.Letter.ID), ready, facts) {
				t.Fatalf("%s shows its text in %s, %s: %+v %+v", l.Letter.ID, ready.Phase, ready.Lane, ready, facts)
			}
			inPlan := inList(plan.NotYet, l.Step.ID) != nil || inList(plan.Done, l.Step.ID) != nil
			if l.Step.Held() && !inPlan {
				t.Fatalf("%s is held back and does not stand under \"not yet\"", l.Letter.ID)
			}
		}
		if strings.Contains(paper, marker) {
			t.Fatal("a copy of the plan prints the text of a letter")
		}
	}
	if held == 0 || shown == 0 || things == 0 {
		t.Errorf("%d held, %d shown, %d of them of a second thing: the walk proves nothing", held, shown, things)
	}
}

// checkLetter holds one letter of a case to what must be true of every one.
func checkLetter(t *testing.T, l casework.Letter) {
	t.Helper()
	text, id := l.Text.Reveal(), l.Letter.ID
	if l.Step.Held() || !l.Read || l.Route == "" {
		if text != "" || len(l.Facts)+len(l.Claims) > 0 || l.Shown() || l.Printable() {
			t.Fatalf("%s is held back or unread and shows a text", id)
		}
		if l.Step.Held() && (l.Step.NotYet.What == "" || l.Step.NotYet.Told == "" || l.Step.NotYet.Ready == "") {
			t.Fatalf("%s has no words for \"not yet\"", id)
		}
		return
	}
	if strings.ContainsAny(text, "{}") || text == "" {
		t.Fatalf("%s has a gap or no text: %q", id, text)
	}
	if l.Letter.Removes() && !l.Edited && !strings.Contains(text, l.Letter.Preserve) {
		t.Fatalf("%s removes and does not ask to keep anything", id)
	}
}

// openCase is a case in which nothing holds a letter back.
func openCase(t *testing.T, id string) *casetest.Book {
	t.Helper()
	b := casetest.New(t)
	b.NoDanger().Ready().Answer("12.2", checklist.Yes).Pick("00.4/route", "email_new", "survivor_calls")
	begin(t, b, id)
	for step := range dependencies(b.Content(), id) {
		if err := b.Decide(ctx, b.Case, b.Act(), step, casework.Decision{Result: casework.ResultDone}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Decide(ctx, b.Case, b.Act(), id, casework.Decision{Agreed: checklist.Yes}, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.ReadLetter(ctx, b.Case, b.Act(), id); err != nil {
		t.Fatal(err)
	}
	return b
}

// begin puts a letter into the plan whatever the findings say, as one that was begun.
func begin(t *testing.T, b *casetest.Book, id string) {
	t.Helper()
	put(t, b, row(casework.LetterField(id, casework.LetterStage), checklist.Yes, "", "drafted"))
}

// put writes a value past the checks of the forms.
func put(t *testing.T, b *casetest.Book, v casework.Value) {
	t.Helper()
	err := b.Memory.Apply(ctx, b.Case, casework.Change{
		Submission: casework.NewID(), By: casetest.Worker, At: b.Now(), Verb: casework.VerbPlan, Values: []casework.Value{v},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// dependencies are the steps that come before a letter.
func dependencies(c *checklist.Content, id string) map[string]bool {
	out := map[string]bool{}
	for _, d := range c.Action(id).DependsOn {
		out[d] = true
	}
	return out
}

func letterOf(t *testing.T, b *casetest.Book, id string) casework.Letter {
	t.Helper()
	l, ok := b.File().Letter(id)
	if !ok {
		t.Fatalf("%s is not in the plan", id)
	}
	return l
}

// save keeps parts of a letter.
func save(t *testing.T, b *casetest.Book, id string, parts map[string]string) {
	t.Helper()
	if err := b.SaveLetter(ctx, b.Case, b.Act(), id, casework.LetterForm{Parts: parts}, nil); err != nil {
		t.Fatal(err)
	}
}

// Every letter can be written when all is ready, asks to keep proof before it removes, rules out every
// other contact way, and says nothing of why unless that was chosen.
func TestLetter_everyOneCanBeWritten(t *testing.T) {
	for _, l := range casetest.New(t).Content().Letters.Letters {
		b := openCase(t, l.ID)
		got := letterOf(t, b, l.ID)
		if !got.Printable() {
			t.Errorf("%s cannot be printed: held %v, read %v, route %q", l.ID, got.Step.Holds, got.Read, got.Route)
			continue
		}
		text, frame := got.Text.Reveal(), b.Content().Letters.Frame
		for _, part := range []string{l.Subject, frame.Contact["survivor_calls"], frame.Only, l.Preserve} {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say %q", l.ID, part)
			}
		}
		for _, s := range append(l.Sentences(), frame.Reference, frame.Deadline) {
			if stem, _, gap := strings.Cut(s, "{"); gap && strings.Contains(text, strings.TrimSpace(stem)) {
				t.Errorf("%s says %q with nothing to fill it", l.ID, s)
			}
		}
		if strings.Contains(text, l.Why) {
			t.Errorf("%s says why, and nobody chose that", l.ID)
		}
		if l.Removes() && strings.Index(text, l.Preserve) > strings.Index(text, l.Ask[0][len(l.Ask[0])-1]) {
			t.Errorf("%s asks to remove before it asks to keep", l.ID)
		}
		save(t, b, l.ID, map[string]string{casework.LetterWhy: "yes"})
		if got = letterOf(t, b, l.ID); !strings.Contains(got.Text.Reveal(), l.Why) || !slices.Contains(got.Claims, l.Why) {
			t.Errorf("%s does not say why although it was chosen, or hides that it does", l.ID)
		}
	}
}

// No answer but a plain yes is put into a letter. The others stay with the worker as what they are,
// and none of them is turned into a no.
func TestLetter_unknownIsLeftOut(t *testing.T) {
	content := casetest.New(t).Content()
	checked := 0
	for _, l := range content.Letters.Letters {
		for _, spec := range l.Facts {
			for _, from := range spec.From {
				checked += leftOut(t, content, &l, spec, from)
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d answers looked at", checked)
	}
}

// leftOut gives one part every state that is no plain yes, and then a yes, and returns how many it gave.
func leftOut(t *testing.T, c *checklist.Content, l *checklist.Letter, spec checklist.LetterFact, from checklist.LetterFrom) int {
	t.Helper()
	q := c.Question(from.Question)
	row, n := casework.EntityID(""), 0
	b := openCase(t, l.ID)
	if q.Rows != nil && slices.ContainsFunc(q.Rows.Columns, func(p checklist.Part) bool { return p.Name == from.Part }) {
		row = b.Row(q.ID, from.Part, q.Part(from.Part).Options[0].Code)
	}
	if row != "" { // what she agreed to before there was a thing was not agreed to for it
		if err := b.Decide(ctx, b.Case, b.Act(), l.ID, casework.Decision{Agreed: checklist.Yes}, nil); err != nil {
			t.Fatal(err)
		}
	}
	ref := checklist.Ref{Entity: string(row), Question: q.ID, Part: from.Part}
	codes := map[checklist.Kind][]string{checklist.KindDate: {"2026-10-03"}, checklist.KindNumber: {"14"}}[q.Part(from.Part).Kind]
	for code := range spec.Words {
		if code != "yes" {
			codes = []string{code}
		}
	}
	give := func(s casework.State, codes ...string) casework.LetterFact {
		v := casework.ValueOf(ref, checklist.Answer{State: s, Codes: codes}, casework.SurvivorSaid)
		if err := b.Save(v); err != nil {
			t.Fatalf("%s %s: %v", q.ID, s, err)
		}
		n++
		facts := letterOf(t, b, l.ID).Facts
		return facts[slices.IndexFunc(facts, func(f casework.LetterFact) bool { return f.Name == spec.Name })]
	}
	give(checklist.NotAsked)
	bare := letterOf(t, b, l.ID).Text.Reveal()
	for _, s := range checklist.States() {
		if s == checklist.Yes {
			continue
		}
		if fact := give(s); !fact.Says.Empty() || fact.State != s || fact.InText {
			t.Errorf("%s: %s answered %s reads %q, state %s", l.ID, q.ID, s, fact.Says.Reveal(), fact.State)
		}
		if letterOf(t, b, l.ID).Text.Reveal() != bare {
			t.Errorf("%s: %s answered %s changes the letter", l.ID, q.ID, s)
		}
	}
	fact := give(checklist.Yes, codes...)
	if fact.Says.Empty() || !fact.InText || fact.Basis != casework.SurvivorSaid || fact.From != ref || fact.At.IsZero() {
		t.Errorf("%s: %s answered yes %v reads %+v", l.ID, q.ID, codes, fact)
	}
	return n
}

// A device is named by its kind when somebody said what it is, and not while a scan only guesses.
func TestLetter_devices(t *testing.T) {
	const id = "SP-L.maker-remove"
	b := openCase(t, id)
	says := func() string {
		l := letterOf(t, b, id)
		return l.Facts[0].Says.Reveal()
	}
	if says() != "" {
		t.Fatalf("an empty list reads %q", says())
	}
	device := b.Device("Bell at the blue door", "iot_camera", "doorbell")
	class := func(s casework.State) {
		v := row(casework.FieldClass, s, "", "doorbell")
		v.ID, v.Slot.Entity = "", device
		put(t, b, v)
	}
	class(checklist.Suspected)
	if says() != "" {
		t.Errorf("a guess reads %q", says())
	}
	class(checklist.Yes)
	b.Device("Box", "iot_hub", "smart_speaker")
	if says() != "a doorbell with a camera and a smart speaker" {
		t.Errorf("two things read %q", says())
	}
	if text := letterOf(t, b, id).Text.Reveal(); strings.Contains(text, "blue") || !strings.Contains(text, says()) {
		t.Error("the letter prints what the thing is called, or does not name its kind")
	}
	for _, l := range b.Content().Letters.Letters {
		for _, fact := range l.Facts {
			for class := range fact.Devices {
				if !slices.ContainsFunc(casework.DeviceGroups(), func(g casework.DeviceGroup) bool { return slices.Contains(g.Classes, class) }) {
					t.Errorf("%s has words for %q, which is no kind of device", l.ID, class)
				}
			}
		}
	}
}

// Without a way for the answer that is known to be safe there is no letter; a way that is ruled out
// beside it does not count; and the detail of a way is printed only when it was typed for this letter.
func TestLetter_contact(t *testing.T) {
	const id = "SP-L.bank-who"
	b := openCase(t, id)
	frame := b.Content().Letters.Frame
	for _, s := range checklist.States() {
		b.Answer("00.4/route", s)
		b.Pick("00.4/forbidden", "letter")
		if err := b.ReadLetter(ctx, b.Case, b.Act(), id); err != nil {
			t.Fatal(err)
		}
		if l := letterOf(t, b, id); l.Shown() || !l.Text.Empty() {
			t.Errorf("with the contact way %s, and none named, the letter reads %q", s, l.Text.Reveal())
		}
	}
	b.Pick("00.4/route", "text_own_phone", "call_own_phone").Pick("00.4/forbidden", "own_phone")
	if l := letterOf(t, b, id); len(l.Routes) > 0 {
		t.Errorf("ways that are ruled out count: %v", l.Routes)
	}
	b.Pick("00.4/route", "email_new", "via_person")
	if l := letterOf(t, b, id); l.Read {
		t.Error("warnings that were read before the contact way changed still count")
	}
	if err := b.ReadLetter(ctx, b.Case, b.Act(), id); err != nil {
		t.Fatal(err)
	}
	l := letterOf(t, b, id)
	if l.Route != "email_new" || !strings.Contains(l.Text.Reveal(), frame.Contact["survivor_calls"]) {
		t.Errorf("without an address the letter names the way %q", l.Text.Reveal())
	}
	save(t, b, id, map[string]string{"reply": "answers@example.org"})
	if l = letterOf(t, b, id); !strings.Contains(l.Text.Reveal(), "e-mail to this address: answers@example.org.") {
		t.Errorf("with an address it reads %q", l.Text.Reveal())
	}
	save(t, b, id, map[string]string{casework.LetterText: "My own words."})
	save(t, b, id, map[string]string{casework.LetterRoute: "via_person"})
	if l = letterOf(t, b, id); !l.Behind || l.Printable() || l.Text.Reveal() != "My own words." {
		t.Error("a text that was written for another contact way can be printed")
	}
	save(t, b, id, map[string]string{casework.LetterText: "My own words."})
	if l = letterOf(t, b, id); l.Behind || !l.Printable() {
		t.Error("a text that was looked at again cannot be printed")
	}
}

// The text follows the record until a worker changes it, keeps its history, and can be written anew.
func TestCasebook_SaveLetter(t *testing.T) {
	const id = "SP-L.phone-split"
	b := openCase(t, id)
	draft := letterOf(t, b, id).Text.Reveal()
	save(t, b, id, map[string]string{casework.LetterText: strings.ReplaceAll(draft, "\n", "\r\n"), "since": "March 2024"})
	l := letterOf(t, b, id)
	if l.Edited || !strings.Contains(l.Text.Reveal(), "I have used it since March 2024.") {
		t.Errorf("an unchanged text stopped following: edited %v, %q", l.Edited, l.Text.Reveal())
	}
	save(t, b, id, map[string]string{casework.LetterText: "First words."})
	save(t, b, id, map[string]string{casework.LetterText: "Second words.", "since": "April 2024"})
	if l = letterOf(t, b, id); !l.Edited || l.Text.Reveal() != "Second words." {
		t.Errorf("the edited text reads %q", l.Text.Reveal())
	}
	for _, fact := range l.Facts {
		if fact.Name == "since" && (fact.InText || fact.Says.Reveal() != "April 2024") {
			t.Error("a fact that is not in the edited text counts as said")
		}
	}
	chain, err := b.History(ctx, b.Case, casework.Slot{Field: casework.LetterField(id, casework.LetterText)})
	if err != nil || len(chain) != 2 || chain[0].Text.Reveal() != "First words." {
		t.Errorf("the history has %d texts, %v", len(chain), err)
	}
	if err := b.SaveLetter(ctx, b.Case, b.Act(), id, casework.LetterForm{
		Parts: map[string]string{casework.LetterText: "Second words."}, Afresh: true,
	}, nil); err != nil {
		t.Fatal(err)
	}
	if l = letterOf(t, b, id); l.Edited || !strings.Contains(l.Text.Reveal(), "April 2024") {
		t.Errorf("written anew it reads %q", l.Text.Reveal())
	}
}

func TestCasebook_SaveLetter_refuses(t *testing.T) {
	const id = "SP-L.phone-split"
	b := openCase(t, id)
	send := func(part, typed string) error {
		return b.SaveLetter(ctx, b.Case, b.Act(), id, casework.LetterForm{Parts: map[string]string{part: typed, "sign": "A. N."}}, nil)
	}
	wantKey(t, send(casework.LetterText, "since {since}"), "error.letter.gap")
	wantKey(t, send("to", "{"), "error.letter.gap")
	wantKey(t, send("deadline", "2026-02-31"), "error.letter.date")
	wantKey(t, send(casework.LetterSentOn, "soon"), "error.letter.date")
	wantKey(t, send(casework.LetterStage, "shouted"), "error.field.code")
	wantKey(t, send(casework.LetterRoute, "call_own_phone"), "error.field.code")
	wantKey(t, send(casework.LetterWhy, "dont_know"), "error.field.state")
	wantKey(t, b.SaveLetter(ctx, b.Case, b.Act(), "SP-03.1", casework.LetterForm{}, nil), "error.letter.not_found")
	wantKey(t, b.ReadLetter(ctx, b.Case, b.Act(), "SP-03.1"), "error.letter.not_found")
	if v := b.File().Head("", casework.LetterField(id, "sign")); v.ID != "" {
		t.Error("half of a form that was refused is saved")
	}
}

// A letter that comes to be held back keeps what was written, shows none of it, and takes what a worker
// had still open.
func TestLetter_heldKeepsAndHides(t *testing.T) {
	const id = "SP-L.bank-joint"
	b := openCase(t, id)
	save(t, b, id, map[string]string{casework.LetterText: "Words " + marker})
	b.Answer("00.5/threat_kill", checklist.Yes)
	l := letterOf(t, b, id)
	if !l.Step.Held() || l.Shown() || !l.Text.Empty() || strings.Contains(printedText(b.File()), marker) {
		t.Fatal("a letter shows its text in danger")
	}
	save(t, b, id, map[string]string{casework.LetterText: "Later words " + marker})
	b.Answer("00.5/threat_kill", checklist.No)
	b.Pass(time.Hour)
	if l = letterOf(t, b, id); l.Text.Reveal() != "Later words "+marker {
		t.Errorf("what was typed is lost: %q", l.Text.Reveal())
	}
}

// The letters of a step come with it into the plan, and go when the step is settled or she keeps the
// thing.
func TestLetter_comesWithItsStep(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Pick("03.1/holder", checklist.WhoPersonOfConcern)
	there := func() bool {
		_, ok := b.File().Letter("SP-L.phone-split")
		return ok
	}
	if !there() {
		t.Fatal("the letter does not come with its step")
	}
	for _, d := range []casework.Decision{{End: casework.EndKeep}, {End: casework.EndTakeOver, Result: casework.ResultNotNeeded}} {
		if err := b.Decide(ctx, b.Case, b.Act(), "SP-03.1", d, nil); err != nil {
			t.Fatal(err)
		}
		if there() {
			t.Errorf("the letter stays in the plan after %+v", d)
		}
	}
	begin(t, b, "SP-L.phone-split")
	if !there() {
		t.Error("a letter that was begun is gone")
	}
}
