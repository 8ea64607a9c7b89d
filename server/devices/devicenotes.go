package devices

import (
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/scanner/leads"
	"keyholder/server/cards"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// notePrefix begins the names of the answers of a sheet.
const notePrefix = "n."

// notesPage is a sheet of questions about one device that stands apart from the checklist: how well it
// guards itself, or how well it holds out against control by somebody at home.
type notesPage struct {
	web.PlaceBase
	device   casework.EntityID
	Apart    []string // why it stands apart
	Looked   string   // what checks there were; empty where no check could show anything
	Heads    []web.HeadView
	Notes    []noteView
	Action   string
	Saves    string
	Sources  string
	Unsigned bool
	Next     view.Next
}

// noteView is one question of a sheet with what is known and what is not.
type noteView struct {
	ID       string
	Title    string
	Why      string
	Shown    []shownView // what a check showed
	Known    []knownView // what is known of makers
	KnownFor string      // stands above it
	May      string      // what may be so, or what no check can show
	Related  []view.Link
	Answer   view.Select
}

type shownView struct {
	Tag  view.Tag
	Text string
}

type knownView struct {
	Name  string
	Lines []string
}

func (notesPage) Template() string { return "devices/notes" }

func (s *pages) showSecurity(c *web.Call, p *web.Place) error {
	return s.drawNotes(c, p, casework.NoteSecurity, nil)
}

func (s *pages) showControl(c *web.Call, p *web.Place) error {
	return s.drawNotes(c, p, casework.NoteControl, nil)
}

func (s *pages) saveSecurity(c *web.Call, p *web.Place) error {
	return s.saveNotes(c, p, casework.NoteSecurity)
}

func (s *pages) saveControl(c *web.Call, p *web.Place) error {
	return s.saveNotes(c, p, casework.NoteControl)
}

func (s *pages) drawNotes(c *web.Call, p *web.Place, kind casework.NoteKind, errs view.FieldErrors) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	here := p.Within + "/devices/at/" + string(d.ID)
	page := &notesPage{PlaceBase: p.Base(c, "devices."+string(kind)+".title"), Action: c.At(here + "/" + string(kind))}
	page.Lead, page.Errors = wording.NameOr(d.Label, wording.Kind(c, wording.OrOther(d.Group), d.Class)), errs
	page.Back = &view.Link{Text: c.T("devices.device.back"), Href: c.At(here)}
	page.Saves, page.device = c.T("devices.notes.save"), d.ID
	switch kind {
	case casework.NoteSecurity:
		s.fillSecurity(c, p, page, d)
	case casework.NoteControl:
		s.fillControl(c, p, page, d)
	}
	for _, code := range casework.NoteCodes(kind) {
		page.Heads = append(page.Heads, web.HeadView{
			Name: web.HeadPrefix + notePrefix + code, Value: string(p.File.Note(d.ID, kind, code).ID),
		})
	}
	page.Next = view.Next{Text: c.T("devices.notes.next"), Reason: c.T("devices.notes.next.why"), Href: c.At(here)}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// fillSecurity lists the thirteen outcomes with what checks showed of them.
func (s *pages) fillSecurity(c *web.Call, p *web.Place, page *notesPage, d casework.Device) {
	page.Apart = []string{c.T("devices.security.apart"), c.T("devices.security.apart.where")}
	signs := p.File.Signs(d.ID)
	page.Looked = c.T("devices.security.not_looked")
	if len(signs) > 0 {
		page.Looked = c.T("devices.security.partly", "when", c.Moment(signs[0].At))
	}
	for _, sign := range signs {
		if sign.Code == string(leads.SignLookedCloser) {
			page.Looked = c.T("devices.security.looked", "when", c.Moment(sign.At))
		}
	}
	var used []string
	for _, o := range s.Knowledge.Outcomes() {
		v := noteView{ID: "note-" + o.Code, Title: o.Title, Why: o.Means, May: o.Blind}
		v.Shown = append(s.shownSigns(c, o.For, signs, true), s.shownSigns(c, o.Against, signs, false)...)
		v.Answer = s.noteSelect(c, p, page, casework.NoteSecurity, note{o.Code, o.Ask, o.Help})
		page.Notes, used = append(page.Notes, v), append(used, o.Sources...)
		page.Unsigned = page.Unsigned || o.Review == "needed"
	}
	page.Sources = sourceWords(c, used)
}

// shownSigns are the signs that speak for, or against, an outcome.
func (s *pages) shownSigns(c *web.Call, list []knowledge.Shown, signs []casework.SeenSign, speaksFor bool) []shownView {
	tag := view.Tag{Text: c.T("devices.security.against"), Tone: "caution"}
	if speaksFor {
		tag = view.Tag{Text: c.T("devices.security.for"), Tone: "quiet"}
	}
	var out []shownView
	for _, shown := range list {
		if slices.ContainsFunc(signs, func(seen casework.SeenSign) bool { return seen.Code == shown.Sign }) {
			out = append(out, shownView{Tag: tag, Text: shown.Words})
		}
	}
	return out
}

// fillControl lists the six questions with what is known of the makers that may be behind the device.
func (s *pages) fillControl(c *web.Call, p *web.Place, page *notesPage, d casework.Device) {
	page.Apart = []string{c.T("devices.control.about")}
	makers, more := s.makersOf(d)
	var used []string
	for _, k := range s.Knowledge.Controls() {
		v := noteView{ID: "note-" + k.Code, Title: k.Title, Why: k.Why, May: k.May, KnownFor: c.T("devices.control.known")}
		for _, m := range makers {
			v.Known = append(v.Known, knownView{Name: m.Name, Lines: k.Of(m)})
			page.Unsigned = page.Unsigned || m.Review == "needed"
		}
		for _, id := range k.Ask {
			if q := s.Content.Question(id); q != nil {
				v.Related = append(v.Related, view.Link{Text: q.Text, Href: c.At(p.Within + "/ask/" + q.ID)})
			}
		}
		v.Answer = s.noteSelect(c, p, page, casework.NoteControl, note{k.Code, c.T("devices.control.ask"), k.Help})
		v.Answer.About = k.Title
		page.Notes, used = append(page.Notes, v), append(used, k.Sources...)
		page.Unsigned = page.Unsigned || k.Review == "needed"
	}
	if more > 0 {
		page.Looked = c.N("devices.control.more", more)
	}
	page.Sources = sourceWords(c, used)
}

// mostMakers bounds how many makers stand below each question.
const mostMakers = 3

// makersOf are the platforms that may rule a device: only those that its brand names, when some do. more
// is how many others there are.
func (s *pages) makersOf(d casework.Device) (makers []knowledge.Platform, more int) {
	var named []knowledge.Platform
	for _, m := range s.Knowledge.Platforms() {
		if d.Class == "" || !slices.Contains(m.Classes, knowledge.Code(d.Class)) {
			continue
		}
		makers = append(makers, m)
		if cards.NamesMaker(m.Name, d.Brand.Reveal()) {
			named = append(named, m)
		}
	}
	if len(named) > 0 {
		makers = named
	}
	shown := min(len(makers), mostMakers)
	return makers[:shown], len(makers) - shown
}

// note is a question of a sheet.
type note struct{ code, ask, help string }

// noteSelect offers the seven states; until somebody answered, "not asked yet" stands there.
func (s *pages) noteSelect(c *web.Call, p *web.Place, page *notesPage, kind casework.NoteKind, n note) view.Select {
	sel := view.Select{Name: notePrefix + n.code, Label: n.ask, Hint: n.help}
	sel.Error = page.Errors.For(sel.Name)
	stands := web.OrTyped(c, sel.Name, string(p.File.Note(page.device, kind, n.code).State))
	for _, state := range checklist.States() {
		sel.Items = append(sel.Items, view.Choice{
			Value: string(state), Label: s.Content.StateLabels[state], Chosen: string(state) == stands,
		})
	}
	return sel
}

func sourceWords(c *web.Call, keys []string) string {
	slices.Sort(keys)
	return c.T("cards.sources", "keys", strings.Join(slices.Compact(keys), ", "))
}

// saveNotes keeps a sheet. A stale one shows both sides.
func (s *pages) saveNotes(c *web.Call, p *web.Place, kind casework.NoteKind) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
	form := casework.NoteForm{
		Device: d.ID, Kind: kind, States: map[string]casework.State{}, Expect: map[casework.Slot]casework.ValueID{},
	}
	for _, code := range casework.NoteCodes(kind) {
		if state, sent := c.GetPostForm(notePrefix + code); sent {
			form.States[code] = casework.State(state)
		}
		if head, sent := c.GetPostForm(web.HeadPrefix + notePrefix + code); sent {
			form.Expect[casework.Slot{Entity: d.ID, Field: casework.NoteField(kind, code)}] = casework.ValueID(head)
		}
	}
	err = p.Book.SaveNotes(c.Ctx(), p.ID, p.Act(c), form)
	if errs := c.FieldErrors(err); errs != nil {
		for i := range errs {
			_, code, _ := casework.NoteOf(casework.Field(errs[i].Name))
			errs[i].Name = notePrefix + code
		}
		return s.drawNotes(c, p, kind, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.noteContest)
	}
	c.Settle()
	c.Flash("done", c.T("devices.notes.saved"))
	return c.To(p.Within + "/devices/at/" + string(d.ID) + "/" + string(kind))
}

// noteContest puts an answer of a sheet that somebody else changed into words.
func (s *pages) noteContest(slot casework.Slot) (web.Contest, bool) {
	kind, code, ok := casework.NoteOf(slot.Field)
	name := notePrefix + code
	k := web.Contest{Name: name, Head: web.HeadPrefix + name, Asked: s.noteAsks(kind, code)}
	k.Words = func(v casework.Value) []string { return []string{s.Content.StateLabels[v.State]} }
	return k, ok
}

// noteAsks is what a sheet asks under a code.
func (s *pages) noteAsks(kind casework.NoteKind, code string) string {
	if kind == casework.NoteSecurity {
		for _, o := range s.Knowledge.Outcomes() {
			if o.Code == code {
				return o.Ask
			}
		}
	}
	for _, k := range s.Knowledge.Controls() {
		if k.Code == code {
			return k.Title
		}
	}
	return code
}

// noteLink leads from a device to one of its sheets, and says how much of it was answered.
func (s *pages) noteLink(c *web.Call, p *web.Place, device casework.EntityID, kind casework.NoteKind) view.Link {
	answered, all := p.File.NotesAnswered(device, kind)
	return view.Link{
		Text: c.T("devices."+string(kind)+".link", "answered", answered, "all", all),
		Href: c.At(p.Within + "/devices/at/" + string(device) + "/" + string(kind)),
	}
}
