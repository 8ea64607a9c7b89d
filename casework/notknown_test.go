package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// asHeads is a case of the given heads and nothing else.
func asHeads(c *checklist.Content, heads ...casework.Value) *casework.File {
	return casework.NewFile(c, casework.Case{ID: "one", Code: "KH-2222-2222"}, nil, heads, nil)
}

// One device that they never touched is asked about in two places. Every pair of answers: it is there
// only when one says a plain yes and the other says nothing else.
func TestNotKnown_safeDevice(t *testing.T) {
	c := casetest.New(t).Content()
	for _, fact := range checklist.States() {
		for _, answer := range checklist.States() {
			f := asHeads(c, row(casework.FieldSafeDevice, fact, ""), row("q:02.8", answer, ""))
			want := fact == checklist.Yes && (answer == checklist.Yes || answer == checklist.NotAsked) ||
				answer == checklist.Yes && fact == checklist.NotAsked
			if got := f.Readiness().SafeDevice; got != want {
				t.Errorf("fact %s beside answer %s: safe device %t, want %t", fact, answer, got, want)
			}
			if held := kinds(f.Holdings())[casework.HoldingDevice] == 1; held != want {
				t.Errorf("fact %s beside answer %s: told to her as hers %t, want %t", fact, answer, held, want)
			}
			a := checklist.Action{ID: "x", Alert: checklist.A1}
			holds := f.Readiness().Holds(&a, casework.StepFacts{Agreed: true})
			if slices.Contains(holds, casework.HoldSafeDevice) == want {
				t.Errorf("fact %s beside answer %s: the freeze rule holds %v", fact, answer, holds)
			}
		}
	}
}

// Photographs are free only when both places they could be copied to are known to be none.
func TestNotKnown_camera(t *testing.T) {
	c := casetest.New(t).Content()
	none := []casework.State{checklist.No, checklist.NotApplicable}
	copied := []casework.State{checklist.Yes, checklist.Suspected}
	for _, one := range checklist.States() {
		for _, two := range checklist.States() {
			for _, chosen := range checklist.States() {
				f := asHeads(c, row("q:06.1", one, ""), row("q:06.2", two, ""), row(casework.FieldSafeCamera, chosen, ""))
				want := casework.HoldCamera
				switch {
				case chosen == checklist.Yes, slices.Contains(none, one) && slices.Contains(none, two):
					want = ""
				case slices.Contains(copied, one) || slices.Contains(copied, two):
					want = casework.HoldCameraSyncs
				}
				if got := f.Readiness().Camera; got != want {
					t.Errorf("06.1 %s, 06.2 %s, other camera %s: hold %q, want %q", one, two, chosen, got, want)
				}
			}
		}
	}
}

// A way out of the question "who helps if they react" is no plan: only a plain yes with somebody in it.
func TestNotKnown_reactionPlan(t *testing.T) {
	c := casetest.New(t).Content()
	for _, s := range checklist.States() {
		bare := asHeads(c, row("q:24.2/who_helps", s, ""))
		if bare.Readiness().ReactionPlan {
			t.Errorf("%s and nobody named counts as a plan", s)
		}
		named := asHeads(c, row("q:24.2/who_helps", s, "", "friend_or_family"))
		if got := named.Readiness().ReactionPlan; got != (s == checklist.Yes) {
			t.Errorf("%s with a friend: plan %t", s, got)
		}
	}
}

// Evidence questions count as asked once somebody answered anything, and not before: all five.
func TestNotKnown_evidenceAsked(t *testing.T) {
	c := casetest.New(t).Content()
	ids := []string{"23.1", "23.2", "23.3", "23.4", "23.5"}
	for missing := range ids {
		var heads []casework.Value
		for i, id := range ids {
			state := checklist.Declined
			if i == missing {
				state = checklist.NotAsked
			}
			heads = append(heads, row(casework.Field("q:"+id), state, ""))
		}
		if asHeads(c, heads...).Readiness().Evidence {
			t.Errorf("%s was not asked and the freeze rule is content", ids[missing])
		}
		heads[missing].State = checklist.DontKnow
		if !asHeads(c, heads...).Readiness().Evidence {
			t.Error("five answers do not count as asked")
		}
	}
}

// A scan is offered as listening only, unless they live apart and the router is known to tell nobody.
func TestNotKnown_scanAdvice(t *testing.T) {
	c := casetest.New(t).Content()
	apart := row("q:01.1", checklist.Yes, "", "apart")
	for _, s := range checklist.States() {
		router := row("q:11.3", s, "")
		tellsNobody := s == checklist.No || s == checklist.NotApplicable
		a := asHeads(c, apart, router).ScanAdvice()
		if quiet := a.Mode == casework.ScanQuiet; quiet != tellsNobody || a.RouterMayTry == tellsNobody {
			t.Errorf("router %s: mode %s, may announce %t", s, a.Mode, a.RouterMayTry)
		}
		if a.RouterAsked != (s != checklist.NotAsked) || a.Agreed {
			t.Errorf("router %s: asked %t, agreed %t", s, a.RouterAsked, a.Agreed)
		}
		for _, living := range []casework.Value{
			row("q:01.1", checklist.Yes, "", "together"), row("q:01.1", checklist.DontKnow, ""),
			row("q:01.1", checklist.Declined, ""), row("q:01.1", checklist.Suspected, "", "apart"),
		} {
			if a := asHeads(c, living, router).ScanAdvice(); a.Mode != casework.ScanListen || !a.LivesWith {
				t.Errorf("living %s, router %s: mode %s", living.State, s, a.Mode)
			}
		}
	}
}

// Paper leaves the room only after a plain yes, and her date only when it stands as a date.
func TestNotKnown_handBack(t *testing.T) {
	c := casetest.New(t).Content()
	for _, s := range checklist.States() {
		f := asHeads(c, row("q:24.7", s, ""), row("q:24.5/date", checklist.Yes, "", "2026-12-01"))
		page, ok := f.HandBack()
		if ok != (s == checklist.Yes) {
			t.Errorf("paper %s: handed out %t", s, ok)
		}
		if !ok && (len(page.Lines) > 0 || page.Day != "") {
			t.Errorf("paper %s: the page holds something all the same", s)
		}
		dated, _ := asHeads(c, row("q:24.7", checklist.Yes, ""), row("q:24.5/date", s, "", "2026-12-01")).HandBack()
		if (dated.Day != "") != (s == checklist.Yes) {
			t.Errorf("an appointment that is %s is printed as %q", s, dated.Day)
		}
	}
}

// An account is hers to reset only when both messages come to her alone and no old way is left: every
// combination of states, and every other holder.
func TestNotKnown_recoveries(t *testing.T) {
	b := casetest.New(t)
	account := b.Row("05.4", "account", "mail")
	content := b.Content()
	hers := func(phone, mail, old casework.State, codes ...string) bool {
		f := b.File()
		put := func(field casework.Field, s casework.State, codes ...string) casework.Value {
			v := row(field, s, "", codes...)
			v.Slot.Entity = account
			return v
		}
		heads := append(f.Heads(), put("q:05.4/phone", phone, codes...), put("q:05.4/mail", mail, "survivor"), put("q:05.4/old_route", old))
		return kinds(casework.NewFile(content, f.Case, f.Entities, heads, nil).Holdings())[casework.HoldingRecovery] == 1
	}
	for _, phone := range checklist.States() {
		for _, mail := range checklist.States() {
			for _, old := range checklist.States() {
				want := phone == checklist.Yes && mail == checklist.Yes && (old == checklist.No || old == checklist.NotApplicable)
				if got := hers(phone, mail, old, "survivor"); got != want {
					t.Errorf("phone %s, mail %s, old way %s: hers %t", phone, mail, old, got)
				}
			}
		}
	}
	for _, who := range content.Who {
		if who.Code != checklist.WhoSurvivor && hers(checklist.Yes, checklist.Yes, checklist.No, "survivor", who.Code) {
			t.Errorf("messages that also reach %s count as hers alone", who.Code)
		}
	}
	if hers(checklist.Yes, checklist.Yes, checklist.No) {
		t.Error("messages that reach nobody named count as hers")
	}
}

// A letter names a way of contact only while 00.4 says plainly that it is safe and nothing beside it
// rules it out.
func TestNotKnown_contactRoutes(t *testing.T) {
	b := openCase(t, "SP-L.phone-split")
	route := func(v ...casework.Value) []string {
		for _, one := range v {
			put(t, b, one)
		}
		return letterOf(t, b, "SP-L.phone-split").Routes
	}
	for _, s := range checklist.States() {
		got := route(row("q:00.4/route", s, "", "call_own_phone", "in_person"), row("q:00.4/forbidden", checklist.NotAsked, ""))
		if (len(got) == 2) != (s == checklist.Yes) || s != checklist.Yes && len(got) > 0 {
			t.Errorf("ways that are %s: %v", s, got)
		}
	}
	all := row("q:00.4/route", checklist.Yes, "", "call_own_phone", "text_own_phone", "survivor_calls")
	for _, tc := range []struct {
		never []string
		want  []string
	}{
		{nil, []string{"survivor_calls", "call_own_phone", "text_own_phone"}},
		{[]string{"text_or_chat"}, []string{"survivor_calls", "call_own_phone"}},
		{[]string{"own_phone"}, []string{"survivor_calls"}},
		{[]string{"own_phone", "text_or_chat"}, []string{"survivor_calls"}},
		{[]string{"letter", "home_visit", "via_family"}, []string{"survivor_calls", "call_own_phone", "text_own_phone"}},
	} {
		for _, s := range []casework.State{checklist.Yes, checklist.Suspected, checklist.DontKnow} {
			if got := route(all, row("q:00.4/forbidden", s, "", tc.never...)); !slices.Equal(got, tc.want) {
				t.Errorf("never (%s) %v: %v, want %v", s, tc.never, got, tc.want)
			}
		}
	}
}

// What she wants wiped goes at her word, and at nothing less; what nobody asked stays.
func TestNotKnown_wiping(t *testing.T) {
	b := casetest.New(t)
	wish := casetest.Value("00.6/own_words", checklist.Yes)
	wish.Text = personal.New("To sleep again.")
	if err := b.Save(wish); err != nil {
		t.Fatal(err)
	}
	for _, s := range checklist.States() {
		b.Answer("24.4/own_words", s)
		words, note := b.File().OwnWords(), b.File().Close(casetest.At(0), b.Now())
		wiped := s == checklist.No
		if words.Empty() != wiped || (len(note.Wipe) == 1) != wiped {
			t.Errorf("keeping her words is %s: shown %t, to wipe %v", s, !words.Empty(), note.Wipe)
		}
		inNote := slices.ContainsFunc(note.Draft, func(l casework.NoteLine) bool { return !l.Line.Text.Empty() })
		if inNote == wiped {
			t.Errorf("keeping her words is %s: they stand in the draft of the note %t", s, inNote)
		}
	}
	b.Answer("24.4/own_words", checklist.Yes).Answer("24.4/answers", checklist.No)
	if note := b.File().Close(casetest.At(0), b.Now()); len(note.Draft) > 0 {
		t.Errorf("%d answers stand in a note though she wants none kept", len(note.Draft))
	}
}

// Only a plain yes to statistics makes a record of a case, and a withdrawal takes it out at once.
func TestNotKnown_statistics(t *testing.T) {
	b := casetest.New(t)
	for _, s := range checklist.States() {
		b.Answer("00.7/statistics", checklist.Yes).Answer("00.7/statistics", s)
		if got := agreedCases(t, b); (got == 1) != (s == checklist.Yes) {
			t.Errorf("statistics %s: %d cases counted", s, got)
		}
	}
}
