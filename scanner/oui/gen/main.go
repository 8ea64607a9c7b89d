// Command gen rebuilds the embedded table of maker prefixes. It is run by hand when the public
// register is refreshed, never during a build:
//
//	npm pack oui-data@VERSION && tar xzf oui-data-VERSION.tgz
//	go run ./scanner/oui/gen -in package/index.json -brands scanner/oui/data/brands.tsv -out scanner/oui/data/prefixes.bin
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

// lengths are the hex digits of the three block sizes of the register: 24, 28 and 36 bits.
var lengths = [...]int{6, 7, 9}

func main() {
	in := flag.String("in", "index.json", "JSON object of the register: hex prefix to name and address")
	brands := flag.String("brands", "brands.tsv", "name starts and brands")
	out := flag.String("out", "prefixes.bin", "file to write")
	flag.Parse()
	if err := generate(*in, *brands, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generate(in, brandFile, out string) error {
	raw, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("reading the register: %w", err)
	}
	register := map[string]string{}
	if err := json.Unmarshal(raw, &register); err != nil {
		return fmt.Errorf("decoding the register: %w", err)
	}
	text, err := os.ReadFile(brandFile)
	if err != nil {
		return fmt.Errorf("reading the brands: %w", err)
	}
	brands, err := parseBrands(string(text))
	if err != nil {
		return err
	}
	packed, err := pack(encode(register, brands))
	if err != nil {
		return err
	}
	return os.WriteFile(out, packed, 0o644)
}

type brand struct{ start, name string }

func parseBrands(text string) ([]brand, error) {
	var list []brand
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		start, name, ok := strings.Cut(line, "\t")
		if !ok || name == "" {
			return nil, fmt.Errorf("brands line %d: want a start, a tab and a brand", i+1)
		}
		list = append(list, brand{start, name})
	}
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].start) > len(list[j].start) })
	return list, nil
}

// encode writes: count of names, the names ("name\tbrand\n"), then for each prefix length the count
// and, in ascending order, the difference to the previous prefix and the number of the name.
func encode(register map[string]string, brands []brand) []byte {
	names := map[string]uint64{}
	var list []string
	blocks := map[int][]entry{}
	for key, value := range register {
		org, _, _ := strings.Cut(value, "\n")
		org = strings.Join(strings.Fields(org), " ")
		if org == "" {
			continue
		}
		prefix, err := strconv.ParseUint(key, 16, 64)
		if err != nil {
			continue
		}
		blocks[len(key)] = append(blocks[len(key)], entry{prefix, org})
		if _, ok := names[org]; !ok {
			names[org] = 0
			list = append(list, org)
		}
	}
	sort.Strings(list)
	var buf bytes.Buffer
	put := func(v uint64) { buf.Write(binary.AppendUvarint(nil, v)) }
	put(uint64(len(list)))
	for i, org := range list {
		names[org] = uint64(i)
		fmt.Fprintf(&buf, "%s\t%s\n", org, brandOf(org, brands))
	}
	for _, n := range lengths {
		block := blocks[n]
		sort.Slice(block, func(i, j int) bool { return block[i].prefix < block[j].prefix })
		put(uint64(len(block)))
		last := uint64(0)
		for _, e := range block {
			put(e.prefix - last)
			put(names[e.org])
			last = e.prefix
		}
	}
	return buf.Bytes()
}

type entry struct {
	prefix uint64
	org    string
}

// brandOf returns the listed brand, or the registered name without its legal form.
func brandOf(org string, brands []brand) string {
	lower := strings.ToLower(org)
	for _, b := range brands {
		if strings.HasPrefix(lower, b.start) {
			return b.name
		}
	}
	return withoutLegalForm(org)
}

// legalForms are dropped from the end of a name, one after the other.
var legalForms = []string{
	"co., ltd.", "co.,ltd.", "co.,ltd", "co., ltd", "co.ltd", "ltd.", "ltd", "limited", "inc.", "inc",
	"llc", "gmbh & co. kg", "gmbh", "corporation", "corp.", "corp", "s.a.", "sas", "s.p.a.", "spa", "srl",
	"s.r.l.", "b.v.", "bv", "ab", "a/s", "ag", "oy", "pte.", "pte", "pty", "kg", "co.", "co", "company",
}

func withoutLegalForm(org string) string {
	name := org
	for again := true; again; {
		again = false
		for _, form := range legalForms {
			cut := len(name) - len(form)
			if cut > 1 && strings.EqualFold(name[cut:], form) && strings.ContainsRune(" ,.", rune(name[cut-1])) {
				name = strings.TrimRight(name[:cut], " ,.")
				again = true
				break
			}
		}
	}
	if name == "" {
		return org
	}
	return name
}

func pack(raw []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("opening the compressor: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	return buf.Bytes(), nil
}
