package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"keyholder/casework/checklist"
)

// mostQuestions is what one sitting may ask.
const mostQuestions = 40

// TestJourney_session leads six clients through one sitting after the first conversation. Every
// question is answered "don't know" where it stands: one input for each is the least that a sitting
// costs, and nothing is asked twice.
func TestJourney_session(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	for _, talk := range conversations {
		t.Run(talk.name, func(t *testing.T) {
			b.t = t
			b.click(b.say("frame.nav") + " > " + b.say("frame.nav.cases"))
			b.click(b.say("frame.home.start"))
			for _, list := range talk.screens {
				b.screen(list...)
			}
			b.click(b.say("session.summary.more"))
			b.inputs = inputs{}
			b.chooseSitting()
			topics, questions := b.wholeSitting()
			got := b.count()
			t.Logf("%s: %d topics, %d questions, %d inputs", talk.name, topics, questions, got.total())
			if questions > mostQuestions {
				t.Errorf("%d questions, at most %d may be asked", questions, mostQuestions)
			}
			b.documentedSitting(talk.name, []string{
				fmt.Sprint(topics), fmt.Sprint(questions), fmt.Sprint(got.clicks), fmt.Sprint(got.choices), fmt.Sprint(got.total()),
			})
		})
	}
	b.t = t
}

// beginning is the part of a text before the words that are put into it, as find takes it. What the
// made-up language adds at the end stands behind those words.
func beginning(said string) string {
	return strings.TrimRight(strings.TrimSuffix(said, "]"), "~ ") + "…"
}

// chooseSitting chooses one sitting and goes to its first topic.
func (b *tab) chooseSitting() {
	b.t.Helper()
	b.stands(b.say("talk.title"))
	b.click(b.say("talk.choose"))
	b.click(beginning(b.say("talk.go_on", "topic", "")))
}

// wholeSitting answers topic after topic until nothing is left, and counts topics and questions.
func (b *tab) wholeSitting() (topics, questions int) {
	b.t.Helper()
	asked := map[string]bool{}
	for b.heading() != plain(b.say("talk.title")) {
		topics++
		if topics == 1 {
			b.check("talk-topic")
		}
		for _, q := range b.shownQuestions() {
			if asked[q.ID] {
				b.t.Fatalf("%s is asked a second time", q.ID)
			}
			asked[q.ID] = true
			b.enterOne(unknownOf(b.t, q))
		}
		b.click(b.say("talk.topic.save"))
	}
	b.wants(b.say("talk.done"))
	b.check("talk-done")
	return topics, len(asked)
}

// shownQuestions are the questions of the screen.
func (b *tab) shownQuestions() []*checklist.Question {
	b.t.Helper()
	ids := get(b, "reading which questions are shown", chromedp.Evaluate[[]string](
		`Array.from(document.querySelectorAll('input[name="shown[]"]')).map(e => e.value)`))
	if len(ids) == 0 {
		b.t.Fatalf("the screen asks nothing\n%s", b.where())
	}
	var out []*checklist.Question
	for _, id := range ids {
		out = append(out, content(b.t).Question(id))
	}
	return out
}

// unknownOf is the one input that answers a question with "don't know".
func unknownOf(t *testing.T, q *checklist.Question) entry {
	t.Helper()
	for _, in := range content(t).Inputs(checklist.All(q)[0], "", nil) {
		for _, c := range in.Choices {
			if strings.TrimPrefix(c.Value, "~") == string(checklist.DontKnow) {
				return entry{in.Name, c.Value}
			}
		}
	}
	t.Fatalf("%s cannot be answered with don't know", q.ID)
	return entry{}
}

// documentedSitting compares a measured sitting with its row in the document.
func (b *tab) documentedSitting(name string, want []string) {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "tasks.md"))
	if err != nil {
		b.t.Fatalf("reading the document: %v", err)
	}
	_, part, found := strings.Cut(string(text), "## One sitting")
	row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` +\|(.*)\|$`).FindStringSubmatch(part)
	if !found || row == nil {
		b.t.Fatalf("docs/tasks.md has no row for a sitting of %q; measured: %v", name, want)
	}
	var cells []string
	for _, cell := range strings.Split(row[1], "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		b.t.Errorf("docs/tasks.md says something else of a sitting of %q (-measured +documented):\n%s", name, diff)
	}
}

// sitting walks the first topics of one sitting in a place of its own, with a pause, and looks at the
// pages beside it: everything in one table, what they knew, the topic that is only offered.
func (b *tab) sitting() {
	b.t.Helper()
	b.goTo(b.path() + "/safe")
	b.stands(b.say("talk.safe.title"))
	b.check("safe")
	b.enters(entry{"s.00.1", "yes"})
	b.click(b.say("talk.topic.save"))
	b.check("talk")
	b.chooseSitting()
	for range 2 {
		b.check("talk-" + fileName(b.heading()))
		b.enterOne(unknownOf(b.t, b.shownQuestions()[0]))
		b.click(b.say("talk.topic.save"))
	}
	paused := b.heading()
	b.enterOne(unknownOf(b.t, b.shownQuestions()[0]))
	b.click(b.say("talk.topic.pause"))
	b.wants(b.say("talk.go_on", "topic", paused))
	b.check("talk-paused")
	b.toPlace()
	b.click(b.say("cases.task.pattern"))
	b.check("pattern")
	b.toPlace()
	b.click(b.say("cases.task.devices"))
	b.click(b.say("devices.whole"))
	b.check("household")
	b.toPlace()
	b.click(b.say("cases.case.topics.all"))
	b.click(content(b.t).SectionByID("S21").Title)
	b.stands(b.say("checklist.offer.title"))
	b.check("section-offer")
	b.tick(b.say("checklist.offer.open") + " > " + b.say("checklist.offer.declined"))
	b.click(b.say("checklist.offer.save"))
	b.wants(b.say("checklist.offer.state.declined"))
	b.toPlace()
}

// sittingByKeys chooses one sitting, answers a question of its first topic and pauses, without a mouse.
func (b *tab) sittingByKeys() {
	b.t.Helper()
	b.keyTo(b.say("session.summary.more"))
	b.enterKey()
	b.keyToControl("depth", "")
	b.arrowTo(string(checklist.DepthSession))
	b.keyTo(b.say("talk.choose"))
	b.enterKey()
	b.keyTo(beginning(b.say("talk.go_on", "topic", "")))
	b.enterKey()
	b.enterByKeys(unknownOf(b.t, b.shownQuestions()[0]))
	b.keyTo(b.say("talk.topic.save"))
	b.enterKey()
	b.enterByKeys(unknownOf(b.t, b.shownQuestions()[0]))
	b.keyTo(b.say("talk.topic.pause"))
	b.enterKey()
	b.stands(b.say("talk.title"))
	b.keyTo(b.say("session.summary.title"))
	b.enterKey()
	b.stands(b.say("session.summary.title"))
}
