package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"keyholder/casework/knowledge"
	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/scanner/lan"
	"keyholder/server/i18n"
)

// scanCommand checks the local network from the terminal, without a case and without a data folder.
func scanCommand() command {
	return command{
		name: "scan", summary: "check the local network from the terminal",
		run: func(ctx context.Context, args []string, c console) int {
			return runScan(ctx, args, c, networkCheck)
		},
	}
}

// checker makes a check; tests replace the network with a made-up one.
type checker func(ctx context.Context, choice lan.Choice) (*scanner.Report, error)

func networkCheck(ctx context.Context, choice lan.Choice) (*scanner.Report, error) {
	scope, err := lan.Prepare(choice)
	if err != nil {
		return nil, err
	}
	return scanner.Run(ctx, scope, lan.SourcesFor(scope), nil)
}

// scanOptions is what the command line says.
type scanOptions struct {
	json   bool
	choice lan.Choice
}

const scanUsage = `usage: keyholder scan [-json] [-attest WHOSE] [-network CIDR[,CIDR]] [-mode listen|quiet|full]
                      [-device ADDRESS]... [-seconds N]

Lists the devices on the private networks this computer is connected to, what they probably are and
how that is known. It needs no administrator rights, logs in nowhere and creates no files.

  -attest WHOSE   whose network it is, so that it may be checked:
                  own-network  your own home or office, or the home of the person you support
                  new-home     the new home of the person you support
                  shared       a clinic, refuge or other place whose owner agrees
                  Without it the command asks, if it runs in a terminal.
  -network CIDR   only this network, for example 192.168.1.0/24; several with commas.
                  Without it: all private networks of real connections.
  -mode listen    only hear what devices announce by themselves; no question is sent
  -mode quiet     ask the questions that phones and computers ask all day (the default)
  -mode full      ask quietly, and connect to about 60 ports of each device named with -device. A device may
                  log that, and a router or a security app may show an alert.
  -device ADDRESS one device to look at closer; several times for several. Only with -mode full.
                  An address that begins with fe80 needs its connection: fe80::1%eth0
  -seconds N      how long to look, 1 to 600; without it 6 (quiet, full) or 30 (listen)
  -json           one JSON object per device, then one with the facts of the check
`

func runScan(ctx context.Context, args []string, c console, check checker) int {
	options, err := parseScan(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(c.out, scanUsage) // not a format: it holds a % sign
		return 0
	}
	if err != nil {
		fmt.Fprintf(c.err, "keyholder scan: %v\n", err)
		return 2
	}
	if options.choice.Attestation == "" {
		if !c.terminal {
			fmt.Fprintln(c.err, "keyholder scan: say whose network this is with -attest own-network, new-home or shared; nothing was checked")
			return 2
		}
		if options.choice.Attestation = askWhose(ctx, c); options.choice.Attestation == "" {
			fmt.Fprintln(c.err, "Nothing was checked. A check of a network needs the agreement of the people who live with it.")
			return 2
		}
	}
	identify, err := newIdentifier()
	if err != nil {
		fmt.Fprintf(c.err, "keyholder scan: %v\n", err)
		return 1
	}
	fmt.Fprint(c.err, whoCouldNotice(options.choice))
	report, err := check(ctx, options.choice)
	if err != nil {
		fmt.Fprintf(c.err, "keyholder scan: %v\n", err)
		return scanStatus(err)
	}
	return writeScan(c, options, report, identify)
}

func writeScan(c console, options scanOptions, report *scanner.Report, identify *identifier) int {
	write := writeScanTable
	if options.json {
		write = writeScanJSON
	}
	if err := write(c.out, report, identify); err != nil {
		fmt.Fprintf(c.err, "keyholder scan: writing the result: %v\n", err)
		return 1
	}
	if report.Stopped {
		fmt.Fprintln(c.err, "keyholder scan: stopped before the end, so the list is not complete")
		return 1
	}
	return 0
}

// scanStatus tells a wrong use (2) from a check that was not possible (1).
func scanStatus(err error) int {
	for _, use := range []error{
		scanner.ErrNotPrivate, scanner.ErrMode, scanner.ErrBudget, scanner.ErrNotAttested, scanner.ErrListenOnly,
		scanner.ErrNoneTicked, scanner.ErrTicked, scanner.ErrManyTicked, scanner.ErrTickedMode,
	} {
		if errors.Is(err, use) {
			return 2
		}
	}
	return 1
}

func parseScan(args []string) (scanOptions, error) {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	asJSON := flags.Bool("json", false, "")
	attest := flags.String("attest", "", "")
	network := flags.String("network", "", "")
	mode := flags.String("mode", string(scanner.ModeQuiet), "")
	seconds := flags.Float64("seconds", 0, "")
	var ticked []netip.Addr
	flags.Func("device", "", func(s string) error {
		a, err := netip.ParseAddr(s)
		ticked = append(ticked, a)
		return err
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return scanOptions{}, flag.ErrHelp
		}
		return scanOptions{}, errors.New("there is an option it does not know or a value it cannot read; keyholder scan -h lists them")
	}
	if flags.NArg() > 0 {
		return scanOptions{}, errors.New("it takes options only; keyholder scan -h lists them")
	}
	o := scanOptions{json: *asJSON}
	o.choice.Ticked = ticked
	var err error
	if o.choice.Networks, err = parseNetworks(*network); err != nil {
		return o, err
	}
	if o.choice.Attestation, err = parseAttestation(*attest); err != nil {
		return o, err
	}
	if err := o.setMode(scanner.Mode(*mode)); err != nil {
		return o, err
	}
	return o, o.setBudget(flags, *seconds)
}

// setMode sees to it that a full check names its devices, and no other check does. Whether they are on
// the networks shows when the scope is made.
func (o *scanOptions) setMode(mode scanner.Mode) error {
	o.choice.Mode = mode
	switch {
	case !slices.Contains(scanner.Modes(), mode):
		return scanner.ErrMode
	case mode.Connects() && len(o.choice.Ticked) == 0:
		return scanner.ErrNoneTicked
	case !mode.Connects() && len(o.choice.Ticked) > 0:
		return scanner.ErrTickedMode
	}
	return nil
}

func (o *scanOptions) setBudget(flags *flag.FlagSet, seconds float64) error {
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "seconds" })
	if !given {
		return nil
	}
	if !(seconds >= scanner.MinimumBudget.Seconds() && seconds <= scanner.MaximumBudget.Seconds()) {
		return scanner.ErrBudget
	}
	o.choice.Budget = time.Duration(seconds * float64(time.Second))
	return nil
}

func parseAttestation(s string) (scanner.Attestation, error) {
	switch a := scanner.Attestation(s); a {
	case "", scanner.AttestOwnNetwork, scanner.AttestNewHome, scanner.AttestShared:
		return a, nil
	}
	return "", errors.New("-attest takes own-network, new-home or shared; another person's network is not checked from here")
}

func parseNetworks(s string) ([]netip.Prefix, error) {
	if s == "" {
		return nil, nil
	}
	var out []netip.Prefix
	for part := range strings.SplitSeq(s, ",") {
		p, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return nil, errors.New("-network wants a network such as 192.168.1.0/24; several are separated by commas")
		}
		if !scanner.PrivatePrefix(p) {
			return nil, scanner.ErrNotPrivate
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// askWhose asks on the terminal. Anything but a clear answer, an interrupt too, means that nothing is
// checked.
func askWhose(ctx context.Context, c console) scanner.Attestation {
	fmt.Fprint(c.err, `Whose network is this?
  1  the home the person lives in, or your own
  2  the new home of the person
  3  a clinic, a refuge or another place whose owner agrees
  4  somebody else's, or not sure
Type a number and Enter: `)
	line, err := bufio.NewReader(io.LimitReader(newWaiting(ctx, c.in), 64)).ReadString('\n')
	if err != nil && line == "" {
		return ""
	}
	switch strings.TrimSpace(line) {
	case "1":
		return scanner.AttestOwnNetwork
	case "2":
		return scanner.AttestNewHome
	case "3":
		return scanner.AttestShared
	}
	return ""
}

// whoCouldNotice is said before anything is sent.
func whoCouldNotice(choice lan.Choice) string {
	name := lan.ComputerName()
	if name == "" {
		name = "its name"
	}
	if choice.Mode == scanner.ModeListen {
		return "Listening only: this program sends no question. Being on the network at all may show this computer as " + name +
			" in the router's app, and the system may tell the network which announcements it wants to hear.\n"
	}
	says := "Asking quietly: the router and every device on the network could notice the questions, and the router's app may show this computer as " +
		name + ". They are the questions phones and computers ask all day; nobody knows in advance who looks at them.\n"
	if choice.Mode.Connects() {
		says += fmt.Sprintf("Looking closer at %d of them: these devices may keep a note of each connection, and a router or a security app may show an alert.\n", len(choice.Ticked))
	}
	return says
}

// identifier says what a device is and what such a thing can do. It is the one place outside the server
// where sightings, catalogue and knowledge meet.
type identifier struct {
	known *catalogue.Catalogue
	base  *knowledge.Base
	texts *i18n.Localiser
}

func newIdentifier() (*identifier, error) {
	known, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	base, err := knowledge.Load()
	if err != nil {
		return nil, err
	}
	texts, err := ownTexts()
	if err != nil {
		return nil, err
	}
	return &identifier{known: known, base: base, texts: texts}, nil
}

// capabilities returns what a class can do. Where only the group is known, it is what every class of
// the group can do, and the rest is said to be unknown.
func (i *identifier) capabilities(group catalogue.Group, class catalogue.Class) []string {
	if class != "" {
		return capabilityCodes(i.base.Capabilities(knowledge.Code(class)))
	}
	var common []knowledge.Capability
	for n, c := range catalogue.Classes(group) {
		can := i.base.Capabilities(knowledge.Code(c))
		if n == 0 {
			common = slices.Clone(can)
			continue
		}
		common = slices.DeleteFunc(common, func(x knowledge.Capability) bool { return !slices.Contains(can, x) })
	}
	if !slices.Contains(common, knowledge.Unknown) {
		common = append(common, knowledge.Unknown)
	}
	return capabilityCodes(common)
}

func capabilityCodes(list []knowledge.Capability) []string {
	codes := make([]string, 0, len(list))
	for _, c := range list {
		codes = append(codes, string(c))
	}
	return codes
}
