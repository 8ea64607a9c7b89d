package casework

import (
	"slices"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Step is one step of a safety plan. A held step carries no instructions: Text is empty and NotYet
// says in words what it is, what the other side could be told and what must be ready first.
type Step struct {
	ID         string
	Action     *checklist.Action // for the texts of the print forms; use Text on pages
	Text       string            // the instruction for the worker; empty while held back
	NotYet     checklist.NotYet
	Holds      []Hold   // why it is held back; empty when it may be shown
	After      []string // ids of the steps that come first and are not done
	Alert      checklist.Alert
	Warnings   []checklist.Warning // shown before the step
	ProofLost  string
	Protective bool
	WhoActs    string   // provider, police, landlord, service, worker, survivor
	Findings   []string // ids of the findings it answers; empty for a step that another one needs

	Agreed        State
	End           string // her choice; empty while not chosen
	Date          string
	Device        personal.Text
	UnlockReason  personal.Text
	SecondWorker  personal.Text
	SecondPending bool // the second worker has not signed in
	Result        string
	Noticed       State
	Harm          State
	Note          personal.Text
	NextDayCheck  bool // look the next day whether it held (22.6)
}

// Held reports whether the step is held back.
func (s Step) Held() bool { return len(s.Holds) > 0 }

// SafetyPlan is the ordered plan of a case. Every step stands in exactly one of the lists.
type SafetyPlan struct {
	Phase     checklist.Phase // the gate phase
	Lane      Lane
	Readiness Readiness
	Protect   []Step // protective acts, in every phase and lane; those that a finding asks for first
	Now       []Step // may be done, in this order
	NotYet    []Step // held back, in words and without instructions
	Left      []Step // she chose to keep or leave the thing as it is
	Done      []Step
	OnHer     int // steps that rest on the survivor: of Now, and of Protect those a finding asks for
}

// SafetyPlan derives the plan from the findings and the decisions.
func (f *File) SafetyPlan() SafetyPlan {
	ready := f.Readiness()
	plan := SafetyPlan{Phase: ready.Phase, Lane: ready.Lane, Readiness: ready}
	wanted := f.wanted()
	for _, action := range ordered(f.Content, wanted) {
		plan.place(f.planStep(action, ready, wanted[action.ID]))
	}
	slices.SortStableFunc(plan.Protect, func(a, b Step) int {
		return min(len(b.Findings), 1) - min(len(a.Findings), 1)
	})
	return plan
}

// place puts a step into its list. A protective act stays in sight whatever was decided about it.
func (p *SafetyPlan) place(s Step) {
	hers := s.WhoActs == "survivor"
	switch {
	case s.Protective:
		p.Protect = append(p.Protect, s)
		hers = hers && len(s.Findings) > 0
	case s.Result == ResultDone || s.Result == ResultNotNeeded:
		p.Done = append(p.Done, s)
		hers = false
	case s.Held():
		p.NotYet = append(p.NotYet, s)
		hers = false
	case s.End == EndKeep || s.End == EndLeave:
		p.Left = append(p.Left, s)
		hers = false
	default:
		p.Now = append(p.Now, s)
	}
	if hers {
		p.OnHer++
	}
}

// needs maps the steps of a plan to the findings that ask for them.
type needs map[string][]string

// wanted collects the steps of unresolved findings, those that were chosen without one, the steps that
// all these depend on and that are not met by what is known, and the standing protective acts.
func (f *File) wanted() needs {
	n := make(needs)
	for _, id := range standingActs() {
		n.add(f, id)
	}
	settled := make(map[string]bool)
	for _, finding := range f.Findings() {
		for _, step := range finding.Actions {
			if finding.Status == FindingResolved {
				settled[step] = true
				continue
			}
			n.add(f, step, finding.ID)
		}
	}
	for _, l := range f.Content.Letters.Letters {
		if f.letterBegun(l.ID) {
			n.add(f, l.ID)
		}
	}
	n.chosen(f, settled)
	return n
}

// chosen adds the steps that she agreed to, or that were tried, though no answer so far asks for them:
// they were found on the access map. A step of a resolved finding goes with it.
func (n needs) chosen(f *File, settled map[string]bool) {
	for i := range f.Content.Actions {
		id := f.Content.Actions[i].ID
		if !settled[id] && (f.step(id, stepAgreed).State == checklist.Yes || f.step(id, stepResult).Code() != "") {
			n.add(f, id)
		}
	}
}

// add notes that findings ask for a step, and brings in its letters and what has to come before it.
func (n needs) add(f *File, step string, findings ...string) {
	action := f.Content.Action(step)
	if action == nil {
		return
	}
	_, known := n[step]
	n[step] = append(n[step], findings...)
	for _, l := range f.letters(step) {
		n.add(f, l.ID, findings...)
	}
	if known {
		return
	}
	for _, first := range action.DependsOn {
		if !f.stepMet(first) {
			n.add(f, first)
		}
	}
}

// planStep joins one action with the gate and the decisions.
func (f *File) planStep(a *checklist.Action, ready Readiness, findings []string) Step {
	s := Step{
		ID: a.ID, Action: a, NotYet: a.NotYet, Alert: a.Alert.OrWorst(), Warnings: a.Warnings,
		ProofLost: a.ProofLost, Protective: a.Protective, WhoActs: a.WhoActs, Findings: findings,
		Holds:  ready.Holds(a, f.facts(a)),
		Agreed: f.step(a.ID, stepAgreed).State, End: f.step(a.ID, stepEnd).Code(),
		Date: f.step(a.ID, stepDate).Code(), Device: f.step(a.ID, stepDevice).Text,
		UnlockReason: f.step(a.ID, stepUnlocked).Text, SecondWorker: f.step(a.ID, stepSecond).Text,
		SecondPending: f.step(a.ID, stepSecond).Has(stepUnconfirmed),
		Result:        f.step(a.ID, stepResult).Code(), Noticed: f.step(a.ID, stepNoticed).State,
		Harm: f.step(a.ID, stepHarm).State, Note: f.step(a.ID, stepNote).Text,
	}
	if s.ProofLost == "" {
		s.ProofLost = "unknown"
	}
	s.NextDayCheck = s.Alert == checklist.A2 && ready.Phase.Tag() == checklist.TagLA
	for _, first := range a.DependsOn {
		if !f.stepMet(first) && !f.stepSettled(first) {
			s.After = append(s.After, first)
		}
	}
	if !s.Held() {
		s.Text = a.Worker
	} else {
		s.Action = nil
	}
	return s
}

// PlanSteps returns steps of the content as the plan shows them, whether or not a finding asks for
// them: a step that is held back comes without instructions. Ids that are not in the content are left
// out.
func (f *File) PlanSteps(ids ...string) map[string]Step {
	ready, wanted := f.Readiness(), f.wanted()
	out := make(map[string]Step, len(ids))
	for _, id := range ids {
		if a := f.Content.Action(id); a != nil {
			out[id] = f.planStep(a, ready, wanted[id])
		}
	}
	return out
}

// ordered sorts the wanted steps: groups in the order of a plan (protection, the session itself,
// then the order for life apart), file order within a group, and before either, whatever a step
// depends on.
func ordered(c *checklist.Content, wanted needs) []*checklist.Action {
	groups := checklist.ActionGroups()
	var steps []*checklist.Action
	for i := range c.Actions {
		if _, ok := wanted[c.Actions[i].ID]; ok {
			steps = append(steps, &c.Actions[i])
		}
	}
	slices.SortStableFunc(steps, func(a, b *checklist.Action) int {
		return slices.Index(groups, a.Group) - slices.Index(groups, b.Group)
	})
	var out []*checklist.Action
	placed := make(map[string]bool)
	var place func(a *checklist.Action)
	place = func(a *checklist.Action) {
		if placed[a.ID] {
			return
		}
		placed[a.ID] = true
		for _, first := range a.DependsOn {
			if _, asked := wanted[first]; asked {
				place(c.Action(first))
			}
		}
		out = append(out, a)
	}
	for _, a := range steps {
		place(a)
	}
	return out
}
