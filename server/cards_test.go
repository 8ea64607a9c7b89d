package server

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/casework/checklist"
)

// Cards and platforms name questions and alert levels of the checklist by their codes; the knowledge
// cannot know whether they exist.
func TestCards_leadSomewhere(t *testing.T) {
	data := programData(t)
	for _, card := range data.Knowledge.Cards() {
		for _, id := range card.Questions {
			if q := data.Content.Question(id); q == nil || q.Look == nil {
				t.Errorf("card %s helps with %s, which is no question that opens a setting", card.ID, id)
			}
		}
		if data.Content.Alerts[checklist.Alert(card.Look.Alert)] == "" {
			t.Errorf("card %s: alert %s has no words", card.ID, card.Look.Alert)
		}
		for _, w := range card.Look.Warnings {
			if data.Content.WarningTexts[checklist.Warning(w)] == "" {
				t.Errorf("card %s: warning %s has no words", card.ID, w)
			}
		}
	}
}

// Most questions that open a setting have a card.
func TestCards_serveTheQuestions(t *testing.T) {
	data := programData(t)
	for _, id := range strings.Fields(`02.3 02.4 02.6 03.7 04.2 04.3 04.4 04.5 04.6 04.7 05.3 05.4 05.5 05.7 05.8 06.1 06.2
		06.4 07.1 07.3 07.6 08.1 08.2 09.1 09.2 09.3 09.6 10.2 10.3 10.4 11.3 12.1 12.2 12.3 12.4 12.5 12.6 12.7 12.9
		13.2 13.4 13.5 14.1 15.4 16.1 16.4 16.7 17.1 17.2 17.3 17.4 18.2 18.3 18.6 19.1 19.2`) {
		if len(data.Knowledge.CardsForQuestion(id)) == 0 {
			t.Errorf("question %s has no card", id)
		}
	}
}

// visible is a page as a reader gets it, in the order of the reading.
func visible(b *browser, path string) string { return html.UnescapeString(b.text(path)) }

// Every card, its paper and every maker answer with and without a case, and what looking shows stands
// before everything else.
func TestCards_allPages(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	data := programData(t)
	for _, within := range []string{"", place} {
		for _, card := range data.Knowledge.Cards() {
			text := visible(b, within+"/cards/at/"+card.ID)
			_, after, _ := strings.Cut(text, "Leave")
			look, where := strings.Index(after, card.Look.Words), strings.Index(after, card.Where[0].Do)
			if look < 0 || where < look {
				t.Errorf("card %s: the warning of looking is at %d, the way at %d", card.ID, look, where)
			}
			contains(t, card.ID, text, data.Content.Alerts[checklist.Alert(card.Look.Alert)], "Not yet checked by a practitioner",
				card.Removing, card.Proof, card.Limits[0], card.Write[0], card.Sketch.Rows[0].Label)
			want(t, "paper of "+card.ID, b.get(b.at(within+"/cards/print/"+card.ID)).Code, 200)
		}
		for _, m := range data.Knowledge.Platforms() {
			contains(t, m.ID, visible(b, within+"/cards/maker/"+m.ID), m.Roles[0], "Looking this up:", m.WhoCanRemove, m.Reset, "Not yet checked by a practitioner")
		}
		for _, page := range []string{"/cards/at/none", "/cards/print/none", "/cards/maker/none", "/cards/maker/whatsapp"} {
			want(t, page, b.get(b.at(within+page)).Code, 404)
		}
	}
	want(t, "cards of no question", b.get(b.at(place+"/cards/for/99.9")).Code, 404)
}

// A worker without a case finds the cards from the first page, and from a case they lead back to it.
func TestCards_areFound(t *testing.T) {
	b := newWorld(t).unlocked()
	contains(t, "the first page", b.get(b.at("/home")).Body.String(), `href="`+b.at("/cards")+`"`)
	contains(t, "cards without a case", visible(b, "/cards"), "is it all right to talk and to look now", "WhatsApp: linked devices")
	sitting := b.sitting()
	b.agreed(sitting)
	contains(t, "the first page of a session", b.get(b.at(sitting)).Body.String(), `href="`+b.at(sitting+"/cards")+`"`)
	list := b.get(b.at(sitting + "/cards")).Body.String()
	contains(t, "cards in a session", list, b.at(sitting+"/ask/00.1"), b.at(sitting+"/ask/00.3"), b.at(sitting+"/cards/at/ring"))
}

func TestCards_fromTheQuestion(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	link := b.at(place + "/cards/at/mailbox?question=04.4")
	contains(t, "a question with one card", b.get(b.at(place+"/ask/04.4")).Body.String(), `href="`+link+`"`)
	card := b.get(link).Body.String()
	contains(t, "the card", card, `href="`+b.at(place+"/ask/04.4")+`"`, "Back to the question")
	contains(t, "a question with three cards", b.get(b.at(place+"/ask/08.1")).Body.String(), `href="`+b.at(place+"/cards/for/08.1")+`"`)
	three := visible(b, place+"/cards/for/08.1")
	contains(t, "its list", three, "3 cards", "Signal: linked devices", "Back to the question")
	lacks(t, "its list", three, "Ring:")
	contains(t, "the list of a question without a card", visible(b, place+"/cards/for/19.7"), "0 cards", "No card fits", "Show all cards")
	for _, id := range []string{"00.2", "19.7"} {
		lacks(t, "a question without a card", b.get(b.at(place+"/ask/"+id)).Body.String(), "/cards/")
	}
	lacks(t, "a question of somebody else", b.get(b.at(place+"/cards/at/mailbox?question=08.1")).Body.String(), "Back to the question")
}

func TestCards_filter(t *testing.T) {
	b := newWorld(t).unlocked()
	ask := func(query string) string {
		fields, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		b.submit("/cards", "/cards", fields)
		want(t, "looking for cards", b.page.Code, 200)
		return b.page.Body.String()
	}
	found := func(query string) []string {
		var ids []string
		for _, m := range regexp.MustCompile(`/cards/at/([a-z0-9_]+)"`).FindAllStringSubmatch(ask(query), -1) {
			ids = append(ids, m[1])
		}
		return ids
	}
	for query, ids := range map[string][]string{
		"q=whatsapp":                     {"whatsapp"},
		"q=WHATS+linked":                 {"whatsapp"},
		"q=doorbells+ring":               {"ring"},
		"group=body":                     {"fitbit", "garmin_connect", "strava"},
		"group=body&q=strava":            {"strava"},
		"group=body&q=whatsapp":          nil,
		"q=%3Cscript%3Ealert":            nil,
		"q=" + strings.Repeat("x", 3000): nil,
	} {
		if got := found(query); !slices.Equal(got, ids) {
			t.Errorf("%.40s finds %v, want %v", query, got, ids)
		}
	}
	contains(t, "nothing found", ask("q=toaster"), "No card fits", "Show all cards")
	contains(t, "what was typed", ask("q=%22%3E%3Cb%3E"), `value="&#34;&gt;&lt;b&gt;"`)
	lacks(t, "what was typed", b.page.Body.String(), "<b>")
}

// What is looked for may be a name: it never stands in an address, and no form of it is kept over a lock.
func TestCards_filterLeavesNoTrace(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	b.submit("/cards", "/cards", url.Values{"q": {"her sister"}})
	if to := b.page.Header().Get("Location"); to != "" {
		t.Errorf("looking for a card leads to %q", to)
	}
	for _, a := range w.server.areas() {
		for _, r := range a.Routes {
			if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/cards") && !r.Forget {
				t.Errorf("%s is kept over a lock", r.Path)
			}
		}
	}
}

// A card grows old by the clock of the server, on its page, on paper and in the list.
func TestCards_growOld(t *testing.T) {
	at := func(year int, month time.Month, day int) *browser {
		now := time.Date(year, month, day, 10, 0, 0, 0, time.UTC)
		return newWorld(t, func(c *Config) { c.Now = func() time.Time { return now } }).unlocked()
	}
	old := "Checked 7 months ago: menus may have changed"
	pages := []string{"/cards/at/ring", "/cards/print/ring", "/cards/maker/ring"}
	for _, page := range pages {
		lacks(t, "young "+page, visible(at(2027, 5, 20), page), "months ago")
		contains(t, "old "+page, visible(at(2027, 6, 20), page), old)
		contains(t, "a clock that is wrong on "+page, visible(at(2024, 6, 20), page), "Nobody knows how old this card is")
	}
	lacks(t, "the young list", visible(at(2027, 5, 20), "/cards"), "months ago", "Age not known")
	contains(t, "the old list", visible(at(2027, 6, 20), "/cards"), "Checked 7 months ago")
	contains(t, "the list with a wrong clock", visible(at(2024, 6, 20), "/cards"), "Age not known")
}

// Paper says nothing: not the case, not the product, not what the program is for.
func TestCards_paper(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	body := b.get(b.at(place + "/cards/print/google_home")).Body.String()
	contains(t, "the window", body, "<title>Settings help</title>")
	contains(t, "the other size", body, "google_home?size=large")
	contains(t, "large paper", b.get(b.at("/cards/print/google_home?size=large")).Body.String(), `class="kh-large"`)
	_, paper, _ := strings.Cut(body, "<h1>")
	telling := regexp.MustCompile(`(?i)KH-|abuse|violen|survivor|police|proof|evidence|risk|plan\b|keyholder|danger|practitioner`)
	if m := telling.FindString(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(paper, " "))); m != "" {
		t.Errorf("the paper says %q", m)
	}
	lacks(t, "the paper", paper, "may be told", "goes with it")
}

// A device leads to the cards of its class, and to those of its maker alone when its name is known.
func TestDevice_leadsToCards(t *testing.T) {
	b := newWorld(t).unlocked()
	place := b.agreed(b.sitting())
	device := func(kind, brand string) string {
		to := b.submit(place+"/devices/add", place+"/devices/add", url.Values{"label": {"Thing"}, "kind": {kind}, "brand": {brand}})
		return b.get(to).Body.String()
	}
	lock := device("iot_entry/smart_lock", "")
	contains(t, "a lock", lock, "/cards/at/nuki", "/cards/at/schlage")
	lacks(t, "a lock", lock, "/cards/at/ring")
	named := device("iot_entry/smart_lock", "Nuki Smart Lock 3")
	contains(t, "a lock of a known maker", named, "/cards/at/nuki")
	lacks(t, "a lock of a known maker", named, "/cards/at/schlage")
	contains(t, "a thing of which only the group is known", device("iot_entry/", ""), "/cards/at/nuki", "/cards/at/hik_connect")
	contains(t, "a thing that nobody knows", device("other/unknown_device", ""), "Show all cards")
}
