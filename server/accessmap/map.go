package accessmap

import (
	"fmt"
	"net/http"
	"slices"

	"keyholder/casework"
	graph "keyholder/casework/access"
	"keyholder/casework/checklist"
	"keyholder/server/chart"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// mapArea is the map of who could reach what, and what steps would change on it. None of its pages
// saves anything.
func (s *pages) mapArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/map", s.showMap),
		web.ForPlaces(http.MethodGet, "/map/print", s.printMap),
		web.ForPlaces(http.MethodGet, "/map/whatif", s.showWhatIf),
		web.ForPlaces(http.MethodGet, "/map/proposal", s.showProposal),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&mapPage{}, &mapSheet{}, &whatIfPage{}, &proposalPage{}}}
}

// mapPage is the picture of what was said, the table that says the same, and the ways in words.
type mapPage struct {
	web.PlaceBase
	mapBody
	Frozen *view.Inset
	Filter mapFilter
	Views  []view.Link
	Next   view.Next
}

// mapBody is what the page and the sheet show of a map.
type mapBody struct {
	Empty   string
	Picture *chart.Drawing
	Legend  []string
	Apart   string // what is not drawn
	Table   wayTable
	Count   string
	Reaches []reachView
	Unknown []view.Link // said to be unknown, and on a way
	Asks    wayAsks
}

// wayAsks are the questions about ways that nobody was asked.
type wayAsks struct{ First, More []view.Link }

// wayTable is the picture as a table: one row for each link.
type wayTable struct{ Rows []wayRow }

// wayRow is one link: who or what, how, what it reaches, how it is known and how sure.
type wayRow struct {
	ID                         string
	From, How, To, Basis, Sure string
	Source                     *view.Link
	About                      string
}

// reachView is what could be done, and the ways that lead there.
type reachView struct {
	Title string
	Paths []pathView
	More  *view.Link // the ways that are not listed
	Rest  string     // the same where there is no page that lists them
}

// pathView is one way in words.
type pathView struct {
	Text  string
	Sure  view.Tag
	Rests string     // what it rests on
	Ask   *view.Link // where that is asked
	Tell  string     // who could find out
	Cut   *view.Link // the step that ends it
	Alert string     // who may notice that step
	Wait  []string   // what holds it back
	Note  string     // that it comes back, or that no step ends it
}

func (mapPage) Template() string { return "map/map" }

func (s *pages) showMap(c *web.Call, p *web.Place) error {
	m, err := s.mapOf(c, p)
	if err != nil {
		return err
	}
	w := m.readWish()
	page := &mapPage{PlaceBase: p.Base(c, "map.title"), Filter: m.filter(w), Frozen: s.frozen(c, p)}
	page.Lead, page.Back = c.T("map.lead"), p.WayBack(c)
	if page.mapBody, err = m.body(w); err != nil {
		return err
	}
	page.Views = []view.Link{
		{Text: c.T("map.whatif.title"), Href: c.At(p.Within + "/map/whatif")},
		{Text: c.T("map.proposal.title"), Href: c.At(p.Within + "/map/proposal")},
		{Text: c.T("map.print"), Href: c.At(p.Within + "/map/print" + w.query())},
	}
	page.Next = view.Next{Text: c.T("map.next.proposal"), Reason: c.T("map.next.proposal.why"), Href: c.At(p.Within + "/map/proposal")}
	if first := append(slices.Clone(page.Unknown), page.Asks.First...); len(first) > 0 {
		page.Next = view.Next{Text: first[0].Text, Reason: c.T("map.next.ask.why"), Href: first[0].Href}
	}
	return c.Show(page)
}

// frozen says that there may be danger now, and that nothing but protection is done.
func (s *pages) frozen(c *web.Call, p *web.Place) *view.Inset {
	if lane := p.File.Triage().Final; lane == casework.LaneActNow {
		return &view.Inset{Title: wording.Lane(c, lane), Text: c.T("plan.hold.act_now"), Tone: "act"}
	}
	return nil
}

// body draws what a wish asks for.
func (m *mapped) body(w mapWish) (mapBody, error) {
	var b mapBody
	edges := m.drawn(w)
	if len(edges) == 0 {
		b.Empty = m.c.T("map.empty")
		if w.narrows() {
			b.Empty = m.c.T("map.empty.filter")
		}
	} else {
		picture, err := chart.Draw(m.diagram(w, edges))
		if err != nil {
			return b, fmt.Errorf("drawing the map: %w", err)
		}
		b.Picture = &picture
		for _, key := range []string{"known", "reported", "suspected", "unknown", "box"} {
			b.Legend = append(b.Legend, m.c.T("map.key."+key))
		}
		b.Table = m.table(edges)
	}
	b.Apart = m.apart(w, edges)
	b.Reaches, b.Count = m.reaches(w)
	b.Unknown = m.openLinks(edges)
	b.Asks = m.notAsked()
	return b, nil
}

// apart says how many links were left out, so that a part is never taken for the whole.
func (m *mapped) apart(w mapWish, edges []graph.Edge) string {
	n := len(m.g.Edges()) - len(edges)
	switch {
	case n == 0:
		return ""
	case w.narrows():
		return m.c.N("map.apart.filter", n)
	}
	return m.c.N("map.apart", n)
}

// openLinks are the questions behind the links that nobody knows, each once.
func (m *mapped) openLinks(edges []graph.Edge) []view.Link {
	var slots []string
	for _, e := range edges {
		if e.Certainty == graph.Unknown {
			slots = append(slots, e.Slot)
		}
	}
	return m.asks(slots)
}

// asks turns places of the record into links, each page once.
func (m *mapped) asks(slots []string) []view.Link {
	var out []view.Link
	seen := map[string]bool{}
	for _, slot := range slots {
		if l := m.ask(slot); l != nil && !seen[l.Href] {
			seen[l.Href] = true
			out = append(out, *l)
		}
	}
	return out
}

// asksShown is how many of the questions that nobody asked stand open on a page.
const asksShown = 8

// notAsked are the questions of the map that nobody was asked: those about the things of the record
// first, then those that every first talk asks.
func (m *mapped) notAsked() wayAsks {
	slots := [4][]string{}
	for _, q := range m.g.Questions() {
		rank := 3
		switch asked, _ := m.question(q.Slot); {
		case asked == nil:
		case asked.Section == "":
			rank = 0
		case asked.Depth == checklist.DepthFirst:
			rank = 1
		case asked.Depth == checklist.DepthSession:
			rank = 2
		}
		slots[rank] = append(slots[rank], q.Slot)
	}
	all := m.asks(slices.Concat(slots[:]...))
	n := min(asksShown, len(all))
	return wayAsks{First: all[:n], More: all[n:]}
}
