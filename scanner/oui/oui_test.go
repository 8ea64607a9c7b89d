package oui

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func load(t testing.TB) *Table {
	t.Helper()
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTable_Lookup(t *testing.T) {
	table := load(t)
	tests := []struct {
		mac, brand string
		bits       int
	}{
		{"98:9b:cb:10:20:01", "AVM", 24},
		{"9C-7B-EF-A1-B2-C3", "HP", 24},
		{"0011.3244.5566", "Synology", 24},
		{"542a1b0a0b0c", "Sonos", 24},
		{"44:47:cc:c0:ff:ee", "Hikvision", 24},
		{"54:ef:44:d0:0d:01", "Aqara", 24},
		{"54:e0:19:be:11:01", "Ring", 24},
		{"18:b4:30:06:06:06", "Nest", 24},
		{"dc:a6:32:5a:5b:5c", "Raspberry Pi", 24},
		{"d0:73:d5:01:02:03", "LIFX", 24},
	}
	for _, tt := range tests {
		v, ok := table.Lookup(tt.mac)
		if !ok || v.Brand != tt.brand || v.Bits != tt.bits {
			t.Errorf("Lookup(%s) = %+v, %v; want %s /%d", tt.mac, v, ok, tt.brand, tt.bits)
		}
	}
}

// A 24-bit block that the registry splits must answer with the holder of the smaller block, and
// with nobody where no smaller block matches.
func TestTable_Lookup_longestPrefix(t *testing.T) {
	table := load(t)
	short, long := 0, 0
	for i := range 2 {
		b := table.blocks[i]
		for j, prefix := range b.prefixes {
			v, ok := table.Lookup(fmt.Sprintf("%012x", prefix<<(48-b.bits)|1))
			want := table.vendors[b.vendor[j]].Name
			if hidden(want) || prefix>>(b.bits-8)&3 != 0 {
				if ok {
					t.Fatalf("block %x gives %q, want nobody", prefix, v.Name)
				}
				continue
			}
			if i == 1 && ok && v.Bits == 36 {
				continue // a still smaller block starts at the same address
			}
			if !ok || v.Name != want {
				t.Fatalf("block %x: %q, %v; want %q", prefix, v.Name, ok, want)
			}
			if v.Bits == 28 {
				short++
			} else {
				long++
			}
		}
	}
	if short < 5000 || long < 5000 {
		t.Errorf("checked %d blocks of 28 and %d of 36 bits; want thousands of each", short, long)
	}
}

func TestTable_Lookup_privateNeverHasVendor(t *testing.T) {
	table := load(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		mac := fmt.Sprintf("%012x", r.Uint64()>>16&^(3<<40)|2<<40)
		if v, ok := table.Lookup(mac); ok || !Private(mac) {
			t.Fatalf("%s: vendor %q, private %v", mac, v.Name, Private(mac))
		}
	}
	for _, mac := range []string{"3e:91:7c:0d:5e:01", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "", "98:9b", "zz:9b:cb:10:20:01", "98:9b:cb:10:20:01:02"} {
		if v, ok := table.Lookup(mac); ok {
			t.Errorf("Lookup(%q) = %q, want none", mac, v.Name)
		}
	}
}

func TestTable_size(t *testing.T) {
	if n := size(load(t)); n < 50_000 {
		t.Errorf("%d prefixes, want the whole register", n)
	}
	if len(packed) > 800_000 {
		t.Errorf("embedded table is %d bytes", len(packed))
	}
}

func FuzzTable_Lookup(f *testing.F) {
	table := load(f)
	f.Add("98:9b:cb:10:20:01")
	f.Fuzz(func(t *testing.T, mac string) {
		v, ok := table.Lookup(mac)
		if _, valid := parse(mac); ok && (v.Name == "" || !valid || Private(mac)) {
			t.Errorf("Lookup(%q) = %+v", mac, v)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

func BenchmarkTable_Lookup(b *testing.B) {
	table := load(b)
	for b.Loop() {
		table.Lookup("98:9b:cb:10:20:01")
	}
}

// size is how many prefixes a table holds.
func size(table *Table) int {
	n := 0
	for _, b := range table.blocks {
		n += len(b.prefixes)
	}
	return n
}
