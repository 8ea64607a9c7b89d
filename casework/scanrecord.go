package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Networks of which a scan can be about: the first question of every scan. Only a home's devices
// belong to a case.
const (
	NetworkHome    = "home"     // the home she lives in
	NetworkNewHome = "new_home" // her new home
	NetworkAgency  = "agency"   // clinic, refuge or another service
	NetworkTheirs  = "theirs"   // the network of the person of concern
)

// NetworkSaves reports whether a scan of that network may be kept in a case.
func NetworkSaves(network string) bool { return network == NetworkHome || network == NetworkNewHome }

// Fields of a scan.
const (
	FieldScanNetwork Field = "scan_network"
	FieldScanMode    Field = "scan_mode"    // listen or quiet
	FieldScanSources Field = "scan_sources" // "mdns=looked_nothing" … one code for each source
)

// ScanMode says how much a scan may show of itself.
type ScanMode string

// The modes.
const (
	ScanListen ScanMode = "listen" // sends nothing
	ScanQuiet  ScanMode = "quiet"  // asks the network quietly
	ScanImport ScanMode = "import" // no scan: a list that something else made was read
)

// ScanAdvice is what the record says about scanning.
type ScanAdvice struct {
	Agreed       bool     // the survivor agreed to the check
	RouterAsked  bool     // 11.3 was asked, whatever the answer
	Mode         ScanMode // the mode to offer first
	LivesWith    bool     // listening only, because of the phase
	RouterMayTry bool     // listening only, because the router may announce a new device or nobody knows
}

// routerQuestion asks whether the router announces new devices.
const routerQuestion = "11.3"

// ScanAdvice returns the default for a scan: listen only while living together or while it is not
// known that the router tells nobody (PRACTICE 6.3, question 11.3).
func (f *File) ScanAdvice() ScanAdvice {
	router := f.Ask(routerQuestion, "").State
	a := ScanAdvice{
		Agreed:       f.ConsentTo(ConsentScan) == checklist.Yes,
		RouterAsked:  router != checklist.NotAsked,
		Mode:         ScanQuiet,
		LivesWith:    f.Phase().Tag() == checklist.TagPC,
		RouterMayTry: router != checklist.No && router != checklist.NotApplicable,
	}
	if a.LivesWith || a.RouterMayTry {
		a.Mode = ScanListen
	}
	return a
}

// Found is one device of a scan that the worker has confirmed. What was not confirmed never gets
// here.
type Found struct {
	Label         personal.Text
	LabelByWorker bool // the worker named it; otherwise it is what the device announced
	Group         string
	Class         string
	ClassByWorker bool // the worker corrected the guess
	Brand         personal.Text
	Confidence    string   // a code of Confidences
	Hardware      []string // hardware addresses, lower-case and colon-separated
	Same          EntityID // set when the worker said which recorded device this is
}

// ScanReport is a finished scan with the devices that the worker confirmed.
type ScanReport struct {
	Network string
	Mode    ScanMode
	Sources []string // codes "source=outcome"
	Found   []Found
}

// basis is how the devices of the report are known: from a scan, or from a list made by something
// else, which is weaker.
func (r ScanReport) basis() Basis {
	if r.Mode == ScanImport {
		return FromList
	}
	return FromScan
}

// weight orders how things are known: what a person says stands above a scan, a scan above a list.
func weight(b Basis) int {
	switch b {
	case FromList:
		return 0
	case FromScan:
		return 1
	}
	return 2
}

// Reconciliation says how a scan compares with what was recorded of the same network before.
type Reconciliation struct {
	Scan EntityID
	New  []EntityID
	Same []EntityID
	Gone []EntityID // not seen this time: off, away or hidden, nobody knows
}

// RecordScan keeps the confirmed devices of a scan: label, group, class, brand and confidence, with
// the scan as their basis. It never fills in who owns, set up or reaches a device. It refuses a
// network whose devices do not belong to a case, and a scan the survivor has not agreed to. Reading a
// list looks at no network and needs no such agreement; what a list leaves out is not "gone".
func (b *Casebook) RecordScan(ctx context.Context, id CaseID, a Act, r ScanReport) (*Reconciliation, error) {
	f, err := b.file(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := f.checkScan(r); err != nil {
		return nil, err
	}
	rec := &Reconciliation{Scan: EntityID(NewID())}
	c := b.change(a, VerbScan)
	add := func(e EntityID, kind EntityKind) {
		c.Entities = append(c.Entities, Entity{ID: e, Kind: kind, At: c.At, By: a.By})
	}
	add(rec.Scan, KindScan)
	values := scanValues(rec.Scan, r)
	for _, found := range r.Found {
		device := f.recognise(found, rec.Same)
		if device == "" {
			device = EntityID(NewID())
			rec.New = append(rec.New, device)
			add(device, KindDevice)
		} else {
			rec.Same = append(rec.Same, device)
		}
		values = append(values, f.foundValues(device, found, r)...)
	}
	if r.Mode != ScanImport {
		rec.Gone = f.gone(r.Network, rec.Same)
	}
	for _, device := range rec.Gone {
		values = append(values, seenValue(device, StandingNotSeen, r))
	}
	c.Values = b.change(a, VerbScan, f.news(values)...).Values
	if err := b.apply(ctx, id, c); err != nil {
		return nil, err
	}
	return rec, nil
}

// checkScan refuses what may not be kept or cannot be read.
func (f *File) checkScan(r ScanReport) error {
	if !NetworkSaves(r.Network) {
		return &Error{Kind: KindForbidden, Key: "error.scan.network_saves_nothing"}
	}
	if r.Mode != ScanImport && f.ConsentTo(ConsentScan) != checklist.Yes {
		return &Error{Kind: KindForbidden, Key: "error.scan.not_agreed"}
	}
	for _, found := range r.Found {
		group, known := deviceGroup(found.Group)
		if !known || found.Class != "" && !slices.Contains(group.Classes, found.Class) {
			return invalid(string(FieldClass), "error.device.class")
		}
		if !slices.Contains(Confidences(), found.Confidence) {
			return invalid(string(FieldConfidence), "error.device.confidence")
		}
	}
	return nil
}

// scanValues are the rows about the scan itself.
func scanValues(scan EntityID, r ScanReport) []Value {
	sources := Value{
		Slot: Slot{Entity: scan, Field: FieldScanSources}, State: checklist.Yes,
		Codes: slices.Clone(r.Sources), Basis: r.basis(),
	}
	return []Value{
		classValue(scan, FieldScanNetwork, r.Network, checklist.Yes, WorkerSaw),
		classValue(scan, FieldScanMode, string(r.Mode), checklist.Yes, r.basis()),
		sources,
	}
}

// foundValues are the rows of one found device. What a worker or survivor has said of a known
// device stands above what the scan guesses, and a scan above a list.
func (f *File) foundValues(device EntityID, d Found, r ScanReport) []Value {
	basis := r.basis()
	label, class := basis, basis
	if d.LabelByWorker {
		label = WorkerSaw
	}
	state := guessState(d.Confidence)
	if d.ClassByWorker {
		class, state = WorkerSaw, checklist.Yes
	}
	values := []Value{
		textValue(device, FieldLabel, d.Label, label),
		classValue(device, FieldGroup, d.Group, state, class),
		classValue(device, FieldClass, d.Class, state, class),
		classValue(device, FieldConfidence, d.Confidence, checklist.Yes, basis),
		textValue(device, FieldBrand, d.Brand, basis),
	}
	values = slices.DeleteFunc(values, func(v Value) bool {
		now := f.Head(device, v.Slot.Field)
		return now.ID != "" && weight(v.Basis) < weight(now.Basis)
	})
	if digests := digests(d.Hardware); len(digests) > 0 {
		values = append(values, Value{
			Slot: Slot{Entity: device, Field: FieldMatch}, State: checklist.Yes, Codes: digests, Basis: basis,
		})
	}
	return append(values, seenValue(device, StandingSeen, r))
}

// guessState says how far a guess of that confidence is knowledge.
func guessState(confidence string) State {
	switch confidence {
	case "certain":
		return checklist.Yes
	case "likely", "possible":
		return checklist.Suspected
	}
	return checklist.DontKnow
}

// seenValue notes whether a scan of that network met the device. Not seen is not gone.
func seenValue(device EntityID, seen string, r ScanReport) Value {
	v := Value{
		Slot: Slot{Entity: device, Field: FieldSeen}, State: checklist.Yes,
		Codes: []string{seen, r.Network}, Basis: r.basis(),
	}
	if seen == StandingNotSeen {
		v.State = checklist.DontKnow
	}
	return v
}

// recognise returns the recorded device that a found one is, empty for a new one, wherever it was
// met before: a device of the old home that turns up in the new one has to be known again. taken
// holds the devices already recognised in this scan.
func (f *File) recognise(d Found, taken []EntityID) EntityID {
	hardware := digests(d.Hardware)
	for _, e := range f.Of(KindDevice) {
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
		if slices.ContainsFunc(hardware, func(h string) bool { return slices.Contains(known, h) }) {
			return e.ID
		}
	}
	return ""
}

// Recognise returns the recorded device that has one of the given hardware addresses, empty for one
// that the record does not know.
func (f *File) Recognise(hardware []string) EntityID {
	wanted := digests(hardware)
	for _, e := range f.Of(KindDevice) {
		known := f.Head(e.ID, FieldMatch).Codes
		if slices.ContainsFunc(wanted, func(h string) bool { return slices.Contains(known, h) }) {
			return e.ID
		}
	}
	return ""
}

// gone lists the devices that an earlier scan met on this network and this one did not.
func (f *File) gone(network string, same []EntityID) []EntityID {
	var out []EntityID
	for _, e := range f.Of(KindDevice) {
		if f.Head(e.ID, FieldSeen).Has(network) && !slices.Contains(same, e.ID) {
			out = append(out, e.ID)
		}
	}
	return out
}

// digests turns hardware addresses into short digests, so that no address is ever shown or
// exported. They are no protection against somebody who can read the whole record. Addresses that a
// device made up for itself change from day to day and identify nothing; they are left out.
func digests(hardware []string) []string {
	var out []string
	for _, address := range hardware {
		if len(address) != len("00:00:00:00:00:00") || slices.Contains([]byte("2367abef"), address[1]) {
			continue
		}
		sum := sha256.Sum256([]byte("keyholder device " + address))
		out = append(out, hex.EncodeToString(sum[:8]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
