package checklist

import "slices"

// SessionRules say how the questions of one sitting are chosen (data/session.v1.yaml). All numbers are
// plain points; they order questions and mean nothing else, and no page shows them.
type SessionRules struct {
	Limit     int                        `yaml:"limit"`      // most questions of one sitting (PRACTICE section 2.1)
	TopicMost int                        `yaml:"topic_most"` // most questions of one topic, core items aside
	Repeat    int                        `yaml:"repeat"`     // what each question chosen already costs the next of its topic
	NewTopic  int                        `yaml:"new_topic"`  // what the first question of a topic costs: every topic is one more screen
	Depth     map[Depth]int              `yaml:"depth"`
	Weights   map[ReasonKind]int         `yaml:"weights"`
	LookCost  map[PhaseTag]map[Alert]int `yaml:"look_cost"` // what looking costs where it may be noticed
	OptIn     []string                   `yaml:"opt_in"`    // sections that are offered, never opened by themselves
	Grid      GridWords                  `yaml:"grid"`
}

// GridWords are the texts of the pattern grid; its columns are those of question 01.6.
type GridWords struct {
	Text string `yaml:"text"`
	Help string `yaml:"help"`
	Noun string `yaml:"noun"`
}

// maxSession is the most questions of one sitting that content may allow (PRACTICE section 2.1).
const maxSession = 40

// ReasonKind says why a question is worth asking in this sitting.
type ReasonKind string

// The kinds of reasons.
const (
	BecauseCore     ReasonKind = "core"     // a core item of the triage that nobody asked
	BecauseAlways   ReasonKind = "always"   // the topic is for everybody
	BecauseClose    ReasonKind = "close"    // every sitting ends with it
	BecauseWish     ReasonKind = "wish"     // the wish for today (00.6) opens the topic
	BecauseGoal     ReasonKind = "goal"     // the question serves that wish
	BecauseWorry    ReasonKind = "worry"    // a worry (D.6) opens the topic
	BecausePattern  ReasonKind = "pattern"  // what they knew points to the topic
	BecauseDevice   ReasonKind = "device"   // such a thing is on the list
	BecausePresence ReasonKind = "presence" // a presence box says so
	BecausePhase    ReasonKind = "phase"    // the topic belongs to the phase
	BecauseUnlisted ReasonKind = "unlisted" // nobody has listed the devices yet
)

// Because is one reason for a question.
type Because struct {
	Kind  ReasonKind
	Code  string // device group, presence box or core item; empty for the others
	Words string // words of the content: the wish, the worry, the reading; empty where the kind says all
}

// Talk is what a sitting knows beyond the answers.
type Talk struct {
	Situation
	OptedIn map[string]bool // sections that she agreed to open
	Chosen  []string        // questions that were chosen before in this sitting; the answered ones count
	Most    int             // how many more there is time for; 0 for as many as the limit allows
}

// Chosen is a question of a sitting with its reasons, the weightiest first.
type Chosen struct {
	Question *Question
	Core     bool // it holds a core item of the triage that nobody asked
	Because  []Because
}

// Topic is the part of a selection that stands in one section.
type Topic struct {
	Section   *Section
	Questions []Chosen
}

// Selection is what one sitting asks.
type Selection struct {
	Topics []Topic // in the order in which they are asked: whether it is safe to talk, core items, the close last
	Rest   []Rest  // what was not asked and not chosen, one click away, in file order
}

// Rest counts the questions of a section that nobody asked and that were not chosen.
type Rest struct {
	Section   *Section
	Questions int
}

// Count returns the number of chosen questions.
func (s Selection) Count() int {
	n := 0
	for _, t := range s.Topics {
		n += len(t.Questions)
	}
	return n
}

// IDs returns the chosen questions in the order in which they are asked.
func (s Selection) IDs() []string {
	var ids []string
	for _, t := range s.Topics {
		for _, q := range t.Questions {
			ids = append(ids, q.Question.ID)
		}
	}
	return ids
}

// Session chooses the questions of one sitting: never more than the limit, never one that was answered.
// Core items of the triage that nobody asked come before everything else and are never dropped for
// another question. The same answers give the same selection.
func Session(c *Content, as Answers, t Talk) Selection {
	p := newPicker(c, as, t)
	for p.left > 0 {
		best := p.best()
		if best < 0 {
			break
		}
		p.take(best)
	}
	return p.selection()
}

// Open reports whether something of the question is still to be asked: nothing of it was answered, or
// a core item of the triage in it was left out.
func Open(c *Content, as Answers, q *Question) bool { return open(as, q, openCore(c, as)) }

func open(as Answers, q *Question, core map[string][]string) bool {
	if q.auto() {
		return false
	}
	asked, _ := Touched(q, as)
	return !asked || len(core[q.ID]) > 0
}

// openCore returns the core items that nobody asked, by the question that asks them first hand.
func openCore(c *Content, as Answers) map[string][]string {
	ids := map[string][]string{}
	for i, core := range CoreStates(c, as) {
		from := c.Triage.Items[i].From[0]
		if core.State == NotAsked && as[from.ref()].Is() == NotAsked {
			ids[from.Question] = append(ids[from.Question], core.Item)
		}
	}
	return ids
}

// ref is the slot that the item is read from.
func (f From) ref() Ref { return Ref{Question: f.Question, Part: f.Part} }

// Why returns the reasons for asking a question now, the weightiest first; none when it was answered,
// or when nothing speaks for it any more.
func Why(c *Content, as Answers, t Talk, q *Question) []Because {
	p := &picker{c: c, as: as, talk: t, core: openCore(c, as)}
	k, _ := p.candidate(q, topicReasons(c, as, t)[q.Section])
	return k.Because
}

// OptIn reports whether the section is offered and never opened by itself.
func (c *Content) OptIn(section string) bool { return slices.Contains(c.Session.OptIn, section) }

// Whole returns the sections of a consultation over several visits, with what is still open in each:
// every section but those that the situation rules out and those that she did not open.
func Whole(c *Content, as Answers, t Talk) []Topic {
	core := openCore(c, as)
	var out []Topic
	for i := range c.Sections {
		s := &c.Sections[i]
		if !s.Available || s.Opens(t.Situation) == OpensNo || c.OptIn(s.ID) && !t.OptedIn[s.ID] {
			continue
		}
		topic := Topic{Section: s}
		for j := range s.Questions {
			if q := &s.Questions[j]; open(as, q, core) && q.fits(t.Phase) {
				topic.Questions = append(topic.Questions, Chosen{Question: q})
			}
		}
		out = append(out, topic)
	}
	return out
}

// candidate is a question that could be chosen.
type candidate struct {
	Chosen
	points int
	taken  bool
}

// picker chooses among the candidates.
type picker struct {
	c     *Content
	as    Answers
	talk  Talk
	core  map[string][]string
	left  int
	all   []candidate
	topic map[string]int  // questions chosen of each section, core items aside
	begun map[string]bool // sections of which anything was chosen
}

func newPicker(c *Content, as Answers, t Talk) *picker {
	p := &picker{c: c, as: as, talk: t, core: openCore(c, as), left: c.Session.Limit, topic: map[string]int{}, begun: map[string]bool{}}
	for _, id := range t.Chosen {
		if q := c.Question(id); q != nil && !open(as, q, p.core) {
			p.left--
		}
	}
	if t.Most > 0 {
		p.left = min(p.left, t.Most)
	}
	topics := topicReasons(c, as, t)
	for _, q := range c.Questions() {
		if k, ok := p.candidate(q, topics[q.Section]); ok {
			p.all = append(p.all, k)
		}
	}
	return p
}

// candidate judges one question. Without a reason, out of phase, or in a section that she did not open
// it is none; a core item always is one.
func (p *picker) candidate(q *Question, topic []Because) (candidate, bool) {
	if !open(p.as, q, p.core) {
		return candidate{}, false
	}
	k := candidate{Chosen: Chosen{Question: q}}
	for _, id := range p.core[q.ID] {
		k.Core = true
		k.Because = append(k.Because, Because{Kind: BecauseCore, Code: id})
	}
	if k.Core {
		return k, true
	}
	if p.c.OptIn(q.Section) && !p.talk.OptedIn[q.Section] || !q.fits(p.talk.Phase) {
		return candidate{}, false
	}
	if asked, _ := Touched(q, p.as); asked || len(topic) == 0 {
		return candidate{}, false
	}
	k.Because = append(p.goals(q), topic...)
	k.points = p.points(q, k.Because)
	return k, k.points > 0
}

// goals are the wishes for today that the question itself serves.
func (p *picker) goals(q *Question) []Because {
	var out []Because
	wish := p.as[Ref{Question: wishQuestion}]
	for _, code := range q.Goals {
		if wish.Has(code) {
			out = append(out, Because{Kind: BecauseGoal, Words: p.c.Question(wishQuestion).Parts[0].Option(code).Label})
		}
	}
	return out
}

// points adds up what the reasons are worth, each kind once, and takes off what looking may cost.
func (p *picker) points(q *Question, because []Because) int {
	rules := p.c.Session
	sum := rules.Depth[q.Depth]
	counted := map[ReasonKind]bool{}
	for _, b := range because {
		if !counted[b.Kind] {
			counted[b.Kind] = true
			sum += rules.Weights[b.Kind]
		}
	}
	if q.Look != nil {
		sum -= rules.LookCost[p.talk.Phase.Tag()][q.Look.Alert.OrWorst()]
	}
	return sum
}

// best returns the index of the candidate to choose next, -1 when none is left. Equal ones go in file
// order.
func (p *picker) best() int {
	best, most := -1, 0
	for i := range p.all {
		k := &p.all[i]
		n := p.topic[k.Question.Section]
		switch {
		case k.taken:
			continue
		case k.Core:
			return i
		case n >= p.c.Session.TopicMost:
			continue
		}
		if worth := k.points - p.cost(n, k.Question.Section); worth > most {
			best, most = i, worth
		}
	}
	return best
}

// cost is what a topic of which n questions are chosen takes off the next one.
func (p *picker) cost(n int, section string) int {
	if n == 0 && !p.begun[section] {
		return p.c.Session.NewTopic
	}
	return n * p.c.Session.Repeat
}

func (p *picker) take(i int) {
	k := &p.all[i]
	k.taken = true
	p.left--
	p.begun[k.Question.Section] = true
	if !k.Core {
		p.topic[k.Question.Section]++
	}
}

// selection puts what was chosen under its sections and counts the rest.
func (p *picker) selection() Selection {
	var out Selection
	taken := map[string]bool{}
	for i := range p.c.Sections {
		t := Topic{Section: &p.c.Sections[i]}
		for _, k := range p.all {
			if k.taken && k.Question.Section == t.Section.ID {
				t.Questions = append(t.Questions, k.Chosen)
				taken[k.Question.ID] = true
			}
		}
		if len(t.Questions) > 0 {
			out.Topics = append(out.Topics, t)
		}
	}
	slices.SortStableFunc(out.Topics, func(a, b Topic) int { return p.c.rank(a) - p.c.rank(b) })
	out.Rest = p.rest(taken)
	return out
}

// rank puts the topic that can stop everything first (is it safe to talk), then topics with core items,
// and the close of the sitting last.
func (c *Content) rank(t Topic) int {
	stops := func(g Gate) bool { return g.Result == "stop" && c.Question(g.Ask).Section == t.Section.ID }
	switch {
	case slices.ContainsFunc(c.Gates, stops):
		return 0
	case t.Section.Gate.When == "last":
		return 3
	case slices.ContainsFunc(t.Questions, func(k Chosen) bool { return k.Core }):
		return 1
	}
	return 2
}

// rest counts for each section what is not among the chosen ones and was not asked.
func (p *picker) rest(chosen map[string]bool) []Rest {
	var out []Rest
	for i := range p.c.Sections {
		r := Rest{Section: &p.c.Sections[i]}
		for j := range r.Section.Questions {
			if q := &r.Section.Questions[j]; !chosen[q.ID] && open(p.as, q, p.core) {
				r.Questions++
			}
		}
		if r.Questions > 0 {
			out = append(out, r)
		}
	}
	return out
}
