package casework

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// FieldScanKept is the whole of a kept scan, as one sealed document (docs/decisions/0009). It stands on
// the scan's entity and is never written a second time.
const FieldScanKept Field = "scan_kept"

// scanForm is the form of the document that this program writes. A higher one is not read.
const scanForm = 1

// ScanFull asks the network and opens chosen ports on chosen devices.
const ScanFull ScanMode = "full"

// Address kinds of a device in a kept scan.
const (
	AddressLasting = "lasting" // at least one hardware address from its maker
	AddressPrivate = "private" // made-up hardware addresses only: they may change from day to day
	AddressNone    = "none"    // no hardware address was seen
)

// ScanOutcome is how far one way of looking got, in the codes of the scanner.
type ScanOutcome struct {
	Source string   `json:"source"`
	State  string   `json:"state"`            // looked, looked_and_found_nothing, could_not_look; empty: nobody knows
	Reason string   `json:"reason,omitempty"` // why it could not look
	Limits []string `json:"limits,omitempty"` // what it saw only in part
}

// Codes of ScanOutcome.State, as the scanner has them.
const (
	ScanLooked        = "looked"
	ScanLookedNothing = "looked_and_found_nothing"
	ScanCouldNotLook  = "could_not_look"
)

// looked reports whether the way of looking was open, whatever it found.
func (o ScanOutcome) looked() bool { return o.State == ScanLooked || o.State == ScanLookedNothing }

// ScanLeftOut is a network connection of the computer that took no part in a scan, and why.
type ScanLeftOut struct {
	Name   string `json:"name"` // as the system calls it
	Reason string `json:"reason"`
}

// ScanVersions says which program and which content made a scan, so that it can be judged later.
type ScanVersions struct {
	Program   string `json:"program"`
	Catalogue string `json:"catalogue"` // the rules that say what a device may be
	Knowledge string `json:"knowledge"` // what such a device can and cannot do
	Checklist int    `json:"checklist"` // 0 is the draft
}

// ScanFacts is what is kept of a scan besides its devices.
type ScanFacts struct {
	Network  string        `json:"network"`
	Mode     ScanMode      `json:"mode"`
	Basis    Basis         `json:"basis"`   // FromScan, or FromList for an imported list
	Started  time.Time     `json:"started"` // with the offset of the place
	Ended    time.Time     `json:"ended"`
	Networks []string      `json:"networks,omitempty"` // the chosen networks as prefixes; never in a log
	LeftOut  []ScanLeftOut `json:"left_out,omitempty"`
	Outcomes []ScanOutcome `json:"outcomes,omitempty"`
	Stopped  bool          `json:"stopped,omitempty"` // somebody stopped it before its time
	Listed   int           `json:"listed"`            // devices that were listed, kept or not
	Further  int           `json:"further,omitempty"` // noticed, but not listed, because there were too many
	// Unaddressed is how many listed devices showed no hardware address: any of them may be one that the
	// record knows by its hardware address.
	Unaddressed int          `json:"unaddressed,omitempty"`
	List        *ListFacts   `json:"list,omitempty"` // how a list was read; nil for a look at the network
	Versions    ScanVersions `json:"versions"`
}

// ListFacts is how far a list that something else made can be trusted to hold every device.
type ListFacts struct {
	Format  string `json:"format"`            // what made it, in the codes of the reader of lists
	Partial bool   `json:"partial,omitempty"` // a list of that kind may leave out devices that were there
	Unread  int    `json:"unread,omitempty"`  // lines that were not understood
}

// KeptScan is a scan as the record keeps it.
type KeptScan struct {
	ScanFacts
	ID      EntityID
	By      WorkerID
	At      time.Time // when it was kept
	Devices []KeptDevice
	Others  []OtherDevice // the listed devices that were not kept; empty for a scan that noted nothing of them
	Place   int           // in the order in which the case recorded things
	Whole   bool          // the document is there and was read; otherwise only network, mode and outcomes are known
}

// KeptDevice is one device of a kept scan, as it was shown then.
type KeptDevice struct {
	Entity        EntityID
	Confirmed     bool // the worker kept it; otherwise it was met again and not confirmed again, and the rest is empty
	Label         personal.Text
	LabelByWorker bool
	Announced     personal.Text // what it called itself
	Group         string
	Class         string
	ClassByWorker bool
	Confidence    string
	Brand         personal.Text
	Sources       []string        // who saw it
	Evidence      []personal.Text // what speaks for the class
	Against       []personal.Text // what speaks against it
	Addresses     []personal.Text // on the network; these and Hardware only when the worker chose to keep them
	Hardware      []personal.Text
	AddressKind   string // AddressLasting, AddressPrivate or AddressNone
	Known         bool   // something identifies it beyond this scan
	IsNew         bool   // the record did not know it before this scan
	Leads         []ScanLead
	Signs         []string

	Is      EntityID // the thing that it is by what the record says now; empty for Entity itself
	Place   int      // of Entity, in the order in which the case recorded things
	Digests []string // by what the record knows that thing; never shown, and not part of the document
}

// is returns the recorded thing that the device is.
func (d KeptDevice) is() EntityID { return cmp.Or(d.Is, d.Entity) }

// scanDocument is the form in which a scan is sealed. It alone shows what KeptDevice hides.
type scanDocument struct {
	Form int `json:"form"`
	ScanFacts
	Devices []scanDeviceDocument `json:"devices"`
	Others  []OtherDevice        `json:"others,omitempty"`
}

type scanDeviceDocument struct {
	Entity        EntityID `json:"entity"`
	Confirmed     bool     `json:"confirmed"`
	Label         string   `json:"label,omitempty"`
	LabelByWorker bool     `json:"label_by_worker,omitempty"`
	Announced     string   `json:"announced,omitempty"`
	Group         string   `json:"group,omitempty"`
	Class         string   `json:"class,omitempty"`
	ClassByWorker bool     `json:"class_by_worker,omitempty"`
	Confidence    string   `json:"confidence,omitempty"`
	Brand         string   `json:"brand,omitempty"`
	Sources       []string `json:"sources,omitempty"`
	Evidence      []string `json:"evidence,omitempty"`
	Against       []string `json:"against,omitempty"`
	Addresses     []string `json:"addresses,omitempty"`
	Hardware      []string `json:"hardware,omitempty"`
	AddressKind   string   `json:"address_kind,omitempty"`
	Known         bool     `json:"known,omitempty"`
	IsNew         bool     `json:"new,omitempty"`

	Leads []ScanLead `json:"leads,omitempty"`
	Signs []string   `json:"signs,omitempty"`
}

// seal returns the scan as the value that keeps it.
func (k *KeptScan) seal() (Value, error) {
	doc := scanDocument{
		Form: scanForm, ScanFacts: k.ScanFacts, Devices: make([]scanDeviceDocument, 0, len(k.Devices)), Others: k.Others,
	}
	for _, d := range k.Devices {
		doc.Devices = append(doc.Devices, scanDeviceDocument{
			Entity: d.Entity, Confirmed: d.Confirmed, Label: d.Label.Reveal(), LabelByWorker: d.LabelByWorker,
			Announced: d.Announced.Reveal(), Group: d.Group, Class: d.Class, ClassByWorker: d.ClassByWorker,
			Confidence: d.Confidence, Brand: d.Brand.Reveal(), Sources: d.Sources, Evidence: reveal(d.Evidence),
			Against: reveal(d.Against), Addresses: reveal(d.Addresses), Hardware: reveal(d.Hardware),
			AddressKind: d.AddressKind, Known: d.Known, IsNew: d.IsNew, Leads: d.Leads, Signs: d.Signs,
		})
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return Value{}, fmt.Errorf("sealing a scan: %w", err)
	}
	return Value{
		Slot: Slot{Entity: k.ID, Field: FieldScanKept}, State: checklist.Yes, Text: personal.New(string(body)), Basis: k.Basis,
	}, nil
}

// open reads the document that seal wrote. It reports false for one that is not there, damaged, or of a
// form this program does not know; what was read before that is not used.
func (k *KeptScan) open(text personal.Text) bool {
	var doc scanDocument
	if err := json.Unmarshal([]byte(text.Reveal()), &doc); err != nil || doc.Form < 1 || doc.Form > scanForm {
		return false
	}
	k.ScanFacts, k.Others = doc.ScanFacts, doc.Others
	for _, d := range doc.Devices {
		k.Devices = append(k.Devices, KeptDevice{
			Entity: d.Entity, Confirmed: d.Confirmed, Label: personal.New(d.Label), LabelByWorker: d.LabelByWorker,
			Announced: personal.New(d.Announced), Group: d.Group, Class: d.Class, ClassByWorker: d.ClassByWorker,
			Confidence: d.Confidence, Brand: personal.New(d.Brand), Sources: d.Sources, Evidence: personal.Lines(d.Evidence),
			Against: personal.Lines(d.Against), Addresses: personal.Lines(d.Addresses), Hardware: personal.Lines(d.Hardware),
			AddressKind: d.AddressKind, Known: d.Known, IsNew: d.IsNew, Leads: d.Leads, Signs: d.Signs,
		})
	}
	return true
}

// reveal is for the document only.
func reveal(texts []personal.Text) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.Reveal())
	}
	return out
}

// Scans returns the kept scans of the case, the newest first. Of a scan that was kept before there was
// a document only the network, the mode and the outcomes are known; Whole is then false.
func (f *File) Scans() []*KeptScan {
	var out []*KeptScan
	for _, e := range f.Of(KindScan) {
		out = append(out, f.scan(e))
	}
	slices.SortStableFunc(out, func(a, b *KeptScan) int { return b.Started.Compare(a.Started) })
	return out
}

// Scan returns one kept scan; an id that is no scan of this case is KindNotFound.
func (f *File) Scan(id EntityID) (*KeptScan, error) {
	for _, e := range f.Of(KindScan) {
		if e.ID == id {
			return f.scan(e), nil
		}
	}
	return nil, &Error{Kind: KindNotFound, Key: "error.scan.not_found"}
}

func (f *File) scan(e Entity) *KeptScan {
	k := &KeptScan{ID: e.ID, By: e.By, At: e.At, Place: f.placeOf(e.ID)}
	if k.Whole = k.open(f.Head(e.ID, FieldScanKept).Text); k.Whole {
		for i := range k.Devices {
			d := &k.Devices[i]
			d.Is, d.Digests = f.identity(d.Entity)
			d.Place = f.placeOf(d.Entity)
		}
		return k
	}
	k.Started, k.Ended = e.At, e.At
	k.Network, k.Mode = f.Head(e.ID, FieldScanNetwork).Code(), ScanMode(f.Head(e.ID, FieldScanMode).Code())
	k.Basis = ScanReport{Mode: k.Mode}.basis()
	for _, code := range f.Head(e.ID, FieldScanSources).Codes {
		source, state, _ := strings.Cut(code, "=")
		k.Outcomes = append(k.Outcomes, ScanOutcome{Source: source, State: state})
	}
	return k
}

// placeOf is the place of an entity in the order in which the case recorded things. A scan that was kept
// before a device was recorded did not know it, whichever of the two began first.
func (f *File) placeOf(e EntityID) int {
	return slices.IndexFunc(f.Entities, func(x Entity) bool { return x.ID == e })
}

// identity returns the recorded thing that an entity is, empty for itself, and by what that thing is
// known under all its records.
func (f *File) identity(e EntityID) (is EntityID, digests []string) {
	root := f.Same(e)
	if root != e {
		is = root
	}
	for _, x := range f.Entities {
		if f.Same(x.ID) == root {
			digests = append(digests, f.Head(x.ID, FieldMatch).Codes...)
		}
	}
	return is, digests
}

// NotKept is how many listed devices the record knows nothing of: the worker did not confirm them.
func (k *KeptScan) NotKept() int { return max(k.Listed-len(k.Devices), 0) }

// Outcome returns how far a way of looking got; its state is empty for one that took no part.
func (k *KeptScan) Outcome(source string) ScanOutcome {
	for _, o := range k.Outcomes {
		if o.Source == source {
			return o
		}
	}
	return ScanOutcome{Source: source}
}

// Device returns what the scan says of a recorded device, whichever of its records the scan met: the one
// that was confirmed, where one was.
func (k *KeptScan) Device(e EntityID) (KeptDevice, bool) {
	var out KeptDevice
	found := false
	for _, d := range k.of(e) {
		if !found || d.Confirmed && !out.Confirmed {
			out, found = d, true
		}
	}
	return out, found
}

// of lists everything that the scan says of a recorded device: one with a cable and a radio is met twice.
func (k *KeptScan) of(e EntityID) []KeptDevice {
	var out []KeptDevice
	for _, d := range k.Devices {
		if d.Entity == e || d.is() == e {
			out = append(out, d)
		}
	}
	return out
}

// things are the devices of the scan, each thing once.
func (k *KeptScan) things() []KeptDevice {
	var out []KeptDevice
	seen := map[EntityID]bool{}
	for _, d := range k.Devices {
		if !seen[d.is()] {
			seen[d.is()] = true
			one, _ := k.Device(d.is())
			out = append(out, one)
		}
	}
	return out
}

// ScansAround returns the newest scan of a network that began before the given moment and the newest
// that began then or later, to answer what appeared in between. Either is nil when there is none. scans
// come as Scans returns them.
func ScansAround(scans []*KeptScan, network string, at time.Time) (before, after *KeptScan) {
	for _, k := range scans {
		switch {
		case k.Network != network:
		case k.Started.Before(at) && before == nil:
			before = k
		case !k.Started.Before(at) && after == nil:
			after = k
		}
	}
	return before, after
}
