package casework

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"keyholder/casework/checklist"
)

// need is why a step stands in the plan.
type need struct {
	thing    EntityID // what it is about; empty for a step that is said once
	findings []string // ids of the findings that ask for it
}

// needs are the steps of a plan with why they stand in it.
type needs struct {
	by    map[string]*need    // by the id of the plan
	steps map[string][]string // ids of the plan by the step of the content
}

// wanted collects the steps of unresolved findings, those that were chosen without one, the steps that
// all these depend on and that are not met by what is known, and the standing protective acts.
func (f *File) wanted() needs {
	n := needs{by: make(map[string]*need), steps: make(map[string][]string)}
	for _, id := range standingActs() {
		n.add(f, id, "")
	}
	settled := make(map[string]bool)
	for _, finding := range f.Findings() {
		for _, step := range finding.Actions {
			if finding.Status == FindingResolved {
				settled[f.StepOf(finding, step)] = true
				continue
			}
			n.add(f, step, f.thingOf(finding, step), finding.ID)
		}
	}
	n.chosen(f, settled)
	n.close(f)
	return n
}

// chosen adds the steps that she agreed to, or that were tried, and the letters that were begun, though
// no answer so far asks for them: they were found on the access map. A step of a resolved finding goes
// with it.
func (n needs) chosen(f *File, settled map[string]bool) {
	for _, id := range f.decidedSteps() {
		step, thing := StepParts(id)
		action := f.Content.Action(step)
		tried := f.step(id, stepAgreed).State == checklist.Yes || f.step(id, stepResult).Code() != ""
		begun := f.Content.Letter(step) != nil && f.letterBegun(id)
		if action != nil && (tried && !settled[id] || begun) {
			n.add(f, step, thing)
		}
	}
}

// decidedSteps lists the ids of all steps and letters about which anything was ever decided, those of
// things only while the thing stands on the lists.
func (f *File) decidedSteps() []string {
	var out []string
	seen := make(map[string]bool)
	for _, s := range f.order {
		kind, rest, _ := strings.Cut(string(s.Field), ":")
		step, _, _ := strings.Cut(rest, "/")
		if kind != "step" && kind != "letter" || s.Entity != "" && !f.listed(s.Entity) {
			continue
		}
		if id := f.stepID(step, s.Entity); !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// add notes that findings ask for a step of a thing, and brings in its letters.
func (n needs) add(f *File, step string, thing EntityID, findings ...string) {
	if f.Content.Action(step) == nil {
		return
	}
	id := f.stepID(step, thing)
	own := n.by[id]
	if own == nil {
		own = &need{}
		n.by[id], n.steps[step] = own, append(n.steps[step], id)
	}
	own.thing = cmp.Or(own.thing, thing)
	for _, x := range findings {
		if !slices.Contains(own.findings, x) {
			own.findings = append(own.findings, x)
		}
	}
	for _, l := range f.letters(id, own.thing) {
		n.add(f, l.ID, thing, findings...)
	}
}

// close brings in what has to come before the steps of the plan, until nothing new comes.
func (n needs) close(f *File) {
	for size := -1; size != len(n.by); {
		size = len(n.by)
		for _, id := range n.ids() {
			step, _ := StepParts(id)
			for _, first := range f.Content.Action(step).DependsOn {
				if !f.stepMet(first) && len(n.steps[first]) == 0 {
					n.add(f, first, "")
				}
			}
		}
	}
}

// ids lists the steps in one order.
func (n needs) ids() []string { return slices.Sorted(maps.Keys(n.by)) }

// of lists what an id of the plan or of the content stands for: itself where it is wanted or names a
// thing, and the step itself where none of it is wanted.
func (n needs) of(id string) []string {
	if step, thing := StepParts(id); thing == "" {
		if all := n.steps[step]; len(all) > 0 {
			return all
		}
	}
	return []string{id}
}

// thing is what a step of the plan is about; empty for one that is said once, or that is not in the plan.
func (n needs) thing(id string) EntityID {
	if own := n.by[id]; own != nil {
		return own.thing
	}
	return ""
}

// firsts lists what has to come before a step: the same step of the same thing where there is one, else
// that step of every thing that it is wanted for.
func (f *File) firsts(first, id string, wanted needs) []string {
	if own := wanted.by[id]; own != nil && own.thing != "" {
		same := f.stepID(first, own.thing)
		if there := wanted.by[same]; there != nil && there.thing == own.thing {
			return []string{same}
		}
	}
	return wanted.of(first)
}

// waitsFor lists the steps that come before a step of the plan and are neither done nor found not to be
// needed.
func (f *File) waitsFor(id string, wanted needs) []string {
	step, _ := StepParts(id)
	var out []string
	for _, first := range f.Content.Action(step).DependsOn {
		if f.stepMet(first) {
			continue
		}
		for _, before := range f.firsts(first, id, wanted) {
			if !f.stepSettled(before, wanted.thing(before)) {
				out = append(out, before)
			}
		}
	}
	return out
}
