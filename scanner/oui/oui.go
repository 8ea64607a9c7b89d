// Package oui names the maker that a hardware address (MAC) was registered for, from an embedded
// copy of the public register with its 24, 28 and 36 bit blocks. The maker of the network chip is
// often not the brand on the box, so a vendor is a hint, never an identification.
//
// The table is generated from the npm package oui-data 2.1.9 (BSD-2-Clause) by scanner/oui/gen.
package oui

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

//go:embed data/prefixes.bin
var packed []byte

// Vendor is a registered maker.
type Vendor struct {
	Name  string // as registered, for example "AVM GmbH"
	Brand string // the brand people know, or Name without its legal form
	Bits  int    // length of the prefix that matched: 24, 28 or 36
}

// Table maps prefixes to vendors. It is read-only and safe for concurrent use.
type Table struct {
	vendors []Vendor
	blocks  [3]block // longest first
}

// block holds the prefixes of one length in ascending order and, beside them, the vendor numbers.
type block struct {
	bits     int
	prefixes []uint64
	vendor   []uint32
}

// hidden reports whether a register entry names nobody: blocks that the registry keeps for smaller blocks,
// and makers that paid not to be named.
func hidden(name string) bool { return name == "IEEE Registration Authority" || name == "Private" }

var errDamaged = errors.New("the embedded table of makers is damaged; install the program again")

// Load unpacks the embedded table (about 20 ms); keep the result.
func Load() (*Table, error) {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpacking the table of makers: %w", err)
	}
	r := bytes.NewReader(raw)
	n, err := binary.ReadUvarint(r)
	if err != nil || n > uint64(len(raw)) {
		return nil, errDamaged
	}
	t := &Table{vendors: make([]Vendor, 0, n)}
	text := string(raw[len(raw)-r.Len():])
	for range n {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok {
			return nil, errDamaged
		}
		name, brand, _ := strings.Cut(line, "\t")
		t.vendors = append(t.vendors, Vendor{Name: name, Brand: brand})
		text = rest
	}
	return t, t.readBlocks([]byte(text))
}

func (t *Table) readBlocks(raw []byte) error {
	r := bytes.NewReader(raw)
	for i, bits := range [...]int{24, 28, 36} {
		n, err := binary.ReadUvarint(r)
		if err != nil || n > uint64(len(raw)) {
			return errDamaged
		}
		b := block{bits: bits, prefixes: make([]uint64, n), vendor: make([]uint32, n)}
		last := uint64(0)
		for j := range b.prefixes {
			step, err1 := binary.ReadUvarint(r)
			vendor, err2 := binary.ReadUvarint(r)
			if err1 != nil || err2 != nil || vendor >= uint64(len(t.vendors)) {
				return errDamaged
			}
			last += step
			b.prefixes[j], b.vendor[j] = last, uint32(vendor)
		}
		t.blocks[2-i] = b
	}
	return nil
}

// Lookup returns the vendor of a MAC written as hex digits with or without separators. It reports
// false for an unknown prefix, for text that is not a MAC, for group addresses and for locally
// administered (private, often random) addresses, which never have a vendor.
func (t *Table) Lookup(mac string) (Vendor, bool) {
	v, ok := parse(mac)
	if !ok || v>>40&3 != 0 {
		return Vendor{}, false
	}
	for i := range t.blocks {
		b := &t.blocks[i]
		prefix := v >> (48 - b.bits)
		j := sort.Search(len(b.prefixes), func(k int) bool { return b.prefixes[k] >= prefix })
		if j == len(b.prefixes) || b.prefixes[j] != prefix {
			continue
		}
		vendor := t.vendors[b.vendor[j]]
		if hidden(vendor.Name) {
			return Vendor{}, false
		}
		vendor.Bits = b.bits
		return vendor, true
	}
	return Vendor{}, false
}

// Private reports whether mac is a locally administered address: made up by the device itself, as
// phones and laptops do to avoid being followed from network to network.
func Private(mac string) bool {
	v, ok := parse(mac)
	return ok && v>>40&3 == 2
}

// parse reads twelve hex digits, skipping the separators ":", "-" and ".".
func parse(mac string) (uint64, bool) {
	var v uint64
	n := 0
	for i := range len(mac) {
		if mac[i] == ':' || mac[i] == '-' || mac[i] == '.' {
			continue
		}
		digit, ok := hexDigit(mac[i])
		if !ok || n == 12 {
			return 0, false
		}
		v = v<<4 | uint64(digit)
		n++
	}
	return v, n == 12
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
