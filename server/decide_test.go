package server

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/stats"
)

// together is a case of two people who live together, in which he runs the doorbell. Its plan holds
// steps back.
func together(t *testing.T) (b *browser, path string, plan *casework.SafetyPlan) {
	t.Helper()
	b = newWorld(t).unlocked()
	path = b.agreed(b.sitting())
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"together"}})
	b.submit(path+"/ask/11.2", path+"/ask/11.2", url.Values{"a.11.2": {"person_of_concern"}})
	return b, path, b.plan(path)
}

// plan is the plan of a case as it stands.
func (b *browser) plan(path string) *casework.SafetyPlan {
	b.w.t.Helper()
	p := b.file(path).SafetyPlan()
	return &p
}

// A step that the other side would be told of opens with a reason and a second worker, not with one
// of them, and not with a blank.
func TestStep_unlockNeedsReasonAndSecond(t *testing.T) {
	b, path, plan := together(t)
	id := ""
	for _, st := range plan.NotYet {
		if strings.Contains(b.get(b.at(path+"/plan/step/"+st.ID)).Body.String(), `action="`+b.at(path+"/plan/unlock/"+st.ID)+`"`) {
			id = st.ID
		}
	}
	if id == "" {
		t.Fatal("no step can be opened")
	}
	page, action := path+"/plan/step/"+id, path+"/plan/unlock/"+id
	for what, fields := range map[string]url.Values{
		"nothing":        {},
		"no second":      {"reason": {"she leaves on Friday"}},
		"no reason":      {"second": {"team lead, by phone"}},
		"blanks instead": {"reason": {"  "}, "second": {" "}},
	} {
		want(t, what+" goes on", b.submit(page, action, fields), "")
		contains(t, what, b.page.Body.String(), "govuk-error-summary")
		contains(t, what+", typed", html.UnescapeString(b.page.Body.String()), fields.Get("reason"), fields.Get("second"))
		want(t, what+", kept", b.record(path, casework.Slot{Field: casework.Field("step:" + id + "/unlocked")}).ID, "")
	}
	b.submit(page, action, url.Values{"reason": {"she leaves on Friday"}, "second": {"team lead, by phone"}})
	want(t, "with both", b.page.Code, 303)
	for _, st := range b.plan(path).NotYet {
		if st.ID == id && strings.Contains(b.get(b.at(page)).Body.String(), action) {
			t.Error("the step still offers to be opened")
		}
	}
}

// A step without anything to unlock cannot be opened by an address typed by hand.
func TestStep_unlockRefusesOthers(t *testing.T) {
	b, path, _ := together(t)
	page := path + "/plan/step/SP-P.help"
	b.submit(page, path+"/plan/unlock/SP-P.help", url.Values{"reason": {"why not"}, "second": {"team lead"}})
	contains(t, "a protective step", b.page.Body.String(), "govuk-error-summary", b.w.server.Texts.T("error.step.nothing_to_unlock"))
	want(t, "kept", b.record(path, casework.Slot{Field: "step:SP-P.help/unlocked"}).ID, "")
	b.submit(page, path+"/plan/unlock/none", url.Values{"reason": {"why not"}, "second": {"team lead"}})
	want(t, "no step", b.page.Code, 404)
}

// A date that is none is named, and what was typed beside it is not lost.
func TestStep_wrongDate(t *testing.T) {
	b, path, _ := together(t)
	page := path + "/plan/step/SP-P.help"
	want(t, "goes on", b.submit(page, page, url.Values{"date": {"2026-02-31"}, "note": {"after work"}}), "")
	contains(t, "the page", b.page.Body.String(), "govuk-error-summary", "after work", "2026-02-31")
	b.submit(page, page, url.Values{"agreed": {"yes"}, "date": {"2026-12-01"}, "note": {"after work"}})
	want(t, "with a date", b.page.Code, 303)
	contains(t, "the plan", b.text(path+"/plan"), "2026-12-01")
}

// A worker may go higher at any time. Lower is refused without a second person, for whom a blank does
// not stand, and always below an immediate danger. The attempt stands in the record all the same (R6).
func TestRisk_lowering(t *testing.T) {
	for name, tt := range map[string]struct {
		question string
		answer   url.Values
		second   string
		lowered  bool
	}{
		"immediate danger": {"00.5", url.Values{"a.00.5": {"weapon_threat"}, "s.00.5": {"no"}}, "team lead, by phone", false},
		"nobody else":      {"13.6", url.Values{"s.13.6": {"yes"}}, "", false},
		"a blank":          {"13.6", url.Values{"s.13.6": {"yes"}}, "   ", false},
		"second person":    {"13.6", url.Values{"s.13.6": {"yes"}}, "team lead, by phone", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).unlocked()
			path := b.agreed(b.sitting())
			b.submit(path+"/ask/"+tt.question, path+"/ask/"+tt.question, tt.answer)
			text := b.judge(path, casework.LanePlanned, tt.second)
			says, not := b.w.server.Texts.T("risk.reason.lowering_refused"), b.w.server.Texts.T("risk.reason.lowered")
			if tt.lowered {
				says, not = not, says
			}
			contains(t, "after the attempt", text, says)
			lacks(t, "after the attempt", text, not)
			want(t, "the attempt", b.record(path, casework.Slot{Field: casework.FieldJudgement}).Code(), "planned")
			lacks(t, "after a raise", b.judge(path, casework.LaneActNow, ""), b.w.server.Texts.T("risk.reason.lowering_refused"))
		})
	}
}

// judge keeps a judgement and returns the page.
func (b *browser) judge(path string, lane casework.Lane, second string) string {
	b.w.t.Helper()
	b.submit(path+"/risk", path+"/risk/judge", url.Values{
		"lane": {string(lane)}, "reason": {"she says so"}, "second": {second},
	})
	want(b.w.t, "judging", b.page.Code, 303)
	return b.text(path + "/risk")
}

// A judgement without a reason, or for a lane that is none, is not kept.
func TestRisk_judgementNeedsReason(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	for _, form := range []url.Values{{"lane": {"planned"}, "reason": {" "}}, {"lane": {"nonsense"}, "reason": {"why"}}, {}} {
		want(t, "goes on", b.submit(path+"/risk", path+"/risk/judge", form), "")
		contains(t, "the page", b.page.Body.String(), "govuk-error-summary")
	}
	want(t, "kept", b.state(path, casework.FieldJudgement), "")
}

// A device that is discarded needs a reason, goes from the lists, and nothing of it is erased.
func TestDevice_discard(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	id := b.device(path, "grey box", "iot_camera/doorbell")
	page, action := path+"/devices/at/"+string(id), path+"/devices/discard/"+string(id)
	for _, reason := range []string{"", "because"} {
		want(t, "reason "+reason+" goes on", b.submit(page, action, url.Values{"reason": {reason}}), "")
		contains(t, "reason "+reason, b.page.Body.String(), "govuk-error-summary", b.w.server.Texts.T("error.device.reason"))
		contains(t, "the list", b.text(path+"/devices"), "grey box")
	}
	b.submit(page, action, url.Values{"reason": casework.DiscardReasons()[:1]})
	want(t, "with a reason", b.page.Code, 303)
	list, _, _ := strings.Cut(b.text(path+"/devices"), "Taken off the list")
	lacks(t, "the list", list, "grey box")
	want(t, "its page", b.get(b.at(page)).Code, 404)
	want(t, "its label", b.record(path, casework.Slot{Entity: id, Field: casework.FieldLabel}).Text.Reveal(), "grey box")
}

// The five questions about a device: a "don't know" leaves the row open, and the page says so.
func TestDevice_fiveQuestions(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	page := path + "/devices/at/" + string(b.device(path, "grey box", "iot_camera/doorbell"))
	contains(t, "before", b.text(path+"/devices"), b.w.server.Texts.T("checklist.state.not_asked"))
	form := url.Values{}
	for _, m := range regexp.MustCompile(`name="(a\.matrix/[^"]+)"`).FindAllStringSubmatch(b.get(b.at(page)).Body.String(), -1) {
		form.Set(html.UnescapeString(m[1]), "dont_know")
	}
	want(t, "questions", len(form), 5)
	b.submit(page, page, form)
	want(t, "saving", b.page.Code, 303)
	contains(t, "after", b.text(path+"/devices"), b.w.server.Texts.T("devices.row.open"))
}

// The history shows every answer there was, the newest beside the first, with who said so.
func TestHistory_showsEveryAnswer(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	page := path + "/ask/01.1"
	b.submit(page, page, url.Values{"a.01.1": {"together"}})
	b.w.now = b.w.now.Add(time.Minute)
	b.submit(page, page, url.Values{"a.01.1": {"apart"}})
	part := b.w.server.Content.Question("01.1").Part("")
	contains(t, "the history", b.text(path+"/history/01.1"),
		part.Option("together").Label, part.Option("apart").Label, "10:00", "10:01", b.w.server.Texts.T("basis.survivor_said"))
}

// Taking back the agreement to statistics (00.7) takes the case out of the next release.
func TestStatistics_withdrawal(t *testing.T) {
	w := newWorld(t)
	w.now = time.Date(2026, 8, 10, 10, 0, 0, 0, time.UTC)
	b := w.unlocked()
	last := ""
	known := map[casework.CaseID]bool{}
	for i := range 25 {
		said := "yes"
		if i < 12 {
			said = "no"
		}
		b.agreed(b.sitting(), "statistics")
		cases, err := w.vault.record.Cases(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range cases {
			if !known[k.ID] {
				known[k.ID], last = true, "/cases/"+string(k.ID)
			}
		}
		b.submit(last+"/risk", last+"/risk/presence", url.Values{"s.presence/ta_any": {said}})
	}
	want(t, "cases", len(known), 25)
	w.now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	figures := func() string {
		to := b.submit("/statistics", "/statistics", url.Values{
			"period": {periodKey(stats.Quarter(2026, 3))}, "table": {"ta_any"}, "hidden": {"yes"},
		})
		preview := regexp.MustCompile(`/statistics/preview/\w+`).FindString(to)
		if preview == "" {
			t.Fatalf("preparing led to %q: %s", to, b.page.Body.String())
		}
		return b.text(preview)
	}
	contains(t, "thirteen people", figures(), "Yes 15")
	b.submit(last+"/ask/00.7", last+"/ask/00.7", url.Values{"s.00.7": {"no"}, "a.00.7": {"record"}})
	want(t, "withdrawing", b.page.Code, 303)
	contains(t, "twelve people", figures(), "Yes 10")
}
