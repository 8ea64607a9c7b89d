package casework

import (
	"context"
	"encoding/hex"
	"slices"

	"keyholder/casework/checklist"
)

// VerbExport is the audit verb for handing a file of the case to somebody.
const VerbExport Verb = "export"

// FieldScanExport says that a file was made of a scan: codes are its SHA-256, where it goes, and what
// the worker chose to put in.
const FieldScanExport Field = "scan_export"

// ExportGoals are where a file of a scan can go.
func ExportGoals() []string {
	return []string{"survivor", "lawyer", "police", "court", "service", "other"}
}

// ExportAddresses marks an export that holds network and hardware addresses.
const ExportAddresses = "addresses"

// ScanExport is one file that was made of a scan.
type ScanExport struct {
	SHA256    string // of the whole file, in hexadecimal
	Goal      string // a code of ExportGoals
	Addresses bool
}

// ExportScan writes into the record and, in the same transaction, into the audit that a file of a scan
// was made, with the hash by which it can be known again. It refuses what belongs to no case.
func (b *Casebook) ExportScan(ctx context.Context, id CaseID, a Act, scan EntityID, e ScanExport) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	k, err := f.Scan(scan)
	switch {
	case err != nil:
		return err
	case !NetworkSaves(k.Network):
		return &Error{Kind: KindForbidden, Key: "error.scan.network_saves_nothing"}
	case !k.Whole:
		return &Error{Kind: KindUnavailable, Key: "error.scan.not_whole"}
	case !slices.Contains(ExportGoals(), e.Goal):
		return invalid("goal", "error.scan.goal")
	}
	if sum, err := hex.DecodeString(e.SHA256); err != nil || len(sum) != 32 {
		return invalid("sha256", "error.scan.hash")
	}
	codes := []string{e.SHA256, e.Goal}
	if e.Addresses {
		codes = append(codes, ExportAddresses)
	}
	v := Value{Slot: Slot{Entity: scan, Field: FieldScanExport}, State: checklist.Yes, Codes: codes, Basis: WorkerSaw}
	return b.apply(ctx, id, b.change(a, VerbExport, v))
}

// ScanLine is one thing somebody said of a device that a scan met.
type ScanLine struct {
	Field Field
	Value Value
}

// Said returns what the record says of a device now, sorted by how it is known. What only a scan or a
// list says is left out: that stands in the scan. Neither are the five questions in it, nor anything about people.
func (f *File) Said(device EntityID) map[Basis][]ScanLine {
	out := map[Basis][]ScanLine{}
	for _, field := range []Field{FieldLabel, FieldGroup, FieldClass, FieldBrand, FieldRoom, FieldSameAs} {
		v := f.Head(device, field)
		takenBack := field == FieldSameAs && f.Same(device) == device
		if v.ID == "" || weight(v.Basis) < weight(WorkerSaw) || v.blank() || takenBack {
			continue
		}
		out[v.Basis] = append(out[v.Basis], ScanLine{Field: field, Value: v})
	}
	return out
}
