package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/scanner/leads"
	"keyholder/server/i18n"
)

// scanFormat is the version of the format in docs/scan-format.md.
const scanFormat = 1

// scannedDevice is one line of the JSON output; docs/scan-format.md explains the fields.
type scannedDevice struct {
	MACs         []string             `json:"macs"`
	Addresses    []string             `json:"addresses"`
	Names        []string             `json:"names"`
	Group        catalogue.Group      `json:"group"`
	Class        catalogue.Class      `json:"class"`
	Brand        string               `json:"brand"`
	Model        string               `json:"model"`
	Confidence   catalogue.Confidence `json:"confidence"`
	Evidence     []catalogue.Evidence `json:"evidence"`
	Conflicts    []catalogue.Evidence `json:"conflicts,omitempty"`
	Capabilities []string             `json:"capabilities"`
	Ports        []announcedPort      `json:"ports"`
	Open         []openPort           `json:"open,omitempty"`
	Leads        []foundLead          `json:"leads,omitempty"`
	SeenBy       []scanner.SourceName `json:"seen_by"`
	Gateway      bool                 `json:"gateway,omitempty"`
	ThisComputer bool                 `json:"this_computer,omitempty"`
	PrivateMAC   bool                 `json:"private_mac,omitempty"`
	Remembered   bool                 `json:"remembered,omitempty"`
}

// foundLead is a lead on who may control the device: something to ask about, never an answer.
type foundLead struct {
	leads.Lead
	Says string `json:"says"`
	Not  string `json:"does_not_show"`
}

// announcedPort is a port that the device itself announced.
type announcedPort struct {
	Port    int    `json:"port"`
	Proto   string `json:"proto"`
	Service string `json:"service"`
}

// scanFacts is the last line of the JSON output.
type scanFacts struct {
	Format      int                 `json:"format"`
	Networks    []netip.Prefix      `json:"networks"`
	Mode        scanner.Mode        `json:"mode"`
	Chosen      int                 `json:"chosen,omitempty"`
	Seconds     float64             `json:"seconds"`
	Started     time.Time           `json:"started"`
	Attestation scanner.Attestation `json:"attestation"`
	AttestedAt  time.Time           `json:"attested_at"`
	Stopped     bool                `json:"stopped"`
	Devices     int                 `json:"devices"`
	NotListed   int                 `json:"not_listed"`
	Interfaces  []usedInterface     `json:"interfaces"`
	LeftOut     []scanner.LeftOut   `json:"left_out"`
	Sources     []sourceFacts       `json:"sources"`
	CannotSee   []blindSpot         `json:"cannot_see"`
	Versions    map[string]string   `json:"versions"`
}

type usedInterface struct {
	Name     string         `json:"name"`
	Networks []netip.Prefix `json:"networks"`
}

type sourceFacts struct {
	Name   scanner.SourceName `json:"name"`
	State  scanner.State      `json:"state"`
	Reason scanner.Reason     `json:"reason,omitempty"`
	Limits []scanner.Reason   `json:"limits,omitempty"`
	Says   string             `json:"says"`
}

func writeScanJSON(out io.Writer, r *scanner.Report, identify *identifier) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	home := leads.Look(r.Devices)
	for _, d := range r.Devices {
		out := identify.describe(d)
		out.Leads = identify.leads(home, d, out.Class)
		if err := e.Encode(out); err != nil {
			return err
		}
	}
	return e.Encode(struct {
		Scan scanFacts `json:"scan"`
	}{factsOf(r, identify.texts)})
}

// describe turns a device into the words of the output.
func (i *identifier) describe(d scanner.Device) scannedDevice {
	id := i.identity(d)
	out := scannedDevice{
		MACs: orEmpty(d.MACs), Addresses: []string{}, Names: []string{},
		Group: id.Group, Class: id.Class, Brand: id.Brand, Model: id.Model, Confidence: id.Confidence,
		Evidence: orEmpty(id.Evidence), Conflicts: id.Conflicts,
		Capabilities: i.capabilities(id.Group, id.Class),
		Ports:        portsOf(d), Open: openOf(d), SeenBy: orEmpty(d.Sources),
		Gateway: d.Gateway, ThisComputer: d.ThisComputer, PrivateMAC: d.PrivateMAC, Remembered: d.Remembered,
	}
	for _, a := range d.Addresses {
		out.Addresses = append(out.Addresses, a.WithZone("").String())
	}
	for _, n := range d.Names {
		out.Names = append(out.Names, n.Value)
	}
	return out
}

func (i *identifier) identity(d scanner.Device) catalogue.Identity {
	if d.ThisComputer {
		return catalogue.Identity{
			Group: "phone_computer", Class: "laptop_desktop", Confidence: catalogue.Certain,
			Evidence: []catalogue.Evidence{{Rule: "this-computer", Says: "It is the computer that made this check"}},
		}
	}
	return i.known.Identify(d.Facts)
}

// orEmpty makes a list that is written as [] rather than null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func portsOf(d scanner.Device) []announcedPort {
	ports := []announcedPort{}
	for _, f := range d.Facts {
		service, proto, ok := strings.Cut(f.Fields["type"], "._")
		n, err := strconv.ParseUint(f.Fields["port"], 10, 16)
		if f.Kind != scanner.FactMDNS || !ok || err != nil || n == 0 || f.Fields["relayed"] != "" {
			continue
		}
		p := announcedPort{Port: int(n), Proto: scanner.SafeText(proto), Service: scanner.SafeText(strings.TrimPrefix(service, "_"))}
		if !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	slices.SortFunc(ports, func(a, b announcedPort) int { return a.Port - b.Port })
	return ports
}

// openPort is a port of a chosen device that let this program in, with what it showed there.
type openPort struct {
	Port   int    `json:"port"`
	Proto  string `json:"proto"`
	Banner string `json:"banner,omitempty"`
	Title  string `json:"title,omitempty"`
	Server string `json:"server,omitempty"`
	Login  string `json:"login,omitempty"` // none or asked; empty when it cannot be told
}

// openOf lists the open ports of a chosen device, each once, by number and protocol.
func openOf(d scanner.Device) []openPort {
	var open []openPort
	for _, f := range d.Facts {
		n, err := strconv.Atoi(f.Fields["port"])
		if err != nil || f.Kind != scanner.FactPort {
			continue
		}
		p := openPort{Port: n, Proto: scanner.SafeText(f.Fields["proto"]), Banner: scanner.SafeText(f.Fields["banner"])}
		for _, g := range d.Facts {
			if g.Fields["port"] == f.Fields["port"] && (g.Kind == scanner.FactHTTP || g.Kind == scanner.FactRTSP || g.Kind == scanner.FactMQTT) {
				p.Title, p.Server, p.Login = scanner.SafeText(g.Fields["title"]), scanner.SafeText(g.Fields["server"]), g.Fields["login"]
			}
		}
		open = append(open, p)
	}
	slices.SortStableFunc(open, func(a, b openPort) int { return cmp.Or(a.Port-b.Port, strings.Compare(a.Proto, b.Proto)) })
	return slices.CompactFunc(open, func(a, b openPort) bool { return a.Port == b.Port && a.Proto == b.Proto })
}

func factsOf(r *scanner.Report, texts *i18n.Localiser) scanFacts {
	f := scanFacts{
		Format: scanFormat, Networks: orEmpty(r.Scope.Prefixes), Mode: r.Scope.Mode, Chosen: len(r.Scope.Ticked),
		Seconds: roundSeconds(r.Ended.Sub(r.Started)), Started: r.Started.UTC().Round(time.Second),
		Attestation: r.Scope.Attestation, AttestedAt: r.Scope.AttestedAt.UTC().Round(time.Second),
		Stopped: r.Stopped, Devices: len(r.Devices), NotListed: r.Further,
		Interfaces: []usedInterface{}, LeftOut: orEmpty(r.Scope.LeftOut), Sources: []sourceFacts{},
		CannotSee: blindSpots(texts, r.Scope.Mode), Versions: versions(),
	}
	for _, i := range r.Scope.Interfaces {
		u := usedInterface{Name: i.Name, Networks: []netip.Prefix{}}
		for _, n := range i.Networks {
			u.Networks = append(u.Networks, n.Masked())
		}
		f.Interfaces = append(f.Interfaces, u)
	}
	for name, o := range r.Outcomes {
		f.Sources = append(f.Sources, sourceFacts{
			Name: name, State: o.State, Reason: o.Reason, Limits: o.Limits, Says: outcomeSays(texts, name, o),
		})
	}
	slices.SortFunc(f.Sources, func(a, b sourceFacts) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return f
}

func roundSeconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Millisecond)) / float64(time.Second)
}

// versions says which program made the list, so that two lists can be compared.
func versions() map[string]string {
	return map[string]string{
		"keyholder": version(), "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH,
	}
}

func writeScanTable(out io.Writer, r *scanner.Report, identify *identifier) error {
	if err := writeDeviceTable(out, r, identify); err != nil {
		return err
	}
	writeLeads(out, r, identify)
	f := factsOf(r, identify.texts)
	fmt.Fprintf(out, "\n%d devices listed in %.1f seconds (mode %s, attested as %s).\n", f.Devices, f.Seconds, f.Mode, f.Attestation)
	if f.NotListed > 0 {
		fmt.Fprintf(out, "%d more were noticed and are not listed: there were too many. Something on this network may be making names up.\n", f.NotListed)
	}
	if f.Stopped {
		fmt.Fprintln(out, "The check was stopped before its end, so the list is not complete.")
	}
	for _, n := range f.Networks {
		fmt.Fprintf(out, "Looked at %s.\n", n)
	}
	for _, l := range f.LeftOut {
		fmt.Fprintf(out, "Left out %s: %s.\n", scanner.SafeText(l.Name), identify.texts.T("scan.left_out."+string(l.Reason)))
	}
	fmt.Fprintln(out)
	for _, s := range f.Sources {
		fmt.Fprintln(out, s.Says)
	}
	fmt.Fprintf(out, "\n%s:\n", identify.texts.T("scan.blind"))
	for _, b := range f.CannotSee {
		fmt.Fprintf(out, "  %s\n", b.Says)
	}
	return nil
}

// leads puts the leads of a device into words.
func (i *identifier) leads(home *leads.Home, d scanner.Device, class catalogue.Class) []foundLead {
	var out []foundLead
	for _, l := range home.Leads(d, string(class)) {
		known, _ := i.base.Lead(string(l.Code))
		out = append(out, foundLead{Lead: l, Says: known.Title, Not: known.Not})
	}
	return out
}

// writeLeads writes who may control what, below the address of each device that has leads.
func writeLeads(out io.Writer, r *scanner.Report, identify *identifier) {
	fmt.Fprintln(out, "\nWho may control it: leads, not answers. Where none stands, nobody knows yet.")
	home := leads.Look(r.Devices)
	for _, d := range r.Devices {
		s := identify.describe(d)
		for n, l := range identify.leads(home, d, s.Class) {
			if n == 0 {
				fmt.Fprintf(out, "  %s %s\n", firstOr(s.Addresses, "-"), firstOr(s.Names, ""))
			}
			says := l.Says
			if l.Count > 0 {
				says += ": " + strconv.Itoa(l.Count)
			}
			fmt.Fprintf(out, "    %s. Not shown: %s\n", says, l.Not)
		}
	}
}

// writeDeviceTable writes one line for each device.
func writeDeviceTable(out io.Writer, r *scanner.Report, identify *identifier) error {
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ADDRESS\tNAME\tPROBABLY\tHOW SURE\tHARDWARE")
	for _, d := range r.Devices {
		s := identify.describe(d)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", firstOr(s.Addresses, "-"), firstOr(s.Names, "-"), s.what(), s.Confidence, s.hardware())
	}
	return t.Flush()
}

func (s scannedDevice) what() string {
	words := strings.TrimSpace(s.Brand + " " + s.Model)
	kind := strings.ReplaceAll(string(s.Class), "_", " ")
	if s.Class == "" {
		kind = strings.ReplaceAll(string(s.Group), "_", " ")
	}
	if words == "" {
		return kind
	}
	return kind + " (" + words + ")"
}

func (s scannedDevice) hardware() string {
	switch {
	case s.ThisComputer:
		return firstOr(s.MACs, "-") + " this computer"
	case s.Gateway:
		return firstOr(s.MACs, "-") + " the router in use"
	case s.PrivateMAC:
		return firstOr(s.MACs, "-") + " made-up address"
	case s.Remembered:
		return firstOr(s.MACs, "-") + " seen some minutes ago"
	}
	return firstOr(s.MACs, "-")
}

func firstOr(list []string, otherwise string) string {
	if len(list) == 0 {
		return otherwise
	}
	return list[0]
}
