package server

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// turnArea is the page that can be turned round to the survivor.
func (s *Server) turnArea() area {
	return area{routes: forPlaces(s, methodGet, "/show", s.showTurned), pages: []view.Page{&turnPage{}}}
}

// turnPage is calm and tells nothing of the case: her words, her one step, what nobody knows yet, what
// she holds. It has no way to anywhere but back and out.
type turnPage struct {
	placeBase
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

func (s *Server) showTurned(c *call, p *place) error {
	page := &turnPage{placeBase: placeBase{Base: c.plainBase()}}
	page.Title, page.Within = c.t("show.title"), p.within
	page.Nav, page.Flash = nil, nil
	page.Back = &view.Link{Text: c.t("show.back"), Href: c.at(p.within)}
	if wish := p.file.Ask("00.6", ""); wish.State == checklist.Yes {
		part := s.content.Question("00.6").Part("")
		for _, code := range wish.Codes {
			if o := part.Option(code); o != nil && code != "other" {
				page.Wants = append(page.Wants, o.Label)
			}
		}
	}
	page.Words = p.file.OwnWords().Reveal()
	if st, ok := p.file.OneStep(); ok {
		page.Step = s.content.Action(st.ID).Survivor
	}
	page.Unknown = s.turnedUnknowns(p)
	if n := len(page.Unknown); n > turnedShown {
		page.Unknown, page.More = page.Unknown[:turnedShown], c.t("show.more")
	}
	page.Holds = s.holdings(c, p, false)
	return c.show(page)
}

// turnedUnknowns are the questions to which nobody knows the answer yet. What is asked about danger,
// about intimate pictures and of the worker does not stand on a page that anybody in the room can read.
func (s *Server) turnedUnknowns(p *place) []string {
	var out []string
	for _, f := range p.file.Findings() {
		q := f.Question
		quiet := q.Section == "" || q.Section == "D" || q.Section == "S00" || q.Section == closingTopic || s.content.OptIn(q.Section)
		if f.Kind == checklist.OutcomeOpen && !quiet {
			out = append(out, q.Text)
		}
	}
	return out
}

// holdings puts what is in her hands into words. Things are named by her own word on pages of the
// worker, and by their kind where somebody may look over a shoulder.
func (s *Server) holdings(c *call, p *place, own bool) []string {
	var out []string
	for _, h := range p.file.Holdings() {
		what := h.What
		if h.Device != nil {
			d := *h.Device
			if what = s.kindWords(c, orOther(d.Group), d.Class); own {
				what = s.deviceWords(c, d)
			}
		}
		if h.Kind == casework.HoldingDevice || h.Kind == casework.HoldingAdmin {
			out = append(out, c.t(string(h.Kind)))
			continue
		}
		out = append(out, c.t(string(h.Kind), "what", what))
	}
	return out
}
