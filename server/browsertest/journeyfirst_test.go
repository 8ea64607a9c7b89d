package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"keyholder/casework/checklist"
)

// conversation is a made-up client and what the worker enters on the seven screens.
type conversation struct {
	name    string
	screens [7][]entry
}

// conversations are six clients as services meet them. Everything that the screens ask is answered.
var conversations = []conversation{
	{"living together", [7][]entry{
		{{"s.00.1", "yes"}, {"a.00.1/minutes", "over_30"}, {"a.00.2/place", "elsewhere"}},
		{{"s.00.5", "no"}, {"s.D.1", "no"}},
		{{"s.00.7", "yes"}},
		{{"a.00.6", "know_what"}},
		{{"a.01.1", "together"}, {"a.01.2", "thinking"}},
		{{"a.01.6/what", "talk"}, {"a.01.6/where", "one_room"}, {"a.01.6/present", "speaker_hub"}},
		{{"a.D.6/most", "they_hear_or_see_home"}, {"a.D.6/second", "what_they_do_next"}, {"a.00.4/route", "in_person"}, {"a.24.5/time", "Thursdays, after the choir"}},
	}},
	{"leaving next week", [7][]entry{
		{{"s.00.1", "yes"}, {"a.00.1/minutes", "over_30"}, {"a.00.2/place", "elsewhere"}},
		{{"s.00.5", "no"}, {"s.D.1", "dont_know"}},
		{{"s.00.7", "yes"}},
		{{"a.00.6", "plan_to_leave"}},
		{{"a.01.1", "together"}, {"a.01.2", "planned"}},
		{{"a.01.6/what", "place"}, {"a.01.6/what", "plans"}, {"a.01.6/where", "journeys"}, {"a.01.6/present", "phone"}},
		{{"a.D.6/most", "if_i_leave"}, {"a.D.6/second", "they_know_where_i_am"}, {"a.00.4/route", "via_person"}, {"a.24.5/time", "Monday at nine"}},
	}},
	{"apart, with shared children", [7][]entry{
		{{"s.00.1", "yes"}, {"a.00.1/minutes", "over_30"}, {"a.00.2/place", "elsewhere"}},
		{{"s.00.5", "no"}, {"s.D.1", "no"}},
		{{"s.00.7", "yes"}},
		{{"a.00.6", "evidence"}},
		{{"a.01.1", "apart"}, {"a.01.2", "recent"}},
		{{"a.01.6/what", "place"}, {"a.01.6/what", "visitors"}, {"a.01.6/where", "journeys"}, {"a.01.6/present", "child_device"}},
		{{"a.D.6/most", "children"}, {"a.D.6/second", "they_know_where_i_am"}, {"a.00.4/route", "call_own_phone"}, {"a.24.5/time", "while they are at school"}},
	}},
	{"parental abuse", [7][]entry{
		{{"s.00.1", "suspected"}, {"a.00.1/minutes", "5_to_15"}, {"a.00.2/place", "near"}},
		{{"s.00.5", "no"}, {"s.D.1", "no"}},
		{{"a.00.7", "record"}, {"s.00.7", "no"}},
		{{"a.00.6", "calm"}},
		{{"a.01.1", "family_or_care"}, {"a.01.2", "not_considered"}},
		{{"a.01.6/what", "messages"}, {"a.01.6/where", "online"}, {"a.01.6/present", "phone"}},
		{{"a.D.6/most", "they_read_messages"}, {"a.D.6/second", "what_they_do_next"}, {"a.00.4/route", "in_person"}, {"a.24.5/time", "after the second lesson"}},
	}},
	{"one device only", [7][]entry{
		{{"s.00.1", "yes"}, {"a.00.1/minutes", "~dont_know"}, {"a.00.2/place", "~dont_know"}},
		{{"s.00.5", "no"}, {"s.D.1", "declined"}},
		{{"s.00.7", "no"}},
		{{"a.00.6", "know_what"}},
		{{"a.01.1", "same_building"}, {"a.01.2", "~declined"}},
		{{"a.01.6/what", "messages"}, {"a.01.6/where", "online"}, {"a.01.6/present", "phone"}},
		{{"a.D.6/most", "they_read_messages"}, {"a.D.6/second", "~dont_know"}, {"a.00.4/route", "survivor_calls"}, {"s.24.5/time", "dont_know"}},
	}},
	{"nothing known", [7][]entry{
		{{"s.00.1", "yes"}, {"a.00.1/minutes", "~dont_know"}, {"a.00.2/place", "~dont_know"}},
		{{"s.00.5", "dont_know"}, {"s.D.1", "dont_know"}},
		{{"s.00.7", "yes"}},
		{{"s.00.6", "dont_know"}},
		{{"a.01.1", "~dont_know"}, {"a.01.2", "~dont_know"}},
		{{"s.01.6/what", "dont_know"}, {"s.01.6/where", "dont_know"}, {"s.01.6/present", "dont_know"}},
		{{"a.D.6/most", "~dont_know"}, {"a.D.6/second", "~dont_know"}, {"s.00.4/route", "dont_know"}, {"s.24.5/time", "dont_know"}},
	}},
}

// What a first conversation may cost.
const (
	mostInputs = 25
	mostTyped  = 3
)

// TestJourney_first walks six clients through the first conversation. Every screen ends with a stop,
// so that each summary on the way is compared with what was said until then.
func TestJourney_first(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	for _, talk := range conversations {
		t.Run(talk.name, func(t *testing.T) {
			b.t = t
			b.click(b.say("frame.nav") + " > " + b.say("frame.nav.cases"))
			b.inputs = inputs{}
			b.click(b.say("frame.home.start"))
			begin := b.count()
			var said []entry
			for n, list := range talk.screens {
				b.stands(content(t).First.Screens[n].Title)
				b.enters(list...)
				said = append(said, list...)
				b.click(b.say("session.screen.stop"))
				b.stands(b.say("session.summary.title"))
				b.comparesSummary(said)
				if n+1 < len(talk.screens) {
					spent := b.count()
					b.click(b.say("session.summary.go_on", "screen", content(t).First.Screens[n+1].Title))
					b.inputs = spent // a detour of this test
				}
			}
			got := b.count()
			got.clicks -= begin.clicks
			t.Logf("%s: %d inputs, %d of them typed; %d with the click that starts", talk.name, got.total(), got.typed, got.total()+1)
			if got.total() > mostInputs || got.typed > mostTyped {
				t.Errorf("%d inputs, %d of them typed; at most %d and %d may be", got.total(), got.typed, mostInputs, mostTyped)
			}
			documented(t, talk.name, got)
		})
	}
	b.t = t
}

// documented compares a measured conversation with its row in the document.
func documented(t *testing.T, name string, got inputs) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "tasks.md"))
	if err != nil {
		t.Fatalf("reading the document: %v", err)
	}
	row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` +\|(.*)\|$`).FindSubmatch(text)
	if row == nil {
		t.Fatalf("docs/tasks.md has no row for %q", name)
	}
	var cells []string
	for _, cell := range strings.Split(string(row[1]), "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	want := []string{
		fmt.Sprint(got.clicks), fmt.Sprint(got.choices), fmt.Sprint(got.typed), fmt.Sprint(got.total()), fmt.Sprint(got.total() + 1),
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("docs/tasks.md says something else of %q (-measured +documented):\n%s", name, diff)
	}
}

// shownSummary is what a summary page says, by the words of each question.
type shownSummary struct {
	Said     map[string][]string
	NotAsked []string
}

// comparesSummary compares the page with the entries. The expectation is worked out here and not by
// the program's own summary: what was not entered was not asked, and is never a no.
func (b *tab) comparesSummary(said []entry) {
	b.t.Helper()
	want := shownSummary{Said: map[string][]string{}}
	given := wordsOf(b.t, said)
	for _, k := range content(b.t).FirstAsked() {
		for name, label := range labels(k) {
			if words, asked := given[name]; asked {
				want.Said[label] = words
			} else {
				want.NotAsked = append(want.NotAsked, label)
			}
		}
	}
	slices.Sort(want.NotAsked)
	const script = `(() => {
		const words = e => e.innerText.trim().replace(/\s+/g, " ");
		const said = {};
		for (const row of document.querySelectorAll(".govuk-summary-list__row"))
			said[words(row.querySelector("dt"))] = Array.from(row.querySelectorAll("dd li")).map(words);
		const heading = Array.from(document.querySelectorAll("h2")).find(h => words(h) === NOTASKED);
		const list = heading ? Array.from(heading.nextElementSibling.querySelectorAll("li")).map(words) : null;
		return {Said: said, NotAsked: list};
	})()`
	got := get(b, "reading the summary", chromedp.Evaluate[shownSummary](
		strings.Replace(script, "NOTASKED", fmt.Sprintf("%q", b.say("session.summary.not_asked")), 1)))
	slices.Sort(got.NotAsked)
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("the summary is not what was said (-said +shown):\n%s", diff)
	}
}

// labels are the words under which the answers of a question stand in a summary, by the name of the
// control, or of the item.
func labels(k checklist.Asked) map[string]string {
	out := map[string]string{}
	for i := range k.Question.Parts {
		part := &k.Question.Parts[i]
		if !k.Shows(part) {
			continue
		}
		if part.Kind == checklist.KindItems {
			for _, o := range part.Options {
				out[k.Question.ID+"/"+o.Code] = plain(o.Label)
			}
			continue
		}
		label := k.Question.Text
		if part.Label != "" {
			label += " – " + part.Label
		}
		out[strings.TrimSuffix(k.Question.ID+"/"+part.Name, "/")] = plain(label)
	}
	return out
}

// wordsOf is what the entries say, by the name of the control without its kind.
func wordsOf(t *testing.T, said []entry) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, e := range said {
		q := questionOf(t, e.name)
		name := e.name[2:]
		_, partName, _ := strings.Cut(name, "/")
		part := q.Part(partName)
		switch {
		case part.Kind == checklist.KindItems && e.name[0] == 'a':
			out[name+"/"+e.value] = []string{stateLabel(t, part, checklist.Yes)}
		case part.Kind == checklist.KindItems:
			for _, o := range part.Options {
				if _, ticked := out[name+"/"+o.Code]; !ticked {
					out[name+"/"+o.Code] = []string{stateLabel(t, part, checklist.State(e.value))}
				}
			}
		case e.name[0] == 's':
			out[name] = []string{stateLabel(t, part, checklist.State(e.value))}
		case strings.HasPrefix(e.value, "~"):
			out[name] = []string{stateLabel(t, part, checklist.State(e.value[1:]))}
		case part.Option(e.value) != nil:
			out[name] = append(out[name], plain(part.Option(e.value).Label))
		default:
			out[name] = []string{e.value}
		}
	}
	return out
}

func stateLabel(t *testing.T, part *checklist.Part, state checklist.State) string {
	t.Helper()
	return plain(content(t).StateLabel(part, state))
}
