package browsertest

import (
	"strings"
	"testing"
)

// TestJourney_close ends a session: the closing page, one thing they knew, the page that is turned round,
// what a step and a look may show. Each page is looked at by axe, at both widths and in both themes.
func TestJourney_close(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	b.click(b.say("frame.home.start"))
	for _, list := range conversations[0].screens {
		b.screen(list...)
	}
	place := strings.Join(strings.Split(b.path(), "/")[:5], "/")
	b.goTo(place + "/close")
	b.stands(b.say("close.title"))
	b.wants(b.say("close.note"), b.say("close.paper.ask"))
	b.check("close")
	b.click(b.say("close.save"))
	b.wants(b.say("close.saved"), b.say("close.note.saved"))
	b.check("close-saved")

	b.goTo(place + "/incident")
	b.tick(content(t).Grid.Part("what").Label + " > " + content(t).Grid.Part("what").Option("talk").Label)
	b.tick(content(t).Grid.Part("where").Label + " > " + content(t).Grid.Part("where").Option("one_room").Label)
	b.check("incidents")
	b.click(b.say("incident.save"))
	b.wants(b.say("incident.ways"), content(t).Incidents.Ways[0].Title)
	b.check("incident")

	b.goTo(place + "/show")
	b.wants(b.say("show.want"), b.say("hold.none"))
	b.lacks(b.say("frame.nav.cases"))
	b.check("turned")
	b.click(b.say("show.back"))

	b.goTo(place + "/see/look/02.6")
	b.wants(b.say("see.look"), b.say("see.change"))
	b.check("see-look")
	b.goTo(place + "/plan")
	b.check("plan-with-pictures")
	b.goTo(place + "/cards")
	b.check("cards")
}
