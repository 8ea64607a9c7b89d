package casework

import (
	"maps"
	"slices"
	"time"

	"keyholder/casework/checklist"
)

// Presence boxes that rules name (PRACTICE 3.1).
const (
	PresenceAny Field = "ta_any"
	PresenceIoT Field = "ta_iot_home"
)

// checkPresence applies the consistency rule to the boxes as they would stand after values, when
// values touch any of them.
func (f *File) checkPresence(values []Value) FieldErrors {
	after := maps.Clone(f.answers)
	touched := false
	for _, v := range values {
		ref, ok := f.Content.Ref(string(v.Slot.Entity), string(v.Slot.Field))
		if ok && ref.Question == checklist.PresenceID {
			after[ref] = v.Answer()
			touched = true
		}
	}
	if !touched {
		return nil
	}
	breaches := checklist.CheckPresence(f.Content, after)
	if len(breaches) == 0 {
		return nil
	}
	key := "error.presence.any_no"
	if breaches[0].AnyIs == checklist.NotAsked {
		key = "error.presence.any_not_asked"
	}
	return FieldErrors{invalid(string(PresenceAny), key)}
}

// PresenceDifference is a presence box that does not fit the devices of the case. It is asked about
// and never overwritten: a device in the home is not yet a device used to harm.
type PresenceDifference struct {
	Field   Field
	State   State      // what the box says
	Group   string     // device group of the first device that speaks against it; empty for no device
	Devices []EntityID // the devices; empty when the box says yes and no such device is recorded
}

// PresenceDifferences lists the boxes to ask about. A box that was answered after the newest device
// of its groups was recorded has been thought about and is not asked again.
func (f *File) PresenceDifferences() []PresenceDifference {
	var out []PresenceDifference
	for _, link := range f.Content.PresenceLinks {
		box := f.Head("", Field(link.Field))
		d := PresenceDifference{Field: box.Slot.Field, State: box.State}
		newest := f.speakFor(link, &d)
		if differs(box, len(d.Devices) > 0, newest) {
			out = append(out, d)
		}
	}
	return out
}

// speakFor fills in the devices that belong to a box and returns when the newest was recorded.
func (f *File) speakFor(link checklist.PresenceLink, d *PresenceDifference) (newest time.Time) {
	for _, device := range f.Things() {
		group := f.Group(device)
		if !slices.Contains(link.Groups, group) {
			continue
		}
		if len(d.Devices) == 0 {
			d.Group = group
		}
		d.Devices = append(d.Devices, device.ID)
		if device.At.After(newest) {
			newest = device.At
		}
	}
	return newest
}

// differs reports whether a box has to be asked about. Declined is left alone: asking again would
// be pressing.
func differs(box Value, present bool, newest time.Time) bool {
	switch box.State {
	case checklist.No, checklist.DontKnow:
		return present && box.At.Before(newest)
	case checklist.NotAsked:
		return present
	case checklist.Yes, checklist.Suspected:
		return !present
	}
	return false
}
