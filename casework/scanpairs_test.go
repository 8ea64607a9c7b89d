package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/personal"
)

// anyScan draws a kept scan: what it looked with, what stopped it, what it met.
func anyScan(r *rand.Rand, id string) *casework.KeptScan {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	k := &casework.KeptScan{ID: casework.EntityID(id), Whole: r.IntN(12) > 0}
	k.Network = pick("home", "home", "home", "new_home")
	k.Mode = casework.ScanMode(pick("listen", "quiet", "quiet", "full"))
	k.Basis = casework.FromScan
	if r.IntN(8) == 0 {
		k.Mode, k.Basis = casework.ScanImport, casework.FromList
	}
	k.Started = casetest.At(r.IntN(50))
	k.Stopped = r.IntN(8) == 0
	if r.IntN(8) == 0 {
		k.Further = 3
	}
	if r.IntN(2) == 0 {
		k.Networks = []string{pick("192.168.1.0/24", "192.168.1.0/24", "10.0.0.0/24")}
	}
	for _, s := range []string{"mdns", "ssdp", "neighbour"} {
		o := casework.ScanOutcome{Source: s, State: pick("looked", "looked", "looked_and_found_nothing", "could_not_look", "")}
		if r.IntN(5) == 0 {
			o.Limits = []string{"ipv6_not_asked"}
		}
		k.Outcomes = append(k.Outcomes, o)
	}
	for i := range 6 {
		if r.IntN(3) == 0 {
			continue
		}
		d := casework.KeptDevice{
			Entity: casework.EntityID(fmt.Sprintf("d%d", i)), Confirmed: r.IntN(5) > 0, Group: "iot_camera", Class: pick("doorbell", "camera_indoor"),
			Confidence: pick("likely", "certain"), Label: personal.New(pick("", "Hall", "Door")), Known: r.IntN(4) > 0, AddressKind: pick("lasting", "private", "none"),
		}
		for _, s := range []string{"mdns", "ssdp"} {
			if r.IntN(2) == 0 {
				d.Sources = append(d.Sources, s)
			}
		}
		k.Devices = append(k.Devices, d)
	}
	k.Listed = len(k.Devices) + r.IntN(6)/5
	return k
}

// couldHaveMet reports whether a scan looked at least as well as the other for this device: said once more,
// and only from what would make any doubt.
func couldHaveMet(k, other *casework.KeptScan, d casework.KeptDevice) bool {
	rank := map[casework.ScanMode]int{casework.ScanListen: 1, casework.ScanQuiet: 2, casework.ScanFull: 3}
	apart := len(k.Networks) > 0 && len(other.Networks) > 0 && !slices.Equal(k.Networks, other.Networks)
	if k.Basis != other.Basis || apart || k.Stopped || k.Further > 0 || !d.Known || rank[k.Mode] < rank[other.Mode] {
		return false
	}
	if other.Basis != casework.FromScan {
		return true
	}
	return slices.ContainsFunc(d.Sources, func(s string) bool {
		mine := k.Outcome(s)
		return mine.State == casework.ScanLooked || mine.State == casework.ScanLookedNothing
	}) || slices.ContainsFunc(d.Sources, func(s string) bool { // a way that the other did not look with either says nothing
		theirs := other.Outcome(s)
		return theirs.State != casework.ScanLooked && theirs.State != casework.ScanLookedNothing
	})
}

// TestCompareScans_property: every device of two scans stands in exactly one list, whichever scan is named
// first; "new" and "gone" are said only where the other scan could have met it; and where two scans cannot
// be held against each other nothing is said at all.
func TestCompareScans_property(t *testing.T) {
	said, unsure, refused := 0, 0, 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 6))
		a, b := anyScan(r, "a"), anyScan(r, "b")
		if a.Started.Equal(b.Started) {
			continue
		}
		c, back := casework.CompareScans(a, b), casework.CompareScans(b, a)
		lists := map[casework.EntityID][]string{}
		note := func(list string, d casework.KeptDevice) { lists[d.Entity] = append(lists[d.Entity], list) }
		for _, d := range c.New {
			note("new", d)
		}
		for _, d := range c.Gone {
			note("gone", d)
		}
		for _, d := range c.Same {
			note("same", d)
		}
		for _, d := range c.Changed {
			note("changed", d.Now)
		}
		for _, d := range c.Unsure {
			note("unsure", d.Device)
			if len(d.Reasons) == 0 {
				t.Fatalf("seed %d: unsure for no reason", seed)
			}
		}
		if len(back.New) != len(c.New) || len(back.Gone) != len(c.Gone) || len(back.Unsure) != len(c.Unsure) || back.Refused != c.Refused {
			t.Fatalf("seed %d: the other way round it says something else", seed)
		}
		if c.Refused != "" {
			refused++
			if len(lists) != 0 || a.Network == b.Network && a.Whole && b.Whole {
				t.Fatalf("seed %d: refused with %s and %d devices told", seed, c.Refused, len(lists))
			}
			continue
		}
		for _, d := range slices.Concat(a.Devices, b.Devices) {
			if len(lists[d.Entity]) != 1 {
				t.Fatalf("seed %d: %s stands in %v", seed, d.Entity, lists[d.Entity])
			}
		}
		for _, d := range c.New {
			said++
			if !couldHaveMet(c.Earlier, c.Later, d) {
				t.Fatalf("seed %d: %s is called new, and the earlier scan could not have met it", seed, d.Entity)
			}
		}
		for _, d := range c.Gone {
			said++
			if !couldHaveMet(c.Later, c.Earlier, d) {
				t.Fatalf("seed %d: %s is called not seen, and the later scan could not have met it", seed, d.Entity)
			}
		}
		unsure += len(c.Unsure)
	}
	if said < 100 || unsure < 500 || refused < 100 {
		t.Errorf("%d said, %d unsure, %d refused: the test proves little", said, unsure, refused)
	}
}
