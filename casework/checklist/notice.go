package checklist

import "slices"

// Sure says how it is known what the other side may see.
type Sure string

// The three ways. Where nobody knows, the highest level of care holds.
const (
	SureDocumented Sure = "documented" // a published text of a maker or an adviser says so
	SureLikely     Sure = "likely"     // we think so from nearby cases
	SureUnknown    Sure = "unknown"    // nobody knows yet
)

// UnknownNotice is the id of the notice that stands for everything nobody has described.
const UnknownNotice = "unknown"

// Notice is one thing that the other side may get or see after a step or a look: an example drawn by
// us, who may see it, when, and how sure that is. It holds no instruction.
type Notice struct {
	ID      string   `yaml:"id"`
	Kind    string   `yaml:"kind"`  // mail, banner, silent, stops, bill, letter, contact, fails, screen, nothing, unknown
	Title   string   `yaml:"title"` // what kind of notice, in words
	App     string   `yaml:"app"`   // where the example stands: "Mail", "Bill of this month"
	Head    string   `yaml:"head"`
	Body    string   `yaml:"body"`
	Who     string   `yaml:"who"`
	When    string   `yaml:"when"`
	Means   string   `yaml:"means"`
	Sure    Sure     `yaml:"sure"`
	Steps   []string `yaml:"steps"`   // ids of the steps after which it may come
	Looks   []string `yaml:"looks"`   // ids of the questions that make somebody look
	Changes []string `yaml:"changes"` // ids of the questions on whose page a change would show
	Sources []string `yaml:"sources"`
	Checked string   `yaml:"checked"` // year-month
	Review  string   `yaml:"review"`
}

// Silent reports whether nobody has to send anything for it to be noticed.
func (n Notice) Silent() bool { return n.Kind == "silent" || n.Kind == "stops" || n.Kind == "fails" }

// NoticesOf returns what the other side may see after a step; a letter shows what its step shows too. For a step that could be noticed and
// that nobody has described it is the notice that says so; for one that changes nothing for the other
// side it is empty.
func (c *Content) NoticesOf(a *Action) []Notice {
	step := a.ID
	if l := c.Letter(a.ID); l != nil {
		step = l.Step
	}
	out := c.notices(func(n *Notice) bool { return slices.Contains(n.Steps, a.ID) || slices.Contains(n.Steps, step) })
	if len(out) == 0 && a.Alert.OrWorst() != A0 {
		return c.undescribed()
	}
	return out
}

// NoticesOfLook returns what the other side may see of the looking that a question asks for; empty for
// a question that makes nobody look.
func (c *Content) NoticesOfLook(q *Question) []Notice {
	if q.Look == nil {
		return nil
	}
	out := c.notices(func(n *Notice) bool { return slices.Contains(n.Looks, q.ID) })
	if len(out) == 0 {
		return c.undescribed()
	}
	return out
}

// NoticesOfChange returns what the other side may see when, while somebody looks to answer the question,
// something is changed or tried out as well.
func (c *Content) NoticesOfChange(q *Question) []Notice {
	return c.notices(func(n *Notice) bool { return slices.Contains(n.Changes, q.ID) })
}

func (c *Content) undescribed() []Notice {
	return c.notices(func(n *Notice) bool { return n.ID == UnknownNotice })
}

func (c *Content) notices(of func(*Notice) bool) []Notice {
	var out []Notice
	for i := range c.Notices {
		if of(&c.Notices[i]) {
			out = append(out, c.Notices[i])
		}
	}
	return out
}

// notices checks that every notice is whole, that its steps and questions exist, and that the one for
// what nobody knows is there.
func (k *checker) notices() {
	seen := map[string]bool{}
	for i := range k.c.Notices {
		n := &k.c.Notices[i]
		if seen[n.ID] {
			k.fault(n.ID, "the notice stands there twice")
		}
		seen[n.ID] = true
		k.notice(n)
	}
	if !seen[UnknownNotice] {
		k.fault(UnknownNotice, "the notice for what nobody knows is missing")
	}
}

func (k *checker) notice(n *Notice) {
	if missing(n.Title, n.App, n.Head, n.Body, n.Who, n.When, n.Means) {
		k.fault(n.ID, "a text of the notice is missing")
	}
	switch n.Sure {
	case SureDocumented, SureLikely, SureUnknown:
	default:
		k.fault(n.ID, "sure is %q", n.Sure)
	}
	if n.Sure == SureDocumented && !slices.ContainsFunc(n.Sources, func(s string) bool { return s != "inf" }) {
		k.fault(n.ID, "it is called documented and has no source beside inference")
	}
	k.shared(n.ID, n.Sources, nil, n.Checked)
	k.cuts(n.ID, n.Steps)
	for _, id := range slices.Concat(n.Looks, n.Changes) {
		if q := k.c.Question(id); q == nil || q.Look == nil {
			k.fault(n.ID, "the question %s does not exist or makes nobody look", id)
		}
	}
}
