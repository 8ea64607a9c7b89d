package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestJourney_map looks at the pages of the map for the household of the demonstration, with scripts and
// without: the map, a part of it, steps that are tried, what is proposed, and the paper.
func TestJourney_map(t *testing.T) {
	app := startApp(t, withArgs("demo"))
	b := app.open(t)
	b.enterDemo()
	place := b.household()
	b.looksAtMap(place)
	b.do("switching scripts off", scripts(false))
	b.script = false
	b.looksAtMap(place)
}

// household finds the made-up case with the most things, and returns its address.
func (b *tab) household() string {
	b.t.Helper()
	home := b.path()
	links := get(b, "reading the cases", chromedp.Evaluate[[]string](
		`Array.from(document.querySelectorAll('main a[href*="/cases/"]')).map(a => a.getAttribute("href")).filter(h => /\/cases\/\w+$/.test(h))`))
	for _, link := range links {
		b.goTo(link + "/devices")
		if strings.Contains(b.text(), "Camera above the cot") {
			return link
		}
	}
	b.t.Fatalf("none of %d cases below %s has the household", len(links), home)
	return ""
}

// looksAtMap goes through the pages of the map as a worker does.
func (b *tab) looksAtMap(place string) {
	b.t.Helper()
	b.goTo(place)
	b.click(b.say("cases.task.map"))
	b.wants(b.say("map.lead"), b.say("map.ways"), b.say("map.asks"), b.say("map.table"))
	b.check("map")
	b.goTo(place + "/map?to=location")
	b.wants(b.say("map.filter.clear"))
	b.check("map-part")
	b.click(b.say("map.whatif.title"))
	b.wants(b.say("map.whatif.saved"))
	b.tick(b.say("map.whatif.choose") + " > Taking back who can see the camera")
	b.click(b.say("map.whatif.show"))
	b.wants(b.say("map.whatif.before"), b.say("map.whatif.remains"))
	b.check("map-whatif")
	b.click(b.say("map.next.proposal"))
	b.wants(b.say("map.proposal.saved"), b.say("map.proposal.steps"), b.say("map.proposal.ask"))
	b.check("map-proposal")
	b.goTo(place + "/map/print")
	b.wants(b.say("map.sheet.hint"))
	b.check("map-print")
	if pages := b.print("map"); pages != nil {
		if text := strings.Join(pages, ""); !strings.Contains(text, "not of what is") || strings.Contains(text, "/k/") {
			b.t.Error("the paper does not say what it is, or carries an address")
		}
	}
}
