package server

import (
	"net/http"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/talk"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// caseArea is the first page of a case.
func (s *Server) caseArea() web.Area {
	return web.Area{
		Routes: web.ForPlaces(http.MethodGet, "", s.showCase),
		Pages:  []view.Page{&casePage{}},
	}
}

// casePage is the home of a case: what there is to do, the lane with its reasons, the next safe
// contact. Nothing else.
type casePage struct {
	web.PlaceBase
	Next    view.Next
	Lane    wording.LaneView
	Contact view.SummaryList
	Holds   []string // what is known to be in her hands
	Tasks   view.TaskList
	Topics  view.TaskList // begun and not finished; the others stand on a page of their own
	Further view.Link
	Latest  []string // the three newest things that happened, in words
}

func (casePage) Template() string { return "cases/case" }

func (s *Server) showCase(c *web.Call, p *web.Place) error {
	page := &casePage{PlaceBase: p.Base(c, "cases.case.title")}
	if page.Title = c.T("session.case.title"); p.Recorded() {
		page.Title = c.T("cases.case.code", "code", p.File.Case.Code)
		page.Window = c.T("cases.case.title")
	}
	page.Lead = c.T("cases.case.lead")
	page.Back = &view.Link{Text: c.T("frame.nav.cases"), Href: c.At("/home")}
	page.Next = s.nextStep(c, p.Within, p.File.Next(s.Now()))
	page.Lane = wording.LaneOf(c, p)
	page.Contact = s.contact(c, p)
	page.Topics = view.TaskList{Tasks: s.begun(c, p)}
	page.Further = view.Link{Text: c.T("cases.case.topics.all"), Href: c.At(p.Within + "/sections")}
	page.Tasks = view.TaskList{Tasks: s.caseTasks(c, p)}
	page.Holds = talk.Holdings(c, p, true)
	page.Latest = s.latest(c, p)
	return c.Show(page)
}

// begun are the topics in which something was answered and something is still open.
func (s *Server) begun(c *web.Call, p *web.Place) []view.Task {
	return slices.DeleteFunc(talk.SectionTasks(c, p), func(t view.Task) bool {
		id := strings.TrimPrefix(t.ID, "section-")
		state := checklist.ProgressOf(s.Content, p.Answers(), id).State()
		return state != checklist.SectionPartly && state != checklist.SectionHasUnknowns
	})
}

// latestShown is how many things that happened the first page of a case names.
const latestShown = 3

// latest puts the newest values into words, each thing once.
func (s *Server) latest(c *web.Call, p *web.Place) []string {
	heads := p.File.Heads()
	slices.SortStableFunc(heads, func(a, b casework.Value) int { return b.At.Compare(a.At) })
	var out []string
	for _, v := range heads {
		words := c.T("cases.latest", "when", c.Date(v.At), "what", s.happened(c, v))
		if !slices.Contains(out, words) {
			out = append(out, words)
		}
		if len(out) == latestShown {
			break
		}
	}
	return out
}

// happened says what a value is about: a question, a step, a device or the risk.
func (s *Server) happened(c *web.Call, v casework.Value) string {
	if ref, ok := s.Content.Ref(string(v.Slot.Entity), string(v.Slot.Field)); ok {
		if q := s.Content.Question(ref.Question); q != nil && q.Section != "" {
			return q.Text
		} else if ref.Question == checklist.GridID {
			return c.T("pattern.title")
		}
	}
	for _, kind := range []struct{ prefix, key string }{
		{"step:", "cases.latest.step"},
		{"letter:", "cases.latest.letter"},
		{"triage", "risk.title"},
		{"ta_", "risk.title"},
		{"close/", "close.title"},
		{"incident/", "incident.title"},
		{"talk", "talk.title"},
		{"emergency/", "emergency.title"},
	} {
		if strings.HasPrefix(string(v.Slot.Field), kind.prefix) {
			return c.T(kind.key)
		}
	}
	return c.T("devices.title")
}

// caseTasks lists the work around the checklist.
func (s *Server) caseTasks(c *web.Call, p *web.Place) []view.Task {
	task := func(id, key, path string) view.Task {
		return view.Task{ID: "task-" + id, Title: c.T(key), Hint: c.T(key + ".hint"), Href: c.At(p.Within + path)}
	}
	return []view.Task{
		task("talk", "cases.task.talk", "/talk"),
		task("pattern", "cases.task.pattern", "/pattern"),
		task("devices", "cases.task.devices", "/devices"),
		task("scan", "cases.task.scan", "/scan"),
		task("risk", "cases.task.risk", "/risk"),
		task("findings", "cases.task.findings", "/findings"),
		task("map", "cases.task.map", "/map"),
		task("plan", "cases.task.plan", "/plan"),
		task("incident", "cases.task.incident", "/incident"),
		task("cards", "cases.task.cards", "/cards"),
		task("show", "cases.task.show", "/show"),
		task("close", "cases.task.close", "/close"),
	}
}

// nextStep puts the one next thing to do into words and an address.
func (s *Server) nextStep(c *web.Call, within string, n casework.Next) view.Next {
	path := map[casework.Next]string{
		casework.NextEmergency: "/emergency", casework.NextAskDanger: "/sections/D",
		casework.NextReview: "/risk", casework.NextPhase: "/ask/01.1", casework.NextPresence: "/risk",
		casework.NextContact: "/ask/24.5", casework.NextDevices: "/devices", casework.NextPlan: "/plan",
		casework.NextReopen: "/risk", casework.NextNothing: "/sections",
	}[n]
	return view.Next{Text: c.T(string(n)), Reason: c.T(string(n) + ".why"), Href: c.At(within + path)}
}

// contact is how she can be reached without harm.
func (s *Server) contact(c *web.Call, p *web.Place) view.SummaryList {
	q := s.Content.Question("00.4")
	row := talk.QuestionRow(c, p, q)
	return view.SummaryList{Rows: []view.Row{row}}
}
