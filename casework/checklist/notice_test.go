package checklist_test

import (
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

// Every step that could be noticed has a picture of the notice, described for this very step, and so
// has every question that makes somebody look.
func TestNotices_every_step_and_look(t *testing.T) {
	c := load(t)
	n := 0
	for i := range c.Actions {
		a := &c.Actions[i]
		if a.Alert.OrWorst() == checklist.A0 {
			continue
		}
		n++
		of := c.NoticesOf(a)
		if len(of) == 0 || of[0].ID == checklist.UnknownNotice {
			t.Errorf("%s can be noticed, and no notice is described for it", a.ID)
		}
	}
	if n < 50 {
		t.Errorf("only %d steps can be noticed", n)
	}
	for _, q := range c.Questions() {
		if q.Look == nil {
			continue
		}
		if of := c.NoticesOfLook(q); len(of) == 0 || of[0].ID == checklist.UnknownNotice {
			t.Errorf("%s makes somebody look, and nothing says what looking shows", q.ID)
		}
	}
}

// A step that nobody has described shows the highest level of care, never nothing.
func TestNotices_unknown(t *testing.T) {
	c := load(t)
	for _, alert := range []checklist.Alert{checklist.A1, checklist.A2, ""} {
		of := c.NoticesOf(&checklist.Action{ID: "SP-X-new.1", Alert: alert})
		if len(of) != 1 || of[0].ID != checklist.UnknownNotice || of[0].Sure != checklist.SureUnknown {
			t.Errorf("alert %q: %v", alert, of)
		}
	}
	if of := c.NoticesOf(&checklist.Action{ID: "SP-X-new.1", Alert: checklist.A0}); of != nil {
		t.Errorf("a step that changes nothing shows %v", of)
	}
}

// Where data only stops, the words say that silent is not unnoticed.
func TestNotices_silentIsSeen(t *testing.T) {
	for _, n := range load(t).Notices {
		if n.Silent() && n.Who == "" {
			t.Errorf("%s says of nobody that they see it", n.ID)
		}
		if word := checklist.Judging(n.Title + " " + n.Head + " " + n.Body + " " + n.Who + " " + n.When + " " + n.Means); word != "" {
			t.Errorf("%s says %q", n.ID, word)
		}
	}
}

func ids(ways []checklist.Plausible) []string {
	var out []string
	for _, p := range ways {
		out = append(out, p.Way.ID)
	}
	return out
}

// One room, a camera there: the camera is among the ways, and so are people who were near. The place of
// a phone is not.
func TestPlausible_oneRoom(t *testing.T) {
	c := load(t)
	in := checklist.Incident{What: []string{"talk"}, Where: []string{"one_room"}, Present: []string{"camera"}, Back: []string{"said_it"}}
	ways := c.Plausible(in)
	got := ids(ways)
	if got[0] != "camera" || !slices.Contains(got, "told") || !slices.Contains(got, "overheard") || !slices.Contains(got, "guess") {
		t.Errorf("ways of a talk in one room: %v", got)
	}
	for _, id := range []string{"phone_place", "tag", "money", "mail_account"} {
		if slices.Contains(got, id) {
			t.Errorf("a talk in one room points to %s", id)
		}
	}
	if q := c.Separates(ways, checklist.Answers{}); q == nil {
		t.Error("no question tells the ways apart")
	}
}

// What is not known excludes nothing: an empty incident leaves every way.
func TestPlausible_nothingKnown(t *testing.T) {
	c := load(t)
	if got := len(c.Plausible(checklist.Incident{})); got != len(c.Incidents.Ways) {
		t.Errorf("%d of %d ways are left of an incident nobody described", got, len(c.Incidents.Ways))
	}
}

// For every single answer an ordinary way stays among the ways, second at the latest, and what was
// there never rules a way out.
func TestPlausible_ordinaryAlways(t *testing.T) {
	c := load(t)
	for _, what := range c.Grid.Part("what").Options {
		for _, where := range c.Grid.Part("where").Options {
			in := checklist.Incident{What: []string{what.Code}, Where: []string{where.Code}}
			ways := c.Plausible(in)
			if len(ways) < 2 || !ways[0].Way.Ordinary && !ways[1].Way.Ordinary {
				t.Errorf("%s/%s: no ordinary way at the top of %v", what.Code, where.Code, ids(ways))
			}
			in.Present = []string{"watch"}
			if len(c.Plausible(in)) != len(ways) {
				t.Errorf("%s/%s: naming what was there rules ways out", what.Code, where.Code)
			}
		}
	}
}

// What a way leaves open is said, and a question that was answered is not asked again.
func TestPlausible_leavesAndSeparates(t *testing.T) {
	c := load(t)
	in := checklist.Incident{What: []string{"place", "messages"}}
	for _, p := range c.Plausible(in) {
		if p.Way.ID == "phone_place" && !slices.Equal(p.Leaves.What, []string{"messages"}) {
			t.Errorf("the place of a phone leaves open %v", p.Leaves)
		}
	}
	ways := c.Plausible(in)
	first := c.Separates(ways, checklist.Answers{})
	as := checklist.Answers{}
	for _, ref := range first.Refs("") {
		as[ref] = checklist.Answer{State: checklist.No}
	}
	if next := c.Separates(ways, as); next == nil || next.ID == first.ID {
		t.Errorf("%s was answered and is asked again", first.ID)
	}
	for _, ref := range first.Refs("") {
		as[ref] = checklist.Answer{State: checklist.DontKnow}
	}
	if next := c.Separates(ways, as); next == nil || next.ID != first.ID {
		t.Error("“don’t know” counts as an answer")
	}
}
