package checklist

// Line is one slot in words: what was asked and what was answered.
type Line struct {
	Ref    Ref
	Asked  string // the question, and the part where it has several
	State  State
	Answer []string // labels of the codes, or of the state
	Text   Words
}

// Summary is what a consultation has come to so far. It is true wherever the consultation stops:
// what was not asked stands there as not asked.
type Summary struct {
	Known    []Line // yes, no, suspected, not applicable
	Unknown  []Line // don't know
	Declined []Line
	NotAsked []Line
	Findings []Outcome
	Open     []Outcome
	Gates    []GateHit
	Phase    Phase
}

// Summarise puts the given questions in words, with the outcomes of all answers.
func Summarise(c *Content, asked []Asked, as Answers) Summary {
	outcomes := Evaluate(c, as)
	s := Summary{
		Findings: Of(outcomes, OutcomeFinding),
		Open:     Of(outcomes, OutcomeOpen),
		Gates:    Gates(c, as),
		Phase:    PhaseOf(c, as),
	}
	for _, line := range Lines(c, asked, as) {
		switch line.State {
		case DontKnow:
			s.Unknown = append(s.Unknown, line)
		case Declined:
			s.Declined = append(s.Declined, line)
		case NotAsked:
			s.NotAsked = append(s.NotAsked, line)
		default:
			s.Known = append(s.Known, line)
		}
	}
	return s
}

// Lines puts every slot of the questions in words, rows after the question they belong to.
func Lines(c *Content, asked []Asked, as Answers) []Line {
	var lines []Line
	seen := map[Ref]bool{}
	for _, k := range asked {
		refs := k.Question.Refs("")
		for _, row := range as.Rows(k.Question.ID) {
			refs = append(refs, k.Question.RowRefs(row)...)
		}
		for _, ref := range refs {
			if p := k.Question.Part(ref.Part); !seen[ref] && (ref.Entity != "" || k.Shows(p)) {
				seen[ref] = true
				lines = append(lines, c.line(k.Question, p, ref, as[ref]))
			}
		}
	}
	return lines
}

// FirstAsked returns everything the first walk asks, screen by screen.
func (c *Content) FirstAsked() []Asked {
	var ks []Asked
	for i := range c.First.Screens {
		ks = append(ks, c.Screen(i)...)
	}
	return ks
}

func (c *Content) line(q *Question, p *Part, ref Ref, a Answer) Line {
	l := Line{Ref: ref, Asked: q.Text, State: a.Is(), Text: a.Text}
	if p.Kind == KindItems {
		l.Asked = p.Option(ref.Part).Label
	} else if p.Label != "" {
		l.Asked = q.Text + " – " + p.Label
	}
	l.Answer = c.Words(p, a)
	return l
}

// Words puts an answer in the words that were offered: the labels of the codes, the digits of a
// number or date, and the label of the state unless a plain yes has codes or text to show.
func (c *Content) Words(p *Part, a Answer) []string {
	var words []string
	for _, code := range a.Codes {
		switch o := c.option(p, code); {
		case code == CodeDontKnow:
		case o != nil:
			words = append(words, o.Label)
		case p.Kind.Typed():
			words = append(words, code)
		}
	}
	if a.Is() != Yes || len(words) == 0 && a.Text.Empty() {
		words = append(words, c.StateLabel(p, a.Is()))
	}
	return words
}

// StateLabel returns the word for a state, in the part's own words where it has them.
func (c *Content) StateLabel(p *Part, s State) string {
	if own := p.StateLabels[s]; own != "" {
		return own
	}
	return c.StateLabels[s]
}

// Options returns the closed options of a part, including the shared WHO and FREQ lists.
func (c *Content) Options(p *Part) []Option {
	switch p.Kind {
	case KindWho, KindWhoMulti:
		return c.Who
	case KindFreq:
		return c.Freq
	}
	return p.Options
}

func (c *Content) option(p *Part, code string) *Option {
	for _, o := range c.Options(p) {
		if o.Code == code {
			return &o
		}
	}
	return nil
}
