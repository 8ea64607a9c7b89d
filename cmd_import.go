package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/imports"
)

const importUsage = `usage: keyholder import [-json] [-format KIND] FILE

Reads a list of devices that something else made and says what they probably are and how that is
known. FILE is the list; - reads it from standard input. Nothing is sent anywhere and nothing is
stored. What the list itself says of maker, model and kind stays the word of the list.

  -format KIND  table       a table with headings (CSV), such as a router's
                pasted      text copied from a page or an app
                fing        CSV of the Fing app or command
                nmap        XML of nmap
                arp_scan    output of arp-scan
                avahi       output of avahi-browse in its form for programs
                neighbours  output of ip neigh or arp
                leases      DHCP leases of dnsmasq or ISC dhcpd
                Without it the program finds out by itself.
  -json         one JSON object per device, then one with the facts, as keyholder scan writes them
`

func importCommand() command {
	return command{name: "import", summary: "say what the devices in a list made by something else are", run: runImport}
}

// runImport reads one list. Exit status: 0 read, 1 it cannot be read, 2 wrong use.
func runImport(ctx context.Context, args []string, c console) int {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	asJSON := flags.Bool("json", false, "")
	format := flags.String("format", "", "")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.out, importUsage)
		return 0
	}
	kind := imports.Format(*format)
	if err != nil || flags.NArg() != 1 || kind != imports.Auto && !slices.Contains(imports.Formats(), kind) {
		fmt.Fprint(c.err, "keyholder import: it takes one file and the flags below.\n\n", importUsage)
		return 2
	}
	list, err := readImport(ctx, c, flags.Arg(0), kind)
	if err != nil {
		fmt.Fprintf(c.err, "keyholder import: %v\n", err)
		return 1
	}
	identify, err := newIdentifier()
	if err != nil {
		fmt.Fprintf(c.err, "keyholder import: %v\n", err)
		return 1
	}
	write := writeScanJSON
	if !*asJSON {
		write = func(out io.Writer, r *scanner.Report, identify *identifier) error {
			return writeImportTable(out, r, identify, list.MissedAll)
		}
	}
	if err := write(c.out, importReport(list), identify); err != nil {
		fmt.Fprintf(c.err, "keyholder import: writing the result: %v\n", err)
		return 1
	}
	fmt.Fprint(c.err, importRemarks(list))
	return 0
}

// readImport reads the list. The name of the file stays out of errors: it may be somebody's name.
func readImport(ctx context.Context, c console, name string, kind imports.Format) (imports.Result, error) {
	in := c.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return imports.Result{}, errors.New("the file cannot be opened; look at its name and whether you may read it")
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(newWaiting(ctx, in), imports.MaxBytes+1))
	if err != nil {
		return imports.Result{}, errors.New("the list cannot be read to its end")
	}
	return imports.ParseAs(kind, text)
}

// modeImport stands where a check has its mode.
const modeImport scanner.Mode = "import"

// importReport puts a list into the form of a check that looked at no network.
func importReport(list imports.Result) *scanner.Report {
	now := time.Now()
	r := &scanner.Report{
		Scope: scanner.Scope{Mode: modeImport}, Started: now, Ended: now,
		Outcomes: map[scanner.SourceName]scanner.Outcome{scanner.SourceImport: scanner.Could(len(list.Sightings))},
	}
	r.Devices, r.Further = scanner.Merge(list.Sightings, imports.MaxDevices)
	r.Further += list.Further
	return r
}

// importRemarks says what was read and what was not understood, by line number only.
func importRemarks(list imports.Result) string {
	out := fmt.Sprintf("Read as %s: %d lines.\n", list.Format, list.Lines)
	if list.MissedAll == 0 {
		return out
	}
	var numbers []string
	for _, n := range list.Missed[:min(len(list.Missed), 20)] {
		numbers = append(numbers, strconv.Itoa(n))
	}
	if list.MissedAll > len(numbers) {
		numbers = append(numbers, "…")
	}
	return out + fmt.Sprintf("%d lines were not understood: %s.\n", list.MissedAll, strings.Join(numbers, ", "))
}

// writeImportTable writes the devices, and how many lines may hold further ones: who reads only the
// table must not take it for the whole.
func writeImportTable(out io.Writer, r *scanner.Report, identify *identifier, missed int) error {
	if err := writeDeviceTable(out, r, identify); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d devices stand in the list. No network was looked at.\n", len(r.Devices))
	if r.Further > 0 {
		fmt.Fprintf(out, "%d more are not listed: there were too many.\n", r.Further)
	}
	if missed > 0 {
		fmt.Fprintf(out, "%d lines were not understood, so the list may hold more.\n", missed)
	}
	fmt.Fprintf(out, "\n%s:\n", identify.texts.T("import.blind"))
	for _, b := range blindSpots(identify.texts, modeImport) {
		fmt.Fprintf(out, "  %s\n", b.Says)
	}
	return nil
}
