package browsertest

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Bounds of the journey through every page. They are far above what there is: to come near one means
// that addresses are not recognised as alike any more.
const (
	mostPages = 250  // pages that are looked at
	mostLinks = 3000 // addresses that are asked whether they answer
)

// perKind is how many pages of one address and one kind of place are looked at.
const perKind = 1

// TestJourney_everyPage walks along all links of the demonstration and looks at every page: axe, policy,
// console, headings, window title, forms, links and narrow windows; then at each without scripts. It
// fails by name for a listed page that no link leads to. See testdata/pages.txt for the list and what
// is left out.
func TestJourney_everyPage(t *testing.T) {
	b := startApp(t, withArgs("demo")).open(t)
	b.enterDemo()
	c := &crawl{tab: b, listed: listed(t), kinds: map[string]int{}, asked: map[string]bool{}}
	c.add(b.path())
	c.add(c.in("/session"))
	c.prepared()
	began := time.Now()
	for len(c.todo) > 0 {
		c.visit()
	}
	c.missed()
	t.Logf("%d pages and %d links in %v", len(c.done), len(c.asked), time.Since(began).Round(time.Second))
	began = time.Now()
	c.withoutScripts()
	t.Logf("the same without scripts in %v", time.Since(began).Round(time.Second))
	b.goTo("/away") // the last: it clears what the browser holds
	b.check("every-away")
}

// listedPage is one line of the list: an address in its parts, and why the journey leaves it out.
type listedPage struct {
	parts []string
	why   string
}

// listed reads the list of pages.
func listed(t *testing.T) map[string]listedPage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "pages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]listedPage{}
	for line := range strings.Lines(string(raw)) {
		address, why, _ := strings.Cut(strings.TrimSpace(line), " ")
		if address != "" && address != "#" {
			out[address] = listedPage{strings.Split(address, "/"), why}
		}
	}
	return out
}

// crawl goes along links.
type crawl struct {
	*tab
	listed map[string]listedPage
	cookie string
	home   string // path of the demonstration's case whose pages are looked at, below the session's key
	todo   []string
	done   []string
	kinds  map[string]int  // pages by address, kind of place and names in the query
	asked  map[string]bool // links that were followed to see whether something answers
}

// place is where pages of a case and of a sitting begin.
var place = regexp.MustCompile(`^/(cases|session)/[0-9a-f]{32}`)

// kind is the line of the list that an address belongs to; the fullest match wins, as on the server.
func (c *crawl) kind(address string) string {
	within := place.ReplaceAllString(below(address), "PLACE")
	parts := strings.Split(within, "/")
	best, most := "", -1
	for name, l := range c.listed {
		if same := alike(l.parts, parts); same > most {
			best, most = name, same
		}
	}
	return best
}

// alike counts the parts that are the same word; it is -1 where the addresses differ.
func alike(pattern, parts []string) int {
	if len(pattern) != len(parts) {
		return -1
	}
	same := 0
	for i, p := range pattern {
		switch {
		case p == parts[i]:
			same++
		case !strings.HasPrefix(p, ":"):
			return -1
		}
	}
	return same
}

// below is the path of an address without the session's key.
func below(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if parts := strings.SplitN(u.Path, "/", 4); len(parts) == 4 && parts[1] == "k" {
		return "/" + parts[3]
	}
	return u.Path
}

// in is the address of a path behind the lock.
func (c *crawl) in(path string) string {
	return strings.Join(strings.SplitN(c.path(), "/", 4)[:3], "/") + path
}

// add takes an address into the walk, unless there were enough of its kind, or it lies in another case.
func (c *crawl) add(address string) {
	c.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		c.t.Errorf("the address %q cannot be read", address)
		return
	}
	within := place.FindString(below(address))
	if strings.HasPrefix(within, "/cases/") && c.home != "" && within != c.home {
		return
	}
	kind := c.kind(address)
	switch {
	case kind == "":
		c.t.Errorf("a link leads to %s, which stands in no line of the list", place.ReplaceAllString(below(address), "PLACE"))
		return
	case c.listed[kind].why != "":
		return
	}
	key := fmt.Sprint(kind, " ", strings.HasPrefix(within, "/cases/"))
	if c.kinds[key]++; c.kinds[key] <= perKind {
		c.todo = append(c.todo, u.RequestURI())
	}
}

// prepared does what makes pages that no link alone leads to: a case with two kept checks, a sitting, a
// check of the made-up network, and figures before and after they are published.
func (c *crawl) prepared() {
	c.t.Helper()
	c.chooseCase()
	at := c.in(c.home)
	c.goTo(at + "/scan")
	c.tick(c.say("scan.network") + " > " + c.say("scan.network.home"))
	if c.offers(c.say("scan.agreed")+" > "+c.say("scan.agreed.yes"), "radio") {
		c.tick(c.say("scan.agreed") + " > " + c.say("scan.agreed.yes"))
	}
	c.tick(c.say("scan.mode") + " > " + c.say("scan.mode.quiet"))
	c.click(c.say("scan.start"))
	job := c.path()
	for end := time.Now().Add(patience); !strings.Contains(c.text(), c.say("scan.result.title")) && time.Now().Before(end); {
		c.wait(500 * time.Millisecond)
		c.goTo(job)
	}
	c.add(job)
	c.acts(at)
	c.letters(at)
	c.figures()
	c.goTo(c.in("/session"))
	c.screen(entry{"s.00.1", "yes"})
	c.add(c.path())
	for _, page := range []string{"/summary", "/stop"} { // they come by themselves after an answer
		c.add(c.in(place.FindString(below(c.path())) + page))
	}
	c.goTo(c.in(place.FindString(below(c.path())) + "/talk"))
	c.chooseSitting()
	c.add(c.path())
	c.add(c.in(c.home))
	c.add("/unlock")
}

// acts answers what opens further pages of the case: one thing they knew, and paper that is safe to take.
func (c *crawl) acts(at string) {
	c.t.Helper()
	c.goTo(at + "/ask/24.7")
	c.enters(entry{"s.24.7", "yes"})
	c.click(c.say("checklist.question.save_topic"))
	c.goTo(at + "/incident")
	if links := c.look().Links; !slices.ContainsFunc(links, func(l string) bool { return c.kind(l) == "PLACE/incident/:row" }) {
		c.tick(content(c.t).Grid.Part("what").Label + " > " + content(c.t).Grid.Part("what").Options[0].Label)
		c.click(c.say("incident.save"))
		c.add(c.path())
	}
}

// chooseCase takes the case that has kept two checks: all pages have something to show there.
func (c *crawl) chooseCase() {
	c.t.Helper()
	c.cookie = c.cookies()
	for _, link := range c.look().Links {
		within := place.FindString(below(link))
		if !strings.HasPrefix(within, "/cases/") {
			continue
		}
		kept := c.app.send(http.MethodGet, c.in(within+"/scans"), "", map[string]string{"Cookie": c.cookie})
		if strings.Count(string(kept.body), "/scans/at/") > 1 {
			c.home = within
			return
		}
	}
	c.t.Fatal("no case of the demonstration has kept two checks")
}

// figures publishes one quarter, so that its preview and the published table can be looked at.
func (c *crawl) figures() {
	c.t.Helper()
	c.goTo(c.in("/statistics"))
	c.click(c.say("statistics.preview.go"))
	if c.offers(c.say("statistics.hidden.yes"), "checkbox") {
		c.tick(c.say("statistics.hidden.yes"))
		c.click(c.say("statistics.preview.go"))
	}
	c.wants(c.say("statistics.preview.lead"))
	c.closely("every-statistics-preview")
	c.done = append(c.done, c.path())
	c.click(c.say("statistics.publish"))
	c.add(c.path())
}

// looked is what a page says of itself.
type looked struct {
	Status, H1, Ways int
	Title, H1Text    string
	Links            []string
	Unguarded, Lost  []string // forms without their guard; links to places that the page does not have
}

const lookScript = `(() => {
	const all = s => Array.from(document.querySelectorAll(s));
	const links = all("a[href]").map(a => [a.getAttribute("href"), a.outerHTML.slice(0, 90)]); // of pictures as well
	const where = links.map(([href]) => new URL(href, location.href));
	return {
		Status: performance.getEntriesByType("navigation")[0].responseStatus,
		H1: all("h1").length, H1Text: all("h1").map(e => e.textContent.trim()).join(), Title: document.title,
		Ways: all("main a[href], main button, .govuk-back-link, .kh-screen a[href], nav a[href]").length,
		Links: where.filter(u => u.origin === location.origin).map(u => u.pathname + u.search),
		Unguarded: all("form").filter(f => location.pathname.startsWith("/k/") && f.method === "post" && new URL(f.action).pathname !== "/leave" &&
			!(f.querySelector("[name=_token]") && f.querySelector("[name=_submission]"))).map(f => f.outerHTML.slice(0, 90)),
		Lost: links.filter(([href]) => href.startsWith("#") && !document.getElementById(decodeURIComponent(href.slice(1))))
			.map(([, tag]) => tag),
	};
})()`

// behindLock finds links in the source of a page that only answered: one of many of its kind may lead to
// a page that no other of them leads to.
var behindLock = regexp.MustCompile(`<a [^>]*href="(/k/[^"#]+)`)

func (c *crawl) look() looked {
	c.t.Helper()
	return get(c.tab, "looking at the page", chromedp.Evaluate[looked](lookScript))
}

// visit looks at the next page and takes its links.
func (c *crawl) visit() {
	c.t.Helper()
	address := c.todo[0]
	c.todo = c.todo[1:]
	if len(c.done) >= mostPages {
		c.t.Fatalf("there are more than %d pages", mostPages)
	}
	c.goTo(address)
	c.done = append(c.done, address)
	kind := c.kind(address)
	for _, link := range c.closely(c.name(address)) {
		if c.kind(link) == "/leave" {
			continue // it ends the work
		}
		c.answers(link, kind)
		c.add(link)
	}
}

// name is a name for a page and its kind of place, without anything that is drawn by chance.
func (c *crawl) name(address string) string {
	name := "every-" + strings.ReplaceAll(c.kind(address), "PLACE", strings.Trim(path.Dir(place.FindString(below(address))), "/."))
	return name
}

// telling are words that a window must not show to whoever passes by.
var telling = regexp.MustCompile(`(?i)abus|violen|stalk|surviv|victim|\bspy|spied|danger|refuge|threat|hurt|harm|escape|KH-|[0-9a-f]{32}`)

// closely looks closely at the page as it stands and returns its links.
func (c *crawl) closely(name string) []string {
	c.t.Helper()
	c.check(name)
	p := c.look()
	if p.Status != http.StatusOK {
		c.t.Errorf("%s answers with status %d", name, p.Status)
	}
	if p.H1 != 1 {
		c.t.Errorf("%s has %d main headings: %s", name, p.H1, p.H1Text)
	}
	if p.Title == "" || telling.MatchString(p.Title) {
		c.t.Errorf("%s calls its window %q", name, p.Title)
	}
	for _, f := range p.Unguarded {
		c.t.Errorf("%s has a form without its guard: %s", name, f)
	}
	for _, a := range p.Lost {
		c.t.Errorf("%s has a link to a place that is not on it: %s", name, a)
	}
	return p.Links
}

// answers asks once whether something answers at the end of a link.
func (c *crawl) answers(link, from string) {
	c.t.Helper()
	if c.asked[link] {
		return
	}
	if c.asked[link] = true; len(c.asked) > mostLinks {
		c.t.Fatalf("there are more than %d links", mostLinks)
	}
	got := c.app.send(http.MethodGet, link, "", map[string]string{"Cookie": c.cookie})
	if got.status >= http.StatusBadRequest {
		c.t.Errorf("%s has a link to %s, which answers with status %d", from, place.ReplaceAllString(below(link), "PLACE"), got.status)
	}
	for _, further := range behindLock.FindAllSubmatch(got.body, -1) {
		c.add(html.UnescapeString(string(further[1])))
	}
}

// missed names the listed pages that no link led to.
func (c *crawl) missed() {
	c.t.Helper()
	reached := map[string]bool{"/away": true}
	for _, address := range c.done {
		reached[c.kind(address)] = true
	}
	for name, l := range c.listed {
		if l.why == "" && !reached[name] {
			c.t.Errorf("no link leads to %s: add one, or a reason to leave it out to testdata/pages.txt", name)
		}
	}
}

// withoutScripts goes to every page once more as a browser without scripts shows it: it answers, has its
// heading, and leads somewhere.
func (c *crawl) withoutScripts() {
	c.t.Helper()
	noScript(c.tab)
	for _, address := range c.done {
		if strings.Contains(address, "/preview/") {
			continue // what was published is no preview any more
		}
		c.goTo(address)
		p := c.look()
		if p.Status != http.StatusOK || p.H1 != 1 || p.Ways == 0 {
			c.t.Errorf("%s without scripts: status %d, %d main headings, %d ways on", c.name(address), p.Status, p.H1, p.Ways)
		}
	}
	c.checkQuiet("without scripts")
}
