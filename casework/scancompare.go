package casework

import (
	"slices"

	"keyholder/casework/personal"
)

// Codes of ScanComparison.Differences and of Unsure.Reasons: why two scans cannot simply be held
// against each other.
const (
	DiffNetwork  = "network"   // they are about two different networks
	DiffUnread   = "unread"    // one of them has no list of its devices
	DiffBasis    = "basis"     // one is a look at the network, the other a list from elsewhere
	DiffRange    = "range"     // no address range in common: a new router, or another network
	DiffMode     = "mode"      // one looked in a way that sees less
	DiffSource   = "source"    // a way of looking was open to one and not to the other
	DiffStopped  = "stopped"   // one was stopped before its time
	DiffFlood    = "flood"     // one met more devices than can be listed
	DiffNotKept  = "not_kept"  // one met devices that were not kept
	DiffNoSource = "no_source" // nothing says which way of looking met the device
	DiffPrivate  = "private"   // the device has nothing that lasts: it may be one of the others

	DiffUnaddressed = "unaddressed" // one listed devices without a hardware address: it may be one of them
	DiffDouble      = "double"      // the other met a thing with the same lasting identifier, under another record
	DiffFormat      = "format"      // they are lists of two kinds, or nobody knows of which
	DiffPartial     = "partial"     // one is a list of a kind that leaves devices out
	DiffLines       = "lines"       // one is a list with lines that were not understood: it may stand there
	DiffHardware    = "hardware"    // a list knows a device by its hardware address only, and it showed none that lasts
)

// sourceHardware is the way of looking that learns hardware addresses, in the codes of the scanner.
// What met a device without it cannot know it again by its hardware address.
const sourceHardware = "neighbour"

// ScanComparison is what two kept scans say together. Nothing in it says why a device came or went.
type ScanComparison struct {
	Earlier, Later *KeptScan
	// Refused is why nothing can be said at all, DiffNetwork or DiffUnread; the lists are then empty.
	Refused     string
	Differences []ScanDifference
	New         []KeptDevice // the earlier scan looked the same way and did not meet them
	Gone        []KeptDevice // the later scan looked the same way and did not meet them
	Changed     []ChangedDevice
	Same        []KeptDevice
	Unsure      []UnsureDevice
}

// ScanDifference is one way in which two scans looked differently.
type ScanDifference struct {
	Code    string
	Source  string // for DiffSource
	Earlier bool   // the earlier one saw less; otherwise the later one
}

// UnsureDevice was met by one scan only, and that may be because of how the other looked.
type UnsureDevice struct {
	Device  KeptDevice
	Later   bool // met by the later scan; otherwise by the earlier
	Reasons []string
}

// ChangedDevice was met by both scans and is not shown the same.
type ChangedDevice struct {
	Before, Now KeptDevice
	Changes     []ScanChange
}

// ScanChange is one thing that is shown differently. Codes are codes of the device; texts are words.
type ScanChange struct {
	Field                 string // class, name, announced, confidence, sources, address
	BeforeCodes, NowCodes []string
	BeforeText, NowText   personal.Text
	ByWorker              bool // a worker said it, no scan
}

// CompareScans holds two kept scans of one case against each other, whichever comes first. It concludes
// that a device is new or not seen only where the other scan could have met it.
func CompareScans(a, b *KeptScan) *ScanComparison {
	if b.Started.Before(a.Started) {
		a, b = b, a
	}
	c := &ScanComparison{Earlier: a, Later: b}
	switch {
	case a.Network != b.Network:
		c.Refused = DiffNetwork
	case !a.Whole || !b.Whole:
		c.Refused = DiffUnread
	}
	if c.Refused != "" {
		return c
	}
	c.Differences = slices.Concat(lessThan(a, b, true), lessThan(b, a, false))
	for _, d := range b.things() {
		c.held(d)
	}
	for _, d := range a.things() {
		if _, met := b.Device(d.is()); met {
			continue
		}
		if reasons := a.missedBy(b, d); len(reasons) > 0 {
			c.Unsure = append(c.Unsure, UnsureDevice{Device: d, Reasons: reasons})
			continue
		}
		c.Gone = append(c.Gone, d)
	}
	return c
}

// held sorts one device of the later scan into the lists.
func (c *ScanComparison) held(d KeptDevice) {
	before, met := c.Earlier.Device(d.is())
	if !met {
		if reasons := c.Later.missedBy(c.Earlier, d); len(reasons) > 0 {
			c.Unsure = append(c.Unsure, UnsureDevice{Device: d, Later: true, Reasons: reasons})
			return
		}
		c.New = append(c.New, d)
		return
	}
	if changes := c.changes(before, d); len(changes) > 0 {
		c.Changed = append(c.Changed, ChangedDevice{Before: before, Now: d, Changes: changes})
		return
	}
	if !d.Confirmed { // what it is shown as stands with the scan in which it was confirmed
		d = before
	}
	c.Same = append(c.Same, d)
}

// missedBy says why other may have missed d, which k met, although d was there; empty when other could
// have met it. What k met under several records has to be out of the question under each: a thing with a
// cable and a radio can be there by the one alone.
func (k *KeptScan) missedBy(other *KeptScan, d KeptDevice) []string {
	var reasons []string
	for _, record := range k.of(d.is()) {
		for _, reason := range k.missedRecord(other, record) {
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		}
	}
	return reasons
}

// missedRecord is missedBy for one record of a thing.
func (k *KeptScan) missedRecord(other *KeptScan, d KeptDevice) []string {
	var reasons []string
	for _, diff := range lessThan(other, k, false) {
		switch diff.Code {
		case DiffSource:
		case DiffNotKept:
			if k.passedOver(other, d) {
				reasons = append(reasons, diff.Code)
			}
		default:
			reasons = append(reasons, diff.Code)
		}
	}
	if slices.ContainsFunc(other.Devices, d.shares) {
		reasons = append(reasons, DiffDouble)
	}
	if !d.Known {
		reasons = append(reasons, DiffPrivate)
	}
	if reason := k.unrecognised(other, d); reason != "" {
		reasons = append(reasons, reason)
	}
	return reasons
}

// unrecognised says why other, whose ways of looking were not those of k, may have met d without
// knowing it for the device that k met; empty when it would have known it.
func (k *KeptScan) unrecognised(other *KeptScan, d KeptDevice) string {
	closed := func(source string) bool { return other.sawLess(k, source) }
	lasting := d.AddressKind == AddressLasting
	switch {
	case k.Basis != FromScan && !lasting:
		return DiffHardware
	case k.Basis != FromScan:
		return ""
	case len(d.Sources) == 0:
		return DiffNoSource
	case lasting && slices.Contains(d.Sources, sourceHardware) && !closed(sourceHardware):
		return ""
	case slices.ContainsFunc(d.Sources, closed): // nothing says which of them made it known
		return DiffSource
	}
	return ""
}

// shares reports whether the record knows two devices by the same identifier: a sitting that is put beside
// a case can bring a second record of a thing.
func (d KeptDevice) shares(other KeptDevice) bool {
	return slices.ContainsFunc(d.Digests, func(digest string) bool { return slices.Contains(other.Digests, digest) })
}

// passedOver reports whether d, which k met, could be one of the devices that other listed and that were
// not kept. What the record knew by a lasting address when the other scan was kept was looked for among all
// that it listed.
func (k *KeptScan) passedOver(other *KeptScan, d KeptDevice) bool {
	if d.Known && d.AddressKind == AddressLasting && k.Started.Before(other.Started) && d.Place <= other.Place {
		return false
	}
	return other.mayHaveMet(d)
}

// lessThan lists the ways in which k saw less than other. earlier says which of the two k is.
func lessThan(k, other *KeptScan, earlier bool) []ScanDifference {
	var out []ScanDifference
	add := func(differs bool, code, source string) {
		if differs {
			out = append(out, ScanDifference{Code: code, Source: source, Earlier: earlier})
		}
	}
	add(k.Basis != other.Basis, DiffBasis, "")
	add(!shareRange(k, other), DiffRange, "")
	add(k.Basis == other.Basis && reach(k.Mode) < reach(other.Mode), DiffMode, "")
	add(k.Stopped, DiffStopped, "")
	add(k.Further > 0, DiffFlood, "")
	add(k.NotKept() > 0, DiffNotKept, "")
	add(k.Unaddressed > 0, DiffUnaddressed, "")
	if k.Basis == FromList && other.Basis == FromList {
		mine, theirs := k.list(), other.list()
		add(mine.Format == "" || mine.Format != theirs.Format, DiffFormat, "")
		add(mine.Partial, DiffPartial, "")
		add(mine.Unread > 0, DiffLines, "")
	}
	for _, o := range other.Outcomes {
		add(k.sawLess(other, o.Source), DiffSource, o.Source)
	}
	return out
}

// list is how the list was read. Of one that was kept before this was noted, nothing is known.
func (k *KeptScan) list() ListFacts {
	if k.List == nil {
		return ListFacts{}
	}
	return *k.List
}

// reach orders the modes by how much they can meet.
func reach(m ScanMode) int {
	switch m {
	case ScanListen:
		return 1
	case ScanQuiet:
		return 2
	case ScanFull:
		return 3
	}
	return 0
}

// shareRange reports whether two scans looked at some network with the same addresses, or one of them
// does not say.
func shareRange(a, b *KeptScan) bool {
	if len(a.Networks) == 0 || len(b.Networks) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Networks, func(n string) bool { return slices.Contains(b.Networks, n) })
}

// sawLess reports whether a way of looking that was open to other was closed to k, or open only in part.
func (k *KeptScan) sawLess(other *KeptScan, source string) bool {
	mine, theirs := k.Outcome(source), other.Outcome(source)
	if !theirs.looked() {
		return false
	}
	return !mine.looked() ||
		slices.ContainsFunc(mine.Limits, func(l string) bool { return !slices.Contains(theirs.Limits, l) })
}

// changes lists what is shown differently of a device that both scans met. A device that was not
// confirmed in one of them shows nothing there, so nothing has changed.
func (c *ScanComparison) changes(before, now KeptDevice) []ScanChange {
	if !before.Confirmed || !now.Confirmed {
		return nil
	}
	var l changeList
	named := before.LabelByWorker || now.LabelByWorker
	corrected := before.ClassByWorker != now.ClassByWorker
	l.codes("class", []string{before.Group, before.Class}, []string{now.Group, now.Class}, corrected)
	l.texts("name", before.Label, now.Label, named)
	if named {
		l.texts("announced", before.Announced, now.Announced, false)
	}
	l.codes("confidence", []string{before.Confidence}, []string{now.Confidence}, corrected)
	l.codes("sources", c.comparable(before.Sources), c.comparable(now.Sources), false)
	if before.AddressKind != AddressNone && now.AddressKind != AddressNone {
		l.codes("address", []string{before.AddressKind}, []string{now.AddressKind}, false)
	}
	return l
}

// changeList collects what differs.
type changeList []ScanChange

func (l *changeList) codes(field string, was, is []string, byWorker bool) {
	if !slices.Equal(was, is) {
		*l = append(*l, ScanChange{Field: field, BeforeCodes: was, NowCodes: is, ByWorker: byWorker})
	}
}

// texts passes over an empty side: what announced nothing this time has not changed its name.
func (l *changeList) texts(field string, was, is personal.Text, byWorker bool) {
	if was != is && !was.Empty() && !is.Empty() {
		*l = append(*l, ScanChange{Field: field, BeforeText: was, NowText: is, ByWorker: byWorker})
	}
}

// comparable are the sources that were open to both scans alike: only there can a device have begun or
// stopped to answer.
func (c *ScanComparison) comparable(sources []string) []string {
	out := []string{}
	for _, s := range sources {
		if c.Earlier.Mode == c.Later.Mode && !c.Earlier.sawLess(c.Later, s) && !c.Later.sawLess(c.Earlier, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}
