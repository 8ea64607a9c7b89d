package talk

import (
	"net/http"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// turnArea is the page that can be turned round to the survivor.
func (s *pages) turnArea() web.Area {
	return web.Area{Routes: web.ForPlaces(http.MethodGet, "/show", s.showTurned), Pages: []view.Page{&turnPage{}}}
}

// turnPage is calm and tells nothing of the case: her words, her one step, what nobody knows yet, what
// she holds. It has no way to anywhere but back and out.
type turnPage struct {
	web.PlaceBase
	Wants   []string
	Words   string // her own, as she said them
	Step    string
	Unknown []string
	More    string // that there is more nobody knows
	Holds   []string
}

func (turnPage) Template() string { return "session/turn" }

// turnedShown is how many things nobody knows yet stand on the page.
const turnedShown = 4

func (s *pages) showTurned(c *web.Call, p *web.Place) error {
	page := &turnPage{PlaceBase: web.PlaceBase{Base: c.PlainBase()}}
	page.Title, page.Within = c.T("show.title"), p.Within
	page.Nav, page.Flash = nil, nil
	page.Back = &view.Link{Text: c.T("show.back"), Href: c.At(p.Within)}
	if wish := p.File.Ask("00.6", ""); wish.State == checklist.Yes {
		part := s.Content.Question("00.6").Part("")
		for _, code := range wish.Codes {
			if o := part.Option(code); o != nil && code != "other" {
				page.Wants = append(page.Wants, o.Label)
			}
		}
	}
	page.Words = p.File.OwnWords().Reveal()
	if st, ok := p.File.OneStep(); ok {
		page.Step = p.File.SurvivorWords(st)
	}
	page.Unknown = s.turnedUnknowns(p)
	if n := len(page.Unknown); n > turnedShown {
		page.Unknown, page.More = page.Unknown[:turnedShown], c.T("show.more")
	}
	page.Holds = Holdings(c, p, false)
	return c.Show(page)
}

// turnedUnknowns are the questions to which nobody knows the answer yet. What is asked about danger,
// about intimate pictures and of the worker does not stand on a page that anybody in the room can read.
func (s *pages) turnedUnknowns(p *web.Place) []string {
	var out []string
	for _, f := range p.File.Findings() {
		q := f.Question
		quiet := q.Section == "" || q.Section == "D" || q.Section == "S00" || q.Section == closingTopic || s.Content.OptIn(q.Section)
		if f.Kind == checklist.OutcomeOpen && !quiet {
			out = append(out, q.Text)
		}
	}
	return out
}

// Holdings puts what is in her hands into words. Things are named by her own word on pages of the
// worker, and by their kind where somebody may look over a shoulder.
func Holdings(c *web.Call, p *web.Place, own bool) []string {
	var out []string
	for _, h := range p.File.Holdings() {
		what := h.What
		if h.Device != nil {
			d := *h.Device
			if what = wording.Kind(c, wording.OrOther(d.Group), d.Class); own {
				what = wording.Device(c, d)
			}
		}
		if h.Kind == casework.HoldingDevice || h.Kind == casework.HoldingAdmin {
			out = append(out, c.T(string(h.Kind)))
			continue
		}
		out = append(out, c.T(string(h.Kind), "what", what))
	}
	return out
}
