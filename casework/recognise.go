package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// recognise returns the recorded device that a found one is, empty for a new one, wherever it was
// met before: a device of the old home that turns up in the new one has to be known again. taken
// holds the devices already recognised in this scan.
func (f *File) recognise(d Found, taken []EntityID) EntityID {
	wanted := d.digests()
	for _, e := range f.standing() {
		if slices.Contains(taken, e.ID) {
			continue
		}
		if e.ID == d.Same {
			return e.ID
		}
		if d.Same != "" {
			continue
		}
		known := f.Head(e.ID, FieldMatch).Codes
		if slices.ContainsFunc(wanted, func(h string) bool { return slices.Contains(known, h) }) {
			return e.ID
		}
	}
	return ""
}

// Recognise returns the recorded device that has one of the given hardware addresses or other lasting
// identifiers, empty for one that the record does not know.
func (f *File) Recognise(hardware []string, stable ...string) EntityID {
	return f.recognise(Found{Hardware: hardware, Stable: stable}, nil)
}

// mostMatches bounds the digests of one device: what makes up new identifiers is not known again by them.
const mostMatches = 64

// match is by what the device is known from now on: what it showed this time, and what it showed
// before. A check that only listens hears less and must not make the record forget.
func (f *File) match(device EntityID, shown []string) []string {
	out := slices.Clone(shown)
	for _, d := range f.Head(device, FieldMatch).Codes {
		if !slices.Contains(out, d) && len(out) < mostMatches {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// digests turns what identifies a device into short digests, so that no address is ever shown or
// exported. They are no protection against somebody who can read the whole record. Addresses that a
// device made up for itself change from day to day and identify nothing; they are left out.
func (d Found) digests() []string {
	var out []string
	add := func(what, identifier string) {
		sum := sha256.Sum256([]byte("keyholder " + what + " " + identifier))
		out = append(out, hex.EncodeToString(sum[:8]))
	}
	for _, address := range d.Hardware {
		if isHardware(address) && !isPrivate(address) {
			add("device", address)
		}
	}
	for _, id := range d.Stable {
		add("stable", id)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostMatches)]
}

// isHardware reports whether s has the length of a hardware address.
func isHardware(s string) bool { return len(s) == len("00:00:00:00:00:00") }

// isPrivate reports whether a hardware address was made up by the device: the second bit of its first
// byte says so (IEEE 802, locally administered).
func isPrivate(address string) bool { return slices.Contains([]byte("2367abef"), address[1]) }

// addressKind says which kind of hardware address was seen.
func addressKind(hardware []string) string {
	kind := AddressNone
	for _, address := range hardware {
		switch {
		case !isHardware(address):
		case isPrivate(address):
			kind = AddressPrivate
		default:
			return AddressLasting
		}
	}
	return kind
}
