package server

import (
	"cmp"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
)

// planArea is the safety plan, its decisions and its printed forms.
func (s *Server) planArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/plan", s.showPlan),
		forPlaces(s, methodPost, "/plan/ready", s.saveReady),
		forPlaces(s, methodGet, "/plan/step/:step", s.showStep),
		forPlaces(s, methodPost, "/plan/step/:step", s.saveStep),
		forPlaces(s, methodPost, "/plan/unlock/:step", s.unlockStep),
		forPlaces(s, methodGet, "/plan/print/:form", s.printPlan),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&planPage{}, &stepPage{}, &sheetPage{}}}
}

// planPage is the plan: protective acts always, then what may be done now, in order, and in words
// what has to wait.
type planPage struct {
	placeBase
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
	Heads   []headView
	Action  string
	Prints  []view.Button
	Views   []view.Link
}

func (planPage) Template() string { return "plan/plan" }

// unfolded is how many steps that wait a plan shows without a fold.
const unfolded = 8

func (s *Server) showPlan(c *call, p *place) error {
	plan := p.file.SafetyPlan()
	page := &planPage{placeBase: p.base(c, "plan.title"), Action: c.at(p.within + "/plan/ready")}
	page.Back = p.wayBack(c)
	page.Lead = c.t("plan.lead")
	page.Views = mapLinks(c, p)
	page.Phase = c.t("plan.phase." + string(plan.Phase))
	if plan.OnHer > 0 {
		page.OnHer = c.n("plan.on_her", plan.OnHer)
	}
	if plan.Lane == casework.LaneActNow {
		page.Frozen = &view.Inset{Title: s.laneWords(plan.Lane), Text: c.t("plan.hold.act_now"), Tone: "act"}
	}
	page.Protect = s.cards(c, p, plan.Protect)
	page.Now = s.cards(c, p, plan.Now)
	page.NotYet = s.cards(c, p, plan.NotYet)
	if n := len(plan.NotYet); n > unfolded {
		page.Folded = c.n("plan.not_yet.fold", n)
	}
	page.Left = s.cards(c, p, plan.Left)
	page.Done = s.cards(c, p, plan.Done)
	page.Ready = []view.Radios{
		s.stateRadios(c, "safe_device", "plan.ready.device", p.file.Head("", casework.FieldSafeDevice).State),
		s.stateRadios(c, "safe_camera", "plan.ready.camera", p.file.Head("", casework.FieldSafeCamera).State),
	}
	page.Heads = []headView{p.headOf(casework.FieldSafeDevice), p.headOf(casework.FieldSafeCamera)}
	for _, form := range casework.SheetForms() {
		page.Prints = append(page.Prints, view.Button{
			Text: c.t("plan.print." + string(form)), Href: c.at(p.within + "/plan/print/" + string(form)), Kind: "secondary",
		})
	}
	return c.show(page)
}

func (s *Server) cards(c *call, p *place, steps []casework.Step) []view.ActionCard {
	out := make([]view.ActionCard, 0, len(steps))
	for i, st := range steps {
		card := s.stepCard(c, p, st)
		if !st.Held() {
			card.Title = c.t("plan.step.number", "number", i+1)
		}
		out = append(out, card)
	}
	return out
}

// stepCard puts a step into words: first what it may lead to and who may notice, then the step. Of a
// step that is held back it says what it is, what the other side could be told and what must be
// ready first: never how.
func (s *Server) stepCard(c *call, p *place, st casework.Step) view.ActionCard {
	card := view.ActionCard{ID: "step-" + st.ID, Text: st.Text}
	for _, w := range st.Warnings {
		card.Warnings = append(card.Warnings, s.content.WarningTexts[w])
	}
	if st.Held() {
		card.Title = st.NotYet.What
		card.Facts = append(card.Facts, row(c, "plan.step.told", st.NotYet.Told), row(c, "plan.step.ready", st.NotYet.Ready))
		for _, h := range st.Holds {
			card.Waits = append(card.Waits, c.t(string(h)))
		}
	}
	card.Before = append(card.Before,
		row(c, "plan.step.alert", s.content.Alerts[st.Alert]),
		row(c, "plan.finding.proof", c.t("plan.proof."+st.ProofLost)))
	card.Facts = append(card.Facts, row(c, "plan.step.who", c.t("plan.who."+st.WhoActs)))
	if st.Agreed != checklist.NotAsked {
		card.Facts = append(card.Facts, row(c, "plan.step.agreed", s.content.StateLabels[st.Agreed]))
	}
	if st.Date != "" {
		card.Facts = append(card.Facts, row(c, "plan.step.date", st.Date))
	}
	if st.NextDayCheck {
		card.Facts = append(card.Facts, row(c, "plan.step.check", c.t("plan.step.check.text")))
	}
	about := st.Text
	if st.Held() {
		about = st.NotYet.What
	}
	if len(s.content.NoticesOf(s.content.Action(st.ID))) > 0 {
		card.See = &view.Link{Text: c.t("see.link"), About: about, Href: c.at(p.within + "/see/step/" + st.ID)}
	}
	decide := view.Link{Text: c.t("plan.step.decide"), About: about, Href: c.at(p.within + "/plan/step/" + st.ID)}
	card.Links = append(s.letterLink(c, p, st), decide)
	return card
}

// stateRadios asks for one of the states.
func (s *Server) stateRadios(c *call, name, key string, given casework.State) view.Radios {
	r := view.Radios{Name: name, Label: c.t(key), Hint: c.t(key + ".hint")}
	for _, st := range checklist.States() {
		r.Items = append(r.Items, view.Choice{Value: string(st), Label: s.content.StateLabels[st], Chosen: st == given})
	}
	return r
}

// saveReady keeps the two facts that many steps wait for.
func (s *Server) saveReady(c *call, p *place) error {
	leaveTheirs(c)
	err := p.book.SetReady(c.ctx(), p.id, p.act(c), casework.Ready{
		Device: casework.State(c.PostForm("safe_device")), Camera: casework.State(c.PostForm("safe_camera")),
	}, seen(c, casework.FieldSafeDevice, casework.FieldSafeCamera))
	if err != nil {
		return p.stale(c, err, s.readyContest(c))
	}
	c.settle()
	return c.to(p.within + "/plan")
}

// readyContest puts what many steps wait for into words.
func (s *Server) readyContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		key := map[casework.Field]string{
			casework.FieldSafeDevice: "plan.ready.device", casework.FieldSafeCamera: "plan.ready.camera",
		}[slot.Field]
		return contest{
			name: string(slot.Field), head: headPrefix + string(slot.Field), asked: c.t(key), words: s.typed,
		}, key != ""
	}
}

// seen reads from a form which values of fields of the case itself the worker saw.
func seen(c *call, fields ...casework.Field) map[casework.Slot]casework.ValueID {
	out := map[casework.Slot]casework.ValueID{}
	for _, f := range fields {
		if id, sent := c.GetPostForm(headPrefix + string(f)); sent {
			out[casework.Slot{Field: f}] = casework.ValueID(id)
		}
	}
	return out
}

// headOf is the hidden field that carries the value of a field of the case itself.
func (p *place) headOf(f casework.Field) headView {
	return headView{Name: headPrefix + string(f), Value: string(p.file.Head("", f).ID)}
}

// stepPage is one step with what she and the worker decide about it.
type stepPage struct {
	placeBase
	Card     view.ActionCard
	Seen     []noticeView // what the other side may see, before the step is read
	Action   string
	Agreed   view.Radios
	End      *view.Radios
	Date     view.Input
	Device   view.Input
	Result   view.Radios
	After    []view.Radios // noticed, and harm: asked once something was done
	Note     view.Textarea
	Heads    []headView
	Unlock   bool
	UnlockAt string
	Reason   view.Textarea
	Second   view.Input
}

func (stepPage) Template() string { return "plan/step" }

// stepOf finds a step of the plan, or one of the content that is not on it yet.
func stepOf(p *place, id string) (casework.Step, error) {
	plan := p.file.SafetyPlan()
	for _, list := range [][]casework.Step{plan.Protect, plan.Now, plan.NotYet, plan.Left, plan.Done} {
		for _, st := range list {
			if st.ID == id {
				return st, nil
			}
		}
	}
	if st, ok := p.file.PlanSteps(id)[id]; ok {
		return st, nil
	}
	return casework.Step{}, &casework.Error{Kind: casework.KindNotFound, Key: "error.step.not_found"}
}

func (s *Server) showStep(c *call, p *place) error { return s.drawStep(c, p, nil) }

func (s *Server) drawStep(c *call, p *place, errs view.FieldErrors) error {
	st, err := stepOf(p, c.Param("step"))
	if err != nil {
		return err
	}
	page := &stepPage{placeBase: p.base(c, "plan.step.title"), Card: s.stepCard(c, p, st)}
	page.Errors, page.Card.Links = errs, nil
	page.Action, page.UnlockAt = c.at(p.within+"/plan/step/"+st.ID), c.at(p.within+"/plan/unlock/"+st.ID)
	page.Back = &view.Link{Text: c.t("plan.title"), Href: c.at(p.within + "/plan")}
	page.Agreed = s.stateRadios(c, "agreed", "plan.step.agree", st.Agreed)
	if happened(st) {
		page.After = []view.Radios{
			s.stateRadios(c, "noticed", "plan.step.noticed", st.Noticed), s.stateRadios(c, "harm", "plan.step.harm", st.Harm),
		}
	}
	page.Seen, page.Card.See = s.notices(c, s.content.NoticesOf(s.content.Action(st.ID))), nil
	page.End = s.ends(c, st)
	page.Date = view.Input{Name: "date", Label: c.t("plan.step.when"), Type: "date", Width: "10", Value: orTyped(c, "date", st.Date), Error: errs.For("date")}
	page.Device = view.Input{Name: "device", Label: c.t("plan.step.device"), Hint: c.t("plan.step.device.hint"), Value: orTyped(c, "device", st.Device.Reveal())}
	page.Note = view.Textarea{Name: "note", Label: c.t("plan.step.note"), Value: orTyped(c, "note", st.Note.Reveal()), Rows: 3}
	page.Result = view.Radios{Name: "result", Label: c.t("plan.step.result"), Items: []view.Choice{{Label: c.t("plan.result.none"), Chosen: st.Result == ""}}}
	for _, r := range casework.StepResults() {
		page.Result.Items = append(page.Result.Items, view.Choice{Value: r, Label: c.t("plan.result." + r), Chosen: st.Result == r})
	}
	page.Unlock = st.Alert == checklist.A2 && slices.Contains(st.Holds, casework.HoldControl)
	page.Reason = view.Textarea{Name: "reason", Label: c.t("plan.unlock.reason"), Value: c.PostForm("reason"), Error: errs.For("reason"), Rows: 3}
	page.Second = view.Input{Name: "second", Label: c.t("plan.unlock.second"), Hint: c.t("risk.judge.second.hint"), Value: c.PostForm("second"), Error: errs.For("second")}
	for _, part := range []string{"agreed", "end", "date", "device", "result", "noticed", "harm", "note"} {
		head := p.file.Head("", casework.Field("step:"+st.ID+"/"+part))
		page.Heads = append(page.Heads, headView{Name: headPrefix + part, Value: string(head.ID)})
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// happened reports whether a step was done, also when it was taken back again.
func happened(st casework.Step) bool {
	return st.Result == casework.ResultDone || st.Result == casework.ResultUndone
}

// orTyped prefers what was typed into a form that was not accepted.
func orTyped(c *call, name, stands string) string {
	if typed, sent := c.GetPostForm(name); sent {
		return typed
	}
	return stands
}

// ends offers how the item ends: her choice. A step that is held back offers none yet.
func (s *Server) ends(c *call, st casework.Step) *view.Radios {
	if st.Action == nil || len(st.Action.Ends) == 0 {
		return nil
	}
	r := &view.Radios{Name: "end", Label: c.t("plan.step.end"), Items: []view.Choice{{Label: c.t("plan.end.none"), Chosen: st.End == ""}}}
	for _, e := range st.Action.Ends {
		r.Items = append(r.Items, view.Choice{Value: e, Label: c.t("plan.end." + e), Chosen: st.End == e})
	}
	return r
}

func (s *Server) saveStep(c *call, p *place) error {
	leaveTheirs(c)
	id := c.Param("step")
	seen := map[casework.Slot]casework.ValueID{}
	for name, values := range c.Request.PostForm {
		if part, ok := strings.CutPrefix(name, headPrefix); ok && len(values) > 0 {
			seen[casework.Slot{Field: casework.Field("step:" + id + "/" + part)}] = casework.ValueID(values[0])
		}
	}
	err := p.book.Decide(c.ctx(), p.id, p.act(c), id, casework.Decision{
		Agreed: casework.State(c.PostForm("agreed")), End: c.PostForm("end"), Date: c.PostForm("date"),
		Device: personal.New(c.PostForm("device")), Result: c.PostForm("result"),
		Noticed: casework.State(c.PostForm("noticed")), Harm: casework.State(c.PostForm("harm")),
		Note: personal.New(c.PostForm("note")),
	}, seen)
	if err == nil && s.asksAfter(c, p) {
		c.settle()
		c.flash("note", c.t("plan.step.after"))
		return c.to(p.within + "/plan/step/" + id)
	}
	return s.afterStep(c, p, err)
}

// asksAfter reports whether a form says for the first time that a step was done: then the page comes
// back with the two questions that only that opens.
func (s *Server) asksAfter(c *call, p *place) bool {
	st, err := stepOf(p, c.Param("step"))
	result := c.PostForm("result")
	return err == nil && !happened(st) && (result == casework.ResultDone || result == casework.ResultUndone)
}

func (s *Server) unlockStep(c *call, p *place) error {
	err := p.book.UnlockStep(c.ctx(), p.id, p.act(c), c.Param("step"), casework.Unlocking{
		Reason: personal.New(c.PostForm("reason")), Second: personal.New(c.PostForm("second")),
	})
	return s.afterStep(c, p, err)
}

func (s *Server) afterStep(c *call, p *place, err error) error {
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawStep(c, p, errs)
	}
	if err != nil {
		return p.stale(c, err, s.stepContest(c))
	}
	c.settle()
	return c.to(p.within + "/plan")
}

// stepContest puts the decisions about a step into words.
func (s *Server) stepContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		part, ok := strings.CutPrefix(string(slot.Field), "step:"+c.Param("step")+"/")
		if !ok {
			return contest{}, false
		}
		k := contest{name: part, head: headPrefix + part, asked: c.t(stepKey(part)), words: s.typed}
		switch part {
		case "end", "result":
			k.words = func(v casework.Value) []string { return []string{c.t("plan." + part + "." + cmp.Or(v.Code(), "none"))} }
		case "date":
			k.words = func(v casework.Value) []string {
				return []string{cmp.Or(v.Code(), s.content.StateLabels[v.Answer().Is()])}
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
