package checklist

import (
	"cmp"
	"slices"
)

// Questions that say what she wants and what worries her most.
const (
	wishQuestion  = "00.6"
	worryQuestion = "D.6"
)

// topicReasons collects for every section why it is worth opening now, the weightiest reason first.
func topicReasons(c *Content, as Answers, t Talk) map[string][]Because {
	r := reasons{c: c, as: as, talk: t, out: map[string][]Because{}}
	r.opened(wishQuestion, BecauseWish)
	r.opened(worryQuestion, BecauseWorry)
	for _, s := range Suggest(c, as) {
		r.add(BecausePattern, "", s.Words, s.Sections...)
	}
	for i := range c.Sections {
		r.gate(&c.Sections[i])
	}
	r.presence()
	for _, list := range r.out {
		slices.SortStableFunc(list, func(a, b Because) int {
			return cmp.Compare(c.Session.Weights[b.Kind], c.Session.Weights[a.Kind])
		})
	}
	return r.out
}

type reasons struct {
	c    *Content
	as   Answers
	talk Talk
	out  map[string][]Because
}

func (r *reasons) add(kind ReasonKind, code, words string, sections ...string) {
	for _, s := range sections {
		b := Because{Kind: kind, Code: code, Words: words}
		if !slices.Contains(r.out[s], b) {
			r.out[s] = append(r.out[s], b)
		}
	}
}

// opened adds the sections that the chosen options of a question open.
func (r *reasons) opened(question string, kind ReasonKind) {
	q := r.c.Question(question)
	for i := range q.Parts {
		a := r.as[Ref{Question: q.ID, Part: q.Parts[i].Name}]
		for _, o := range q.Parts[i].Options {
			if a.Has(o.Code) {
				r.add(kind, "", o.Label, o.Opens...)
			}
		}
	}
}

// gate adds what the gate of a section says of this case.
func (r *reasons) gate(s *Section) {
	switch s.Gate.When {
	case "always":
		r.add(BecauseAlways, "", "", s.ID)
	case "last":
		r.add(BecauseClose, "", "", s.ID)
	case "phase":
		if s.Opens(r.talk.Situation) == OpensYes {
			r.add(BecausePhase, "", "", s.ID)
		}
	case "devices":
		if r.talk.Groups == nil {
			r.add(BecauseUnlisted, "", "", s.ID)
		}
		for _, g := range s.Gate.Groups {
			if r.talk.Groups[g] {
				r.add(BecauseDevice, g, "", s.ID)
			}
		}
	}
}

// presence adds the sections whose kind of device a presence box speaks of.
func (r *reasons) presence() {
	for _, link := range r.c.PresenceLinks {
		a := r.as[Ref{Question: PresenceID, Part: link.Field}].Is()
		if link.Field == anyField || a != Yes && a != Suspected {
			continue
		}
		words := r.c.Presence.Part(link.Field).Label
		for i := range r.c.Sections {
			s := &r.c.Sections[i]
			if slices.ContainsFunc(s.Gate.Groups, func(g string) bool { return slices.Contains(link.Groups, g) }) {
				r.add(BecausePresence, link.Field, words, s.ID)
			}
		}
	}
}
