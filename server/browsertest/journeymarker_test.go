package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"keyholder/casework/checklist"
)

// marking types a marker of its own into every personal field that it meets.
type marking struct {
	b    *tab
	h    *hunt
	used int
}

// next makes a marker that was not used before.
func (m *marking) next() string {
	m.used++
	text := fmt.Sprintf("MARKER-%04d-qzx", m.used)
	m.h.add(text)
	return text
}

// fields types a marker into the fields with these labels.
func (m *marking) fields(labels ...string) {
	m.b.t.Helper()
	for _, label := range labels {
		m.b.fill(label, m.next())
	}
}

// questions types a marker into every free text that the checklist asks for, rows included, and
// returns how many there were.
func (m *marking) questions(place string) int {
	m.b.t.Helper()
	before := m.used
	for _, q := range content(m.b.t).Questions() {
		all := content(m.b.t).Inputs(checklist.All(q)[0], "", nil)
		var labels []string
		for _, in := range all {
			if in.Personal {
				labels = append(labels, plain(in.Legend))
			}
		}
		for _, in := range content(m.b.t).RowInputs(q, "new1", nil) {
			if in.Personal {
				row := m.b.say("ask.row", "noun", q.Rows.Noun, "number", "1")
				labels = append(labels, strings.ToUpper(row[:1])+row[1:]+" > "+plain(in.Legend)) // as the style sheet writes it
			}
		}
		if len(labels) == 0 {
			continue
		}
		m.b.goTo(place + "/ask/" + q.ID)
		if q.Rows != nil {
			m.b.enters(entry{"s." + q.ID, "yes"})
		}
		m.fields(labels...)
		m.b.click(m.b.say("checklist.question.save_topic"))
		m.b.wants(fmt.Sprintf("MARKER-%04d-qzx", m.used))
	}
	return m.used - before
}

// TestJourney_markers types a marker into every personal field and looks for it wherever it must not
// be: what the program prints, titles and addresses, what may be taken away, the pages of errors, and
// the bytes of the data folder, with the record open, after a lock and after a kill.
func TestJourney_markers(t *testing.T) {
	a := startApp(t, withArgs("-verbose"))
	b := a.open(t)
	m := &marking{b, newHunt(t), 0}
	place := b.toCase()

	b.goTo(place + "/sections/S21")
	b.tick(b.say("checklist.offer.open") + " > " + b.say("checklist.offer.yes"))
	b.click(b.say("checklist.offer.save"))
	if got := m.questions(place); got < 10 {
		t.Errorf("the checklist has %d free texts, which is too few to be all", got)
	}
	m.device(place)
	m.risk(place)
	m.plan(place)
	b.goTo(place + "/emergency")
	m.fields(b.say("emergency.call"), b.say("emergency.exit"), b.say("emergency.carry"),
		b.say("emergency.code_word"), b.say("emergency.children"), b.say("emergency.stays"))
	b.click(b.say("emergency.save"))
	b.wants(fmt.Sprintf("MARKER-%04d-qzx", m.used))
	m.h.app(a)
	m.exports()
	m.mistakes(place)
	m.h.tab(b)
	m.h.errorPages(a)

	b.goTo(place)
	b.click(b.say("frame.lock"))
	m.h.app(a)
	b.unlock()
	b.goTo(strings.Replace(place, strings.Split(place, "/")[2], strings.Split(b.path(), "/")[2], 1) + "/emergency")
	b.fill(b.say("emergency.call"), m.next())
	b.click(b.say("emergency.save"))
	a.kill()
	m.h.app(a)
	m.h.tab(b)
	t.Logf("%d markers, %d places searched", m.used, m.h.looks)
}

// device enters a device by hand, and corrects it.
func (m *marking) device(place string) {
	b := m.b
	b.goTo(place + "/devices/add")
	m.fields(b.say("devices.label"), b.say("scan.device.brand"))
	b.choose(b.say("devices.kind"), "– "+b.say("device.class.smart_speaker"))
	b.click(b.say("devices.add.save"))
	m.fields(b.say("devices.label"), b.say("scan.device.brand"))
	b.click(b.say("devices.correct.save"))
	b.wants(fmt.Sprintf("MARKER-%04d-qzx", m.used-1))
}

// risk keeps a judgement with its reason and a second person.
func (m *marking) risk(place string) {
	b := m.b
	b.goTo(place + "/risk")
	b.tick(b.say("risk.judge.lane") + " > " + content(b.t).Triage.Lanes[1].Label)
	m.fields(b.say("risk.judge.reason"), b.say("risk.judge.second"))
	b.click(b.say("risk.judge.save"))
}

// plan decides about the first step, and opens one that is held back because they live together.
func (m *marking) plan(place string) {
	b := m.b
	b.goTo(place + "/ask/12.2")
	b.enters(entry{"s.12.2", "no"})
	b.click(b.say("checklist.question.save_topic"))
	b.goTo(place + "/plan")
	b.clickFirst(b.say("plan.step.decide") + "…")
	m.fields(b.say("plan.step.device"), b.say("plan.step.note"))
	b.click(b.say("plan.step.save"))
	steps := strings.Split(b.evaluate("Array.from(document.querySelectorAll('.kh-card--action a')).map(e => e.pathname).join(' ')"), " ")
	for _, step := range steps {
		b.goTo(step)
		if b.offers(b.say("plan.unlock.save"), "button") {
			m.fields(b.say("plan.unlock.reason"), b.say("plan.unlock.second"))
			b.click(b.say("plan.unlock.save"))
			return
		}
	}
	b.t.Error("no step is held back for living together: two fields were not marked")
}

// exports publishes a period and searches everything that can be taken away.
func (m *marking) exports() {
	b := m.b
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.numbers"))
	b.click(b.say("statistics.preview.go"))
	if b.offers(b.say("statistics.hidden.yes"), "checkbox") {
		b.tick(b.say("statistics.hidden.yes"))
		b.click(b.say("statistics.preview.go"))
	}
	m.h.in("the preview", []byte(b.text()))
	b.click(b.say("statistics.publish"))
	for _, kind := range []string{"csv", "json", "txt"} {
		f := b.download(b.say("statistics.file." + kind))
		m.h.in("the file "+kind, f.data)
		m.h.in("the name of the file "+kind, []byte(f.name))
	}
}

// mistakes sends markers where they do not belong, with the cookie and without, and searches the
// answers.
func (m *marking) mistakes(place string) {
	cookies := map[string]string{"Cookie": m.b.cookies(), "Content-Type": "application/x-www-form-urlencoded"}
	for _, path := range []string{place + "/nothing", place + "/ask/99.9", place + "/ask/00.6", "/unlock", "/nothing", "/start"} {
		for _, header := range []map[string]string{cookies, {"Content-Type": "application/x-www-form-urlencoded"}} {
			for _, method := range []string{"POST", "PUT"} {
				r := m.b.app.send(method, path, "a.00.6/own_words="+m.next(), header)
				m.h.in("the answer to "+method+" "+path, r.body)
				for name, values := range r.header {
					m.h.in("a header", []byte(name+": "+strings.Join(values, ", ")))
				}
			}
		}
	}
}
