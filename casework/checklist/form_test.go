package checklist_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework/checklist"
)

// canonical reads answers as a form does: nothing for "not asked".
func canonical(as checklist.Answers) checklist.Answers {
	out := checklist.Answers{}
	for ref, a := range as {
		if a.Is() != checklist.NotAsked {
			out[ref] = checklist.Answer{State: a.Is(), Codes: a.Codes, Text: a.Text}
		}
	}
	return out
}

// answersOf lists every answer a part can hold, one for each state, option and kind of text.
func answersOf(c *checklist.Content, p *checklist.Part) []checklist.Answer {
	bare := []checklist.State{checklist.Suspected, checklist.DontKnow, checklist.Declined, checklist.NotApplicable}
	var out []checklist.Answer
	switch {
	case p.Kind == checklist.KindState || p.Kind == checklist.KindList || p.Kind == checklist.KindItems:
		bare = checklist.States()
	case p.Kind.Several():
		bare = append(bare, checklist.No)
		var all []string
		for _, o := range c.Options(p) {
			if o.Code != checklist.CodeDontKnow {
				all = append(all, o.Code)
			}
		}
		for _, s := range []checklist.State{checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.Declined} {
			out = append(out, checklist.Answer{State: s, Codes: all}, checklist.Answer{State: s, Codes: all[:1]})
		}
	case p.Kind.Coded():
		for _, o := range c.Options(p) {
			if o.Code != checklist.CodeDontKnow {
				out = append(out, codes(o.Code), checklist.Answer{State: checklist.Suspected, Codes: []string{o.Code}})
			}
		}
	case p.Kind == checklist.KindNumber:
		bare = append(bare, checklist.No)
		out = append(out, codes("0"), codes("14"))
	case p.Kind == checklist.KindDate:
		bare = append(bare, checklist.No)
		out = append(out, codes("2026-11-30"), codes("2026-03"))
	default:
		bare = append(bare, checklist.No)
		for _, s := range []checklist.State{checklist.Yes, checklist.Suspected, checklist.DontKnow} {
			out = append(out, checklist.Answer{State: s, Text: checklist.NewWords("a=b&c; ~not_asked “Zoë”\nline")})
		}
	}
	for _, s := range bare {
		out = append(out, state(s))
	}
	return out
}

// B3: the reference tool loses a field over a name. Every slot of every question, in every state
// and with every option, survives the way through a form and back.
func TestB3_roundTripOfEveryField(t *testing.T) {
	c := load(t)
	n := 0
	questions := append(c.Questions(), &c.Matrix, &c.Presence)
	for _, q := range questions {
		for _, entity := range []string{"", strings.Repeat("ab", 16)} {
			for _, ref := range q.Refs(entity) {
				for _, a := range answersOf(c, q.Part(ref.Part)) {
					roundTrip(t, c, q, entity, checklist.Answers{ref: a})
					n++
				}
			}
		}
		if q.Rows == nil {
			continue
		}
		for _, ref := range q.RowRefs("new1") {
			for _, a := range answersOf(c, q.Part(ref.Part)) {
				roundTrip(t, c, q, "", checklist.Answers{ref: a})
				n++
			}
		}
	}
	if n < 1500 {
		t.Errorf("only %d answers were tried", n)
	}
}

func roundTrip(t *testing.T, c *checklist.Content, q *checklist.Question, entity string, as checklist.Answers) {
	t.Helper()
	form := fill(c, checklist.All(q), entity, as)
	got, errs := checklist.ParseForm(c, checklist.All(q), entity, form)
	if len(errs) > 0 {
		t.Fatalf("%s: %v from %v", q.ID, errs, form)
	}
	if diff := cmp.Diff(canonical(as), canonical(got)); diff != "" {
		t.Fatalf("%s lost an answer on its way through %v:\n%s", q.ID, form, diff)
	}
}

// Whole forms with random answers to all slots at once, items and rows included.
func TestParseForm_roundTripOfWholeForms(t *testing.T) {
	c := load(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		for _, q := range append(c.Questions(), &c.Matrix, &c.Presence) {
			as := checklist.Answers{}
			refs := q.Refs("")
			if q.Rows != nil {
				for i := range 12 {
					refs = append(refs, q.RowRefs(fmt.Sprintf("%032x", i))...)
				}
			}
			for _, ref := range refs {
				if choices := answersOf(c, q.Part(ref.Part)); rng.IntN(5) > 0 {
					as[ref] = choices[rng.IntN(len(choices))]
				}
			}
			roundTrip(t, c, q, "", as)
		}
	}
}

// B9: zero is an answer.
func TestB9_zeroIsAnAnswer(t *testing.T) {
	c := load(t)
	got, errs := checklist.ParseForm(c, checklist.All(c.Question("13.5")), "", url.Values{"a.13.5/days": {"0"}})
	if a := got[at("13.5", "days")]; len(errs) > 0 || a.Is() != checklist.Yes || !slices.Equal(a.Codes, []string{"0"}) {
		t.Errorf("got %v %v", a, errs)
	}
}

// An answer that is taken back has to reach the record as "not asked", not vanish from the form.
func TestParseForm_everyShownSlotIsReturned(t *testing.T) {
	c := load(t)
	q := c.Question("00.2")
	got, _ := checklist.ParseForm(c, checklist.All(q), "", url.Values{})
	for _, ref := range q.Refs("") {
		if _, ok := got[ref]; !ok {
			t.Errorf("%s is missing", ref.Field())
		}
	}
	part := []checklist.Asked{{Question: q, Parts: []string{"place"}}}
	if got, _ = checklist.ParseForm(c, part, "", url.Values{"s.00.2/children": {"yes"}}); len(got) != 1 {
		t.Errorf("a part that was not shown was read: %v", slices.Collect(maps.Keys(got)))
	}
}

func TestParseForm_items(t *testing.T) {
	c := load(t)
	q := c.Question("00.5")
	read := func(form url.Values) (string, checklist.FieldErrors) {
		got, errs := checklist.ParseForm(c, checklist.All(q), "", form)
		var states []string
		for _, ref := range q.Refs("") {
			states = append(states, string(got[ref].Is()))
		}
		return strings.Join(states, " "), errs
	}
	for _, tc := range []struct {
		name string
		form url.Values
		want string
		errs int
	}{
		{"nothing", nil, "not_asked not_asked not_asked not_asked not_asked", 0},
		{"none of these", url.Values{"s.00.5": {"no"}}, "no no no no no", 0},
		{"one ticked, others not asked", url.Values{"a.00.5": {"weapon_threat"}}, "not_asked yes not_asked not_asked not_asked", 0},
		{"one ticked, others no", url.Values{"a.00.5": {"weapon_threat"}, "s.00.5": {"no"}}, "no yes no no no", 0},
		{"others not known", url.Values{"a.00.5": {"threat_kill"}, "s.00.5": {"dont_know"}}, "yes dont_know dont_know dont_know dont_know", 0},
		{"one suspected", url.Values{"s.00.5": {"no"}, "s.00.5/strangulation": {"suspected"}}, "no no suspected no no", 0},
		{"ticked and denied", url.Values{"a.00.5": {"threat_kill"}, "s.00.5/threat_kill": {"no"}}, "yes not_asked not_asked not_asked not_asked", 1},
	} {
		if got, errs := read(tc.form); got != tc.want || len(errs) != tc.errs {
			t.Errorf("%s: %s with %d errors, want %s with %d", tc.name, got, len(errs), tc.want, tc.errs)
		}
	}
}

func TestParseForm_errors(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		question string
		form     url.Values
		want     string
	}{
		{"00.1", url.Values{"s.00.1": {"perhaps"}}, checklist.KeyUnknownChoice},
		{"00.1", url.Values{"s.00.1": {"yes", "no"}}, checklist.KeyTwoAnswers},
		{"01.1", url.Values{"a.01.1": {"on_the_moon"}}, checklist.KeyUnknownChoice},
		{"01.1", url.Values{"a.01.1": {"~yes"}}, checklist.KeyUnknownChoice},
		{"01.1", url.Values{"a.01.1": {"apart", "together"}}, checklist.KeyTwoAnswers},
		{"01.8", url.Values{"a.01.8": {"anger"}, "s.01.8": {"no"}}, checklist.KeyTicksAndNone},
		{"01.8", url.Values{"a.01.8": {"dont_know"}}, checklist.KeyUnknownChoice},
		{"00.5", url.Values{"a.00.5": {"earthquake"}}, checklist.KeyUnknownChoice},
		{"00.5", url.Values{"s.00.5": {"yes"}}, checklist.KeyUnknownChoice},
		{"13.5", url.Values{"a.13.5/days": {"-1"}}, checklist.KeyNotANumber},
		{"13.5", url.Values{"a.13.5/days": {"soon"}}, checklist.KeyNotANumber},
		{"01.2", url.Values{"a.01.2/since": {"31.11.2026"}}, checklist.KeyNotADate},
		{"00.4", url.Values{"a.00.4/hours": {strings.Repeat("x", checklist.MaxWords+1)}}, checklist.KeyTooLong},
		{"00.4", url.Values{"a.00.4/hours": {"evenings"}, "s.00.4/hours": {"no"}}, checklist.KeyTicksAndNone},
		{"12.1", url.Values{"a.12.1/owner@../../x": {"survivor"}}, checklist.KeyRowID},
	} {
		_, errs := checklist.ParseForm(c, checklist.All(c.Question(tc.question)), "", tc.form)
		if len(errs) != 1 || errs[0].Key != tc.want || errs[0].Name == "" {
			t.Errorf("%v: %v, want %s", tc.form, errs, tc.want)
		}
	}
}

// What was typed must still be there when the page comes back with an error.
func TestParseForm_keepsTextBesideAnError(t *testing.T) {
	c := load(t)
	got, errs := checklist.ParseForm(c, checklist.All(c.Question("00.4")), "",
		url.Values{"a.00.4/hours": {"evenings"}, "s.00.4/hours": {"no"}})
	if len(errs) != 1 || got[at("00.4", "hours")].Text.Reveal() != "evenings" {
		t.Error("the text is gone")
	}
}

func TestParseForm_showsAgainWhatCouldNotBeRead(t *testing.T) {
	c := load(t)
	q := c.Question("13.5")
	got, errs := checklist.ParseForm(c, checklist.All(q), "", url.Values{"a.13.5/days": {"a fortnight"}})
	if len(errs) != 1 {
		t.Fatal(errs)
	}
	for _, in := range c.Inputs(checklist.Asked{Question: q}, "", got) {
		if in.Name == "a.13.5/days" && in.Value != "a fortnight" {
			t.Errorf("the field shows %q", in.Value)
		}
	}
}

func TestParseForm_rows(t *testing.T) {
	c := load(t)
	q := c.Question("12.1")
	form := url.Values{
		"s.12.1":                {"yes"},
		"a.12.1/platform@new1":  {"ring"},
		"a.12.1/owner@new1":     {"person_of_concern"},
		"a.12.1/home_name@new2": {"  "},
		"a.12.1/owner@new2":     {""},
	}
	got, errs := checklist.ParseForm(c, checklist.All(q), "", form)
	if len(errs) > 0 || len(got.Rows("12.1")) != 1 {
		t.Fatalf("%v, rows %v", errs, got.Rows("12.1"))
	}
	out := checklist.Of(checklist.Evaluate(c, got), checklist.OutcomeFinding)
	if len(out) != 1 || out[0].Entity != "new1" {
		t.Errorf("outcomes %+v", out)
	}
}

func TestContent_Ref(t *testing.T) {
	c := load(t)
	for _, q := range append(c.Questions(), &c.Matrix, &c.Presence) {
		refs := q.Refs("e1")
		if q.Rows != nil {
			refs = append(refs, q.RowRefs("e1")...)
		}
		for _, ref := range refs {
			if got, ok := c.Ref("e1", ref.Field()); !ok || got != ref {
				t.Errorf("%s came back as %+v", ref.Field(), got)
			}
		}
	}
	for _, f := range []string{"q:99.9", "q:00.4/nothing", "step:SP-13.2/agreed", "name"} {
		if _, ok := c.Ref("", f); ok {
			t.Errorf("%s was taken for a question", f)
		}
	}
}

func TestWords_redacts(t *testing.T) {
	w := checklist.NewWords("secret")
	as := checklist.Answers{at("00.4", "hours"): {Text: w}}
	for _, s := range []string{fmt.Sprint(w), fmt.Sprintf("%#v %+v %q %x", w, as, w, w)} {
		if strings.Contains(s, "secret") || strings.Contains(s, "736563726574") {
			t.Errorf("the text shows in %q", s)
		}
	}
	if b, _ := w.MarshalText(); string(b) == "secret" || w.Reveal() != "secret" {
		t.Error("marshalled in clear, or lost")
	}
}

func FuzzParseForm(f *testing.F) {
	f.Add("s.00.5=no&a.12.1/owner@new1=survivor&a.00.4/hours=x&a.01.1=~declined")
	f.Add("a.13.5/days=00&s.13.5/days=suspected")
	c, err := checklist.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		as, _ := checklist.ParseForm(c, checklist.All(c.Questions()...), "", form)
		for ref, a := range as {
			if !a.Is().Valid() || c.Question(ref.Question).Part(ref.Part) == nil {
				t.Fatalf("%+v became %s", ref, a.Is())
			}
		}
		checklist.Evaluate(c, as)
	})
}
