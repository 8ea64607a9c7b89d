package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
)

// twins are the two records that have to be told apart by nothing: the encrypted store and the memory of
// a consultation without record.
type twins struct {
	t      *testing.T
	random *rand.Rand
	kept   *store.Store
	memory *casework.Memory
	cases  []casework.CaseID
	things map[casework.CaseID][]casework.EntityID
	posts  []casework.Change // forms that went through, to be sent again
	minute int
}

// record is what both offer.
type record interface {
	casework.Record
	casework.Cases
	casework.Settings
}

func (w *twins) pick(n int) int { return w.random.IntN(n) }

// slot draws one of few slots, so that chains grow and forms meet.
func (w *twins) slot(id casework.CaseID) casework.Slot {
	fields := []casework.Field{"q:01.1", "q:12.2", "label", "step:SP-13.2/agreed"}
	s := casework.Slot{Field: fields[w.pick(len(fields))]}
	if things := w.things[id]; len(things) > 0 && w.pick(2) == 0 {
		s.Entity = things[w.pick(len(things))]
	}
	if w.pick(25) == 0 {
		s.Entity = "nowhere"
	}
	return s
}

// value draws a value; few of them, so that two often say the same.
func (w *twins) value(id casework.CaseID) casework.Value {
	states := append(checklist.States(), checklist.Yes, checklist.Yes)
	v := casework.Value{
		Slot: w.slot(id), State: states[w.pick(len(states))], Basis: casework.SurvivorSaid, Content: w.pick(3),
		Consultation: casework.ConsultationID(fmt.Sprintf("c%d", w.pick(2))),
	}
	if w.pick(3) == 0 {
		v.Codes = [][]string{{}, {"a"}, {"b", "a"}, {"", "ä\"\n"}}[w.pick(4)]
	}
	if w.pick(3) == 0 {
		v.Text = personal.New([]string{"", "x", "zwei\nZeilen \x00 \u202e 😀", "'); DROP TABLE case_values; --"}[w.pick(4)])
	}
	if w.pick(30) == 0 {
		v.State = "maybe"
	}
	return v
}

// expectation draws what a form saw of a slot: the newest, an older value, nothing. It names the place in
// the chain, because the two records give values different ids.
func (w *twins) expectation(id casework.CaseID, s casework.Slot) int {
	chain, _ := w.memory.History(w.t.Context(), id, s)
	if w.pick(3) > 0 {
		return len(chain) - 1
	}
	return w.pick(len(chain)+1) - 1
}

// change draws a change of one case, with expectations as places in chains.
func (w *twins) change(id casework.CaseID) (casework.Change, map[casework.Slot]int) {
	w.minute++
	c := casework.Change{
		By: casetest.Worker, At: casetest.At(w.minute), Verb: casework.VerbAnswer, Submission: casework.NewID(),
	}
	if w.pick(10) == 0 {
		c.Submission = ""
	}
	for range w.pick(3) {
		e := casework.Entity{ID: casework.EntityID(casework.NewID()), Kind: casework.KindDevice, At: c.At, By: c.By}
		if things := w.things[id]; len(things) > 0 && w.pick(15) == 0 {
			e.ID = things[0] // there already
		}
		c.Entities = append(c.Entities, e)
	}
	for range w.pick(5) {
		c.Values = append(c.Values, w.value(id))
	}
	expect := map[casework.Slot]int{}
	for _, v := range c.Values {
		if w.pick(2) == 0 {
			expect[v.Slot] = w.expectation(id, v.Slot)
		}
	}
	if w.pick(8) == 0 { // a slot that the form showed and does not offer
		s := w.slot(id)
		expect[s] = w.expectation(id, s)
	}
	for range w.pick(2) {
		k := casework.Consent{Purpose: casework.ConsentPurposes()[w.pick(5)], State: checklist.States()[w.pick(7)], Wording: "agreement.v1"}
		if w.pick(10) == 0 {
			k.State = "perhaps"
		}
		c.Consents = append(c.Consents, k)
	}
	return c, expect
}

// with fills in the ids of one record.
func (w *twins) with(r record, id casework.CaseID, c casework.Change, expect map[casework.Slot]int) casework.Change {
	c.Expect = map[casework.Slot]casework.ValueID{}
	for s, place := range expect {
		c.Expect[s] = ""
		if chain, err := r.History(w.t.Context(), id, s); err == nil && place >= 0 && place < len(chain) {
			c.Expect[s] = chain[place].ID
		}
	}
	return c
}

// apply makes the same change in both and compares what they say to it.
func (w *twins) apply(id casework.CaseID, c casework.Change, expect map[casework.Slot]int) {
	w.t.Helper()
	kept := w.kept.Apply(w.t.Context(), id, w.with(w.kept, id, c, expect))
	memory := w.memory.Apply(w.t.Context(), id, w.with(w.memory, id, c, expect))
	if diff := cmp.Diff(verdict(memory), verdict(kept)); diff != "" {
		w.t.Fatalf("the two records answer differently (-memory +store):\n%s", diff)
	}
	if kept != nil {
		return
	}
	for _, e := range c.Entities {
		w.things[id] = append(w.things[id], e.ID)
	}
	if c.Submission != "" {
		w.posts = append(w.posts, c)
	}
}

// verdict is an error as a page would tell it.
func verdict(err error) []string {
	var e *casework.Error
	var conflict *casework.Conflict
	switch {
	case err == nil:
		return nil
	case errors.As(err, &conflict):
		out := []string{"conflict"}
		for _, s := range conflict.Sides {
			out = append(out, fmt.Sprintf("%s|%s offered %s %v, now %s %v %t", s.Offered.Slot.Entity, s.Offered.Slot.Field,
				s.Offered.State, s.Offered.Codes, s.Now.State, s.Now.Codes, s.Now.ID == ""))
		}
		return out
	case errors.As(err, &e):
		return []string{string(e.Kind)}
	}
	return []string{err.Error()}
}

// same compares everything that can be read of a case.
func (w *twins) same(id casework.CaseID) {
	w.t.Helper()
	ctx := w.t.Context()
	for name, read := range map[string]func(r record) (any, error){
		"heads":    func(r record) (any, error) { return r.Heads(ctx, id) },
		"entities": func(r record) (any, error) { return r.Entities(ctx, id) },
		"consents": func(r record) (any, error) { return r.Consents(ctx, id) },
		"case":     func(r record) (any, error) { return r.Case(ctx, id) },
		"cases":    func(r record) (any, error) { return r.Cases(ctx) },
		"history":  func(r record) (any, error) { return r.History(ctx, id, casework.Slot{Field: "q:01.1"}) },
		"setting":  func(r record) (any, error) { return r.Setting(ctx, "idle") },
	} {
		kept, err1 := read(w.kept)
		memory, err2 := read(w.memory)
		if diff := cmp.Diff(verdict(err2), verdict(err1)); diff != "" {
			w.t.Fatalf("reading %s (-memory +store):\n%s", name, diff)
		}
		diff := cmp.Diff(memory, kept, cmp.AllowUnexported(personal.Text{}), cmpopts.EquateEmpty(),
			cmpopts.EquateApproxTime(0), cmpopts.IgnoreFields(casework.Value{}, "ID", "Supersedes"),
			cmpopts.IgnoreFields(casework.Consent{}, "ID"))
		if diff != "" {
			w.t.Fatalf("%s differ (-memory +store):\n%s", name, diff)
		}
	}
}

// line checks that the values of every slot are one chain, each superseding the one before.
func line(t *testing.T, r record, id casework.CaseID) {
	t.Helper()
	heads, err := r.Heads(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, head := range heads {
		chain, err := r.History(t.Context(), id, head.Slot)
		if err != nil || len(chain) == 0 {
			t.Fatalf("a head without a history (%v)", err)
		}
		before := casework.ValueID("")
		for _, v := range chain {
			if v.Supersedes != before || v.ID == "" {
				t.Fatalf("a value supersedes %q, want %q", v.Supersedes, before)
			}
			before = v.ID
		}
		if head.ID != before {
			t.Fatal("the head is not the end of its chain")
		}
	}
}

// TestStore_sameAsMemory draws long sequences of changes, stale forms, repeated posts, strange values and
// unknown cases, and holds both records to the same answers and the same content after each.
func TestStore_sameAsMemory(t *testing.T) {
	rounds, steps := 6, 120
	if testing.Short() {
		rounds, steps = 2, 50
	}
	for round := range rounds {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			w := &twins{
				t: t, random: rand.New(rand.NewPCG(uint64(round), 17)), kept: casetest.NewStore(t), memory: casework.NewMemory(),
				things: map[casework.CaseID][]casework.EntityID{},
			}
			for range steps {
				w.step()
			}
			for _, id := range w.cases {
				line(t, w.kept, id)
				line(t, w.memory, id)
			}
			if got, err := w.kept.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound {
				t.Errorf("the audit reads %+v (%v)", got, err)
			}
			if entries, err := w.kept.Entries(t.Context()); err != nil || len(entries) == 0 {
				t.Errorf("%d entries (%v)", len(entries), err)
			}
		})
	}
}

// step does one thing to both.
func (w *twins) step() {
	w.t.Helper()
	switch n := w.pick(12); {
	case n == 0 || len(w.cases) == 0:
		id := casework.CaseID(casework.NewID())
		if len(w.cases) > 0 && w.pick(4) == 0 {
			id = w.cases[0] // open already
		}
		c, _ := w.change(id)
		c.Open = &casework.Case{ID: id, Code: casework.NewCaseCode(), OpenedAt: c.At, OpenedBy: c.By, MadeUp: w.pick(2) == 0}
		before := len(w.posts)
		w.apply(id, c, nil)
		if _, err := w.memory.Case(w.t.Context(), id); err == nil && (len(w.posts) > before || c.Submission == "") && !w.knows(id) {
			w.cases = append(w.cases, id)
		}
	case n == 1 && len(w.posts) > 0:
		w.apply(w.cases[w.pick(len(w.cases))], w.posts[w.pick(len(w.posts))], nil)
	case n == 2:
		c, expect := w.change("nowhere")
		w.apply("nowhere", c, expect)
	case n == 3:
		value := fmt.Sprint(w.pick(3))
		for _, r := range []record{w.kept, w.memory} {
			if err := r.SetSetting(w.t.Context(), "idle", value, casetest.Worker); err != nil {
				w.t.Fatal(err)
			}
		}
	default:
		id := w.cases[w.pick(len(w.cases))]
		c, expect := w.change(id)
		w.apply(id, c, expect)
	}
	for _, id := range append([]casework.CaseID{"nowhere"}, w.cases...) {
		w.same(id)
	}
}

func (w *twins) knows(id casework.CaseID) bool {
	for _, one := range w.cases {
		if one == id {
			return true
		}
	}
	return false
}
