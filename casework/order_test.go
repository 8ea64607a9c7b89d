package casework

import (
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

// TestOrdered turns the file order of the steps round: the groups of the plan and the dependencies
// decide, not the place in the file.
func TestOrdered(t *testing.T) {
	c, err := content()
	if err != nil {
		t.Fatal(err)
	}
	turned := *c
	turned.Actions = slices.Clone(c.Actions)
	slices.Reverse(turned.Actions)
	f := NewFile(&turned, Case{}, nil, nil, nil)
	wanted := needs{by: make(map[string]*need), steps: make(map[string][]string)}
	needed := make(map[string]bool)
	for _, a := range c.Actions {
		wanted.add(f, a.ID, "")
		for _, first := range a.DependsOn {
			needed[first] = true
		}
	}
	var got []*checklist.Action
	for _, id := range f.ordered(wanted) {
		got = append(got, c.Action(id))
	}
	if len(got) != len(c.Actions) {
		t.Fatalf("%d steps, want all %d", len(got), len(c.Actions))
	}
	at := make(map[string]int)
	for i, a := range got {
		at[a.ID] = i
	}
	group := func(a *checklist.Action) int { return slices.Index(checklist.ActionGroups(), a.Group) }
	last, moved := 0, 0
	for _, a := range got {
		for _, first := range a.DependsOn {
			if at[first] > at[a.ID] {
				t.Errorf("%s comes before %s, which it depends on", a.ID, first)
			}
			moved++
		}
		if group(a) < last {
			t.Errorf("%s of group %s comes after a later group", a.ID, a.Group)
		}
		if !needed[a.ID] { // a step that others need may come before its group
			last = max(last, group(a))
		}
	}
	if last == 0 || moved == 0 {
		t.Error("no groups or no dependencies: nothing was looked at")
	}
}
