package imports

import (
	"path/filepath"
	"testing"
)

// fuzz tries the parser of one format, from the lists that speak to it and one that does not.
func fuzz(f *testing.F, format Format, patterns ...string) {
	f.Helper()
	for _, p := range append(patterns, "hostile.csv") {
		names, err := filepath.Glob("testdata/" + p)
		if err != nil || len(names) == 0 {
			f.Fatalf("no list %s: %v", p, err)
		}
		for _, name := range names {
			f.Add(fixture(f, filepath.Base(name)))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, format, text) })
}

func FuzzParse(f *testing.F)      { fuzz(f, Auto, "*") }
func FuzzNmap(f *testing.F)       { fuzz(f, Nmap, "nmap-*") }
func FuzzARPScan(f *testing.F)    { fuzz(f, ARPScan, "arp-scan*") }
func FuzzTable(f *testing.F)      { fuzz(f, Table, "router-*") }
func FuzzFing(f *testing.F)       { fuzz(f, Fing, "fing-*") }
func FuzzAvahi(f *testing.F)      { fuzz(f, Avahi, "avahi*") }
func FuzzNeighbours(f *testing.F) { fuzz(f, Neighbours, "arp-*", "ip-*", "proc-*") }
func FuzzLeases(f *testing.F)     { fuzz(f, Leases, "*.leases") }
func FuzzPasted(f *testing.F)     { fuzz(f, Pasted, "pasted-*") }
