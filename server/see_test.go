package server

import (
	"net/url"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// Before a step is read its page draws what the other side may see, held back or not; and the drawing
// holds no instruction of a step that is held back.
func TestSee_step(t *testing.T) {
	b, path, plan := together(t)
	list := b.get(b.at(path + "/plan")).Body.String()
	seen := 0
	for _, st := range plan.NotYet {
		if st.Alert.OrWorst() == checklist.A0 {
			continue
		}
		seen++
		a := b.w.server.Content.Action(st.Of)
		contains(t, "the plan", list, b.at(path+"/see/step/"+st.ID))
		first := b.w.server.Content.NoticesOf(a)[0]
		page := b.text(path + "/see/step/" + st.ID)
		contains(t, "the picture of "+st.ID, page, st.NotYet.What, first.Title, first.Head, first.Who, first.When,
			b.w.server.Texts.T("see.sure."+string(first.Sure)), first.Checked)
		lacks(t, "the picture of "+st.ID, page, a.Worker, a.Survivor)
		step := b.text(path + "/plan/step/" + st.ID)
		if strings.Index(step, first.Title) > strings.Index(step, st.NotYet.Ready) {
			t.Errorf("%s: the picture comes after the step", st.ID)
		}
	}
	if seen == 0 {
		t.Error("no step that can be noticed is held back")
	}
}

// A look has its picture too: what looking shows, and apart from it what a change there would show.
func TestSee_look(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	contains(t, "the question", b.get(b.at(path+"/ask/02.6")).Body.String(), b.at(path+"/see/look/02.6"))
	contains(t, "the picture", b.text(path+"/see/look/02.6"), w.server.Texts.T("see.look"), w.server.Texts.T("see.change"),
		"Their device says that it is signed out")
	b.get(b.at(path + "/see/look/00.1"))
	want(t, "a question that makes nobody look", b.page.Code, 404)
	b.get(b.at(path + "/see/step/SP-00.nothing"))
	want(t, "a step there is none of", b.page.Code, 404)
}

// Whether they noticed and whether there was harm is asked once something was done, not before.
func TestStep_afterwards(t *testing.T) {
	b, path, _ := together(t)
	page := path + "/plan/step/SP-P.help"
	lacks(t, "before", b.get(b.at(page)).Body.String(), `name="noticed"`, `name="harm"`)
	want(t, "done leads to", b.submit(page, page, url.Values{"result": {"done"}}), b.at(page))
	contains(t, "after", b.get(b.at(page)).Body.String(), `name="noticed"`, `name="harm"`)
	want(t, "answered leads to", b.submit(page, page, url.Values{"result": {"done"}, "noticed": {"dont_know"}, "harm": {"no"}}), b.at(path+"/plan"))
	want(t, "noticed", b.record(path, casework.Slot{Field: "step:SP-P.help/noticed"}).State, checklist.DontKnow)
}

// A long list of steps that wait is folded.
func TestPlan_folds(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"together"}})
	for _, q := range w.server.Content.Questions() {
		if q.Unknown == "finding" && len(q.Parts) == 1 && q.Parts[0].Kind == checklist.KindState && q.Section != "D" && q.Section != "S00" && q.Section != "S21" {
			b.submit(path+"/ask/"+q.ID, path+"/ask/"+q.ID, url.Values{"s." + q.ID: {"dont_know"}})
		}
	}
	if n := len(b.plan(path).NotYet); n <= 8 {
		t.Fatalf("only %d steps wait", n)
	} else {
		contains(t, "the plan", b.text(path+"/plan"), w.server.Texts.N("plan.not_yet.fold", n))
	}
}

// No refusal names a rule by its number.
func TestTexts_noRuleNumbers(t *testing.T) {
	for key, text := range texts(t, "en") {
		if strings.Contains(text, "(rule") {
			t.Errorf("%s names a rule by its number: %s", key, text)
		}
	}
}
