package checklist_test

import (
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

func TestProgressOf(t *testing.T) {
	c := load(t)
	all := func(s checklist.State) checklist.Answers {
		as := checklist.Answers{}
		for _, q := range c.SectionByID("S23").Questions {
			for _, ref := range q.Refs("") {
				as[ref] = state(s)
			}
		}
		return as
	}
	unknown := all(checklist.No)
	unknown[at("23.4", "")] = state(checklist.DontKnow)
	for _, tc := range []struct {
		name string
		as   checklist.Answers
		want checklist.SectionState
		unk  int
	}{
		{"nothing", checklist.Answers{}, checklist.SectionNotAsked, 0},
		{"one", checklist.Answers{at("23.4", ""): state(checklist.No)}, checklist.SectionPartly, 0},
		{"one unknown", checklist.Answers{at("23.4", ""): state(checklist.DontKnow)}, checklist.SectionPartly, 1},
		{"all", all(checklist.No), checklist.SectionAnswered, 0},
		{"all but one known", unknown, checklist.SectionHasUnknowns, 1},
		{"all declined", all(checklist.Declined), checklist.SectionHasUnknowns, 7},
		{"taken back", all(checklist.NotAsked), checklist.SectionNotAsked, 0},
	} {
		p := checklist.ProgressOf(c, tc.as, "S23")
		if p.State() != tc.want || p.Unknown != tc.unk {
			t.Errorf("%s: %s with %d unknown, want %s with %d", tc.name, p.State(), p.Unknown, tc.want, tc.unk)
		}
	}
}

// In life apart nobody is asked whether packing sets off an alert; while the phase is not known
// everybody is.
func TestWhole_phase(t *testing.T) {
	c := load(t)
	asks := func(p checklist.Phase, id string) bool {
		whole := checklist.Selection{Topics: checklist.Whole(c, checklist.Answers{}, checklist.Talk{Situation: checklist.Situation{Phase: p}})}
		return slices.Contains(whole.IDs(), id)
	}
	for _, tc := range []struct {
		p    checklist.Phase
		id   string
		want bool
	}{
		{checklist.LifeApart, "13.3", false},
		{checklist.PhysicalControl, "13.3", true},
		{checklist.PhaseUnknown, "13.3", true},
		{checklist.PhaseUnknown, "11.4", true},
		{checklist.ModelDoesNotFit, "11.4", true},
		{checklist.PhysicalControl, "11.4", false},
		{checklist.LifeApart, "01.2", true},
	} {
		if got := asks(tc.p, tc.id); got != tc.want {
			t.Errorf("%s in %s: asked %v, want %v", tc.id, tc.p, got, tc.want)
		}
	}
}

func TestSection_Opens(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		section string
		sit     checklist.Situation
		want    checklist.Opening
	}{
		{"S00", checklist.Situation{}, checklist.OpensYes},
		{"S13", checklist.Situation{}, checklist.OpensUnknown},
		{"S13", checklist.Situation{Groups: map[string]bool{"iot_camera": true}}, checklist.OpensYes},
		{"S13", checklist.Situation{Groups: map[string]bool{"vehicle": true}}, checklist.OpensNo},
		{"S22", checklist.Situation{}, checklist.OpensUnknown},
		{"S22", checklist.Situation{Phase: checklist.PhysicalControl}, checklist.OpensNo},
		{"S22", checklist.Situation{Phase: checklist.ModelDoesNotFit}, checklist.OpensUnknown},
		{"S22", checklist.Situation{Phase: checklist.LifeApart}, checklist.OpensYes},
	} {
		if got := c.SectionByID(tc.section).Opens(tc.sit); got != tc.want {
			t.Errorf("%s %+v: %s, want %s", tc.section, tc.sit, got, tc.want)
		}
	}
}

func TestGates(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		name string
		ref  checklist.Ref
		a    checklist.Answer
		want string // results, joined
	}{
		{"nothing asked", at("00.1", ""), checklist.Answer{}, ""},
		{"safe", at("00.1", ""), state(checklist.Yes), ""},
		{"unsafe", at("00.1", ""), state(checklist.No), "stop"},
		{"not known whether safe", at("00.1", ""), state(checklist.DontKnow), "stop"},
		{"declined", at("00.1", ""), state(checklist.Declined), "stop"},
		{"threat today", at("00.5", "threat_kill"), state(checklist.Yes), "danger"},
		{"threat suspected", at("00.5", "threat_kill"), state(checklist.Suspected), ""},
		{"locked in", at("D.1", "cannot_exit"), state(checklist.Yes), "danger"},
		{"near", at("00.2", "place"), codes("near"), "short"},
		{"elsewhere", at("00.2", "place"), codes("elsewhere"), ""},
		{"place not known", at("00.2", "place"), state(checklist.DontKnow), "short"},
		{"no record", at("00.7", "record"), state(checklist.No), "no_record"},
		{"agreed", at("00.7", "record"), state(checklist.Yes), ""},
		{"statistics refused", at("00.7", "statistics"), state(checklist.No), ""},
	} {
		got := ""
		for _, h := range checklist.Gates(c, checklist.Answers{tc.ref: tc.a}) {
			got += h.Gate.Result
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// An alert level that nobody set counts as the worst.
func TestAlert_OrWorst(t *testing.T) {
	for a, want := range map[checklist.Alert]checklist.Alert{
		checklist.A0: checklist.A0, checklist.A1: checklist.A1, checklist.A2: checklist.A2, "": checklist.A2, "A7": checklist.A2,
	} {
		if got := a.OrWorst(); got != want {
			t.Errorf("%q counts as %s, want %s", a, got, want)
		}
	}
}

func TestPhaseOf(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		living, leaving checklist.Answer
		want            checklist.Phase
	}{
		{checklist.Answer{}, checklist.Answer{}, checklist.PhaseUnknown},
		{state(checklist.DontKnow), codes("planned"), checklist.PhaseUnknown},
		{codes("together"), checklist.Answer{}, checklist.PhysicalControl},
		{codes("together"), codes("thinking"), checklist.PhysicalControl},
		{codes("together"), codes("planned"), checklist.Escape},
		{codes("same_building"), codes("under_way"), checklist.Escape},
		{codes("apart"), codes("under_way"), checklist.Escape},
		{codes("apart"), codes("recent"), checklist.LifeApart},
		{codes("apart"), state(checklist.DontKnow), checklist.LifeApart},
		{checklist.Answer{State: checklist.Suspected, Codes: []string{"apart"}}, checklist.Answer{}, checklist.PhaseUnknown},
		{codes("moves_between"), codes("recent"), checklist.MovesBetween},
		{codes("family_or_care"), codes("planned"), checklist.ModelDoesNotFit},
	} {
		as := checklist.Answers{at("01.1", ""): tc.living, at("01.2", ""): tc.leaving}
		if got := checklist.PhaseOf(c, as); got != tc.want {
			t.Errorf("%v / %v: %s, want %s", tc.living.Codes, tc.leaving.Codes, got, tc.want)
		}
	}
	for _, p := range []checklist.Phase{checklist.PhaseUnknown, checklist.MovesBetween, checklist.ModelDoesNotFit, ""} {
		if p.Tag() != checklist.TagPC {
			t.Errorf("%q is gated as %s", p, p.Tag())
		}
	}
}
