package server

import (
	"slices"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/stats"
	"keyholder/scanner"
	"keyholder/scanner/catalogue"
)

func statsMonth(at time.Time) stats.Month { return stats.MonthOf(at) }

// The scanner and casework name devices by the same closed set of codes, and every code has words.
func TestTranslate_sameCodes(t *testing.T) {
	s := newWorld(t).server
	var groups []string
	for _, g := range catalogue.Groups() {
		groups = append(groups, string(g))
	}
	var ours []string
	for _, g := range casework.DeviceGroups() {
		ours = append(ours, g.Code)
		var classes []string
		for _, class := range catalogue.Classes(catalogue.Group(g.Code)) {
			classes = append(classes, string(class))
		}
		if !slices.Equal(classes, g.Classes) {
			t.Errorf("classes of %s: the scanner has %v, casework has %v", g.Code, classes, g.Classes)
		}
		for _, class := range g.Classes {
			if !s.Texts.Has("device.class." + class) {
				t.Errorf("class %s has no words", class)
			}
		}
		if !s.Texts.Has("device.group." + g.Code) {
			t.Errorf("group %s has no words", g.Code)
		}
	}
	if !slices.Equal(groups, ours) {
		t.Errorf("the scanner has the groups %v, casework has %v", groups, ours)
	}
}

// Every reason and state that a source can give has a sentence, so that no empty table ever stands
// for "could not look".
func TestScan_everyReasonHasWords(t *testing.T) {
	s := newWorld(t).server
	for _, r := range scanner.Reasons() {
		if !s.Texts.Has("scan.reason." + string(r)) {
			t.Errorf("reason %s has no words", r)
		}
	}
	for _, st := range []scanner.State{scanner.Looked, scanner.LookedNothing, scanner.CouldNotLook} {
		if !s.Texts.Has("scan.state." + string(st)) {
			t.Errorf("state %s has no words", st)
		}
	}
}

// Every way in which two checks can differ, and every reason for not concluding anything, has a sentence.
func TestScans_everyDifferenceHasWords(t *testing.T) {
	s := newWorld(t).server
	for _, code := range []string{
		casework.DiffBasis, casework.DiffRange, casework.DiffMode, casework.DiffSource, casework.DiffStopped, casework.DiffFlood,
		casework.DiffNotKept, casework.DiffUnaddressed, casework.DiffFormat, casework.DiffPartial, casework.DiffLines,
	} {
		if !s.Texts.Has("scans.diff."+code) || !s.Texts.Has("scans.unsure."+code) {
			t.Errorf("difference %s has no words", code)
		}
	}
	for _, code := range []string{casework.DiffNoSource, casework.DiffPrivate, casework.DiffHardware} {
		if !s.Texts.Has("scans.unsure." + code) {
			t.Errorf("reason %s has no words", code)
		}
	}
}

// The way of looking by which casework knows a hardware address again is the one that learns it.
func TestTranslate_hardwareSource(t *testing.T) {
	all := casework.ScanOutcome{Source: string(scanner.SourceMDNS), State: casework.ScanLooked}
	table := casework.ScanOutcome{Source: string(scanner.SourceNeighbour), State: casework.ScanLooked}
	later := &casework.KeptScan{Whole: true, Devices: []casework.KeptDevice{{
		Entity: "a", Known: true, AddressKind: casework.AddressLasting, Sources: []string{all.Source, table.Source},
	}}}
	later.Basis, later.Outcomes, later.Started = casework.FromScan, []casework.ScanOutcome{all, table}, day(2)
	for source, want := range map[scanner.SourceName]int{scanner.SourceNeighbour: 1, scanner.SourceMDNS: 0} {
		earlier := &casework.KeptScan{Whole: true}
		earlier.Basis, earlier.Started = casework.FromScan, day(1)
		earlier.Outcomes = []casework.ScanOutcome{{Source: string(source), State: casework.ScanLooked}}
		if got := casework.CompareScans(earlier, later).New; len(got) != want {
			t.Errorf("with %s alone before: %d new devices, want %d", source, len(got), want)
		}
	}
}

// Everything that content and rules can say about a plan has words.
func TestPlan_everyCodeHasWords(t *testing.T) {
	s := newWorld(t).server
	for i := range s.Content.Actions {
		a := &s.Content.Actions[i]
		for _, key := range []string{"plan.who." + a.WhoActs, "plan.proof." + a.ProofLost} {
			if !s.Texts.Has(key) {
				t.Errorf("step %s: no words for %s", a.ID, key)
			}
		}
		for _, e := range a.Ends {
			if !s.Texts.Has("plan.end." + e) {
				t.Errorf("step %s: no words for the end %s", a.ID, e)
			}
		}
	}
	for _, q := range s.Content.Questions() {
		if q.ProofLost != "" && !s.Texts.Has("plan.proof."+q.ProofLost) {
			t.Errorf("question %s: no words for the proof %s", q.ID, q.ProofLost)
		}
	}
}
