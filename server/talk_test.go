package server

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// lead chooses the depth of a consultation.
func (b *browser) lead(place, depth string) string {
	b.w.t.Helper()
	return b.submit(place+"/talk", place+"/talk", url.Values{"depth": {depth}})
}

// firstTopic is the topic that the list of topics says to go on with.
func (b *browser) goOn(place string) string {
	b.w.t.Helper()
	body := b.get(b.at(place + "/talk")).Body.String()
	m := regexp.MustCompile(`class="govuk-link kh-strong" href="/k/[a-z2-7]+` + place + `/talk/([A-Z0-9]+)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// shown are the ids of the questions on a screen of a consultation.
func (b *browser) shown(page string) []string {
	b.w.t.Helper()
	var ids []string
	for _, m := range regexp.MustCompile(`name="shown\[\]" value="([^"]*)"`).FindAllStringSubmatch(b.get(b.at(page)).Body.String(), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// unknowns answers "don't know" to everything that a screen shows.
func (b *browser) unknowns(ids []string) url.Values {
	form := url.Values{"shown[]": ids}
	for _, id := range ids {
		q := b.w.server.Content.Question(id)
		for _, ref := range q.Refs("") {
			part := q.Part(ref.Part)
			switch {
			case part.Kind == checklist.KindItems:
				form.Set("s."+id, "dont_know")
			case part.Kind == checklist.KindPick || part.Kind == checklist.KindWho || part.Kind == checklist.KindFreq:
				form.Set(ref.Input(), "~dont_know")
			default:
				form.Set(ref.StateInput(), "dont_know")
			}
		}
	}
	return form
}

// A whole sitting in a session without record and in a case: one topic a screen, at most 40 questions,
// every answer kept, and at the end nothing is left.
func TestTalk_wholeSitting(t *testing.T) {
	for name, recorded := range map[string]bool{"without record": false, "case": true} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).unlocked()
			place := b.sitting()
			if recorded {
				place = b.agreed(place)
			}
			want(t, "choosing", b.lead(place, "session"), b.at(place+"/talk"))
			asked := map[string]bool{}
			for section := b.goOn(place); section != ""; section = b.goOn(place) {
				page := place + "/talk/" + section
				ids := b.shown(page)
				for _, id := range ids {
					if asked[id] {
						t.Fatalf("%s is asked a second time", id)
					}
					asked[id] = true
				}
				if len(ids) == 0 {
					t.Fatalf("the screen of %s asks nothing", section)
				}
				contains(t, section, b.text(page), "Topic ", "left")
				fields := b.unknowns(ids)
				fields["_then"] = []string{"pause"}
				want(t, "saving "+section, b.submit(page, page, fields), b.at(place+"/talk"))
			}
			if len(asked) > 40 || len(asked) < 20 {
				t.Errorf("%d questions in one sitting", len(asked))
			}
			contains(t, "the end", b.text(place+"/talk"), "No question is left", "Go to the plan")
			contains(t, "a topic that was asked", b.text(place+"/sections/D"), "know")
		})
	}
}

// Every question says why it is asked, and its topic how far the talk is.
func TestTalk_reasons(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.sitting()
	b.submit(place+"/first/7", place+"/first/7", url.Values{"a.D.6/most": {"they_come_here"}})
	b.lead(place, "session")
	for _, m := range regexp.MustCompile(`/talk/([A-Z0-9]+)"`).FindAllStringSubmatch(b.get(b.at(place+"/talk")).Body.String(), -1) {
		page := place + "/talk/" + m[1]
		if questions, reasons := len(b.shown(page)), strings.Count(b.page.Body.String(), `<p class="govuk-body-s">Asked because`); questions != reasons {
			t.Errorf("%s: %d questions, %d reasons", m[1], questions, reasons)
		}
	}
	contains(t, "the worry", b.text(place+"/talk/S14"), "Asked because of this worry: They come here or get in.")
}

// What is left blank stands as not asked, is skipped, and the talk goes on behind it; a pause comes
// back to its own topic.
func TestTalk_skipPauseResume(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	b.lead(place, "session")
	first := b.goOn(place)
	page := place + "/talk/" + first
	ids := b.shown(page)
	next := b.submit(page, page, url.Values{"shown[]": ids, "_then": {"go"}})
	if next == b.at(page) || !strings.Contains(next, "/talk/") {
		t.Fatalf("skipping leads to %q", next)
	}
	for _, id := range ids {
		want(t, "skipped "+id, b.state(place, casework.Field("q:"+id)), "")
	}
	second := next[strings.LastIndex(next, "/")+1:]
	page = place + "/talk/" + second
	ids = b.shown(page)
	b.w.now = b.w.now.Add(time.Minute)
	fields := b.unknowns(ids[:1])
	fields["shown[]"] = ids
	fields["_then"] = []string{"pause"}
	b.submit(page, page, fields)
	want(t, "coming back after a pause", b.goOn(place), second)
	b.w.now = b.w.now.Add(time.Minute)
	fields = b.unknowns(b.shown(page))
	fields["_then"] = []string{"go"}
	third := b.submit(page, page, fields)
	want(t, "after the answers", b.at(place+"/talk/"+b.goOn(place)), third)
	contains(t, "the skipped topic stays in sight", b.text(place+"/talk"), fmt.Sprintf("%d question", len(b.shown(place+"/talk/"+first))))
}

// Only what was on the screen is read: an answer given meanwhile on another page is not taken back.
func TestTalk_readsOnlyWhatItShowed(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	b.lead(place, "session")
	page := place + "/talk/D"
	ids := b.shown(page)
	b.submit(place+"/ask/D.3", place+"/ask/D.3", url.Values{"s.D.3": {"no"}})
	var rest []string
	for _, id := range ids {
		if id != "D.3" {
			rest = append(rest, id)
		}
	}
	b.submit(page, page, url.Values{"shown[]": rest, "_then": {"go"}})
	want(t, "the other answer", b.state(place, "q:D.3/violence_ever"), "no")
}

// The button for one more row leads to that list, and only to one that the topic has: nothing else that
// a form sends gets into an address.
func TestTalk_oneMoreRow(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	b.lead(place, "full")
	page := place + "/talk/S04"
	list := ""
	for _, q := range b.w.server.Content.SectionByID("S04").Questions {
		if q.Rows != nil {
			list = q.ID
		}
	}
	for sent, added := range map[string]bool{list: true, "D.3": false, "04.1&x=1#y": false, "//elsewhere.example": false} {
		to := b.submit(page, page, url.Values{"shown[]": b.shown(page), "_then": {"more:" + sent}})
		want(t, "one more row of "+sent, strings.HasSuffix(to, "?add="+list), added)
		want(t, "the address after "+sent, strings.Contains(strings.TrimSuffix(to, "?add="+list), "?"), false)
	}
}

// Two tabs on the same screen: the second save shows both sides, and nothing is overwritten.
func TestTalk_twoTabs(t *testing.T) {
	for choice, stands := range map[string]string{"mine": "yes", "theirs": "no"} {
		b := newWorld(t).unlocked()
		place := b.agreed(b.sitting())
		b.lead(place, "session")
		page := place + "/talk/D"
		ids := b.shown(page)
		tab := b.hidden()
		tab["shown[]"] = ids
		b.submit(page, page, url.Values{"shown[]": ids, "s.D.4": {"no"}, "_then": {"go"}})
		tab.Set("s.D.4", "yes")
		tab.Set("_submission", "the second tab")
		want(t, "the second tab goes on", b.post(b.at(page), tab).Header().Get("Location"), "")
		contains(t, "both sides", b.page.Body.String(), "_choice.D.4")
		want(t, "before the choice", b.state(place, "q:D.4"), "no")
		again := b.hidden()
		again["shown[]"] = ids
		again.Set("_choice.D.4", choice)
		want(t, "choosing", b.post(b.at(page), again).Code, 303)
		want(t, choice+" stands", b.state(place, "q:D.4"), stands)
	}
}

// What is wrong with a screen is said beside it, and nothing typed is lost or saved.
func TestTalk_mistake(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	want(t, "no depth", b.lead(place, "deeper"), "")
	contains(t, "no depth", b.page.Body.String(), "Choose how deep to go.")
	b.lead(place, "session")
	page := place + "/talk/D"
	ids := b.shown(page)
	want(t, "an answer that is none", b.submit(page, page, url.Values{"shown[]": ids, "s.D.4": {"maybe"}, "s.D.3": {"no"}}), "")
	want(t, "saved", b.state(place, "q:D.3/violence_ever"), "")
	contains(t, "the screen again", b.page.Body.String(), "govuk-error-summary", `name="shown[]" value="D.4"`)
	want(t, "a topic that is none", b.get(b.at(place+"/talk/S99")).Code, 404)
}

// It is not safe to talk: the talk stops, in a case as in a session.
func TestTalk_stops(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	b.lead(place, "full")
	b.submit(place+"/ask/00.1", place+"/ask/00.1", url.Values{"s.00.1": {"no"}})
	text := b.text(place + "/talk")
	lacks(t, "the talk", text, "Choose this")
	contains(t, "the talk", text, "Back to the case")
	page := place + "/talk/D"
	want(t, "a screen saved meanwhile", b.submit(page, page, url.Values{"shown[]": b.shown(page)}), b.at(place+"/stop"))
	contains(t, "stop", b.text(place+"/stop"), "Back to the case")
}

// An answer from another day does not say that it is safe to talk today.
func TestTalk_asksAgainWhetherItIsSafe(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	place := b.agreed(b.sitting())
	lacks(t, "the same day", b.text(place+"/talk"), "is it safe to talk now?")
	w.now = w.now.Add(24 * time.Hour)
	contains(t, "the next day", b.text(place+"/talk"), "Ask first: is it safe to talk now?")
	body := b.get(b.at(place + "/safe")).Body.String()
	want(t, "what stands on the page", chosen(body, "s.00.1"), "not_asked")
	want(t, "going on without an answer", b.submit(place+"/safe", place+"/safe", url.Values{"s.00.1": {"not_asked"}}), "")
	contains(t, "without an answer", b.page.Body.String(), "govuk-error-summary")
	want(t, "the answer of the other day", b.state(place, "q:00.1"), "yes")
	want(t, "the same answer", b.submit(place+"/safe", place+"/safe", url.Values{"s.00.1": {"yes"}}), b.at(place+"/talk"))
	lacks(t, "after it", b.text(place+"/talk"), "is it safe to talk now?")
	want(t, "not safe", b.submit(place+"/safe", place+"/safe", url.Values{"s.00.1": {"no"}}), b.at(place+"/stop"))
}

// The sensitive topic is never opened by itself: it is offered, and declining stays declined.
func TestTalk_sensitiveTopic(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	b.submit(place+"/first/7", place+"/first/7", url.Values{"a.D.6/most": {"images"}})
	b.lead(place, "session")
	lacks(t, "the topics of today", b.page.Body.String(), "/talk/S21")
	b.lead(place, "full")
	lacks(t, "everything", b.get(b.at(place+"/talk")).Body.String(), "/talk/S21")
	page := place + "/sections/S21"
	contains(t, "the offer", b.text(page), "Open this topic?", "Would rather not talk about it")
	lacks(t, "the offer", b.text(page), b.w.server.Content.Question("21.1").Text)
	b.submit(page, page, url.Values{"open": {"declined"}})
	contains(t, "the list of topics", b.text(place+"/sections"), "declined to open it")
	want(t, "kept", b.state(place, casework.FieldOpened("S21")), "declined")
	tab := b.guard(page)
	tab.Set("h."+string(casework.FieldOpened("S21")), "")
	tab.Set("open", "yes")
	want(t, "a stale tab", b.post(b.at(page), tab).Header().Get("Location"), "")
	contains(t, "both sides", b.page.Body.String(), "_choice.open", "Would rather not")
	b.submit(page, page, url.Values{"open": {"yes"}})
	contains(t, "opened", b.text(page), b.w.server.Content.Question("21.1").Text)
	b.lead(place, "full")
	contains(t, "everything", b.get(b.at(place+"/talk")).Body.String(), "/talk/S21")
	want(t, "a topic that is not offered", b.submit(place+"/sections/S12", place+"/sections/S12", url.Values{"open": {"yes"}}), "")
}

// The agreement asked in the talk puts the sitting on record, as it does in the first walk.
func TestTalk_agreement(t *testing.T) {
	b := newWorld(t).unlocked()
	sitting := b.sitting()
	b.lead(sitting, "full")
	page := sitting + "/talk/S00"
	b.submit(page, page, url.Values{"shown[]": b.shown(page), "a.00.7": {"record"}, "s.00.7": {"no"}, "_then": {"pause"}})
	cases, err := b.w.vault.record.Cases(t.Context())
	if err != nil || len(cases) != 1 {
		t.Fatalf("%d cases after the agreement, %v", len(cases), err)
	}
	want(t, "the depth goes on record", b.record("/cases/"+string(cases[0].ID), casework.Slot{Field: casework.FieldTalk}).Code(), "full")
}

// A sitting with a depth of its own goes on record in a case that has one: nobody has to choose.
func TestTalk_attached(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	b.lead(path, "full")
	sitting := b.sitting()
	b.lead(sitting, "session")
	id := strings.TrimPrefix(path, "/cases/")
	to := b.submit(sitting+"/first/3", sitting+"/first/3", url.Values{"s.00.7": {"no"}, "a.00.7": {"record"}, "attach": {id}})
	if to == "" {
		t.Fatal("attaching the sitting asks to choose")
	}
	want(t, "the depth", b.record(path, casework.Slot{Field: casework.FieldTalk}).Code(), "session")
}

// A screen sent into a lock comes back filled in, with the questions that it showed.
func TestTalk_keptInALock(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	place := b.agreed(b.sitting())
	b.lead(place, "session")
	page := place + "/talk/D"
	ids := b.shown(page)
	form := b.guard(page)
	form["shown[]"] = ids
	form.Set("s.D.4", "suspected")
	w.restart()
	want(t, "sent into the lock", b.post(b.at(page), form).Header().Get("Location"), "/unlock?kept")
	b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	body := b.get(b.at(page)).Body.String()
	contains(t, "the screen", body, "We kept what you typed")
	want(t, "what was chosen", chosen(body, "s.D.4"), "suspected")
	b.submit(page, page, url.Values{"shown[]": ids, "s.D.4": {"suspected"}, "_then": {"go"}})
	want(t, "saved", b.state(place, "q:D.4"), "suspected")
	want(t, "sealed after it was saved", len(w.vault.drafts), 0)
}
