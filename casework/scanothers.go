package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// OtherDevice is all that is kept of a listed device that the worker did not confirm: so little that
// nobody can tell which one it was, and enough to tell later that a certain one it was not. Without it
// a single phone that was left out would make every later comparison say that nothing can be said.
type OtherDevice struct {
	Lasting bool     `json:"lasting,omitempty"` // it showed a hardware address from its maker
	Phone   bool     `json:"phone,omitempty"`   // the rules were certain that it is a phone or computer
	Marks   []string `json:"marks,omitempty"`   // of its lasting identifiers; see mark
}

// mostOthers bounds what is noted of devices that were not kept. Beyond it nothing can be ruled out.
const mostOthers = 250

// markSigns is the length of a mark in hexadecimal digits: one device in 4,096 has the same mark, in
// another scan the same device has another one.
const markSigns = 3

// mark shortens a digest until thousands of devices share it.
func mark(scan EntityID, digest string) string {
	sum := sha256.Sum256([]byte("keyholder mark " + string(scan) + " " + digest))
	return hex.EncodeToString(sum[:])[:markSigns]
}

// other is what is kept of a device that was passed over in a scan.
func (p Passed) other(scan EntityID) OtherDevice {
	o := OtherDevice{Lasting: addressKind(p.Hardware) == AddressLasting, Phone: p.Phone}
	for _, digest := range (Found{Hardware: p.Hardware, Stable: p.Stable}).digests() {
		o.Marks = append(o.Marks, mark(scan, digest))
	}
	slices.Sort(o.Marks)
	o.Marks = slices.Compact(o.Marks)
	return o
}

// mayHaveMet reports whether a device could be one of those that the scan listed and that were not kept.
// A scan that noted too little of them may have met anything.
func (k *KeptScan) mayHaveMet(d KeptDevice) bool {
	if k.NotKept() != len(k.Others) || len(k.Others) > mostOthers {
		return k.NotKept() > 0
	}
	marks := make([]string, 0, len(d.Digests))
	for _, digest := range d.Digests {
		marks = append(marks, mark(k.ID, digest))
	}
	return slices.ContainsFunc(k.Others, func(o OtherDevice) bool { return o.mayBe(d, marks) })
}

// fixed are the groups of things that no phone or computer can pass for, once the rules are certain.
func fixed() []string { return []string{"iot_camera", "iot_entry", "iot_environment"} }

// mayBe reports whether a device that was not kept could be d, which has these marks. It is told apart by
// two lasting hardware addresses that differ, or where the rules were certain that the one is a phone or
// computer and the other is none. A made-up address tells nothing apart: phones change theirs, and a
// repeater makes one up for whatever is behind it. Nor does a kind that somebody chose: an old phone can
// serve as a camera.
func (o OtherDevice) mayBe(d KeptDevice, marks []string) bool {
	if slices.ContainsFunc(marks, func(m string) bool { return slices.Contains(o.Marks, m) }) {
		return true
	}
	lasting := o.Lasting && d.AddressKind == AddressLasting && len(marks) > 0 && len(marks) < mostMatches
	kinds := o.Phone && d.Confidence == "certain" && !d.ClassByWorker && slices.Contains(fixed(), d.Group)
	return !lasting && !kinds
}
