// Package imports reads lists of devices that something else made: a router's table, the output of
// network tools, or text pasted from an app. It asks no network. What a list says of a device is the
// list's word, not ours: makers, models and types in it stay claims of the list.
package imports

import (
	"bytes"
	"errors"
	"net/netip"
	"slices"
	"time"

	"keyholder/scanner"
)

// Bounds on a list. A home has dozens of devices; a list beyond these is something else.
const (
	MaxBytes   = 4 << 20 // of the text as it came, in bytes
	MaxDevices = 10000   // rows that are read; further ones are counted
)

// The bounds on one line and on one value, in bytes, and on how many line numbers are kept.
const (
	longestLine  = 16 << 10
	longestValue = 256
	mostMissed   = 100
)

// Format names what made a list. The codes are stable: they stand in records and texts.
type Format string

// The formats. Auto is a choice, not a result.
const (
	Auto       Format = ""
	Nmap       Format = "nmap"       // XML of nmap (-oX), or what it writes for people
	ARPScan    Format = "arp_scan"   // output of arp-scan
	Fing       Format = "fing"       // CSV of the Fing desktop app or command
	Avahi      Format = "avahi"      // output of avahi-browse -p
	Neighbours Format = "neighbours" // ip neigh, arp -a, arp -n, /proc/net/arp, ndp -an, Get-NetNeighbor
	Leases     Format = "leases"     // DHCP leases of dnsmasq or ISC dhcpd
	Table      Format = "table"      // CSV with headings, as routers write it
	Pasted     Format = "pasted"     // text copied from a router's page or an app
)

// Formats lists what can be chosen or found, in the order in which a page offers it.
func Formats() []Format {
	return []Format{Table, Pasted, Fing, Nmap, ARPScan, Avahi, Neighbours, Leases}
}

// Partial reports whether a list of that kind may leave out devices that were there: an excerpt that
// somebody copied, only what a tool was asked about, only what announced itself, or only what one
// computer had talked with. A router's table and the list of a scanning app name all that they saw.
func (f Format) Partial() bool { return f != Table && f != Fing }

// Result is what was read of a list.
type Result struct {
	Format    Format
	Sightings []scanner.Sighting // one for each row or service; scanner.Merge makes devices of them
	Lines     int                // lines with something in them
	Missed    []int              // numbers of lines that were not understood, at most 100
	MissedAll int                // how many there were
	Further   int                // rows beyond MaxDevices, which were not read
}

// Errors of a list that cannot be read at all. They never hold anything of the list.
var (
	ErrTooLarge = errors.New("the list is larger than 4 MiB")
	ErrEmpty    = errors.New("the list is empty")
	ErrNothing  = errors.New("no device was recognised in the list: a line needs a hardware address or an IP address")
	ErrXML      = errors.New("this is not the XML of nmap")
	ErrPacked   = errors.New("the file is packed, as spreadsheets are: save it as CSV or text")
	ErrFormat   = errors.New("this kind of list is not known")
)

// ParseAs reads a list as one format; with Auto it finds out by its content what made it. The line numbers of Result count from 1.
func ParseAs(format Format, text []byte) (Result, error) {
	if len(text) > MaxBytes {
		return Result{}, ErrTooLarge
	}
	if bytes.HasPrefix(text, []byte("PK\x03\x04")) {
		return Result{}, ErrPacked
	}
	plain := decode(text)
	lines := splitLines(plain)
	if len(lines) == 0 {
		return Result{}, ErrEmpty
	}
	if format == Auto {
		format = recognise(plain, lines)
	}
	l := &list{result: Result{Format: format, Lines: len(lines)}}
	if err := l.read(format, plain, lines); err != nil {
		return Result{}, err
	}
	slices.Sort(l.result.Missed)
	if len(l.result.Sightings) == 0 {
		return l.result, ErrNothing
	}
	return l.result, nil
}

// read hands the lines to the parser of the format.
func (l *list) read(format Format, plain string, lines []line) error {
	switch format {
	case Nmap:
		return l.readNmap(plain, lines)
	case ARPScan:
		l.readARPScan(lines)
	case Fing, Table:
		l.readTable(lines)
	case Avahi:
		l.readAvahi(lines)
	case Neighbours:
		l.readNeighbours(lines)
	case Leases:
		l.readLeases(lines)
	case Pasted:
		l.readPasted(lines)
	default:
		return ErrFormat
	}
	return nil
}

// list collects what a parser understands.
type list struct {
	result Result
	rows   int
}

// miss notes a line that was not understood, by its number only.
func (l *list) miss(number int) {
	l.result.MissedAll++
	if len(l.result.Missed) < mostMissed {
		l.result.Missed = append(l.result.Missed, number)
	}
}

// row is one device as a list has it. Empty is not known.
type row struct {
	line                            int
	mac                             string // canonical
	addrs                           []netip.Addr
	host, name, vendor, model, kind string
	facts                           []scanner.Fact
}

// add keeps a row; one without hardware and network address cannot be told from another and counts
// as not understood.
func (l *list) add(r row) {
	s, ok := r.sighting()
	if !ok {
		l.miss(r.line)
		return
	}
	if l.rows >= MaxDevices {
		l.result.Further++
		return
	}
	l.rows++
	l.result.Sightings = append(l.result.Sightings, s)
}

// sighting turns a row into the words of the scanner. A made-up hardware address has no maker,
// whatever the list says.
func (r row) sighting() (scanner.Sighting, bool) {
	s := scanner.Sighting{Source: scanner.SourceImport, At: time.Time{}, Facts: r.facts}
	if r.mac != "" {
		s.Keys = append(s.Keys, scanner.MACKey(r.mac))
		s.Facts = append(s.Facts, fact(scanner.FactNeighbour, "mac", r.mac, "state", "listed"))
	}
	for _, a := range r.addrs {
		s.Keys = append(s.Keys, scanner.IPKey(a))
	}
	if len(s.Keys) == 0 {
		return s, false
	}
	if r.host != "" {
		s.Facts = append(s.Facts, fact(scanner.FactDHCP, "hostname", r.host))
	}
	if scanner.PrivateMAC(r.mac) {
		r.vendor = ""
	}
	if said := fact(scanner.FactListed, "vendor", r.vendor, "name", r.name, "model", r.model, "type", r.kind); len(said.Fields) > 0 {
		s.Facts = append(s.Facts, said)
	}
	return s, true
}

// fact makes a fact of pairs of field and value; empty values are left out.
func fact(kind scanner.FactKind, pairs ...string) scanner.Fact {
	f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := scanner.Bounded(pairs[i+1], longestValue); v != "" {
			f.Fields[pairs[i]] = v
		}
	}
	return f
}
