package casework

import (
	"slices"

	"keyholder/casework/checklist"
)

// CoreItem is one of the 22 items that the triage rule reads, e.g. "threat_kill" (PRACTICE 3.7).
type CoreItem string

// Lane is one of the five worded lanes of the triage rule. A lane is not a score: it says what
// happens next, and its reasons are printed beside it.
type Lane string

// The lanes, from the one that asks for least to the one that asks for most.
const (
	LaneNoTrigger   Lane = "no_trigger_recorded"
	LaneIncomplete  Lane = "incomplete"
	LanePlanned     Lane = "planned"
	LaneReviewToday Lane = "review_today"
	LaneActNow      Lane = "act_now"
)

// Lanes lists the five in rising order of urgency.
func Lanes() []Lane {
	return []Lane{LaneNoTrigger, LaneIncomplete, LanePlanned, LaneReviewToday, LaneActNow}
}

// rank is the place of the lane in Lanes, -1 for a word that is no lane.
func (l Lane) rank() int { return slices.Index(Lanes(), l) }

// Valid reports whether l is one of the five.
func (l Lane) Valid() bool { return l.rank() >= 0 }

// Reason is why a lane was given, in the form that is printed and stored: "I:threat_kill" for an
// immediate item, "ask-now:cannot_exit" for one that has to be asked now, "H:…" for a high item,
// "H?:…" for a suspected one or a cluster with an unknown, or one of the plain reasons below.
type Reason string

// The reasons that name no single item.
const (
	ReasonBehaviour       Reason = "recent tech behaviour"
	ReasonCluster         Reason = "H:cluster_of_three"
	ReasonClusterUnknown  Reason = "H?:cluster_two_and_unknown"
	ReasonLowered         Reason = "lowered with second person"
	ReasonLoweringRefused Reason = "lowering refused"
)

// Judgement is a worker's own lane beside the automatic one (R6).
type Judgement struct {
	Lane         Lane
	SecondPerson bool // a second person agreed to the lowering
}

// TriageInput is everything the rule reads. An item that is missing was not asked.
type TriageInput struct {
	Items      map[CoreItem]State
	Behaviours int // kinds of tech behaviour seen in the last three months
	Judgement  *Judgement
}

// Triage is the result of the rule: two lanes, kept side by side, the reasons, and what nobody
// knows yet.
type Triage struct {
	Rule      string // version of the rule
	Automatic Lane
	Final     Lane
	Reasons   []Reason
	Unknown   int        // core items that are dont_know, not_asked or declined
	AskFirst  []CoreItem // immediate items that are not known: printed first, whatever the lane
	Count     TriageCount
	Lapsed    bool // a lowering was made on facts that have changed since, and no longer holds
}

// TriageCount is the reading aid of R7. It enters no rule.
type TriageCount struct {
	Positive  int // yes
	Suspected int
	Unknown   int // dont_know or declined
	NotAsked  int
	Of        int
}

// TriageRule is one version of the rule: which items it reads, in the order in which they are
// printed. PRACTICE 3.10.
type TriageRule struct {
	Version   string
	Immediate []CoreItem
	High      []CoreItem
	Cluster   []CoreItem // the three context items of the cluster
	AskNow    []CoreItem // immediate items for which "don't know" asks for a look today (R2)
}

// Items lists every core item of the rule.
func (r TriageRule) Items() []CoreItem {
	return slices.Concat(r.Immediate, r.High, r.Cluster)
}

// Assess applies the rule. It is a pure function: the same input gives the same triage for ever, so
// a stored one can be replayed (R9).
func (r TriageRule) Assess(in TriageInput) Triage {
	t := Triage{Rule: r.Version, Automatic: LaneNoTrigger, Count: r.count(in)}
	t.Unknown = t.Count.Unknown + t.Count.NotAsked
	if t.Unknown > 0 {
		t.raise(LaneIncomplete, "")
	}
	if in.Behaviours > 0 {
		t.raise(LanePlanned, ReasonBehaviour)
	}
	r.immediate(&t, in)
	r.high(&t, in)
	r.cluster(&t, in)
	t.judge(in.Judgement)
	return t
}

// immediate applies R1 and the part of R2 and R3b that is about immediate items.
func (r TriageRule) immediate(t *Triage, in TriageInput) {
	for _, item := range r.Immediate {
		state := in.state(item)
		switch {
		case state == checklist.Yes:
			t.raise(LaneActNow, "I:"+Reason(item))
		case state == checklist.Suspected,
			state == checklist.DontKnow && slices.Contains(r.AskNow, item):
			t.raise(LaneReviewToday, "ask-now:"+Reason(item))
		}
		if !state.Known() {
			t.AskFirst = append(t.AskFirst, item)
		}
	}
}

// high applies the parts of R2 and R3 that are about high items.
func (r TriageRule) high(t *Triage, in TriageInput) {
	for _, item := range r.High {
		switch in.state(item) {
		case checklist.Yes:
			t.raise(LaneReviewToday, "H:"+Reason(item))
		case checklist.Suspected:
			t.raise(LanePlanned, "H?:"+Reason(item))
		}
	}
}

// cluster applies the parts of R2 and R3 that are about separation, control and violence together.
// Two of them with the third unknown must not read as "no trigger".
func (r TriageRule) cluster(t *Triage, in TriageInput) {
	present, unknown := 0, 0
	for _, item := range r.Cluster {
		switch state := in.state(item); {
		case state == checklist.Yes, state == checklist.Suspected:
			present++
		case !state.Known():
			unknown++
		}
	}
	switch {
	case present > 0 && present == len(r.Cluster):
		t.raise(LaneReviewToday, ReasonCluster)
	case unknown == 1 && present == len(r.Cluster)-1:
		t.raise(LanePlanned, ReasonClusterUnknown)
	}
}

// raise lifts the automatic lane to at least l and notes why.
func (t *Triage) raise(l Lane, why Reason) {
	if l.rank() > t.Automatic.rank() {
		t.Automatic = l
	}
	if why != "" {
		t.Reasons = append(t.Reasons, why)
	}
}

// judge applies R6. Raising is always open. Lowering goes one lane at most, needs a second person,
// never leaves act_now and never goes below planned.
func (t *Triage) judge(j *Judgement) {
	t.Final = t.Automatic
	if j == nil || !j.Lane.Valid() {
		return
	}
	step := t.Automatic.rank() - j.Lane.rank()
	switch {
	case step <= 0:
		t.Final = j.Lane
	case step == 1 && j.SecondPerson && t.Automatic != LaneActNow && j.Lane.rank() >= LanePlanned.rank():
		t.Final = j.Lane
		t.Reasons = append(t.Reasons, ReasonLowered)
	default:
		t.Reasons = append(t.Reasons, ReasonLoweringRefused)
	}
}

// count fills the reading aid.
func (r TriageRule) count(in TriageInput) TriageCount {
	var c TriageCount
	for _, item := range r.Items() {
		c.Of++
		switch in.state(item) {
		case checklist.Yes:
			c.Positive++
		case checklist.Suspected:
			c.Suspected++
		case checklist.NotAsked:
			c.NotAsked++
		case checklist.DontKnow, checklist.Declined:
			c.Unknown++
		}
	}
	return c
}

// state is the answer to an item; what is missing or is no state was not asked.
func (in TriageInput) state(item CoreItem) State {
	if s := in.Items[item]; s.Valid() {
		return s
	}
	return checklist.NotAsked
}
