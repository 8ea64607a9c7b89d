package server

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/casework/personal"
	"keyholder/server/web"
)

// reached puts answers into a new case that lead somewhere: the main mail opens other accounts, and
// things of the home answer to somebody else. It returns its path.
func reached(b *browser) string {
	b.w.t.Helper()
	path := b.agreed(b.sitting())
	b.say(path)
	return path
}

// say answers in a case or a sitting.
func (b *browser) say(path string) {
	b.w.t.Helper()
	for _, answer := range []struct {
		question string
		form     url.Values
	}{
		{"01.1", url.Values{"a.01.1": {"together"}}},
		{"01.4", url.Values{"a.01.4": {"person_of_concern"}}},
		{"02.3", url.Values{"s.02.3": {"yes"}}},
		{"13.2", url.Values{"a.13.2": {"person_of_concern"}}},
		{"12.3", url.Values{"s.12.3": {"dont_know"}}},
	} {
		b.submit(path+"/ask/"+answer.question, path+"/ask/"+answer.question, answer.form)
	}
	b.submit(path+"/devices/add", path+"/devices/add", url.Values{"label": {`<b onload="x">&"'bell`}, "kind": {"iot_camera/doorbell"}})
}

func mapPaths() []string { return []string{"/map", "/map/whatif", "/map/proposal", "/map/print"} }

// The map says what it is, the ways in words, what they rest on, and never that nothing is there.
func TestMap_words(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	text := html.UnescapeString(b.text(path + "/map"))
	contains(t, "the map", text, "A picture of what was said, not of what is", "they could use the cameras",
		"see what a camera sees", "This rests on", "She said so", "Nobody was asked yet", "What could end it",
		"Taking back who can see the camera", "Nobody knows yet", "Who could find out", "“\u2068<b onload=\"x\">&\"'bell\u2069”")
	if strings.Contains(b.page.Body.String(), "<b onload") {
		t.Error("a name became markup")
	}
	for _, style := range []string{"reported", "unknown"} {
		if !strings.Contains(b.page.Body.String(), "kh-line--"+style) {
			t.Errorf("no line is drawn as %s", style)
		}
	}
	wellFormed(t, b.page.Body.String())
	lacks(t, "the map", text, "[map.", "safe now", "all clear.")
}

// wellFormed fails unless the picture of a page is one, without a script.
func wellFormed(t *testing.T, body string) {
	t.Helper()
	_, svg, found := strings.Cut(body, `<svg class="kh-diagram`)
	if !found {
		t.Fatal("no picture")
	}
	svg = `<svg class="kh-diagram` + svg
	svg = svg[:strings.Index(svg, "</svg>\n</div>")+len("</svg>")]
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "script" {
			t.Error("a name became a script")
		}
	}
}

// Every link of the picture and of the table leads to a page that is there.
func TestMap_linksLead(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	seen := map[string]bool{}
	for _, page := range mapPaths() {
		body := b.get(b.at(path + page)).Body.String()
		for _, m := range regexp.MustCompile(`href="(/k/[^"#]+|#way-\d+)"`).FindAllStringSubmatch(body, -1) {
			to := html.UnescapeString(m[1])
			if strings.HasPrefix(to, "#") {
				if !strings.Contains(body, `id="`+to[1:]+`"`) {
					t.Errorf("%s: %s leads nowhere", page, to)
				}
				continue
			}
			if !seen[to] && !strings.HasSuffix(to, "/lock") && !strings.HasSuffix(to, "/leave") {
				seen[to] = true
				if code := b.get(to).Code; code != 200 {
					t.Errorf("%s: %s answers %d", page, regexp.MustCompile(`[0-9a-f]{32}|/k/\w+`).ReplaceAllString(to, ""), code)
				}
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d links looked at", len(seen))
	}
}

// A session without record has the pages too, and an empty map says what to ask and that it is no finding.
func TestMap_sittingAndEmpty(t *testing.T) {
	b := newWorld(t).unlocked()
	sitting := b.sitting()
	empty := b.text(sitting + "/map")
	contains(t, "the empty map", empty, "No way is on the map yet. That says nothing", "Nobody was asked yet", "That is no all-clear", "What next")
	contains(t, "what if, empty", b.text(sitting+"/map/whatif"), "No step that we know of", "Nobody was asked yet")
	contains(t, "the proposal, empty", b.text(sitting+"/map/proposal"), "no step that could be taken now", "Nobody was asked yet")
	b.say(sitting)
	contains(t, "the map of a sitting", b.text(sitting+"/map"), "they could use the cameras")
	contains(t, "its sheet", b.text(sitting+"/map/print"), "The worker’s copy", "they could use the cameras")
	for _, page := range mapPaths() {
		if strings.Contains(b.get(b.at(sitting+page)).Body.String(), `method="post" action="`+b.at(sitting+"/map")) {
			t.Errorf("%s offers to save something", page)
		}
	}
}

// What is chosen to be seen narrows the map and says so; what is no code of the map chooses nothing.
func TestMap_filter(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	ways := func(query string) string {
		_, text, _ := strings.Cut(b.list(path+"/map"+query), "The ways in words")
		return text
	}
	whole := ways("")
	for _, query := range []string{"?to=nothing", "?who=person:nobody", "?sure=certain", "?at=%3Cb%3E", "?to=mail"} {
		want(t, query, ways(query), whole)
	}
	contains(t, "one thing", ways("?to=camera_view"), "See what a camera sees")
	lacks(t, "one thing", ways("?to=camera_view"), "Hear what is said at home")
	contains(t, "only known", b.list(path+"/map?sure=known"), "links are left out by what you chose to see")
	lacks(t, "only known", ways("?sure=known"), "Nobody has asked yet whether")
	contains(t, "only unknown", ways("?sure=unknown"), "Nobody has asked yet whether")
	contains(t, "everything", b.list(path+"/map?show=all"), "Bank and cards")
	lacks(t, "by default", b.list(path+"/map"), "The home Wi-Fi")
}

// No page of the map shows the instructions of a step that is held back; each such step has its name and
// what it waits for.
func TestMap_heldStepsWithoutInstructions(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	held := b.file(path)
	pages := map[string]string{}
	var order []string
	for _, a := range b.w.server.Content.Actions {
		order = append(order, "step="+a.ID)
	}
	for _, page := range append(mapPaths(), "/map/whatif?step=SP-13.2&step=SP-12.R") {
		pages[page] = html.UnescapeString(b.text(path + page))
	}
	contains(t, "what if", pages["/map/whatif?step=SP-13.2&step=SP-12.R"], "Not yet", "Taking back who can see the camera")
	checked := 0
	for id, st := range held.PlanSteps(stepIDsOf(b.w.server.Content.Actions)...) {
		if !st.Held() {
			continue
		}
		checked++
		for page, text := range pages {
			for _, how := range []string{b.w.server.Content.Action(id).Worker, b.w.server.Content.Action(id).Survivor} {
				if how != "" && strings.Contains(text, how) {
					t.Errorf("%s shows how to do %s, which is held back", page, id)
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d steps are held back", checked)
	}
	b.get(b.at(path + "/map/whatif?" + strings.Join(order, "&")))
	contains(t, "too many steps", b.page.Body.String(), "govuk-error-summary", "Choose at most 12 steps")
	want(t, "too many steps", b.page.Code, 200)
}

func stepIDsOf(actions []checklist.Action) []string {
	var out []string
	for i := range actions {
		out = append(out, actions[i].ID)
	}
	return out
}

// Steps are tried in the order of their numbers; nothing is saved by it; a number that is none is named
// and what was chosen is kept.
func TestWhatIf_order(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	before := len(b.file(path).Heads())
	text := b.text(path + "/map/whatif?step=SP-13.2&n.SP-13.2=2&step=SP-12.R&n.SP-12.R=1")
	inOrder(t, text, "Nothing here is saved", "As things stand", "Step 1", "Taking the other person out of the home app",
		"Something should come before this step", "Step 2", "Taking back who can see the camera", "What could still be reached")
	want(t, "values saved", len(b.file(path).Heads()), before)
	b.get(b.at(path + "/map/whatif?step=SP-13.2&n.SP-13.2=soon"))
	want(t, "a wrong number", b.page.Code, 200)
	contains(t, "a wrong number", b.page.Body.String(), "govuk-error-summary", `value="soon"`, "Enter a whole number", "checked")
	contains(t, "no such step", b.text(path+"/map/whatif?step=SP-99.9"), "Which steps?")
	lacks(t, "no such step", b.text(path+"/map/whatif?step=SP-99.9"), "As things stand")
}

// What comes back is said with what brings it back.
func TestWhatIf_comesBack(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	b.submit(path+"/ask/11.4", path+"/ask/11.4", url.Values{"s.11.4": {"no"}})
	b.submit(path+"/ask/11.2", path+"/ask/11.2", url.Values{"a.11.2": {"person_of_concern"}})
	text := b.text(path + "/map/whatif?step=SP-11.4")
	contains(t, "a new Wi-Fi password", text, "What would open again, and by what", "It comes back by this: By running the network")
	both := b.text(path + "/map/whatif?step=SP-11.2&n.SP-11.2=1&step=SP-11.4&n.SP-11.4=2")
	lacks(t, "router first", both, "What would open again")
	contains(t, "the wrong way round", b.text(path+"/map/whatif?step=SP-11.4&n.SP-11.4=1&step=SP-11.2&n.SP-11.2=2"), "Steps to do again")
}

// A step of the proposal leads to its page even when no answer asks for it, and goes on the plan when
// she agrees to it.
func TestProposal_opensTheStep(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/devices/add", path+"/devices/add", url.Values{"label": {"bell"}, "kind": {"iot_camera/doorbell"}})
	name := "Taking back who can see the camera"
	lacks(t, "the plan", b.text(path+"/plan"), name)
	page := path + "/plan/step/SP-13.2"
	contains(t, "the step", b.text(page), name)
	b.submit(page, page, url.Values{"agreed": {"yes"}})
	want(t, "agreeing", b.page.Code, 303)
	contains(t, "the plan", b.text(path+"/plan"), name)
	want(t, "no such step", b.get(b.at(path+"/plan/step/SP-99")).Code, 404)
}

// The sheet is written into the audit, leads nowhere and is no part of her copies.
func TestMap_sheet(t *testing.T) {
	b := newWorld(t).unlocked()
	path := reached(b)
	prints := func() (n int) {
		for _, e := range b.w.vault.record.Entries() {
			if e.Verb == casework.VerbPrint {
				n++
			}
		}
		return n
	}
	before := prints()
	contains(t, "the sheet", b.text(path+"/map/print"), "The worker’s copy", "The same as a table", "Nobody was asked yet", "not of what is")
	want(t, "prints in the audit", prints(), before+1)
	if main, _, _ := strings.Cut(b.page.Body.String()[strings.Index(b.page.Body.String(), "<main"):], "</main>"); strings.Contains(main, "href=\"/k/") {
		t.Error("the paper has links")
	}
	lacks(t, "her copy", b.text(path+"/plan/print/survivor"), "they could use the cameras")
}

// Every channel, every thing and every code on the map has words of its own.
func TestMap_everyCodeHasWords(t *testing.T) {
	s := newWorld(t).server
	var codes []string
	m := &s.Content.Access
	for i := range m.Links {
		codes = append(codes, m.Links[i].Channel)
	}
	for _, g := range m.Gives {
		codes = append(codes, g.Channel)
	}
	for _, h := range m.Holders {
		codes = append(codes, h.Channel)
	}
	for _, col := range m.Matrix.Columns {
		codes = append(codes, col.Channel, col.Part)
	}
	for _, q := range s.Content.Questions() {
		codes = append(codes, q.Channel)
	}
	for _, a := range knowledge.Capabilities() {
		codes = append(codes, string(a))
	}
	codes = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(codes))), func(c string) bool { return c == "" })
	for _, code := range codes {
		for _, key := range []string{"map.how." + code, "map.channel." + code} {
			if !s.Texts.Has(key) {
				t.Errorf("no text %s", key)
			}
		}
	}
	for _, thing := range m.Things {
		if !s.Texts.Has("map.ends." + thing.ID) {
			t.Errorf("no text map.ends.%s", thing.ID)
		}
	}
	if len(codes) < 25 {
		t.Errorf("only %d codes looked at", len(codes))
	}
}

// BenchmarkMap_pages is the time of each page for a case with 200 things.
func BenchmarkMap_pages(b *testing.B) {
	w := newWorld(b)
	br := w.unlocked()
	path := br.agreed(br.sitting())
	book := (&web.Call{Opened: w.vault.open(), Site: w.server.Site}).Book()
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	classes := []string{"iot_camera/doorbell", "iot_hub/smart_speaker", "network/router", "phone_computer/phone", "account/email"}
	who := []string{"person_of_concern", "survivor", "joint", "new_partner_of_poc"}
	for i := range 200 {
		group, class, _ := strings.Cut(classes[i%len(classes)], "/")
		device, err := book.AddDevice(b.Context(), id, casework.Act{Submission: casework.NewID(), By: "w"}, casework.DeviceEdit{
			Label: personal.New(fmt.Sprintf("thing %d", i)), Group: group, Class: class,
		})
		if err != nil {
			b.Fatal(err)
		}
		var values []casework.Value
		for k, part := range w.server.Content.Matrix.Parts {
			values = append(values, casework.Value{
				Slot:  casework.Slot{Entity: device, Field: casework.Field(part.Name)},
				State: checklist.Yes, Codes: []string{who[(i+k)%len(who)]}, Basis: casework.SurvivorSaid,
			})
		}
		if err := book.SaveAnswers(b.Context(), id, casework.Act{Submission: casework.NewID(), By: "w"}, casework.Answers{Values: values}); err != nil {
			b.Fatal(err)
		}
	}
	for _, page := range append(mapPaths(), "/map/whatif?step=SP-12.R&step=SP-13.2&step=SP-11.2") {
		b.Run(fmt.Sprintf("page=%s", page), func(b *testing.B) {
			for b.Loop() {
				if br.get(br.at(path+page)).Code != 200 {
					b.Fatal("the page failed")
				}
			}
		})
	}
}
