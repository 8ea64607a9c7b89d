package checklist

// anyField is the presence box that stands above the others.
const anyField = "ta_any"

// Inconsistency is one breach of the rule of the presence boxes (PRACTICE section 3.1).
type Inconsistency struct {
	Field string // the box that contradicts ta_any
	AnyIs State
	Is    State
}

// CheckPresence applies the consistency rule: ta_any may not be no while another box is yes or
// suspected, and may not be not asked while another one was answered.
func CheckPresence(c *Content, as Answers) []Inconsistency {
	anyIs := as[Ref{Question: PresenceID, Part: anyField}].Is()
	var out []Inconsistency
	for i := range c.Presence.Parts {
		p := &c.Presence.Parts[i]
		if p.Kind != KindState || p.Name == anyField || p.Name == "ta_prompted" {
			continue
		}
		s := as[Ref{Question: PresenceID, Part: p.Name}].Is()
		contradicts := anyIs == No && (s == Yes || s == Suspected)
		if contradicts || anyIs == NotAsked && s != NotAsked {
			out = append(out, Inconsistency{Field: p.Name, AnyIs: anyIs, Is: s})
		}
	}
	return out
}
