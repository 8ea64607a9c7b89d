package casework

import (
	"slices"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Step is one step of a safety plan. A held step carries no instructions: Text is empty and NotYet
// says in words what it is, what the other side could be told and what must be ready first.
type Step struct {
	ID         string            // see StepParts
	Of         string            // the step of the content that it is
	Thing      EntityID          // what it is about, where it is about one of the things of the case
	Name       personal.Text     // of the thing, as it was recorded; empty while nobody has said
	Number     int               // of this step among those of other things, from 1; 0 outside a plan
	Count      int               // how many things the step is wanted for
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
	things := make(map[string]int)
	for _, id := range f.ordered(wanted) {
		s := f.planStep(id, ready, wanted)
		if things[s.Of]++; s.Thing != "" {
			s.Number, s.Count = things[s.Of], len(wanted.steps[s.Of])
		}
		plan.place(s)
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

// PlanSteps returns steps as the plan shows them, whether or not a finding asks for them: a step that is
// held back comes without instructions. An id of the content stands for its steps of all things: for one
// of them that is held back, where any is. Ids that are not in the content are left out.
func (f *File) PlanSteps(ids ...string) map[string]Step {
	ready, wanted := f.Readiness(), f.wanted()
	out := make(map[string]Step, len(ids))
	for _, id := range ids {
		if _, err := f.knownStep(id); err != nil {
			continue
		}
		for _, one := range wanted.of(id) {
			if s, known := out[id]; !known || !s.Held() {
				out[id] = f.planStep(one, ready, wanted)
			}
		}
	}
	return out
}

// planStep joins one step with the gate and the decisions.
func (f *File) planStep(id string, ready Readiness, wanted needs) Step {
	step, _ := StepParts(id)
	a, facts := f.Content.Action(step), f.facts(id, wanted)
	s := Step{
		ID: id, Of: step, Action: a, NotYet: a.NotYet, Alert: a.Alert.OrWorst(), Warnings: a.Warnings,
		ProofLost: a.ProofLost, Protective: a.Protective, WhoActs: a.WhoActs,
		Holds: ready.Holds(a, facts), After: f.waitsFor(id, wanted),
		Agreed: f.step(id, stepAgreed).State, End: f.said(id, stepEnd, wanted.thing(id)).Code(),
		Date: f.step(id, stepDate).Code(), Device: f.step(id, stepDevice).Text,
		UnlockReason: f.step(id, stepUnlocked).Text, SecondWorker: f.step(id, stepSecond).Text,
		SecondPending: f.step(id, stepSecond).Has(stepUnconfirmed),
		Result:        f.said(id, stepResult, wanted.thing(id)).Code(), Noticed: f.step(id, stepNoticed).State,
		Harm: f.step(id, stepHarm).State, Note: f.step(id, stepNote).Text,
	}
	if need := wanted.by[id]; need != nil {
		s.Findings, s.Thing = need.findings, need.thing
	}
	if s.Thing != "" {
		s.Name = f.ThingName(s.Thing)
	}
	if s.Agreed == checklist.Yes && !facts.Agreed {
		s.Agreed = checklist.NotAsked // it was given before this thing was known
	}
	if s.ProofLost == "" {
		s.ProofLost = "unknown"
	}
	s.NextDayCheck = s.Alert == checklist.A2 && ready.Phase.Tag() == checklist.TagLA
	if !s.Held() {
		s.Text = a.Worker
	} else {
		s.Action = nil
	}
	return s
}

// ordered sorts the wanted steps: groups in the order of a plan (protection, the session itself,
// then the order for life apart), file order within a group, things in the order in which they were
// recorded, and before any of it, whatever a step depends on.
func (f *File) ordered(wanted needs) []string {
	groups := checklist.ActionGroups()
	var steps []*checklist.Action
	for i := range f.Content.Actions {
		if len(wanted.steps[f.Content.Actions[i].ID]) > 0 {
			steps = append(steps, &f.Content.Actions[i])
		}
	}
	slices.SortStableFunc(steps, func(a, b *checklist.Action) int {
		return slices.Index(groups, a.Group) - slices.Index(groups, b.Group)
	})
	o := stepOrder{f: f, wanted: wanted, placed: make(map[string]bool)}
	for _, a := range steps {
		for _, id := range f.byThing(slices.Clone(wanted.steps[a.ID])) {
			o.place(id)
		}
	}
	return o.out
}

// stepOrder puts steps one after the other, each after what it depends on.
type stepOrder struct {
	f      *File
	wanted needs
	placed map[string]bool
	out    []string
}

func (o *stepOrder) place(id string) {
	if o.placed[id] || o.wanted.by[id] == nil {
		return
	}
	o.placed[id] = true
	step, _ := StepParts(id)
	for _, first := range o.f.Content.Action(step).DependsOn {
		for _, before := range o.f.firsts(first, id, o.wanted) {
			o.place(before)
		}
	}
	o.out = append(o.out, id)
}

// byThing sorts the steps of several things: that of the first one, then as they were recorded.
func (f *File) byThing(ids []string) []string {
	if len(ids) < 2 {
		return ids
	}
	at := make(map[EntityID]int, len(f.Entities))
	for i, e := range f.Entities {
		at[e.ID] = i + 1
	}
	place := func(id string) int {
		_, thing := StepParts(id)
		return at[thing]
	}
	slices.SortStableFunc(ids, func(a, b string) int { return place(a) - place(b) })
	return ids
}
