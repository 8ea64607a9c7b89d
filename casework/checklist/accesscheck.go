package checklist

import "slices"

// access checks that every name in the access map leads somewhere and that no question with a channel
// was forgotten.
func (k *checker) access() {
	m := &k.c.Access
	k.shared("links", m.Sources, nil, m.Checked)
	k.accessNodes()
	for _, g := range m.Gives {
		k.leads("gives", g.From)
		k.leads("gives", g.To)
		k.cuts("gives", g.CutBy)
	}
	for i := range m.Rows {
		k.accessRows(&m.Rows[i])
	}
	k.accessMatrix()
	seen := map[string]bool{}
	for i := range m.Links {
		l := &m.Links[i]
		if seen[l.ID] {
			k.fault(l.ID, "the link stands there twice")
		}
		seen[l.ID] = true
		k.accessLink(l)
	}
	k.accessWhole()
}

// accessNodes checks wholes, things, persons and what classes can do.
func (k *checker) accessNodes() {
	m := &k.c.Access
	for _, n := range append(slices.Clone(m.Wholes), m.Things...) {
		if !codeForm.MatchString(n.ID) || n.Label == "" {
			k.fault(n.ID, "the node of the access map has no label or is no code")
		}
	}
	for _, h := range m.Holders {
		if m.Holder(h.Node) == nil {
			k.fault("holders", "the holder %s is the node %s, which does not exist", h.Code, h.Node)
		}
	}
	for _, thing := range m.Abilities {
		k.leads("abilities", thing)
	}
	k.leads("things", AccessNotKnown)
}

func (k *checker) leads(id, node string) {
	if n, _ := k.c.Access.Node(node); n == nil {
		k.fault(id, "the access map has no node %q", node)
	}
}

func (k *checker) cuts(id string, steps []string) {
	for _, s := range steps {
		if k.c.Action(s) == nil {
			k.fault(id, "it is cut by the step %s, which does not exist", s)
		}
	}
}

func (k *checker) accessRows(r *AccessRows) {
	q := k.c.Question(r.Question)
	if q == nil || q.Rows == nil {
		k.fault("rows", "question %s has no rows", r.Question)
		return
	}
	for _, to := range r.To {
		k.leads(r.Question, to)
	}
	if r.By != "" {
		k.accessRowCodes(r, q.Part(r.By))
	}
}

// accessRowCodes checks that rows lead somewhere for every option of their column.
func (k *checker) accessRowCodes(r *AccessRows, p *Part) {
	if p == nil {
		k.fault(r.Question, "the rows of the access map read a column that does not exist")
		return
	}
	for code, to := range r.Map {
		if k.c.option(p, code) == nil {
			k.fault(r.Question, "the rows of the access map name the code %q, which is no option", code)
		}
		for _, t := range to {
			k.leads(r.Question, t)
		}
	}
	for _, o := range p.Options {
		if len(r.Map[o.Code]) == 0 {
			k.fault(r.Question, "the rows of the access map lead nowhere for %s", o.Code)
		}
	}
}

func (k *checker) accessMatrix() {
	m := k.c.Access.Matrix
	for _, col := range m.Columns {
		if k.c.Matrix.Part(col.Part) == nil || col.Channel == "" {
			k.fault(k.c.Matrix.ID, "the access map reads %s, which does not exist or has no channel", col.Part)
		}
	}
	for _, code := range m.Codes {
		if k.c.Access.Holder(code) == nil {
			k.fault(k.c.Matrix.ID, "the access map names the holder %s, which does not exist", code)
		}
	}
	for _, steps := range m.CutBy {
		k.cuts(k.c.Matrix.ID, steps)
	}
}

func (k *checker) accessLink(l *AccessLink) {
	p, codes, states := k.c.Reads(l)
	if p == nil {
		k.fault(l.ID, "it reads %s/%s, which does not exist", l.Question, l.Part)
		return
	}
	if len(codes)+len(states) == 0 {
		k.fault(l.ID, "no answer to %s/%s makes it a way", l.Question, l.Part)
	}
	for _, code := range codes {
		if k.c.option(p, code) == nil {
			k.fault(l.ID, "it reads the code %q of %s, which is no option", code, l.Question)
		}
	}
	if l.Channel == "" && k.c.Question(l.Question).Channel == "" {
		k.fault(l.ID, "it has no channel")
	}
	if l.From != "" {
		k.leads(l.ID, l.From)
	}
	k.accessTarget(l, p)
	k.cuts(l.ID, l.CutBy)
	for _, back := range l.BackBy {
		if !slices.ContainsFunc(k.c.Access.Links, func(o AccessLink) bool { return o.ID == back }) {
			k.fault(l.ID, "it comes back by %s, which does not exist", back)
		}
	}
}

// accessTarget checks where a link leads.
func (k *checker) accessTarget(l *AccessLink, p *Part) {
	rows := k.c.InRows(l)
	switch {
	case (l.To == "") == (len(l.Map) == 0):
		k.fault(l.ID, "it needs either to or map")
	case !rows && (l.To == AccessRow || l.By != ""):
		k.fault(l.ID, "it leads to a row, and the question has none")
	case l.To != "" && l.To != AccessRow:
		k.leads(l.ID, l.To)
	}
	if l.By != "" {
		p = k.c.Question(l.Question).Part(l.By)
	}
	k.accessCodes(l, p)
}

// accessCodes checks that a link with a map knows every option, and no other code.
func (k *checker) accessCodes(l *AccessLink, p *Part) {
	if len(l.Map) == 0 || p == nil {
		return
	}
	for code, to := range l.Map {
		k.leads(l.ID, to)
		if p.Option(code) == nil {
			k.fault(l.ID, "it names the code %q, which is no option", code)
		}
	}
	for _, o := range p.Options {
		if l.Map[o.Code] == "" {
			k.fault(l.ID, "it leads nowhere for %s", o.Code)
		}
	}
}

// accessWhole checks that every question with a channel and a concern is a way or says why not.
func (k *checker) accessWhole() {
	said := map[string]bool{}
	for _, l := range k.c.Access.Links {
		said[l.Question] = true
	}
	for _, n := range k.c.Access.NoWay {
		if k.c.Question(n.Question) == nil || n.Why == "" || said[n.Question] {
			k.fault(n.Question, "the access map leaves it out without a reason, or does not leave it out at all")
		}
		said[n.Question] = true
	}
	for _, q := range k.c.Questions() {
		if q.Channel != "" && len(q.Concern) > 0 && !said[q.ID] {
			k.fault(q.ID, "it has a channel, and the access map neither reads it nor says why not")
		}
	}
}
