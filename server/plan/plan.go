package plan

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// planArea is the safety plan, its decisions and its printed forms.
func (s *pages) planArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/plan", s.showPlan),
		web.ForPlaces(http.MethodPost, "/plan/ready", s.saveReady),
		web.ForPlaces(http.MethodGet, "/plan/step/:step", s.showStep),
		web.ForPlaces(http.MethodPost, "/plan/step/:step", s.saveStep),
		web.ForPlaces(http.MethodPost, "/plan/unlock/:step", s.unlockStep),
		web.ForPlaces(http.MethodGet, "/plan/print/:form", s.printPlan),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&planPage{}, &stepPage{}, &sheetPage{}}}
}

// planPage is the plan: protective acts always, then what may be done now, in order, and in words
// what has to wait.
type planPage struct {
	web.PlaceBase
	Phase   string
	Frozen  *view.Inset
	OnHer   string
	Protect []view.ActionCard
	Now     []view.ActionCard
	NotYet  []view.ActionCard
	Folded  string // what the fold over a long list of steps that wait says; empty for a short one
	Left    []view.ActionCard
	Done    []view.ActionCard
	Ready   []view.Radios
	Heads   []web.HeadView
	Action  string
	Prints  []view.Button
	Views   []view.Link
	Follows view.Next
}

func (planPage) Template() string { return "plan/plan" }

// unfolded is how many steps that wait a plan shows without a fold.
const unfolded = 8

func (s *pages) showPlan(c *web.Call, p *web.Place) error {
	plan := p.File.SafetyPlan()
	page := &planPage{PlaceBase: p.Base(c, "plan.title"), Action: c.At(p.Within + "/plan/ready")}
	page.Back = p.WayBack(c)
	page.Lead = c.T("plan.lead")
	page.Views = mapLinks(c, p)
	page.Phase = c.T("plan.phase." + string(plan.Phase))
	if plan.OnHer > 0 {
		page.OnHer = c.N("plan.on_her", plan.OnHer)
	}
	if plan.Lane == casework.LaneActNow {
		page.Frozen = &view.Inset{Title: wording.Lane(c, plan.Lane), Text: c.T("plan.hold.act_now"), Tone: "act"}
	}
	page.Protect = s.cards(c, p, plan.Protect)
	page.Now = s.cards(c, p, plan.Now)
	page.NotYet = s.cards(c, p, plan.NotYet)
	if n := len(plan.NotYet); n > unfolded {
		page.Folded = c.N("plan.not_yet.fold", n)
	}
	page.Left = s.cards(c, p, plan.Left)
	page.Done = s.cards(c, p, plan.Done)
	page.Ready = []view.Radios{
		s.stateRadios(c, "safe_device", "plan.ready.device", p.File.Head("", casework.FieldSafeDevice).State),
		s.stateRadios(c, "safe_camera", "plan.ready.camera", p.File.Head("", casework.FieldSafeCamera).State),
	}
	page.Follows = planNext(c, p, plan)
	page.Heads = []web.HeadView{p.HeadOf(casework.FieldSafeDevice), p.HeadOf(casework.FieldSafeCamera)}
	for _, form := range casework.SheetForms() {
		page.Prints = append(page.Prints, view.Button{
			Text: c.T("plan.print." + string(form)), Href: c.At(p.Within + "/plan/print/" + string(form)), Kind: "secondary",
		})
	}
	return c.Show(page)
}

// planNext is the one thing to do next on the plan: protection while there may be danger, else the first
// step that can be talked about, else what keeps the others waiting.
func planNext(c *web.Call, p *web.Place, plan casework.SafetyPlan) view.Next {
	switch {
	case plan.Lane == casework.LaneActNow:
		return view.Next{Text: c.T("next.emergency"), Reason: c.T("next.emergency.why"), Href: c.At(p.Within + "/emergency")}
	case len(plan.Now) > 0:
		return view.Next{Text: c.T("plan.next.step"), Reason: c.T("plan.next.step.why"), Href: "#now"}
	}
	return view.Next{Text: c.T("plan.next.ready"), Reason: c.T("plan.next.ready.why"), Href: "#ready"}
}

func (s *pages) cards(c *web.Call, p *web.Place, steps []casework.Step) []view.ActionCard {
	out := make([]view.ActionCard, 0, len(steps))
	for i, st := range steps {
		card := StepCard(c, p, st)
		if !st.Held() {
			card.Title = c.T("plan.step.number", "number", i+1)
		}
		out = append(out, card)
	}
	return out
}

// StepCard puts a step into words: first what it may lead to and who may notice, then the step. Of a
// step that is held back it says what it is, what the other side could be told and what must be
// ready first: never how.
func StepCard(c *web.Call, p *web.Place, st casework.Step) view.ActionCard {
	card := view.ActionCard{ID: "step-" + strings.ReplaceAll(st.ID, "@", "-"), Text: st.Text}
	thing := aboutWords(c, st.Name.Reveal(), st.Number, st.Count)
	if thing != "" {
		card.Before = append(card.Before, web.FactRow(c, "plan.step.about", thing))
	}
	for _, w := range st.Warnings {
		card.Warnings = append(card.Warnings, c.Site.Content.WarningTexts[w])
	}
	if st.Held() {
		card.Title = st.NotYet.What
		card.Facts = append(card.Facts, web.FactRow(c, "plan.step.told", st.NotYet.Told), web.FactRow(c, "plan.step.ready", st.NotYet.Ready))
		for _, h := range st.Holds {
			card.Waits = append(card.Waits, c.T(string(h)))
		}
	}
	card.Before = append(card.Before,
		web.FactRow(c, "plan.step.alert", c.Site.Content.Alerts[st.Alert]),
		web.FactRow(c, "plan.finding.proof", c.T("plan.proof."+st.ProofLost)))
	card.Facts = append(card.Facts, web.FactRow(c, "plan.step.who", c.T("plan.who."+st.WhoActs)))
	if st.Agreed != checklist.NotAsked {
		card.Facts = append(card.Facts, web.FactRow(c, "plan.step.agreed", c.Site.Content.StateLabels[st.Agreed]))
	}
	if st.Date != "" {
		card.Facts = append(card.Facts, web.FactRow(c, "plan.step.date", st.Date))
	}
	if st.NextDayCheck {
		card.Facts = append(card.Facts, web.FactRow(c, "plan.step.check", c.T("plan.step.check.text")))
	}
	about := aboutStep(st, thing)
	if len(c.Site.Content.NoticesOf(c.Site.Content.Action(st.Of))) > 0 {
		card.See = &view.Link{Text: c.T("see.link"), About: about, Href: c.At(p.Within + "/see/step/" + st.ID)}
	}
	decide := view.Link{Text: c.T("plan.step.decide"), About: about, Href: c.At(p.Within + "/plan/step/" + st.ID)}
	card.Links = append(letterLink(c, p, st), decide)
	return card
}

// aboutStep names a step for those who hear a link by itself.
func aboutStep(st casework.Step, thing string) string {
	about := st.Text
	if st.Held() {
		about = st.NotYet.What
	}
	if thing != "" {
		about += " (" + thing + ")"
	}
	return about
}

// aboutWords is what a step is about: the name of the thing, and which of how many it is. Empty for a step
// that is about nothing in particular.
func aboutWords(c *web.Call, name string, number, count int) string {
	switch {
	case count > 1 && name != "":
		return c.T("plan.step.about.of", "name", name, "number", number, "count", count)
	case count > 1:
		return c.T("plan.step.about.number", "number", number, "count", count)
	}
	return name
}

// stateRadios asks for one of the states.
func (s *pages) stateRadios(c *web.Call, name, key string, given casework.State) view.Radios {
	r := view.Radios{Name: name, Label: c.T(key), Hint: c.T(key + ".hint")}
	for _, st := range checklist.States() {
		r.Items = append(r.Items, view.Choice{Value: string(st), Label: s.Content.StateLabels[st], Chosen: st == given})
	}
	return r
}

// saveReady keeps the two facts that many steps wait for.
func (s *pages) saveReady(c *web.Call, p *web.Place) error {
	web.LeaveTheirs(c)
	err := p.Book.SetReady(c.Ctx(), p.ID, p.Act(c), casework.Ready{
		Device: casework.State(c.PostForm("safe_device")), Camera: casework.State(c.PostForm("safe_camera")),
	}, seen(c, casework.FieldSafeDevice, casework.FieldSafeCamera))
	if err != nil {
		return p.Stale(c, err, s.readyContest(c))
	}
	c.Settle()
	return c.To(p.Within + "/plan")
}

// readyContest puts what many steps wait for into words.
func (s *pages) readyContest(c *web.Call) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		key := map[casework.Field]string{
			casework.FieldSafeDevice: "plan.ready.device", casework.FieldSafeCamera: "plan.ready.camera",
		}[slot.Field]
		return web.Contest{
			Name: string(slot.Field), Head: web.HeadPrefix + string(slot.Field), Asked: c.T(key), Words: c.Typed,
		}, key != ""
	}
}

// seen reads from a form which values of fields of the case itself the worker saw.
func seen(c *web.Call, fields ...casework.Field) map[casework.Slot]casework.ValueID {
	out := map[casework.Slot]casework.ValueID{}
	for _, f := range fields {
		if id, sent := c.GetPostForm(web.HeadPrefix + string(f)); sent {
			out[casework.Slot{Field: f}] = casework.ValueID(id)
		}
	}
	return out
}

// stepPage is one step with what she and the worker decide about it.
type stepPage struct {
	web.PlaceBase
	Card     view.ActionCard
	Seen     []wording.Notice // what the other side may see, before the step is read
	Action   string
	Agreed   view.Radios
	End      *view.Radios
	Date     view.Input
	Device   view.Input
	Result   view.Radios
	After    []view.Radios // noticed, and harm: asked once something was done
	Note     view.Textarea
	Heads    []web.HeadView
	Unlock   bool
	UnlockAt string
	Reason   view.Textarea
	Second   view.Input
}

func (stepPage) Template() string { return "plan/step" }

// stepOf finds a step of the plan, or one of the content that is not on it yet.
func stepOf(p *web.Place, id string) (casework.Step, error) {
	plan := p.File.SafetyPlan()
	for _, list := range [][]casework.Step{plan.Protect, plan.Now, plan.NotYet, plan.Left, plan.Done} {
		for _, st := range list {
			if st.ID == id {
				return st, nil
			}
		}
	}
	if st, ok := p.File.PlanSteps(id)[id]; ok {
		return st, nil
	}
	return casework.Step{}, &casework.Error{Kind: casework.KindNotFound, Key: "error.step.not_found"}
}

func (s *pages) showStep(c *web.Call, p *web.Place) error { return s.drawStep(c, p, nil) }

func (s *pages) drawStep(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	st, err := stepOf(p, c.Param("step"))
	if err != nil {
		return err
	}
	page := &stepPage{PlaceBase: p.Base(c, "plan.step.title"), Card: StepCard(c, p, st)}
	page.Errors, page.Card.Links = errs, nil
	page.Action, page.UnlockAt = c.At(p.Within+"/plan/step/"+st.ID), c.At(p.Within+"/plan/unlock/"+st.ID)
	page.Back = &view.Link{Text: c.T("plan.title"), Href: c.At(p.Within + "/plan")}
	page.Agreed = s.stateRadios(c, "agreed", "plan.step.agree", st.Agreed)
	if happened(st) {
		page.After = []view.Radios{
			s.stateRadios(c, "noticed", "plan.step.noticed", st.Noticed), s.stateRadios(c, "harm", "plan.step.harm", st.Harm),
		}
	}
	page.Seen, page.Card.See = wording.Notices(c, s.Content.NoticesOf(s.Content.Action(st.Of))), nil
	page.End = s.ends(c, st)
	page.Date = view.Input{Name: "date", Label: c.T("plan.step.when"), Type: "date", Width: "10", Value: web.OrTyped(c, "date", st.Date), Error: errs.For("date")}
	page.Device = view.Input{Name: "device", Label: c.T("plan.step.device"), Hint: c.T("plan.step.device.hint"), Value: web.OrTyped(c, "device", st.Device.Reveal())}
	page.Note = view.Textarea{Name: "note", Label: c.T("plan.step.note"), Value: web.OrTyped(c, "note", st.Note.Reveal()), Rows: 3}
	page.Result = view.Radios{Name: "result", Label: c.T("plan.step.result"), Items: []view.Choice{{Label: c.T("plan.result.none"), Chosen: st.Result == ""}}}
	for _, r := range casework.StepResults() {
		page.Result.Items = append(page.Result.Items, view.Choice{Value: r, Label: c.T("plan.result." + r), Chosen: st.Result == r})
	}
	page.Unlock = st.Alert == checklist.A2 && slices.Contains(st.Holds, casework.HoldControl)
	page.Reason = view.Textarea{Name: "reason", Label: c.T("plan.unlock.reason"), Value: c.PostForm("reason"), Error: errs.For("reason"), Rows: 3}
	page.Second = view.Input{Name: "second", Label: c.T("plan.unlock.second"), Hint: c.T("risk.judge.second.hint"), Value: c.PostForm("second"), Error: errs.For("second")}
	for _, part := range []string{"agreed", "end", "date", "device", "result", "noticed", "harm", "note"} {
		slot := casework.StepSlot(st.ID, part)
		page.Heads = append(page.Heads, web.HeadView{Name: web.HeadPrefix + part, Value: string(p.File.Head(slot.Entity, slot.Field).ID)})
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// happened reports whether a step was done, also when it was taken back again.
func happened(st casework.Step) bool {
	return st.Result == casework.ResultDone || st.Result == casework.ResultUndone
}

// ends offers how the item ends: her choice. A step that is held back offers none yet.
func (s *pages) ends(c *web.Call, st casework.Step) *view.Radios {
	if st.Action == nil || len(st.Action.Ends) == 0 {
		return nil
	}
	r := &view.Radios{Name: "end", Label: c.T("plan.step.end"), Items: []view.Choice{{Label: c.T("plan.end.none"), Chosen: st.End == ""}}}
	for _, e := range st.Action.Ends {
		r.Items = append(r.Items, view.Choice{Value: e, Label: c.T("plan.end." + e), Chosen: st.End == e})
	}
	return r
}

func (s *pages) saveStep(c *web.Call, p *web.Place) error {
	web.LeaveTheirs(c)
	id := c.Param("step")
	seen := map[casework.Slot]casework.ValueID{}
	for name, values := range c.Request.PostForm {
		if part, ok := strings.CutPrefix(name, web.HeadPrefix); ok && len(values) > 0 {
			seen[casework.StepSlot(id, part)] = casework.ValueID(values[0])
		}
	}
	err := p.Book.Decide(c.Ctx(), p.ID, p.Act(c), id, casework.Decision{
		Agreed: casework.State(c.PostForm("agreed")), End: c.PostForm("end"), Date: c.PostForm("date"),
		Device: personal.New(c.PostForm("device")), Result: c.PostForm("result"),
		Noticed: casework.State(c.PostForm("noticed")), Harm: casework.State(c.PostForm("harm")),
		Note: personal.New(c.PostForm("note")),
	}, seen)
	if err == nil && s.asksAfter(c, p) {
		c.Settle()
		c.Flash("note", c.T("plan.step.after"))
		return c.To(p.Within + "/plan/step/" + id)
	}
	return s.afterStep(c, p, err)
}

// asksAfter reports whether a form says for the first time that a step was done: then the page comes
// back with the two questions that only that opens.
func (s *pages) asksAfter(c *web.Call, p *web.Place) bool {
	st, err := stepOf(p, c.Param("step"))
	result := c.PostForm("result")
	return err == nil && !happened(st) && (result == casework.ResultDone || result == casework.ResultUndone)
}

func (s *pages) unlockStep(c *web.Call, p *web.Place) error {
	err := p.Book.UnlockStep(c.Ctx(), p.ID, p.Act(c), c.Param("step"), casework.Unlocking{
		Reason: personal.New(c.PostForm("reason")), Second: personal.New(c.PostForm("second")),
	})
	return s.afterStep(c, p, err)
}

func (s *pages) afterStep(c *web.Call, p *web.Place, err error) error {
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawStep(c, p, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.stepContest(c))
	}
	c.Settle()
	return c.To(p.Within + "/plan")
}

// stepContest puts the decisions about a step into words.
func (s *pages) stepContest(c *web.Call) web.Contests {
	step, _ := casework.StepParts(c.Param("step"))
	return func(slot casework.Slot) (web.Contest, bool) {
		part, ok := strings.CutPrefix(string(slot.Field), "step:"+step+"/")
		if !ok {
			return web.Contest{}, false
		}
		k := web.Contest{Name: part, Head: web.HeadPrefix + part, Asked: c.T(stepKey(part)), Words: c.Typed}
		switch part {
		case "end", "result":
			k.Words = func(v casework.Value) []string { return []string{c.T("plan." + part + "." + cmp.Or(v.Code(), "none"))} }
		case "date":
			k.Words = func(v casework.Value) []string {
				return []string{cmp.Or(v.Code(), s.Content.StateLabels[v.Answer().Is()])}
			}
		}
		return k, true
	}
}

// stepKey is the message key of the question about one part of a decision.
func stepKey(part string) string {
	switch part {
	case "agreed":
		return "plan.step.agree"
	case "date":
		return "plan.step.when"
	}
	return "plan.step." + part
}

// mapLinks lead to the pages of the map.
func mapLinks(c *web.Call, p *web.Place) []view.Link {
	return []view.Link{
		{Text: c.T("map.title"), Href: c.At(p.Within + "/map")},
		{Text: c.T("map.whatif.title"), Href: c.At(p.Within + "/map/whatif")},
		{Text: c.T("map.proposal.title"), Href: c.At(p.Within + "/map/proposal")},
	}
}
