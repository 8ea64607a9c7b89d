package server

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// "Same as the row above" fills in what has no answer, shows it for review, and saves nothing.
func TestDevice_sameAsAbove(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	above := b.device(place, "grey bell", "iot_camera/doorbell")
	below := b.device(place, "old phone", "phone_computer/phone")
	first, page := place+"/devices/at/"+string(above), place+"/devices/at/"+string(below)
	lacks(t, "the first row", b.text(first), "Same as the row above")
	contains(t, "the second row", b.text(page), "Same as the row above", "The row above: grey bell")
	column := b.w.server.Content.Matrix.Parts[0].Name
	form := url.Values{}
	for _, p := range b.w.server.Content.Matrix.Parts {
		form.Set("a.matrix/"+p.Name+"@"+string(above), "person_of_concern")
	}
	b.submit(first, first, form)
	mine := "a.matrix/" + column + "@" + string(below)
	want(t, "asking for the same leads", b.submit(page, page, url.Values{mine: {"survivor"}, "_then": {"same"}}), "")
	body := b.page.Body.String()
	contains(t, "the form", body, "Nothing is saved yet")
	slot := func(p checklist.Part) casework.Slot {
		return casework.Slot{Entity: below, Field: casework.Field(p.Name)}
	}
	for i, p := range b.w.server.Content.Matrix.Parts {
		want(t, p.Name+" saved", string(b.record(place, slot(p)).ID), "")
		filled := chosen(body, "a.matrix/"+p.Name+"@"+string(below))
		if stands := map[bool]string{true: "survivor", false: "person_of_concern"}[i == 0]; filled != stands {
			t.Errorf("%s is filled with %q, want %q", p.Name, filled, stands)
		}
		form.Set("a.matrix/"+p.Name+"@"+string(below), filled)
	}
	b.submit(page, page, form)
	last := b.w.server.Content.Matrix.Parts[len(b.w.server.Content.Matrix.Parts)-1]
	want(t, "saved after the review", b.record(place, slot(last)).Code(), "person_of_concern")
}

// chosen is the value of a select or of the checked radio of a name.
func chosen(body, name string) string {
	quoted := regexp.QuoteMeta(name)
	if m := regexp.MustCompile(`(?s)<select[^>]*name="` + quoted + `".*?</select>`).FindString(body); m != "" {
		if v := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m); v != nil {
			return v[1]
		}
	}
	for _, tag := range regexp.MustCompile(`<input[^>]*name="`+quoted+`"[^>]*>`).FindAllString(body, -1) {
		if v := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(tag); v != nil && strings.Contains(tag, " checked") {
			return v[1]
		}
	}
	return ""
}

// The same for the rows of a list: the new row takes the chosen answers of the one above, not its words.
func TestQuestion_sameRow(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	q := b.w.server.Content.Question("04.6")
	var coded, typed string
	for _, col := range q.Rows.Columns {
		if col.Kind == checklist.KindPick {
			coded = col.Name
		}
		if col.Kind.Typed() {
			typed = col.Name
		}
	}
	if coded == "" || typed == "" {
		t.Fatal("the list of apps has no column of each kind to test")
	}
	page, code := place+"/ask/04.6", q.Part(coded).Options[0].Code
	row := url.Values{"s.04.6": {"yes"}, "a.04.6/" + coded + "@new1": {code}, "a.04.6/" + typed + "@new1": {"by the stairs"}}
	want(t, "the first row", strings.HasPrefix(b.submit(page, page, row), "/k/"), true)
	rows := b.rows(place)
	id := string(rows[len(rows)-1].ID)
	again := url.Values{"s.04.6": {"yes"}, "a.04.6/" + coded + "@" + id: {code}, "a.04.6/" + typed + "@" + id: {"by the stairs"}, "_then": {"same:04.6"}}
	want(t, "asking for the same leads", b.submit(page, page, again), "")
	body := b.page.Body.String()
	want(t, "the code of the new row", chosen(body, "a.04.6/"+coded+"@new1"), code)
	if n := strings.Count(body, "by the stairs"); n != 1 {
		t.Errorf("the words stand there %d times", n)
	}
	want(t, "rows saved", len(b.rows(place)), len(rows))
}

// rows are the entities of a case.
func (b *browser) rows(place string) []casework.Entity {
	b.w.t.Helper()
	list, err := b.w.vault.record.Entities(b.w.t.Context(), casework.CaseID(strings.TrimPrefix(place, "/cases/")))
	if err != nil {
		b.w.t.Fatal(err)
	}
	return list
}

// The whole home in one table: every cell says its state and leads to its own control.
func TestHousehold(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	contains(t, "an empty list", b.text(place+"/household"), "says nothing about the home")
	lacks(t, "an empty list", b.text(place+"/household"), "open")
	id := b.device(place, "grey bell", "iot_camera/doorbell")
	page := place + "/devices/at/" + string(id)
	first := b.w.server.Content.Matrix.Parts[0]
	b.submit(page, page, url.Values{"a.matrix/" + first.Name + "@" + string(id): {"~dont_know"}})
	text := b.text(place + "/household")
	contains(t, "the table", text, "grey bell", "1 row is open", b.w.server.Content.StateLabels[checklist.NotAsked], b.w.server.Content.StateLabels[checklist.DontKnow])
	body := b.page.Body.String()
	device := b.get(b.at(page)).Body.String()
	cells := regexp.MustCompile(`href="[^"]*#([^"]+)"`).FindAllStringSubmatch(body[strings.Index(body, "<table"):], -1)
	want(t, "cells", len(cells), len(b.w.server.Content.Matrix.Parts))
	for _, m := range cells {
		contains(t, "the page of the thing", device, `id="`+m[1]+`"`)
	}
	all := url.Values{}
	for _, part := range b.w.server.Content.Matrix.Parts {
		all.Set("a.matrix/"+part.Name+"@"+string(id), "survivor")
	}
	b.submit(page, page, all)
	text = b.text(place + "/household")
	contains(t, "with every row answered", text, "An answer can be wrong")
	lacks(t, "with every row answered", text, "0 rows")
}

// The grid suggests topics with its rule and concludes nothing; question 01.6 learns what rows say.
func TestPattern(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	text := b.text(place + "/pattern")
	contains(t, "the empty grid", text, "How this is read", "Known from one room only")
	lacks(t, "the empty grid", text, "Topics that may be worth opening")
	b.submit(place+"/first/6", place+"/first/6", url.Values{"a.01.6/what": {"photos"}})
	b.submit(place+"/pattern", place+"/pattern", url.Values{
		"a.grid/what@new1": {"talk"}, "a.grid/where@new1": {"one_room"}, "a.grid/present@new1": {"speaker_hub"}, "_then": {"go"},
	})
	text = b.text(place + "/pattern")
	contains(t, "the grid", text, "Topics that may be worth opening", "They do not say how it got out", b.w.server.Content.SectionByID("S12").Title, "Row 1")
	lacks(t, "the grid", text, "Known only after journeys: think of the phone, the car, a tag or a child’s device. Topics:")
	known := b.record(place, casework.Slot{Field: "q:01.6/what"})
	want(t, "01.6 knows both", strings.Join(known.Codes, " "), "photos talk")
	contains(t, "the finding", b.text(place+"/findings"), b.w.server.Content.Question("01.6").Finding)
	rows := len(b.rows(place))
	b.submit(place+"/pattern", place+"/pattern", url.Values{"_then": {"same:grid"}})
	want(t, "filled for review", len(b.rows(place)), rows)
	b.submit(place+"/pattern", place+"/pattern", url.Values{"a.grid/what@new1": {"no such thing"}})
	contains(t, "a mistake", b.page.Body.String(), "govuk-error-summary")
}

// The history says who wrote each answer and what it replaced, for questions, rows and the five
// questions about a thing.
func TestHistory_whoAndInsteadOfWhat(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	for _, answer := range []string{"no", "yes"} {
		b.submit(place+"/ask/01.3", place+"/ask/01.3", url.Values{"s.01.3": {answer}})
	}
	labels := b.w.server.Content.StateLabels
	contains(t, "a question", b.text(place+"/history/01.3"), labels["no"]+" nothing was there you", labels["yes"]+" "+labels["no"]+" you")
	id := b.device(place, "grey bell", "iot_camera/doorbell")
	page := place + "/devices/at/" + string(id)
	name := "a.matrix/" + b.w.server.Content.Matrix.Parts[0].Name + "@" + string(id)
	for _, who := range []string{"person_of_concern", "survivor"} {
		b.submit(page, page, url.Values{name: {who}})
	}
	text := b.text(place + "/devices/history/" + string(id))
	contains(t, "a thing", text, "nothing was there you")
	if strings.Count(text, " you ") < 2 {
		t.Errorf("the history of a thing shows less than both answers: %s", text)
	}
	b.submit(place+"/ask/13.1", place+"/ask/13.1", url.Values{"s.13.1": {"yes"}, "a.13.1/place@new1": {"bedroom"}})
	contains(t, "a row", b.text(place+"/history/13.1"), "Bedroom nothing was there you")
}

// The first questions go on screen by screen in a case as well.
func TestFirst_inACase(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	want(t, "choosing", b.lead(place, "first"), b.at(place+"/first/2"))
	want(t, "the next screen", b.submit(place+"/first/2", place+"/first/2", url.Values{"s.00.5": {"no"}, "_then": {"go"}}), b.at(place+"/first/3"))
	want(t, "stopping", b.submit(place+"/first/3", place+"/first/3", url.Values{"_then": {"stop"}}), b.at(place))
	want(t, "not safe", b.submit(place+"/first/1", place+"/first/1", url.Values{"s.00.1": {"no"}, "_then": {"go"}}), b.at(place+"/stop"))
}
