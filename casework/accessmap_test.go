package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/access"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// abilities is what the pages hand over from the knowledge of device classes.
func abilities(class string) []string {
	switch class {
	case "camera_indoor":
		return []string{"camera", "microphone"}
	case "":
		return []string{"unknown"}
	}
	return nil
}

func mapOf(t *testing.T, f *casework.File) *access.Graph {
	t.Helper()
	g, err := f.AccessMap(abilities)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// record is a case with these values; a value about "row" makes that row an entity.
func record(t *testing.T, values ...casework.Value) *casework.File {
	t.Helper()
	entities := []casework.Entity{{ID: "row", Kind: casework.KindRow}}
	return casework.NewFile(casetest.New(t).Content(), casework.Case{}, entities, values, nil)
}

// drawn returns the certainty of the surest link that came from a slot; empty when none did.
func drawn(g *access.Graph, slot casework.Slot) access.Certainty {
	best := access.Certainty("")
	for _, e := range g.Edges() {
		at, ok := casework.AccessSlot(e.Slot)
		if ok && at == slot && (best == "" || e.Certainty.Doubt() < best.Doubt()) {
			best = e.Certainty
		}
	}
	return best
}

// TestAccessMap_silence: from a record in which nobody was asked anything, no way and no "no" comes:
// only questions.
func TestAccessMap_silence(t *testing.T) {
	g := mapOf(t, record(t))
	if r := g.Paths(); len(r) != 0 {
		t.Errorf("%d pairs are reached though nobody said anything", len(r))
	}
	if n := len(g.Questions()); n < 20 {
		t.Errorf("only %d open questions about what every case has", n)
	}
	for _, q := range g.Questions() {
		if _, ok := g.Node(q.Entity); !ok {
			t.Error("a question about something that is not on the map")
		}
		if _, ok := casework.AccessSlot(q.Slot); !ok {
			t.Error("a question without a place in the record")
		}
	}
}

// TestAccessMap_answers walks every link of the content through every kind of answer: what is said is
// drawn as sure as it was said, what nobody knows as unknown, and nothing else is drawn.
func TestAccessMap_answers(t *testing.T) {
	c := casetest.New(t).Content()
	tried := 0
	for i := range c.Access.Links {
		l := &c.Access.Links[i]
		part, codes, states := c.Reads(l)
		if l.Map != nil && l.By == "" {
			part = &checklist.Part{Name: firstKey(l.Map)}
		} else if part.Kind == checklist.KindItems && l.Part == "" {
			part = &checklist.Part{Name: part.Slots()[0]}
		}
		ref := checklist.Ref{Question: l.Question, Part: part.Name}
		if l.Part != "" {
			ref.Part = l.Part
		}
		if c.InRows(l) {
			ref.Entity = "row"
		}
		value := func(s casework.State, codes ...string) casework.Value {
			return casework.Value{
				Slot: casework.Slot{Entity: casework.EntityID(ref.Entity), Field: casework.Field(ref.Field())}, State: s, Codes: codes,
				Basis: casework.WorkerSaw,
			}
		}
		check := func(what string, v casework.Value, want access.Certainty) {
			t.Helper()
			tried++
			if got := drawn(mapOf(t, record(t, v)), v.Slot); got != want {
				t.Errorf("%s, %s: drawn as %q, want %q", l.ID, what, got, want)
			}
		}
		top := access.Certainty(l.Cap)
		if top == "" {
			top = access.Known
		}
		check("don't know", value(checklist.DontKnow), access.Unknown)
		check("declined", value(checklist.Declined), access.Unknown)
		check("not applicable", value(checklist.NotApplicable), "")
		if !slices.Contains(states, checklist.No) {
			check("no", value(checklist.No), "")
		}
		if slices.Contains(states, checklist.Yes) {
			check("yes", value(checklist.Yes), top)
			check("suspected", value(checklist.Suspected), worse(top, access.Suspected))
		}
		for _, code := range codes {
			if code == "nobody" || code == "landlord_or_previous_resident" {
				continue
			}
			if h := c.Access.Holder(code); h == nil && isWho(c, l) {
				continue
			}
			check("yes, "+code, value(checklist.Yes, code), top)
			check("suspected, "+code, value(checklist.Suspected, code), worse(top, access.Suspected))
		}
	}
	if tried < 800 {
		t.Errorf("only %d answers tried", tried)
	}
}

func isWho(c *checklist.Content, l *checklist.AccessLink) bool {
	p, _, _ := c.Reads(l)
	return p.Kind == checklist.KindWho || p.Kind == checklist.KindWhoMulti
}

func firstKey(m map[string]string) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	return slices.Min(keys)
}

func worse(a, b access.Certainty) access.Certainty {
	if a.Doubt() > b.Doubt() {
		return a
	}
	return b
}

// TestAccessMap_holders: every WHO code that a question calls a concern is somebody on the map, or
// the link would silently draw nothing.
func TestAccessMap_holders(t *testing.T) {
	c := casetest.New(t).Content()
	for i := range c.Access.Links {
		l := &c.Access.Links[i]
		if !isWho(c, l) {
			continue
		}
		_, codes, _ := c.Reads(l)
		for _, code := range codes {
			if c.Access.Holder(code) == nil {
				t.Errorf("%s: %s is nobody on the map", l.ID, code)
			}
		}
	}
}

// TestAccessMap_scan: a device that only a scan has met has no owner and no user on the map. Its main
// login is drawn as unknown and asked about.
func TestAccessMap_scan(t *testing.T) {
	b := casetest.New(t)
	camera := b.Device("camera", "iot_camera", "camera_indoor")
	g := mapOf(t, b.File())
	for _, e := range g.Edges() {
		if e.To == access.NodeID(camera) && (e.From != casework.AccessPersonOfConcern || e.Certainty != access.Unknown || !e.NotAsked) {
			t.Errorf("the scan filled in %s", e.Channel)
		}
	}
	asked := 0
	for _, q := range g.Questions() {
		if q.Entity == access.NodeID(camera) {
			asked++
		}
	}
	if asked != 5 {
		t.Errorf("%d of the five questions are open", asked)
	}
	reached := false
	for _, r := range g.Paths() {
		reached = reached || r.To == "camera_view" && r.Paths[0].Certainty == access.Unknown && r.Paths[0].NotAsked
	}
	if !reached {
		t.Error("the view of a camera whose owner nobody was asked about is not shown as open")
	}
	if label, words := b.File().AccessLabel(access.NodeID(camera)); label.Reveal() != "camera" || words != "" {
		t.Error("the camera has no label")
	}
	if _, words := b.File().AccessLabel("camera_view"); words == "" {
		t.Error("the thing has no words")
	}
}

// ready is a case in which the freeze rule is met and nothing else is known.
func ready(t *testing.T) *casetest.Book {
	t.Helper()
	b := casetest.New(t).NoDanger().Ready()
	r := casework.Ready{Device: checklist.Yes, Camera: checklist.Yes}
	if err := b.SetReady(t.Context(), b.Case, b.Act(), r, nil); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAccessMap_recovery: a reset route leads to the main account and on to the photos, and a new
// password alone comes to nothing.
func TestAccessMap_recovery(t *testing.T) {
	b := ready(t)
	b.Answer("05.2/main_account", checklist.Yes).Row("05.4", "account", "google")
	row := b.File().Answers().Rows("05.4")[0]
	b.About(casework.EntityID(row), "q:05.4/phone", checklist.Yes, "person_of_concern")
	g := mapOf(t, b.File())
	f, err := g.WhatIf([]access.StepID{"SP-05.2", "SP-05.4"})
	if err != nil {
		t.Fatal(err)
	}
	photos := access.Pair{From: casework.AccessPersonOfConcern, To: "photos"}
	if len(f.After[0].Back) == 0 || slices.Contains(f.After[0].Closed, photos) {
		t.Errorf("a new password before the recovery way: back %v, closed %v", f.After[0].Back, f.After[0].Closed)
	}
	if len(f.After[1].Left) != 0 || len(f.Redo) == 0 {
		t.Errorf("%d pairs are left, %d steps to do again", len(f.After[1].Left), len(f.Redo))
	}
	p := g.Smallest()
	var steps []string
	for _, s := range p.Steps {
		steps = append(steps, string(s.Step))
	}
	if !p.Exact || len(p.Open) != 0 || strings.Join(steps, " ") != "SP-23.2 SP-05.3 SP-05.4 SP-05.2" {
		t.Errorf("proposed %v, %d paths stay open, exact %v", steps, len(p.Open), p.Exact)
	}
}

// TestAccessMap_gate: under physical control no step that the other side could notice is proposed,
// and the path says what holds its steps.
func TestAccessMap_gate(t *testing.T) {
	b := casetest.New(t).NoDanger()
	b.Pick("01.1", "together").Pick("01.2", "not_considered")
	b.Answer("02.3", checklist.Yes)
	p := mapOf(t, b.File()).Smallest()
	for _, s := range p.Steps {
		if s.Alert != access.A0 {
			t.Errorf("%s is proposed under physical control", s.Step)
		}
	}
	held := false
	for _, o := range p.Open {
		held = held || o.Why == access.WhyHeld && slices.Contains(o.Held, string(casework.HoldPhaseLater))
	}
	if !held {
		t.Errorf("no path says that the phase holds its steps: %d open", len(p.Open))
	}
}

// TestAccessMap_steps: what was done is asked about again, what she keeps is not proposed, what is not
// needed stops nothing.
func TestAccessMap_steps(t *testing.T) {
	b := ready(t)
	decide := func(step string, d casework.Decision) {
		t.Helper()
		if err := b.Decide(t.Context(), b.Case, b.Act(), step, d, nil); err != nil {
			t.Fatal(err)
		}
	}
	decide("SP-02.3", casework.Decision{Result: casework.ResultDone})
	decide("SP-23.2", casework.Decision{Result: casework.ResultNotNeeded})
	decide("SP-03.1", casework.Decision{End: casework.EndKeep})
	b.Answer("02.3", checklist.Yes)
	g := mapOf(t, b.File())
	done, _ := g.Step("SP-02.3")
	waived, _ := g.Step("SP-23.2")
	kept, _ := g.Step("SP-03.1")
	met, _ := g.Step("SP-24.2")
	if !done.Done || !waived.Waived || kept.Available || !slices.Contains(kept.Held, casework.HeldLeft) || !met.Waived {
		t.Errorf("done %v, waived %v, kept %v %v, met %v", done.Done, waived.Waived, kept.Available, kept.Held, met.Waived)
	}
	if p := g.Smallest(); !slices.Contains(p.Confirm, "SP-02.3") {
		t.Errorf("what was done is not asked about again: %v", p.Confirm)
	}
	if len(g.Paths()) == 0 {
		t.Error("a step that was done made the ways vanish")
	}
}

// TestAccessMap_lists: a list that nobody knows, or of which nothing was written down, leads to
// something nobody knows yet; an empty list leads nowhere.
func TestAccessMap_lists(t *testing.T) {
	for state, want := range map[casework.State]access.Certainty{
		checklist.DontKnow: access.Unknown, checklist.Declined: access.Unknown, checklist.Yes: access.Unknown,
		checklist.Suspected: access.Unknown, checklist.No: "", checklist.NotAsked: "",
	} {
		v := casetest.Value("12.1", state)
		if got := drawn(mapOf(t, record(t, v)), v.Slot); got != want {
			t.Errorf("a list answered with %s is drawn as %q, want %q", state, got, want)
		}
	}
}

// largeRecord has 200 things with their five questions and an answer to every link.
func largeRecord(tb testing.TB) *casework.File {
	c := casetest.New(tb).Content()
	var entities []casework.Entity
	var values []casework.Value
	add := func(e casework.EntityID, field string, codes ...string) {
		values = append(values, casework.Value{
			Slot: casework.Slot{Entity: e, Field: casework.Field(field)}, State: checklist.Yes, Codes: codes, Basis: casework.SurvivorSaid,
		})
	}
	who := []string{"person_of_concern", "joint", "survivor", "new_partner_of_poc"}
	for i := range 200 {
		e := casework.EntityID(fmt.Sprintf("thing%03d", i))
		entities = append(entities, casework.Entity{ID: e, Kind: casework.KindDevice})
		add(e, "device_group", "iot_camera")
		add(e, "device_class", "camera_indoor")
		for j, part := range []string{"account_holder", "set_up_by", "bill_payer", "bought_by", "daily_user"} {
			add(e, part, who[(i+j)%4])
		}
	}
	for i := range c.Access.Links {
		l := &c.Access.Links[i]
		part, codes, _ := c.Reads(l)
		ref := checklist.Ref{Question: l.Question, Part: l.Part}
		if c.InRows(l) {
			ref.Entity = string(entities[i%200].ID)
		} else if part.Kind == checklist.KindItems && l.Part == "" {
			ref.Part = part.Slots()[0]
		}
		add(casework.EntityID(ref.Entity), ref.Field(), codes...)
	}
	return casework.NewFile(c, casework.Case{}, entities, values, nil)
}

// BenchmarkAccessMap draws the map of 200 things.
func BenchmarkAccessMap(b *testing.B) {
	f := largeRecord(b)
	for b.Loop() {
		if _, err := f.AccessMap(abilities); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAccessMap_paths lists the ways on it.
func BenchmarkAccessMap_paths(b *testing.B) {
	g, err := largeRecord(b).AccessMap(abilities)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		g.Paths()
	}
}

// BenchmarkAccessMap_smallest proposes steps for it.
func BenchmarkAccessMap_smallest(b *testing.B) {
	g, err := largeRecord(b).AccessMap(abilities)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		g.Smallest()
	}
}
