// Package catalogue says what a device is from what it says and shows: group and class of the
// closed code set, brand, model, how sure that is, and the evidence in plain words. The rules are
// data; nothing here asks the network or the internet.
package catalogue

import (
	"fmt"
	"slices"
	"sort"

	"keyholder/scanner"
	"keyholder/scanner/oui"
)

// Catalogue holds the rules and the register of makers. It is read-only and safe for concurrent use.
type Catalogue struct {
	rules    []Rule
	index    index
	makers   *oui.Table
	words    vocabulary
	together map[[2]string]bool
}

// Identity is what the catalogue makes of one device.
type Identity struct {
	Group      Group
	Class      Class // empty where the signals tell only the group
	Brand      string
	Model      string
	Confidence Confidence
	Evidence   []Evidence // what led there, the strongest first
	Conflicts  []Evidence // what speaks for something else; kept, shown, and lowering the confidence
}

// Evidence is one reason in plain words. Texts of the device in it are bounded and free of control
// and direction characters, but not escaped for any output format.
type Evidence struct {
	Rule string `json:"rule"` // id of the rule, or "vendor", "not-understood"
	Says string `json:"says"`
	Fact string `json:"fact,omitempty"` // kind, field and value that it rests on
}

// Load reads the embedded rules and checks them: unknown keys, codes outside the closed set and ids
// used twice stop it with the file and the rule.
func Load() (*Catalogue, error) {
	rules, err := readRules(data)
	if err != nil {
		return nil, err
	}
	words, err := readVocabulary(data)
	if err != nil {
		return nil, err
	}
	words.mark(rules)
	makers, err := oui.Load()
	if err != nil {
		return nil, fmt.Errorf("loading the makers: %w", err)
	}
	c := &Catalogue{
		rules: rules, index: buildIndex(rules), makers: makers, words: words,
		together: map[[2]string]bool{},
	}
	for _, pair := range words.Together {
		if len(pair) != 2 {
			return nil, fmt.Errorf("data/words.v0.yaml: together wants pairs, not %v", pair)
		}
		c.together[[2]string{pair[0], pair[1]}] = true
		c.together[[2]string{pair[1], pair[0]}] = true
	}
	return c, nil
}

// Rules returns a copy of the list of rules, for tests and documents.
func (c *Catalogue) Rules() []Rule { return append([]Rule(nil), c.rules...) }

// claim is a rule that matched, with the facts it rests on.
type claim struct {
	rule  *Rule
	sure  Confidence // of the rule, or one step less where another device spoke for this one
	facts []*fact
	order int
	heard bool // rests on what a list says: never a witness for another claim, it may rest on the same thing
	named bool // rests only on texts that somebody chose: no witness for another such claim
}

func newClaim(r *Rule, facts []*fact, order int) claim {
	k := claim{rule: r, sure: r.Confidence, facts: facts, order: order}
	for _, f := range facts {
		if _, relayed := f.origin.fields["relayed"]; relayed && r.Group != "" {
			k.sure = r.Confidence.lowered()
		}
		if k.hearsay(f) {
			k.sure, k.heard = Possible, true
		}
	}
	return k
}

// hearsay reports whether f is what an imported list makes of the device: its maker, model or type.
// Nobody knows how the list came to it, so it is never more than possible. A name in a list counts
// like any other name.
func (k claim) hearsay(f *fact) bool {
	listed := f.origin.kind == string(scanner.FactListed)
	return listed && k.rule.Group != "" && !(f.kind == kindText && f.field == "name")
}

// Identify weighs the facts of one device. It never fails: when nothing is known it says so.
func (c *Catalogue) Identify(facts []scanner.Fact) Identity {
	v := look(facts, c.makers)
	claims, extra := c.claims(v.facts)
	id := Identity{Group: GroupOther, Class: ClassUnknown, Confidence: Unknown}
	if len(claims) > 0 {
		id = c.decide(claims)
	}
	id.Brand, id.Model = c.brand(id, claims, v), c.model(claims, v)
	for _, e := range extra {
		id.Evidence = append(id.Evidence, e.evidence())
	}
	id.Evidence = append(id.Evidence, vendorEvidence(v, id.Evidence)...)
	for _, kind := range v.strange {
		id.Evidence = append(id.Evidence, Evidence{
			Rule: "not-understood",
			Says: "not understood: " + clean(kind),
		})
	}
	return id
}

// claims returns the rules that claim a group, the strongest first, and those that only add evidence.
func (c *Catalogue) claims(facts []*fact) (claims, extra []claim) {
	done := map[int]bool{}
	for _, f := range facts {
		c.index.each(f, func(e *entry) {
			if done[e.rule] {
				return
			}
			r := &c.rules[e.rule]
			found := r.match(f, e.predicate, facts)
			if found == nil {
				return
			}
			done[e.rule] = true
			if k := c.weigh(newClaim(r, found, e.rule), facts); r.Group == "" {
				extra = append(extra, k)
			} else {
				claims = append(claims, k)
			}
		})
	}
	sortClaims(claims)
	sortClaims(extra)
	return claims, extra
}

func sortClaims(list []claim) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.rule.Rank != b.rule.Rank {
			return a.rule.Rank > b.rule.Rank
		}
		if a.level() != b.level() {
			return a.level() > b.level()
		}
		return a.order < b.order
	})
}

// madeUp reports whether the claim rests on the hardware address being private.
func (k claim) madeUp() bool {
	return len(k.facts) == 1 && k.facts[0].kind == kindVendor && k.facts[0].fields["private"].raw != ""
}

func (k claim) level() int { return k.sure.level() }

// decide lets the strongest claim name the device, then looks for claims that agree or contradict.
func (c *Catalogue) decide(claims []claim) Identity {
	first := claims[0]
	id := Identity{Group: first.rule.Group, Class: first.rule.Class, Confidence: first.sure}
	source := -1 // of the class
	if tied(claims) {
		id.Class = ""
	} else if id.Class == "" {
		source = c.refine(&id, claims)
	}
	id.Evidence = append(id.Evidence, first.evidence())
	best := id.Confidence
	for _, k := range claims[1:] {
		switch {
		case c.contradicts(id, first, k):
			id.Conflicts = append(id.Conflicts, k.evidence())
		case k.rule.agrees(id):
			id.Evidence = append(id.Evidence, k.evidence())
			if k.order != source { // it cannot be its own witness
				best = agree(best, id, first, k)
			}
		case k.sure.atLeast(Likely):
			id.Evidence = append(id.Evidence, k.evidence())
		}
	}
	id.Confidence = best
	if len(id.Conflicts) > 0 {
		id.Confidence = best.lowered()
	}
	return id
}

// agrees reports whether r names nothing else than id does.
func (r *Rule) agrees(id Identity) bool {
	return r.Group == id.Group && (r.Class == id.Class || r.Class == "" || id.Class == "")
}

// tied reports whether claims as strong as the first name other classes of the same group.
func tied(claims []claim) bool {
	a := claims[0]
	for _, b := range claims[1:] {
		if b.rule.Rank != a.rule.Rank || b.level() != a.level() {
			return false
		}
		if b.rule.Group == a.rule.Group && b.rule.Class != "" && a.rule.Class != "" && b.rule.Class != a.rule.Class {
			return true
		}
	}
	return false
}

// refine looks for the class when the strongest claim gives only the group. Another kind of fact that
// names a class inside the group is worth one step more than it would be alone. It returns the order of
// the claim that gave the class, -1 for none.
func (c *Catalogue) refine(id *Identity, claims []claim) int {
	first := claims[0]
	for _, k := range claims[1:] {
		if k.rule.Group != id.Group || k.rule.Class == "" {
			continue
		}
		other := independent(first, k)
		if !other && k.rule.Rank < first.rule.Rank-nearRank {
			return -1 // the stronger rule knows the same fact better and names no class on purpose
		}
		if sure := within(first, k, other); sure.atLeast(Likely) || first.sure == Possible {
			id.Class, id.Confidence = k.rule.Class, sure
			return k.order
		}
		return -1
	}
	return -1
}

// within says how sure the class of k is inside the group that first names; never surer than first.
func within(first, k claim, independent bool) Confidence {
	sure := k.sure
	if independent && first.sure.atLeast(Likely) {
		sure = sure.raised()
	}
	if sure.level() > first.level() {
		return first.sure
	}
	return sure
}

// nearRank is how close a class has to come, in rank, to a stronger rule on the same kind of fact.
const nearRank = 10

// agree raises the confidence when another kind of fact says the same. Two hints make a likely, two
// likely claims make a certain one.
func agree(now Confidence, id Identity, first, k claim) Confidence {
	sameClass := k.rule.Class == id.Class
	if !sameClass || !independent(first, k) {
		return now
	}
	base := first.sure
	switch {
	case base == Possible && now == Possible:
		return Likely
	case base == Likely && now == Likely && k.sure.atLeast(Likely):
		return Certain
	}
	return now
}

// independent reports whether k rests on a kind of fact that first does not use. What a list says is
// never independent: whoever made it may have guessed from the same thing. Nor are two chosen names,
// which one person may have given twice, and a made-up hardware address, which nearly everything can have.
func independent(first, k claim) bool {
	if first.heard || k.heard || first.named && k.named || k.madeUp() {
		return false
	}
	return slices.ContainsFunc(k.facts, func(f *fact) bool {
		return !slices.ContainsFunc(first.facts, func(g *fact) bool { return g.origin.kind == f.origin.kind })
	})
}

// weakGap is how far in rank a claim may lie below the first and still count against it.
const weakGap = 30

// contradicts reports whether k names something else and is strong enough to matter.
func (c *Catalogue) contradicts(id Identity, first, k claim) bool {
	if k.rule.agrees(id) {
		return false
	}
	if k.rule.Rank < first.rule.Rank-weakGap || k.level() < min(first.level(), Likely.level()) {
		return false
	}
	if k.level() == Possible.level() && k.rule.Rank < first.rule.Rank {
		return false
	}
	return !c.oneBox(id, k.rule)
}

// oneBox reports whether what id and r name are often one and the same box, such as a television with
// a speaker service.
func (c *Catalogue) oneBox(id Identity, r *Rule) bool {
	for _, a := range [...]string{string(id.Class), string(id.Group)} {
		if c.together[[2]string{a, string(r.Class)}] || c.together[[2]string{a, string(r.Group)}] {
			return true
		}
	}
	return false
}
