package checklist

import "slices"

// Incidents are the ways in which one thing that somebody should not know can have come to them. The
// words for what, where and what was there are those of the pattern grid.
type Incidents struct {
	Back []Option `yaml:"back"` // how it came back to the survivor
	Ways []Way    `yaml:"ways"`
}

// Way is one way in which something can have become known: a device, an account, or something as
// ordinary as a person who talked.
type Way struct {
	ID       string   `yaml:"id"`
	Ordinary bool     `yaml:"ordinary"` // people, public posts, being near, chance
	Title    string   `yaml:"title"`
	Text     string   `yaml:"text"`
	Explains Fits     `yaml:"explains"`
	Not      []string `yaml:"not"` // what it would not explain, whatever was answered
	Ask      []string `yaml:"ask"` // ids of the questions that tell it from other ways, the best first
	Sources  []string `yaml:"sources"`
	Checked  string   `yaml:"checked"` // year-month
	Review   string   `yaml:"review"`
}

// Fits lists the codes that a way explains in each column; an empty column fits every answer.
type Fits struct {
	What    []string `yaml:"what"`
	Where   []string `yaml:"where"`
	Present []string `yaml:"present"`
	Back    []string `yaml:"back"`
}

// Incident is one thing they knew: codes of what, where, what was there and how it came back. A column
// without codes is not known, and excludes nothing.
type Incident struct {
	What    []string
	Where   []string
	Present []string
	Back    []string
}

// Plausible is a way that an incident does not speak against, with what of the incident it would
// leave open.
type Plausible struct {
	Way    *Way
	Leaves Incident // the codes of the incident that the way would not explain
}

// Plausible lists the ways that fit an incident, the one that leaves least open first, ordinary ways and
// others in turn. A way fits when it explains at least one code of every column
// that was answered and that it speaks of; what was there may be incomplete, so it never rules a way
// out. It is no measure of how likely a way is.
func (c *Content) Plausible(in Incident) []Plausible {
	var out []Plausible
	for i := range c.Incidents.Ways {
		w := &c.Incidents.Ways[i]
		e := w.Explains
		if allows(e.What, in.What) && allows(e.Where, in.Where) && allows(e.Back, in.Back) {
			out = append(out, Plausible{Way: w, Leaves: Incident{
				What: rest(e.What, in.What), Where: rest(e.Where, in.Where), Back: rest(e.Back, in.Back),
			}})
		}
	}
	slices.SortStableFunc(out, func(a, b Plausible) int { return a.open(in) - b.open(in) })
	return inTurn(out)
}

// inTurn puts ordinary ways and the others one after the other, so that neither kind speaks first of
// all and last of all.
func inTurn(ways []Plausible) []Plausible {
	var kinds [2][]Plausible
	for _, p := range ways {
		i := 0
		if p.Way.Ordinary {
			i = 1
		}
		kinds[i] = append(kinds[i], p)
	}
	var out []Plausible
	for n := range max(len(kinds[0]), len(kinds[1])) {
		for _, kind := range kinds {
			if n < len(kind) {
				out = append(out, kind[n])
			}
		}
	}
	return out
}

// open counts what a way leaves open: codes that it does not explain, and a device that it needs and
// that nobody said was there.
func (p Plausible) open(in Incident) int {
	n := len(p.Leaves.What) + len(p.Leaves.Where) + len(p.Leaves.Back)
	need := p.Way.Explains.Present
	if len(need) > 0 && !slices.ContainsFunc(need, func(c string) bool { return slices.Contains(in.Present, c) }) {
		n++
	}
	return n
}

// allows reports whether a column speaks for a way or says nothing about it.
func allows(explains, said []string) bool {
	if len(explains) == 0 || len(said) == 0 {
		return true
	}
	return slices.ContainsFunc(said, func(c string) bool { return slices.Contains(explains, c) })
}

// rest returns what was said and the way does not explain.
func rest(explains, said []string) []string {
	if len(explains) == 0 {
		return nil
	}
	var out []string
	for _, c := range said {
		if !slices.Contains(explains, c) {
			out = append(out, c)
		}
	}
	return out
}

// Separates returns the question that tells the plausible ways apart best: of those nobody has answered
// yet, the one that speaks of nearest to half of the ways; of two the one of the way that comes first.
// It is nil when every such question was answered.
func (c *Content) Separates(ways []Plausible, as Answers) *Question {
	var best *Question
	nearest := 0
	for _, p := range ways {
		for _, id := range p.Way.Ask {
			q := c.Question(id)
			if asked, unknown := Touched(q, as); asked && !unknown {
				continue
			}
			if off := offHalf(ways, id); best == nil || off < nearest {
				best, nearest = q, off
			}
		}
	}
	return best
}

// offHalf says how far from half of the ways a question speaks of, in half ways.
func offHalf(ways []Plausible, question string) int {
	n := 0
	for _, p := range ways {
		if slices.Contains(p.Way.Ask, question) {
			n++
		}
	}
	return max(len(ways)-2*n, 2*n-len(ways))
}

// incidents checks that every code is one that the grid or the list offers, that every question
// exists, and that ordinary ways are there.
func (k *checker) incidents() {
	seen := map[string]bool{}
	ordinary := 0
	for i := range k.c.Incidents.Ways {
		w := &k.c.Incidents.Ways[i]
		if seen[w.ID] {
			k.fault(w.ID, "the way stands there twice")
		}
		seen[w.ID] = true
		if w.Ordinary {
			ordinary++
		}
		k.way(w)
	}
	if ordinary == 0 {
		k.fault("ways", "no ordinary way: people, public posts and chance belong there")
	}
}

func (k *checker) way(w *Way) {
	if missing(w.Title, w.Text) || len(w.Not) == 0 || len(w.Ask) == 0 {
		k.fault(w.ID, "a text, what the way would not explain, or a question is missing")
	}
	k.shared(w.ID, w.Sources, nil, w.Checked)
	for _, id := range w.Ask {
		if k.c.Question(id) == nil {
			k.fault(w.ID, "the question %s does not exist", id)
		}
	}
	k.offered(w.ID, w.Explains.What, k.c.Grid.Part("what"))
	k.offered(w.ID, w.Explains.Where, k.c.Grid.Part("where"))
	k.offered(w.ID, w.Explains.Present, k.c.Grid.Part("present"))
	k.offered(w.ID, w.Explains.Back, &Part{Options: k.c.Incidents.Back})
}

// offered checks that every code is an answer on offer.
func (k *checker) offered(id string, codes []string, p *Part) {
	for _, code := range codes {
		if p == nil || p.Option(code) == nil {
			k.fault(id, "%q is no answer that anybody can give", code)
		}
	}
}
