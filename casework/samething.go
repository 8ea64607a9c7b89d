package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"keyholder/casework/checklist"
)

// FieldSameAs says on a recorded device that it is one which was recorded before: the code is the id of
// that one. "Don't know" takes it back: nobody says any more that it is another one. Only a person can say it: a device that makes up its address is, to a
// network, another one every time.
const FieldSameAs Field = "same_as"

// VerbJoin is the audit verb for saying that two recorded devices are one, and for taking that back.
const VerbJoin Verb = "join"

// Joining is what somebody says about whether a device is one that was recorded before.
type Joining struct {
	As     EntityID // the one it is; empty when nobody says that it is another one
	Basis  Basis    // SurvivorSaid or WorkerSaw; SurvivorSaid when empty
	Expect map[Slot]ValueID
}

// JoinDevice keeps that a recorded device is the same thing as another one of the case, or takes that
// back. Nothing is moved, rewritten or lost: both keep what was said of each, and every reader asks
// File.Same. It returns FieldErrors for a device that cannot be chosen and *Conflict when somebody else
// said something else meanwhile.
func (b *Casebook) JoinDevice(ctx context.Context, id CaseID, a Act, device EntityID, j Joining) error {
	f, err := b.withThing(ctx, id, device)
	if err != nil {
		return err
	}
	v, err := j.value(f, device)
	if err != nil {
		return err
	}
	shown, checked := j.Expect[v.Slot]
	if j.As == "" && (checked && shown == "" || f.Head(device, FieldSameAs).ID == "") {
		return nil // the form showed that nobody said anything, and left it so
	}
	return b.decided(ctx, id, a, VerbJoin, Answers{Values: []Value{v}, Expect: j.Expect})
}

// value checks what was said about a device and turns it into a row.
func (j Joining) value(f *File, device EntityID) (Value, error) {
	v := Value{Slot: Slot{Entity: device, Field: FieldSameAs}, State: checklist.DontKnow, Basis: cmp.Or(j.Basis, SurvivorSaid)}
	if v.Basis != SurvivorSaid && v.Basis != WorkerSaw {
		return v, invalid("basis", "error.field.code")
	}
	isDevice := slices.ContainsFunc(f.Entities, func(e Entity) bool { return e.ID == device && e.Kind == KindDevice })
	if !isDevice || j.As != "" && !slices.Contains(f.Joinable(device), j.As) {
		return v, invalid(string(FieldSameAs), "error.device.same")
	}
	if j.As != "" {
		v.State, v.Codes = checklist.Yes, []string{string(j.As)}
	}
	return v, nil
}

// Joinable lists the recorded devices that a device could be said to be: those on the list that are
// things of their own and are not this one already.
func (f *File) Joinable(device EntityID) []EntityID {
	var out []EntityID
	for _, e := range f.Of(KindDevice) {
		if e.ID != device && f.Same(e.ID) == e.ID {
			out = append(out, e.ID)
		}
	}
	return out
}

// Same returns the recorded thing that e is by what somebody said, e itself when it is a thing of its
// own.
func (f *File) Same(e EntityID) EntityID {
	if root, joined := f.same[e]; joined {
		return root
	}
	return e
}

// Twins returns the recorded devices that were said to be e, whether or not they stand on the list.
func (f *File) Twins(e EntityID) []Device {
	var out []Device
	for _, x := range f.Entities {
		if x.ID != e && f.Same(x.ID) == e && !f.Discarded(x.ID) {
			out = append(out, f.device(x))
		}
	}
	return out
}

// Folded reports whether e was said to be another thing and has nothing of its own left to say, so that
// it stands on no list. Where the answers about it differ from those about the other one, it stays on the
// list: no answer is ever lost by joining.
func (f *File) Folded(e EntityID) bool { return f.folded[e] }

// join works out which recorded devices are one. Whoever says that two are each the other has said
// nothing.
func (f *File) join() {
	f.same, f.folded = make(map[EntityID]EntityID), make(map[EntityID]bool)
	there := make(map[EntityID]bool, len(f.Entities))
	for _, e := range f.Entities {
		there[e.ID] = e.Kind == KindDevice
	}
	for _, e := range f.Entities {
		if root, ok := f.root(e.ID); ok && root != e.ID && there[root] && there[e.ID] {
			f.same[e.ID] = root
		}
	}
	for twin, root := range f.same {
		f.folded[twin] = !f.Discarded(root) && !f.saysMore(twin, root)
	}
}

// root follows what was said to the thing that is no other; false when that leads in a circle.
func (f *File) root(e EntityID) (EntityID, bool) {
	seen := map[EntityID]bool{}
	for !seen[e] {
		seen[e] = true
		v := f.Head(e, FieldSameAs)
		if v.State != checklist.Yes || v.Code() == "" {
			return e, true
		}
		e = EntityID(v.Code())
	}
	return "", false
}

// saysMore reports whether something was said about twin that was not said alike about root.
func (f *File) saysMore(twin, root EntityID) bool {
	for _, s := range f.order {
		v := f.heads[s]
		if f.decidedFor(twin, s) {
			return true
		}
		if s.Entity != twin || v.State == checklist.NotAsked || !f.matters(v) {
			continue
		}
		there := f.Head(root, s.Field)
		if there.State != v.State || there.Text != v.Text || !slices.Equal(there.Codes, v.Codes) {
			return true
		}
	}
	return false
}

// decidedFor reports whether a slot of the case holds a decision about a step or a letter that was made for
// twin, as the first thing of that step, before it was said to be another one.
func (f *File) decidedFor(twin EntityID, s Slot) bool {
	kind, rest, _ := strings.Cut(string(s.Field), ":")
	if s.Entity != "" || kind != "step" && kind != "letter" || f.heads[s].blank() {
		return false
	}
	step, _, _ := strings.Cut(rest, "/")
	return f.first()[step] == twin && !f.heads[s].At.After(f.Head(twin, FieldSameAs).At)
}

// matters reports whether a value is an answer, a decision about a step, or somebody's word on what kind of
// thing it is.
func (f *File) matters(v Value) bool {
	_, asked := f.Content.Ref(string(v.Slot.Entity), string(v.Slot.Field))
	_, _, noted := NoteOf(v.Slot.Field)
	kind := v.Slot.Field == FieldClass && weight(v.Basis) >= weight(WorkerSaw) && v.State == checklist.Yes
	decided := strings.HasPrefix(string(v.Slot.Field), "step:") || strings.HasPrefix(string(v.Slot.Field), "letter:")
	return asked || noted || kind || decided
}

// standing devices are those that the worker did not take off the list, folded ones too: by what they
// showed the thing is known again.
func (f *File) standing() []Entity {
	var out []Entity
	for _, e := range f.Entities {
		if e.Kind == KindDevice && !f.Discarded(e.ID) {
			out = append(out, e)
		}
	}
	return out
}

// seen returns whether the newest check met a device, under whichever of its records.
func (f *File) seen(e EntityID) Value {
	newest := f.Head(e, FieldSeen)
	for _, x := range f.standing() {
		if x.ID == e || f.Same(x.ID) != e {
			continue
		}
		v := f.Head(x.ID, FieldSeen)
		if v.ID != "" && (v.At.After(newest.At) || v.At.Equal(newest.At) && v.Has(StandingSeen)) {
			newest = v
		}
	}
	return newest
}
