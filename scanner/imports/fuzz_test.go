package imports

import (
	"path/filepath"
	"testing"
)

// seed adds the lists that speak to one parser, and one that does not.
func seed(f *testing.F, patterns ...string) {
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
}

func FuzzParse(f *testing.F) {
	seed(f, "*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Auto, text) })
}

func FuzzNmap(f *testing.F) {
	seed(f, "nmap-*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Nmap, text) })
}

func FuzzARPScan(f *testing.F) {
	seed(f, "arp-scan*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, ARPScan, text) })
}

func FuzzTable(f *testing.F) {
	seed(f, "router-*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Table, text) })
}

func FuzzFing(f *testing.F) {
	seed(f, "fing-*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Fing, text) })
}

func FuzzAvahi(f *testing.F) {
	seed(f, "avahi*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Avahi, text) })
}

func FuzzNeighbours(f *testing.F) {
	seed(f, "arp-*", "ip-*", "proc-*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Neighbours, text) })
}

func FuzzLeases(f *testing.F) {
	seed(f, "*.leases")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Leases, text) })
}

func FuzzPasted(f *testing.F) {
	seed(f, "pasted-*")
	f.Fuzz(func(t *testing.T, text []byte) { checkResult(t, Pasted, text) })
}
