package checklist

import "slices"

// GateHit is a gate that the answers have closed.
type GateHit struct {
	Gate    *Gate
	Reasons []Reason
}

// Gates returns the gates that the answers close, in file order. Unsafe to talk, and not knowing
// whether it is, stop the consultation; immediate danger leads to the emergency page.
func Gates(c *Content, as Answers) []GateHit {
	var hits []GateHit
	for i := range c.Gates {
		g := &c.Gates[i]
		q := c.Question(g.Ask)
		var reasons []Reason
		for _, ref := range gateRefs(q, g) {
			a := as[ref]
			coded := slices.ContainsFunc(g.Codes, a.Has)
			if coded || slices.Contains(g.States, a.Is()) {
				reasons = append(reasons, Reason{Ref: ref, State: a.Is(), Codes: a.Codes})
			}
		}
		if len(reasons) > 0 {
			hits = append(hits, GateHit{Gate: g, Reasons: reasons})
		}
	}
	return hits
}

// gateRefs returns the slots that the gate looks at.
func gateRefs(q *Question, g *Gate) []Ref {
	p := q.Part(g.Part)
	if p.Kind != KindItems || g.Part != p.Name {
		return []Ref{{Question: q.ID, Part: g.Part}}
	}
	var refs []Ref
	for _, s := range p.Slots() {
		refs = append(refs, Ref{Question: q.ID, Part: s})
	}
	return refs
}

// Closed reports whether any of the hits stops the consultation.
func Closed(hits []GateHit) bool {
	return slices.ContainsFunc(hits, func(h GateHit) bool { return h.Gate.Result == "stop" })
}

// Situation is what is known about a case beyond the answers, for the gates of sections. A nil
// Groups means that nobody has listed the devices yet.
type Situation struct {
	Phase  Phase
	Groups map[string]bool // device groups that the case has
}

// Opening says whether a section is worth opening.
type Opening string

// The openings. Whatever is not known leaves a section on offer.
const (
	OpensYes     Opening = "yes"
	OpensNo      Opening = "no"
	OpensUnknown Opening = "unknown"
)

// Opens judges the gate of the section. It suggests: a page still lets the worker open the section.
func (s *Section) Opens(sit Situation) Opening {
	switch s.Gate.When {
	case "devices":
		if sit.Groups == nil {
			return OpensUnknown
		}
		if slices.ContainsFunc(s.Gate.Groups, func(g string) bool { return sit.Groups[g] }) {
			return OpensYes
		}
		return OpensNo
	case "phase":
		switch sit.Phase {
		case "", PhaseUnknown, MovesBetween, ModelDoesNotFit:
			return OpensUnknown
		}
		if slices.Contains(s.Gate.Phases, sit.Phase.Tag()) {
			return OpensYes
		}
		return OpensNo
	}
	return OpensYes
}

// Ids of the two questions that the phase is read from.
const (
	livingQuestion  = "01.1"
	leavingQuestion = "01.2"
)

// PhaseOf reads the phase from the answers on living and leaving. An answer that is missing, not
// known or only suspected to be apart gives PhaseUnknown, which is gated like physical control.
func PhaseOf(c *Content, as Answers) Phase {
	living := as[Ref{Question: livingQuestion}]
	leaving := as[Ref{Question: leavingQuestion}]
	if living.Is() != Yes || len(living.Codes) == 0 {
		return PhaseUnknown
	}
	for _, r := range c.PhaseRules {
		if fits(r.Living, living) && fits(r.Leaving, leaving) {
			return r.Phase
		}
	}
	return PhaseUnknown
}

func fits(codes []string, a Answer) bool {
	return len(codes) == 0 || slices.ContainsFunc(codes, a.Has)
}
