package checklist

// Control says which form control an input is.
type Control string

// The controls.
const (
	ControlRadios     Control = "radios"
	ControlCheckboxes Control = "checkboxes"
	ControlSelect     Control = "select"
	ControlText       Control = "text"
	ControlTextArea   Control = "textarea"
	ControlNumber     Control = "number"
	ControlDate       Control = "date"
)

// Input is one form control, filled with the answer as it stands. A page renders it without
// knowing what it asks.
type Input struct {
	Name     string // form name, see Ref.Input and Ref.StateInput
	Control  Control
	Legend   string
	Hint     string
	Choices  []Choice // for radios, checkboxes and select
	Value    string   // for the typed controls
	Aside    bool     // refines the input before it; a page may fold it away, but must send it
	Personal bool     // free words about a person
	Ref      Ref
	Is       []string // examples of what counts
	IsNot    []string // examples of what does not
}

// Choice is one radio, checkbox or option.
type Choice struct {
	Value   string
	Label   string
	Hint    string
	Checked bool
	State   bool // a state ("don't know"), not a code: pages set these off from the codes
}

// statePrefix marks a state among the codes of one radio group. No code contains it.
const statePrefix = "~"

// Input returns the form name of the answer itself: "a.01.6/what", "a.12.1/owner@<row>".
func (r Ref) Input() string { return "a." + r.key() }

// StateInput returns the form name of the state of the answer: "s.00.1", "s.01.6/what".
func (r Ref) StateInput() string { return "s." + r.key() }

func (r Ref) key() string {
	k := r.Question
	if r.Part != "" {
		k += "/" + r.Part
	}
	if r.Entity != "" {
		k += "@" + r.Entity
	}
	return k
}

// Inputs returns the controls of the shown parts for an entity, in order. For a list question they
// ask whether there are rows; RowInputs has the controls of a row.
func (c *Content) Inputs(k Asked, entity string, as Answers) []Input {
	var ins []Input
	for i := range k.Question.Parts {
		if p := &k.Question.Parts[i]; k.Shows(p) {
			ins = append(ins, c.inputs(k.Question, p, entity, as)...)
		}
	}
	return ins
}

// RowInputs returns the controls of one row of a list question. Give a new row an id such as
// "new1"; ParseForm returns it under that id, or not at all while it is blank.
func (c *Content) RowInputs(q *Question, row string, as Answers) []Input {
	if q.Rows == nil {
		return nil
	}
	var ins []Input
	for i := range q.Rows.Columns {
		ins = append(ins, c.inputs(q, &q.Rows.Columns[i], row, as)...)
	}
	return ins
}

func (c *Content) inputs(q *Question, p *Part, entity string, as Answers) []Input {
	ref := Ref{Entity: entity, Question: q.ID, Part: p.Name}
	switch {
	case p.Kind == KindAuto:
		return nil
	case p.Kind == KindItems:
		return c.itemInputs(q, p, entity, as)
	case p.Kind == KindState || p.Kind == KindList:
		return []Input{c.stateInput(q, p, ref, as[ref])}
	case p.Kind.Several():
		return c.severalInputs(q, p, ref, as[ref])
	case p.Kind.Coded():
		return c.pickInputs(q, p, ref, as[ref])
	}
	return c.typedInputs(q, p, ref, as[ref])
}

// base fills in what all controls of a part share.
func base(q *Question, p *Part, ref Ref) Input {
	legend := p.Label
	if legend == "" {
		legend = q.Text
	}
	return Input{Ref: ref, Legend: legend, Hint: p.Help, Is: p.Is, IsNot: p.IsNot}
}

// states lists states as choices; the given one is checked.
func (c *Content) states(p *Part, given State, prefix string, list ...State) []Choice {
	var out []Choice
	for _, s := range list {
		out = append(out, Choice{
			Value: prefix + string(s), Label: c.StateLabel(p, s), Checked: s == given, State: true,
		})
	}
	return out
}

func (c *Content) stateInput(q *Question, p *Part, ref Ref, a Answer) Input {
	in := base(q, p, ref)
	in.Name, in.Control = ref.StateInput(), ControlRadios
	in.Choices = c.states(p, a.Is(), "", States()...)
	return in
}

// maxRadios is how many codes a radio group shows before it becomes a select.
const maxRadios = 9

func (c *Content) pickInputs(q *Question, p *Part, ref Ref, a Answer) []Input {
	in := base(q, p, ref)
	in.Name, in.Control = ref.Input(), ControlRadios
	in.Choices = c.codes(p, a)
	if len(in.Choices) > maxRadios {
		in.Control = ControlSelect
	}
	bare := State("")
	if len(a.Codes) == 0 || a.Is() == DontKnow {
		bare = a.Is()
	}
	in.Choices = append(in.Choices, c.states(p, bare, statePrefix, pickStates()...)...)
	aside := Input{Ref: ref, Name: ref.StateInput(), Control: ControlCheckboxes, Aside: true}
	aside.Choices = c.states(p, a.Is(), "", Suspected)
	return []Input{in, aside}
}

// codes are the codes of a part as choices; "don't know" is a state and stands among those.
func (c *Content) codes(p *Part, a Answer) []Choice {
	var out []Choice
	for _, o := range c.Options(p) {
		if o.Code != CodeDontKnow {
			out = append(out, Choice{Value: o.Code, Label: o.Label, Hint: o.Help, Checked: a.Has(o.Code)})
		}
	}
	return out
}

// pickStates are the states that stand among the codes of a single choice.
func pickStates() []State { return []State{DontKnow, Declined, NotApplicable, NotAsked} }

func (c *Content) severalInputs(q *Question, p *Part, ref Ref, a Answer) []Input {
	in := base(q, p, ref)
	in.Name, in.Control = ref.Input(), ControlCheckboxes
	in.Choices = c.codes(p, a)
	rest := Input{Ref: ref, Name: ref.StateInput(), Control: ControlSelect, Aside: true}
	rest.Choices = c.restChoices(p, a)
	return []Input{in, rest}
}

// restChoices are the states that can stand beside ticked codes or instead of them. The first one
// leaves it to the ticks.
func (c *Content) restChoices(p *Part, a Answer) []Choice {
	given := a.Is()
	auto := given == NotAsked || given == Yes && len(a.Codes) > 0
	out := []Choice{{Label: c.AsGiven, Checked: auto, State: true}}
	return append(out, c.states(p, given, "", No, Suspected, DontKnow, Declined, NotApplicable)...)
}

func (c *Content) itemInputs(q *Question, p *Part, entity string, as Answers) []Input {
	ref := Ref{Entity: entity, Question: q.ID, Part: p.Name}
	in := base(q, p, ref)
	in.Name, in.Control = ref.Input(), ControlCheckboxes
	rest, single := restOf(p, ref, as)
	for _, o := range p.Options {
		item := Ref{Entity: entity, Question: q.ID, Part: o.Code}
		in.Choices = append(in.Choices, Choice{
			Value: o.Code, Label: o.Label, Hint: o.Help, Checked: as[item].Is() == Yes,
		})
	}
	others := Input{Ref: ref, Name: ref.StateInput(), Control: ControlRadios, Aside: true}
	if p.YesToAll != "" {
		others.Choices = []Choice{{Value: string(Yes), Label: p.YesToAll, State: true}}
	}
	others.Choices = append(others.Choices, c.states(p, rest, "", No, DontKnow, Declined, NotAsked)...)
	ins := []Input{in, others}
	for _, o := range p.Options {
		item := Ref{Entity: entity, Question: q.ID, Part: o.Code}
		one := Input{Ref: item, Name: item.StateInput(), Control: ControlSelect, Legend: o.Label, Aside: true}
		one.Choices = append([]Choice{{Label: c.AsGiven, Checked: single[o.Code] == "", State: true}},
			c.states(p, single[o.Code], "", States()...)...)
		ins = append(ins, one)
	}
	return ins
}

// restOf splits the items that were not answered yes: the state they all share, or the state of
// each where they differ or share one that the common choice does not offer.
func restOf(p *Part, ref Ref, as Answers) (rest State, single map[string]State) {
	single = map[string]State{}
	shared := map[State]bool{}
	for _, o := range p.Options {
		if s := as[Ref{Entity: ref.Entity, Question: ref.Question, Part: o.Code}].Is(); s != Yes {
			single[o.Code] = s
			shared[s] = true
		}
	}
	for _, s := range []State{No, DontKnow, Declined, NotAsked} {
		if len(shared) == 1 && shared[s] {
			return s, map[string]State{}
		}
	}
	return NotAsked, single
}

func (c *Content) typedInputs(q *Question, p *Part, ref Ref, a Answer) []Input {
	in := base(q, p, ref)
	in.Name, in.Value = ref.Input(), a.Text.Reveal()
	switch p.Kind {
	case KindNote:
		in.Control, in.Personal = ControlTextArea, true
	case KindNumber:
		in.Control = ControlNumber
	case KindDate:
		in.Control = ControlDate
		if in.Hint == "" {
			in.Hint = c.DateHint
		}
	default:
		in.Control, in.Personal = ControlText, true
	}
	if len(a.Codes) > 0 {
		in.Value = a.Codes[0]
	}
	state := Input{Ref: ref, Name: ref.StateInput(), Control: ControlSelect, Aside: true}
	given := a.Is()
	auto := given == NotAsked || given == Yes && in.Value != ""
	state.Choices = append([]Choice{{Label: c.AsGiven, Checked: auto, State: true}},
		c.states(p, given, "", No, Suspected, DontKnow, Declined, NotApplicable)...)
	return []Input{in, state}
}
