package checklist

// Content is one published version of everything the checklist says: questions, steps, the short
// first walk, the triage table and the presence boxes. It is read-only after Load.
type Content struct {
	Version  int    // 0 is the draft, from 1 on versions are frozen
	Language string // BCP 47 tag of the texts
	Title    string
	Checked  string // year-month in which the version was last read through

	StateLabels   map[State]string   // words for the seven states
	WarningTexts  map[Warning]string // the sentence shown before a step
	Alerts        map[Alert]string   // words for the alert levels
	AsGiven       string             // the choice that leaves a slot to what is ticked or typed beside it
	DateHint      string             // how a date is written
	Who           []Option           // WHO codes
	Freq          []Option           // FREQ codes
	Sections      []Section          // in the order in which pages list them
	Matrix        Question           // the five questions asked of every device or account
	Presence      Question           // the presence boxes of the case record
	PresenceRule  string             // the consistency rule in words
	PresenceLinks []PresenceLink     // which device groups belong to which box
	Gates         []Gate
	PhaseRules    []PhaseRule
	Actions       []Action // in file order
	First         First
	Session       SessionRules
	Grid          Question // the rows of the pattern grid, time by time; never judged
	Triage        Triage
	Access        AccessMap
	Notices       []Notice  // what the other side may see, in file order
	Incidents     Incidents // the ways in which one thing can have become known
	Letters       Letters   // to providers; each is among Actions too
	Sources       map[string]Source

	questions map[string]*Question
	sections  map[string]*Section
	actions   map[string]*Action
}

// Section is one topic of the checklist.
type Section struct {
	ID        string      `yaml:"id"` // "S00" … "S24", and "D" for the danger questions
	Title     string      `yaml:"title"`
	Why       string      `yaml:"why"` // why we ask, in plain words
	Gate      SectionGate `yaml:"gate"`
	Available bool        `yaml:"available"` // false: opens in a later content version
	Questions []Question  `yaml:"questions"`

	Own string `yaml:"-"` // name of the organisation that added it; empty for a topic of the core
}

// SectionGate says when a section is worth opening. A gate suggests; it never hides a section.
type SectionGate struct {
	When   string     `yaml:"when"` // always, devices, phase, last
	Text   string     `yaml:"text"` // the condition in words
	Groups []string   `yaml:"groups"`
	Phases []PhaseTag `yaml:"phases"`
}

// Question is one question with everything a page needs to ask it and everything the engine needs
// to judge the answer.
type Question struct {
	ID         string       `yaml:"id"` // never reused, e.g. "12.2"
	Text       string       `yaml:"text"`
	Help       string       `yaml:"help"` // why we ask
	Parts      []Part       `yaml:"parts"`
	Rows       *Rows        `yaml:"rows"` // set for list questions: the columns of one row
	Concern    []Rule       `yaml:"concern"`
	Unknown    string       `yaml:"unknown"` // "finding": not knowing is itself a concern; "open": an open item
	Finding    string       `yaml:"finding"` // the finding in words of possibility
	Means      string       `yaml:"means"`
	NextStep   string       `yaml:"next_step"`
	Actions    []string     `yaml:"actions"` // ids of the steps offered for the finding
	Alert      Alert        `yaml:"alert"`   // of the next step
	Warnings   []Warning    `yaml:"warnings"`
	ProofLost  string       `yaml:"proof_lost"` // none, history, recordings, messages, unknown
	Phases     []PhaseTag   `yaml:"phases"`
	Protective bool         `yaml:"protective"`
	Depth      Depth        `yaml:"depth"`
	Goals      []string     `yaml:"goals"` // codes of 00.6; empty means that every goal is served
	Look       *Look        `yaml:"look"`  // set when answering means opening a setting or signing in
	DontKnow   WhoCouldTell `yaml:"dont_know"`
	StatField  string       `yaml:"stat_field"`
	Channel    string       `yaml:"channel"` // access channel of the finding, PRACTICE section 3.4
	Sources    []string     `yaml:"sources"`
	Checked    string       `yaml:"checked"`
	Review     string       `yaml:"review"` // "needed" until a practitioner has signed the text off

	Section string `yaml:"-"` // id of the section it stands in
}

// Look says what looking itself may show, before anyone looks.
type Look struct {
	Alert Alert  `yaml:"alert"`
	Where string `yaml:"where"` // where to tap
	Trace string `yaml:"trace"` // what the other side may see of the looking
}

// WhoCouldTell helps with "don't know": who could find out, and how without harm.
type WhoCouldTell struct {
	Who string `yaml:"who"`
	How string `yaml:"how"`
}

// Part is one answerable piece of a question. The main part has no name.
type Part struct {
	Name        string           `yaml:"name"`
	Kind        Kind             `yaml:"kind"`
	Label       string           `yaml:"label"` // empty: the text of the question stands for it
	Help        string           `yaml:"help"`
	Options     []Option         `yaml:"options"`
	StateLabels map[State]string `yaml:"state_labels"` // own words for some states
	Is          []string         `yaml:"is"`           // examples of what counts
	IsNot       []string         `yaml:"is_not"`       // examples of what does not
	Export      string           `yaml:"export"`       // Y, B or N (PRACTICE section 3); empty is N
	YesToAll    string           `yaml:"yes_to_all"`   // items only: words of one choice that says yes to all
}

// Option is one closed answer.
type Option struct {
	Code  string   `yaml:"code"`
	Label string   `yaml:"label"`
	Help  string   `yaml:"help"`
	Opens []string `yaml:"opens"` // sections worth opening when this is chosen
}

// Rows describes the rows of a list question. Each row is an entity of its own.
type Rows struct {
	Entity  string `yaml:"entity"` // entity kind of a row: device, platform, row …
	Noun    string `yaml:"noun"`   // "camera": heading and button of a row
	Columns []Part `yaml:"columns"`
}

// Rule says which answers of one part open the finding. Suspected counts with yes.
type Rule struct {
	Part    string   `yaml:"part"`
	States  []State  `yaml:"states"`
	Codes   []string `yaml:"codes"`
	Actions []string `yaml:"actions"` // steps for this answer, beside those of the question
}

// Gate stops or narrows a consultation on certain answers.
type Gate struct {
	ID     string   `yaml:"id"`
	Result string   `yaml:"result"` // stop, danger, short, no_record
	Ask    string   `yaml:"question"`
	Part   string   `yaml:"part"` // empty on an items question: any of its items
	States []State  `yaml:"states"`
	Codes  []string `yaml:"codes"`
	Title  string   `yaml:"title"`
	Text   []string `yaml:"text"` // what to do, one line each
}

// PhaseRule maps answers on living and leaving to a phase; the first rule that fits wins.
type PhaseRule struct {
	Living  []string `yaml:"living"`  // codes of 01.1; empty fits any known answer
	Leaving []string `yaml:"leaving"` // codes of 01.2; empty fits any answer, known or not
	Phase   Phase    `yaml:"phase"`
}

// PresenceLink says which device groups speak for a presence box.
type PresenceLink struct {
	Field  string   `yaml:"field"`
	Groups []string `yaml:"groups"`
}

// Source is where a claim comes from.
type Source struct {
	Text string `yaml:"text"`
	At   string `yaml:"at"`
}

// Action is one step of a plan, worded for each of its readers.
type Action struct {
	ID            string     `yaml:"id"`       // "SP-13.2"
	Worker        string     `yaml:"worker"`   // for the worker's copy
	Survivor      string     `yaml:"survivor"` // for the survivor's copy
	Unmarked      string     `yaml:"unmarked"` // reads like a household list; empty leaves it out
	NotYet        NotYet     `yaml:"not_yet"`
	Alert         Alert      `yaml:"alert"`
	Warnings      []Warning  `yaml:"warnings"`
	ProofLost     string     `yaml:"proof_lost"`
	Protective    bool       `yaml:"protective"` // shown in every phase and lane
	Phases        []PhaseTag `yaml:"phases"`
	Group         string     `yaml:"group"` // place in the order of life apart
	DependsOn     []string   `yaml:"depends_on"`
	WhoActs       string     `yaml:"who_acts"`
	NeedsOwnAdmin bool       `yaml:"needs_own_admin"`
	UsesCamera    bool       `yaml:"uses_camera"` // waits for 06.1 and 06.2 or a camera that does not sync
	Ends          []string   `yaml:"ends"`        // ways in which the item can end
	Sources       []string   `yaml:"sources"`
	Checked       string     `yaml:"checked"`
	Review        string     `yaml:"review"`
}

// NotYet is what may be said of a step that is held back: no instructions.
type NotYet struct {
	What  string `yaml:"what"`
	Told  string `yaml:"told"`  // what the other side could be told
	Ready string `yaml:"ready"` // what must be ready first
}

// ActionGroups lists the groups of actions in the order in which a plan shows them: protective acts
// and the session itself first, then the order for life apart (PRACTICE section 2.1).
func ActionGroups() []string {
	return []string{
		"protect", "session", "email_recovery", "phone_plan", "location", "children",
		"hub_cameras", "wifi", "money", "rest",
	}
}

// Question returns the question with this id, or nil. "matrix" and "presence" name those two.
func (c *Content) Question(id string) *Question { return c.questions[id] }

// SectionByID returns the section with this id, or nil.
func (c *Content) SectionByID(id string) *Section { return c.sections[id] }

// Action returns the step with this id, or nil.
func (c *Content) Action(id string) *Action { return c.actions[id] }

// Questions returns the questions of all available sections in order.
func (c *Content) Questions() []*Question {
	var qs []*Question
	for i := range c.Sections {
		for j := range c.Sections[i].Questions {
			qs = append(qs, &c.Sections[i].Questions[j])
		}
	}
	return qs
}

// FindingID returns the id of the finding this question can open.
func (q *Question) FindingID() string { return "F-" + q.ID }

// Part returns the named part or column, or nil. An item of an items part counts as that part.
func (q *Question) Part(name string) *Part {
	for i := range q.Parts {
		p := &q.Parts[i]
		if p.Name == name || p.Kind == KindItems && p.Option(name) != nil {
			return p
		}
	}
	if q.Rows != nil {
		for i := range q.Rows.Columns {
			if q.Rows.Columns[i].Name == name {
				return &q.Rows.Columns[i]
			}
		}
	}
	return nil
}

// Option returns the option with this code, or nil.
func (p *Part) Option(code string) *Option {
	for i := range p.Options {
		if p.Options[i].Code == code {
			return &p.Options[i]
		}
	}
	return nil
}

// Slots names the answer slots of the part: one for each item of an items part, else its own name.
func (p *Part) Slots() []string {
	if p.Kind != KindItems {
		return []string{p.Name}
	}
	var names []string
	for _, o := range p.Options {
		names = append(names, o.Code)
	}
	return names
}

// Refs returns every slot of the question for an entity, without the columns of its rows.
func (q *Question) Refs(entity string) []Ref {
	var refs []Ref
	for i := range q.Parts {
		if q.Parts[i].Kind == KindAuto {
			continue
		}
		for _, s := range q.Parts[i].Slots() {
			refs = append(refs, Ref{Entity: entity, Question: q.ID, Part: s})
		}
	}
	return refs
}

// RowRefs returns every slot of one row of a list question.
func (q *Question) RowRefs(row string) []Ref {
	if q.Rows == nil {
		return nil
	}
	var refs []Ref
	for _, col := range q.Rows.Columns {
		refs = append(refs, Ref{Entity: row, Question: q.ID, Part: col.Name})
	}
	return refs
}
