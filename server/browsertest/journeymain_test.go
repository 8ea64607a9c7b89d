package browsertest

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/scanner/scantest"
)

// TestJourney_main goes the whole way: from the first start to the plan on paper and the published
// table, with scripts and without, and looks at every page on the way. The check of the network runs
// against the lab where there is one, and is left out by name elsewhere.
func TestJourney_main(t *testing.T) {
	needBrowser(t)
	lab, why := tryLab(t)
	if lab == nil {
		t.Run("check of a network", func(t *testing.T) { t.Skip(why) })
	}
	for _, scripts := range []string{"with scripts", "without scripts"} {
		t.Run(scripts, func(t *testing.T) {
			var options []tabOption
			if scripts == "without scripts" {
				options = append(options, noScript)
			}
			var inside []appOption
			if lab != nil {
				inside = append(inside, insideLab(t, lab))
			}
			a := startApp(t, inside...)
			if lab != nil {
				forwardTo(t, a)
			}
			b := a.open(t, options...)
			wholeWay(b, lab)
		})
	}
}

// wholeWay is the main job from beginning to end.
func wholeWay(b *tab, lab *scantest.Lab) {
	b.firstRun()
	b.walkFirst()
	b.click(b.say("session.summary.all"))
	b.check("case")
	if lab != nil {
		b.checkNetwork(lab)
	} else {
		b.addByHand()
	}
	b.fiveQuestions()
	b.topics()
	b.sitting()
	b.risk()
	b.findings()
	b.plan()
	b.onPaper()
	b.emergency()
	b.endSession()
	b.publish()
	b.goAway()
}

// walkFirst answers the seven screens: a survivor who lives with the other person.
func (b *tab) walkFirst() {
	b.t.Helper()
	b.click(b.say("frame.home.start"))
	for n, list := range [][]entry{
		{{"s.00.1", "yes"}, {"a.00.2/place", "elsewhere"}},
		{{"s.00.5", "no"}, {"s.D.1", "no"}},
		{{"s.00.7", "yes"}},
		{{"a.00.6", "know_what"}, {"a.00.6", "calm"}},
		{{"a.01.1", "together"}, {"a.01.2", "thinking"}},
		{{"a.01.6/what", "talk"}, {"a.01.6/where", "one_room"}, {"a.01.6/present", "speaker_hub"}},
		{{"a.D.6/most", "they_hear_or_see_home"}, {"a.D.6/second", "~dont_know"}, {"a.00.4/route", "in_person"}, {"a.24.5/time", "at noon"}},
	} {
		b.stands(content(b.t).First.Screens[n].Title)
		b.check("first-" + content(b.t).First.Screens[n].ID)
		b.screen(list...)
	}
	b.stands(b.say("session.summary.title"))
	b.check("summary")
}

// addByHand enters what the check of a network would have found.
func (b *tab) addByHand() {
	b.t.Helper()
	b.click(b.say("cases.task.devices"))
	b.check("devices-none")
	b.click(b.say("devices.add"))
	b.check("device-add")
	b.fill(b.say("devices.label"), "speaker in the kitchen")
	b.choose(b.say("devices.kind"), "– "+b.say("device.class.smart_speaker"))
	b.click(b.say("devices.add.save"))
}

// checkNetwork checks the network of the lab: confirms one device, corrects one, leaves the rest.
func (b *tab) checkNetwork(lab *scantest.Lab) {
	b.t.Helper()
	b.click(b.say("cases.task.scan"))
	b.check("scan-form")
	b.click(b.say("scan.start"))
	b.wantsErrorTitle()
	b.check("scan-form-refused")
	b.tick(b.say("scan.network") + " > " + b.say("scan.network.home"))
	b.tick(b.say("scan.agreed") + " > " + b.say("scan.agreed.yes"))
	b.tick(b.say("scan.mode") + " > " + b.say("scan.mode.quiet"))
	b.enters(entry{"s.11.3", "dont_know"})
	b.click(b.say("scan.start"))
	b.evaluate("window.stop() || ''") // or the page would ask for itself again while it is looked at
	b.check("scan-progress")
	b.goTo(b.path())
	b.waitText(b.say("scan.result.title"))
	b.waitPath(func(string) bool { return true })
	b.wants(b.say("scan.blind"))
	b.check("scan-result")
	b.keepFound(b.found(b.say("device.class.smart_speaker")), "speaker in the kitchen", "")
	b.keepFound(b.found(b.say("device.group.iot_camera")), "small box on the shelf", b.say("device.class.camera_indoor"))
	b.click(b.say("scan.keep.save"))
	b.check("devices")
	b.wants("speaker in the kitchen", "small box on the shelf", b.say("device.class.camera_indoor"))
	if got := b.evaluate("String(document.querySelectorAll('article.kh-card').length)"); got != "2" {
		b.t.Errorf("the list of devices has %s cards, want 2: something was kept that nobody confirmed\n%s", got, b.where())
	}
	b.click(b.say("devices.ask") + " : speaker in the kitchen")
}

// found is the number of the first found device of a kind.
func (b *tab) found(kind string) string {
	b.t.Helper()
	titles := get(b, "reading what was found", chromedp.Evaluate[[]string](
		`Array.from(document.querySelectorAll(".kh-found h3 > bdi")).map(e => e.textContent.trim())`))
	for i, title := range titles {
		if title == kind {
			return strconv.Itoa(i + 1)
		}
	}
	b.t.Fatalf("no %q was found, but: %s", kind, strings.Join(titles, ", "))
	return ""
}

// keepFound confirms a found device under a label; with a kind it is corrected.
func (b *tab) keepFound(number, label, kind string) {
	b.t.Helper()
	decision := b.say("scan.keep.yes")
	b.press(b.say("scan.correct", "number", number))
	if kind != "" {
		decision = b.say("scan.keep.other")
		b.choose(b.say("scan.class", "number", number), "– "+kind)
	}
	b.tick(b.say("scan.keep", "number", number) + " > " + decision)
	b.fill(b.say("scan.label", "number", number), label)
}

// fiveQuestions asks who bought the device, set it up, holds its login, pays for it and uses it.
func (b *tab) fiveQuestions() {
	b.t.Helper()
	b.stands(b.say("devices.device.title"))
	b.wants(b.say("device.class.smart_speaker") + " speaker in the kitchen")
	b.check("device")
	who := map[string]string{}
	for _, o := range content(b.t).Who {
		who[o.Code] = o.Label
	}
	for i, code := range []string{"person_of_concern", "person_of_concern", "", "joint", "survivor"} {
		label, answer := content(b.t).Matrix.Parts[i].Label, who[code]
		if code == "" {
			answer = content(b.t).StateLabels[checklist.DontKnow]
		}
		b.choose(label, answer)
	}
	b.click(b.say("devices.matrix.save"))
	b.wants(b.say("devices.row.open"))
	b.check("devices-asked")
	b.click(b.say("devices.network.title"))
	b.wants(b.say("devices.network.blind.access"), "speaker in the kitchen")
	b.check("devices-network")
	b.click(b.say("devices.title"))
}

// topics answers some questions of three topics, with what nobody knows among them.
func (b *tab) topics() {
	b.t.Helper()
	b.toPlace()
	for _, topic := range []struct {
		section string
		answers map[string][]entry
	}{
		{"S11", map[string][]entry{
			"11.1": {{"a.11.1", "person_of_concern"}},
			"11.2": {{"s.11.2", "dont_know"}},
			"11.3": {{"s.11.3", "dont_know"}},
			"11.4": {{"s.11.4", "no"}},
		}},
		{"S12", map[string][]entry{
			"12.1": {{"s.12.1", "dont_know"}},
			"12.2": {{"s.12.2", "no"}},
			"12.3": {{"s.12.3", "dont_know"}},
		}},
		{"S13", map[string][]entry{
			"13.1": {{"s.13.1", "dont_know"}},
			"13.2": {{"a.13.2", "person_of_concern"}},
			"13.3": {{"s.13.3", "declined"}},
		}},
	} {
		sec := content(b.t).SectionByID(topic.section)
		b.click(b.say("cases.case.topics.all"))
		b.click(sec.Title)
		b.check("section-" + topic.section)
		b.click(b.say("checklist.section.ask"))
		for b.ask(topic.section, topic.answers) {
		}
		b.check("section-answered-" + topic.section)
		b.click(b.say("checklist.sections.title"))
		b.check("sections")
		b.toPlace()
	}
}

// ask answers the question of the page and reports whether another one came.
func (b *tab) ask(section string, answers map[string][]entry) bool {
	b.t.Helper()
	path := b.path()
	id := path[strings.LastIndex(path, "/")+1:]
	b.check("ask-" + id)
	list, planned := answers[id]
	b.enters(list...)
	if planned {
		delete(answers, id)
	}
	if len(answers) == 0 {
		b.click(b.say("checklist.question.save_topic"))
		return false
	}
	b.click(b.say("checklist.question.save_next"))
	return strings.Contains(b.path(), "/ask/")
}

// toPlace goes to the first page of the case or session by its address, as from a bookmark of the
// browser's own list.
func (b *tab) toPlace() {
	b.t.Helper()
	parts := strings.Split(b.path(), "/")
	b.goTo(strings.Join(parts[:5], "/"))
}

// risk fills in the presence boxes and looks at the lane.
func (b *tab) risk() {
	b.t.Helper()
	b.click(b.say("cases.task.risk"))
	b.check("risk")
	b.enters(entry{"s.presence/ta_any", "no"}, entry{"s.presence/ta_iot_home", "suspected"})
	b.click(b.say("risk.presence.save"))
	b.wantsErrorTitle()
	b.check("risk-refused")
	b.enters(entry{"s.presence/ta_any", "yes"})
	b.click(b.say("risk.presence.save"))
	b.wants(b.say("risk.saved"))
	b.click(b.say("risk.assess"))
	b.wants(b.say("risk.assessed"))
	b.check("risk-assessed")
	b.toPlace()
}

// findings looks at what the answers point to and marks one as watched.
func (b *tab) findings() {
	b.t.Helper()
	b.click(b.say("cases.task.findings"))
	b.wants(b.say("plan.findings.found"), b.say("session.summary.open"), b.say("session.summary.not_asked"))
	b.check("findings")
	about := content(b.t).Question("11.1").Finding
	b.choose(b.say("plan.finding.status")+" "+about, b.say("plan.finding.status.watching"))
	b.click(b.say("plan.finding.save") + " " + about)
	b.click(b.say("session.summary.next"))
}

// plan goes through the plan and decides one step.
func (b *tab) plan() {
	b.t.Helper()
	b.stands(b.say("plan.title"))
	b.wants(b.say("plan.phase.physical_control"), b.say("plan.sheet.not_yet"))
	b.check("plan")
	b.tick(b.say("plan.ready.device") + " > " + content(b.t).StateLabels[checklist.DontKnow])
	b.tick(b.say("plan.ready.camera") + " > " + content(b.t).StateLabels[checklist.No])
	b.click(b.say("plan.ready.save"))
	b.clickFirst(b.say("plan.step.decide") + "…")
	b.check("step")
	b.tick(b.say("plan.step.agree") + " > " + content(b.t).StateLabels[checklist.Yes])
	b.fill(b.say("plan.step.device"), "the worker's laptop")
	b.fill(b.say("plan.step.note"), "agreed after the warnings were read aloud")
	b.click(b.say("plan.step.save"))
	b.wants(b.say("plan.step.agreed"))
	b.check("plan-decided")
}

// betraying are words that the plain list must not hold, in lower case.
var betraying = []string{
	"abuse", "violen", "threat", "safe", "risk", "danger", "survivor", "victim", "client", "worker", "case", "keyholder",
	"emergency", "police", "refuge", "shelter", "stalk", "spy", "spied", "partner", "ex-", "evidence", "proof", "plan", "kh-",
	"they may", "not yet", "escape", "court", "secret", "hidden", "warning", "tracker", "monitor", "stop ", "advocate",
}

// onPaper prints the three forms of the plan.
func (b *tab) onPaper() {
	b.t.Helper()
	here := b.path()
	for _, form := range casework.SheetForms() {
		b.click(b.say("plan.print." + string(form)))
		b.check("print-" + string(form))
		pages := b.print("plan-" + string(form))
		text := strings.ToLower(strings.Join(pages, ""))
		if pages != nil && !strings.Contains(plain(text), strings.ToLower(b.say("plan."+string(form)+".title"))) {
			b.t.Errorf("the %s copy on paper has no heading:\n%s", form, text)
		}
		if strings.Contains(text, "/k/") || strings.Contains(text, "localhost") {
			b.t.Errorf("the %s copy carries an address:\n%s", form, text)
		}
		switch {
		case form == casework.SheetUnmarked:
			b.betraysNothing(text)
		case pages != nil && len(betrayals(text)) < 5:
			b.t.Errorf("the words that betray are hardly in the %s copy: to look for them proves nothing", form)
		}
		b.click(b.say("plan.print.large"))
		b.check("print-large-" + string(form))
		b.print("plan-large-" + string(form))
		b.goTo(here)
	}
}

// betraysNothing reads the plain list as the other person would who finds it.
func (b *tab) betraysNothing(text string) {
	b.t.Helper()
	if b.title() != b.say("plan.sheet.window") {
		b.t.Errorf("the window of the plain list is called %q", b.title())
	}
	if found := betrayals(text); len(found) > 0 {
		b.t.Errorf("the plain list says %q:\n%s", found, text)
	}
}

// betrayals are the betraying words of a text in lower case.
func betrayals(text string) []string {
	var found []string
	for _, word := range betraying {
		if strings.Contains(text, word) {
			found = append(found, word)
		}
	}
	return found
}

// emergency writes the lines of the emergency page and prints it.
func (b *tab) emergency() {
	b.t.Helper()
	b.click(b.say("frame.emergency"))
	b.check("emergency")
	b.fill(b.say("emergency.call"), "the neighbour, from her phone")
	b.fill(b.say("emergency.code_word"), "pancakes")
	b.click(b.say("emergency.save"))
	b.wants("pancakes")
	b.check("emergency-agreed")
	b.halfAPage()
	pages := b.print("emergency")
	if pages != nil && (len(pages) != 1 || !strings.Contains(pages[0], "pancakes")) {
		b.t.Errorf("the emergency page prints on %d pages:\n%s", len(pages), strings.Join(pages, "\n--\n"))
	}
}

// halfAPage measures the emergency page as paper takes it: the upper half of A4 inside its margins.
func (b *tab) halfAPage() {
	b.t.Helper()
	millimetre := 96 / 25.4 // in CSS pixels
	b.do("laying the page out for paper", chromedp.EmulateViewport(int64(186*millimetre), 900),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	high := get(b, "measuring the emergency page", chromedp.Evaluate[float64]("document.querySelector('.kh-half').offsetHeight"))
	if high > (148-12)*millimetre {
		b.t.Errorf("the emergency page is %.0f mm high, more than half a page", high/millimetre+12)
	}
	b.do("laying the page out for the screen", chromedp.EmulateViewport(1280, 900),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}))
}

// endSession ends the session; the record stays.
func (b *tab) endSession() {
	b.t.Helper()
	parts := strings.Split(b.path(), "/")
	b.goTo(strings.Join(parts[:5], "/") + "/summary")
	b.check("summary-late")
	b.click(b.say("session.summary.end"))
	b.wants(b.say("session.end.kept"))
	b.check("end")
	b.click(b.say("session.end.close"))
	b.check("case-after")
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.cases"))
	b.check("home")
}

// publish chooses a period, looks at what would leave, publishes it and takes the file twice.
func (b *tab) publish() {
	b.t.Helper()
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.numbers"))
	b.check("statistics")
	b.click(b.say("statistics.survey.title"))
	b.check("statistics-survey")
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.numbers"))
	b.click(b.say("statistics.preview.go"))
	if b.offers(b.say("statistics.hidden.yes"), "checkbox") {
		b.check("statistics-refused")
		b.tick(b.say("statistics.hidden.yes"))
		b.click(b.say("statistics.preview.go"))
	}
	b.wants(b.say("statistics.preview.lead"))
	b.check("statistics-preview")
	shown := b.tableText()
	b.click(b.say("statistics.publish"))
	b.wants(b.say("statistics.released.lead"))
	b.check("statistics-released")
	if got := b.tableText(); got != shown {
		b.t.Errorf("published:\n%s\npreview:\n%s", got, shown)
	}
	first := b.download(b.say("statistics.file.csv"))
	if first.name != "table.csv" || len(first.data) == 0 {
		b.t.Errorf("the file is called %q and has %d bytes", first.name, len(first.data))
	}
	if again := b.download(b.say("statistics.file.csv")); !bytes.Equal(again.data, first.data) {
		b.t.Errorf("the second file differs:\n%s\nfrom the first:\n%s", again.data, first.data)
	}
	keep(b.t, "exports", "table.csv", first.data)
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.numbers"))
	b.check("statistics-frozen")
}

func (b *tab) tableText() string {
	b.t.Helper()
	return b.evaluate("Array.from(document.querySelectorAll('main table')).map(e => e.innerText).join('\\n')")
}

// goAway locks, unlocks once more and leaves; Back then shows only the closed page.
func (b *tab) goAway() {
	b.t.Helper()
	b.click(b.say("frame.lock"))
	b.unlock()
	b.click("KH-…")
	b.leaveButton()
	b.isAway()
	for range 8 { // as far as anybody would go; the frame's own test goes to the end
		b.back()
		b.lacks(b.say("frame.home.title"), b.say("cases.case.work"), b.say("statistics.lead"), "KH-")
	}
}
