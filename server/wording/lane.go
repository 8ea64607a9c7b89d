package wording

import (
	"strings"

	"keyholder/casework"
	"keyholder/server/web"
)

// LaneView is the lane of the triage rule in words. It is never a score.
type LaneView struct {
	Label     string
	Automatic string   // the lane of the rule, where a worker's judgement differs
	AskFirst  []string // immediate items nobody knows: printed first, whatever the lane
	Reasons   []string
	Unknown   string
	Count     string
	Lapsed    bool
	Act       bool // the lane asks for help now
}

// LaneOf puts the triage of a record into words.
func LaneOf(c *web.Call, p *web.Place) LaneView {
	t := p.File.Triage()
	v := LaneView{
		Label: Lane(c, t.Final), Unknown: c.N("risk.unknown", t.Unknown), Lapsed: t.Lapsed,
		Act: t.Final == casework.LaneActNow,
		Count: c.T("risk.count", "positive", t.Count.Positive, "suspected", t.Count.Suspected,
			"unknown", t.Count.Unknown, "not_asked", t.Count.NotAsked, "of", t.Count.Of),
	}
	if t.Automatic != t.Final {
		v.Automatic = Lane(c, t.Automatic)
	}
	for _, item := range t.AskFirst {
		v.AskFirst = append(v.AskFirst, Item(c, string(item)))
	}
	for _, r := range t.Reasons {
		v.Reasons = append(v.Reasons, reasonWords(c, r))
	}
	return v
}

// Lane is the label of a lane of the triage rule.
func Lane(c *web.Call, l casework.Lane) string {
	for _, known := range c.Site.Content.Triage.Lanes {
		if known.ID == string(l) {
			return known.Label
		}
	}
	return string(l)
}

// Item is the label of an item of the triage rule.
func Item(c *web.Call, id string) string {
	for _, item := range c.Site.Content.Triage.Items {
		if item.ID == id {
			return item.Label
		}
	}
	return id
}

// reasonWords turns a stored reason into a sentence.
func reasonWords(c *web.Call, r casework.Reason) string {
	switch r {
	case casework.ReasonBehaviour:
		return c.T("risk.reason.behaviour")
	case casework.ReasonCluster:
		return c.T("risk.reason.cluster")
	case casework.ReasonClusterUnknown:
		return c.T("risk.reason.cluster_unknown")
	case casework.ReasonLowered:
		return c.T("risk.reason.lowered")
	case casework.ReasonLoweringRefused:
		return c.T("risk.reason.lowering_refused")
	}
	kind, item, _ := strings.Cut(string(r), ":")
	key := map[string]string{
		"I": "risk.reason.immediate", "H": "risk.reason.high", "H?": "risk.reason.suspected",
		"ask-now": "risk.reason.ask_now",
	}[kind]
	return c.T(key, "item", Item(c, item))
}
