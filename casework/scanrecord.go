package casework

import (
	"context"
	"slices"
	"strings"
	"time"

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

	Stable    []string        // other identifiers that outlast a day, "kind:value"; see digests
	Announced personal.Text   // what it called itself
	Sources   []string        // who saw it, in the codes of the scanner
	Evidence  []personal.Text // what speaks for the class
	Against   []personal.Text // what speaks against it
	Addresses []personal.Text // on the network
	Leads     []ScanLead      // who may control it, to follow up
	Signs     []string        // how it guards itself, in the codes of the scanner
}

// ScanLead is a lead on who may control a device, in the codes of the scanner. It never says who owns,
// set up or reaches it.
type ScanLead struct {
	Code  string `json:"code"`
	Count int    `json:"count,omitempty"` // 0 where the code counts nothing
}

// Passed is a listed device that the worker did not confirm. Its identifiers are looked at, to see whether
// it is one that the record knows already; of any other no more is kept than OtherDevice holds.
type Passed struct {
	Hardware []string
	Stable   []string
	Sources  []string
	Phone    bool // the rules were certain that it is a phone or computer
}

// ScanReport is a finished scan with the devices that the worker confirmed.
type ScanReport struct {
	Network string
	Mode    ScanMode
	Sources []string // codes "source=outcome"
	Found   []Found

	Facts         ScanFacts // the rest of what is kept; Network and Mode of the report stand above it
	Passed        []Passed
	KeepAddresses bool // keep network and hardware addresses too, readable: they may be needed as evidence
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
	Scan   EntityID
	New    []EntityID
	Same   []EntityID
	Passed []EntityID // known to the record, met again, and not confirmed this time
	Gone   []EntityID // not seen this time: off, away or hidden, nobody knows
}

// seen are the recorded devices that the scan met.
func (r *Reconciliation) seen() []EntityID { return slices.Concat(r.Same, r.Passed) }

// RecordScan keeps the confirmed devices of a scan: label, group, class, brand and confidence, with
// the scan as their basis, and the scan itself as one document. It never fills in who owns, set up or
// reaches a device. It refuses a network whose devices do not belong to a case, and a scan the survivor
// has not agreed to. Reading a list looks at no network and needs no such agreement; what a list leaves
// out is not "gone".
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
	kept := r.kept(rec.Scan, c.At, b.content.Version)
	values := scanValues(rec.Scan, r)
	for _, found := range r.Found {
		device := f.recognise(found, rec.Same)
		isNew := device == ""
		if isNew {
			device = EntityID(NewID())
			rec.New = append(rec.New, device)
			add(device, KindDevice)
		} else {
			rec.Same = append(rec.Same, device)
		}
		values = append(values, f.foundValues(device, found, r)...)
		kept.Devices = append(kept.Devices, found.kept(device, isNew, r.KeepAddresses))
	}
	values = append(values, f.missedValues(rec, r, kept)...)
	document, err := kept.seal()
	if err != nil {
		return nil, err
	}
	c.Values = b.change(a, VerbScan, f.news(append(values, document))...).Values
	if err := b.apply(ctx, id, c); err != nil {
		return nil, err
	}
	return rec, nil
}

// missedValues notes the recorded devices that the worker did not confirm this time: those that the
// scan met all the same, and those that it did not meet.
func (f *File) missedValues(rec *Reconciliation, r ScanReport, kept *KeptScan) []Value {
	var values []Value
	for _, p := range r.Passed {
		device := f.recognise(Found{Hardware: p.Hardware, Stable: p.Stable}, rec.seen())
		if device == "" {
			kept.Others = append(kept.Others, p.other(kept.ID))
			continue
		}
		rec.Passed = append(rec.Passed, device)
		if r.Mode != ScanImport {
			values = append(values, seenValue(device, StandingSeen, r))
		}
		kept.Devices = append(kept.Devices, KeptDevice{
			Entity: device, Sources: p.Sources, AddressKind: addressKind(p.Hardware), Known: true,
		})
	}
	if r.Mode != ScanImport {
		rec.Gone = f.gone(r.Network, rec.seen())
	}
	for _, device := range rec.Gone {
		values = append(values, seenValue(device, StandingNotSeen, r))
	}
	return values
}

// kept starts the document of a scan. Without times of its own the scan was made when it was kept.
func (r ScanReport) kept(scan EntityID, now time.Time, content int) *KeptScan {
	k := &KeptScan{ID: scan, ScanFacts: r.Facts}
	k.Network, k.Mode, k.Basis, k.Versions.Checklist = r.Network, r.Mode, r.basis(), content
	if k.Started.IsZero() {
		k.Started, k.Ended = now, now
	}
	k.Listed = max(k.Listed, len(r.Found)+len(r.Passed))
	if k.Outcomes == nil {
		for _, code := range r.Sources {
			source, state, _ := strings.Cut(code, "=")
			k.Outcomes = append(k.Outcomes, ScanOutcome{Source: source, State: state})
		}
	}
	return k
}

// kept is a found device as the document of the scan holds it.
func (d Found) kept(device EntityID, isNew, addresses bool) KeptDevice {
	k := KeptDevice{
		Entity: device, Confirmed: true, Label: d.Label, LabelByWorker: d.LabelByWorker, Announced: d.Announced,
		Group: d.Group, Class: d.Class, ClassByWorker: d.ClassByWorker, Confidence: d.Confidence, Brand: d.Brand,
		Sources: d.Sources, Evidence: d.Evidence, Against: d.Against,
		AddressKind: addressKind(d.Hardware), Known: len(d.digests()) > 0, IsNew: isNew,
		Leads: d.Leads, Signs: d.Signs,
	}
	if addresses {
		k.Addresses, k.Hardware = d.Addresses, personal.Lines(d.Hardware)
	}
	return k
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
		weaker := weight(v.Basis) < weight(now.Basis)
		return now.ID != "" && (weaker || heardLess(v, now))
	})
	if match := f.match(device, d.digests()); len(match) > 0 {
		values = append(values, Value{
			Slot: Slot{Entity: device, Field: FieldMatch}, State: checklist.Yes, Codes: match, Basis: basis,
		})
	}
	if r.Mode == ScanImport { // a list may be old: nothing looked, so nothing was met
		return values
	}
	return append(values, seenValue(device, StandingSeen, r))
}

// heardLess reports whether a scan says nothing where the record knows something. A check that only
// listens hears less and must not make the record forget.
func heardLess(v, now Value) bool {
	nothing := v.blank() || v.State == checklist.DontKnow || v.Slot.Field == FieldConfidence && v.Code() == "unknown"
	return nothing && (now.State == checklist.Yes || now.State == checklist.Suspected)
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

// gone lists the devices that an earlier scan met on this network and this one did not.
func (f *File) gone(network string, same []EntityID) []EntityID {
	var out []EntityID
	met := make(map[EntityID]bool)
	var shown []string // a second record of a thing that was met is not gone
	for _, e := range same {
		met[f.Same(e)] = true
		shown = append(shown, f.Head(e, FieldMatch).Codes...)
	}
	double := func(e EntityID) bool {
		return slices.ContainsFunc(f.Head(e, FieldMatch).Codes, func(digest string) bool { return slices.Contains(shown, digest) })
	}
	for _, e := range f.Of(KindDevice) {
		if f.seen(e.ID).Has(network) && !met[f.Same(e.ID)] && !double(e.ID) {
			out = append(out, e.ID)
		}
	}
	return out
}
