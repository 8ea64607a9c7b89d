package server

import (
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/server/view"
)

// scanResultPage shows what a check found. The worker confirms, corrects or leaves out each device;
// what is not confirmed is not kept.
type scanResultPage struct {
	placeBase
	Failed  string
	How     string // heading above how the list came about
	Scope   view.SummaryList
	Sources []view.Outcome
	Further string
	Devices []foundView
	Saves   bool
	Action  string
	Blind   []string
	Closer  *view.Link // a closer look at chosen devices, where one may be made

	BlindTitle string
}

// foundView is one found device with what the worker decides about it.
type foundView struct {
	Card   view.DeviceCard
	Keep   view.Radios
	Label  view.Input
	Class  view.Select
	Number int
}

func (scanResultPage) Template() string { return "scan/result" }

func (s *Server) showScanResult(c *call, p *place, job *scanJob) error {
	page := &scanResultPage{placeBase: p.base(c, "scan.result.title"), Action: c.at(p.within + "/scan/" + job.id + "/keep")}
	page.Back = &view.Link{Text: c.t("scan.form.title"), Href: c.at(p.within + "/scan")}
	if job.err != nil {
		page.Failed = c.t(scanFailure(job.err))
		return c.show(page)
	}
	r := job.report
	page.Lead = c.n("scan.result.lead", len(r.Devices))
	page.How, page.BlindTitle = c.t("scan.result.how"), c.t("scan.blind")
	page.Saves = casework.NetworkSaves(job.network)
	page.Scope = s.scopeWords(c, job)
	for _, name := range sourceNames(r) {
		o := r.Outcomes[name]
		page.Sources = append(page.Sources, s.outcome(c, name, &o))
	}
	if r.Further > 0 {
		page.Further = c.n("scan.result.further", r.Further)
	}
	for i, d := range r.Devices {
		if i == maxShown {
			page.Further = c.n("scan.result.further", len(r.Devices)-maxShown+r.Further)
			break
		}
		page.Devices = append(page.Devices, s.foundView(c, p, i, d))
	}
	page.Blind, page.Closer = blindSpots(c, job.mode), s.closerLink(c, p, job)
	if job.list != nil {
		page.describeList(c, p, job)
	}
	return c.show(page)
}

// blindSpots are what a check cannot see, however well it went. Who only listens hears nothing of what
// keeps silent.
func blindSpots(c *call, mode casework.ScanMode) []string {
	spots := []string{"off", "mobile", "bluetooth", "other_wifi", "accounts", "inside"}
	if mode == casework.ScanListen {
		spots = append(spots, "silent")
	}
	words := make([]string, len(spots))
	for i, spot := range spots {
		words[i] = c.t("scan.blind." + spot)
	}
	return words
}

// maxShown bounds one page of results, so that a flood of made-up devices leaves it usable.
const maxShown = 250

func (s *Server) scopeWords(c *call, job *scanJob) view.SummaryList {
	r := job.report
	var networks, left []string
	for _, n := range r.Scope.Prefixes {
		networks = append(networks, n.String())
	}
	for _, l := range r.Scope.LeftOut {
		left = append(left, scanner.SafeText(l.Name)+": "+c.t("scan.left_out."+string(l.Reason)))
	}
	rows := []view.Row{
		{Key: c.t("scan.network"), Value: c.t("scan.network." + job.network)},
		{Key: c.t("scan.mode"), Value: c.t("scan.mode." + string(job.mode))},
		{Key: c.t("scan.result.looked_at"), Values: networks},
		{Key: c.t("scan.result.when"), Value: c.moment(r.Started)},
		{Key: c.t("scan.result.took"), Value: c.t("scan.result.seconds", "seconds", strconv.FormatFloat(r.Ended.Sub(r.Started).Seconds(), 'f', 1, 64))},
	}
	if len(left) > 0 {
		rows = append(rows, view.Row{Key: c.t("scan.result.left_out"), Values: left})
	}
	return view.SummaryList{Rows: rows}
}

func sourceNames(r *scanner.Report) []scanner.SourceName {
	var names []scanner.SourceName
	for name := range r.Outcomes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func sortOutcomes(list []view.Outcome) {
	slices.SortFunc(list, func(a, b view.Outcome) int { return strings.Compare(a.Source, b.Source) })
}

// foundView introduces a device by what it is to people before what it is to engineers.
func (s *Server) foundView(c *call, p *place, i int, d scanner.Device) foundView {
	id := s.identify(d)
	n := strconv.Itoa(i + 1)
	v := foundView{Number: i + 1, Card: s.deviceCard(c, "found-"+n, id)}
	v.Card.Where = deviceName(d)
	v.Card.Facts = append(v.Card.Facts, s.deviceFacts(c, d, id)...)
	v.Keep = view.Radios{
		Name: "keep." + n, Label: c.t("scan.keep", "number", i+1), Small: true,
		Items: []view.Choice{
			{Value: "no", Label: c.t("scan.keep.no"), Chosen: true},
			{Value: "yes", Label: c.t("scan.keep.yes")},
			{Value: "other", Label: c.t("scan.keep.other")},
		},
	}
	if known := s.known(p, d); known != "" {
		v.Keep.Hint = c.t("scan.keep.known", "label", known)
	}
	v.Label = view.Input{Name: "label." + n, Label: c.t("scan.label", "number", i+1), Value: deviceName(d)}
	v.Class = s.kindSelect(c, "class."+n, c.t("scan.class", "number", i+1), id.Group, id.Class)
	return v
}

func deviceName(d scanner.Device) string {
	if len(d.Names) == 0 {
		return ""
	}
	return d.Names[0].Value
}

// known returns the label of the recorded device that this one is, empty for a new one.
func (s *Server) known(p *place, d scanner.Device) string {
	device := p.file.Recognise(d.MACs, stableIDs(d.Facts)...)
	if device == "" {
		return ""
	}
	return p.file.Head(device, casework.FieldLabel).Text.Reveal()
}

func (s *Server) deviceFacts(c *call, d scanner.Device, id identity) []view.Row {
	var rows []view.Row
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, view.Row{Key: c.t(key), Value: value})
		}
	}
	add("scan.device.brand", id.makeAndModel())
	var addresses []string
	for _, a := range d.Addresses {
		addresses = append(addresses, a.WithZone("").String())
	}
	add("scan.device.address", strings.Join(addresses, ", "))
	switch {
	case d.ThisComputer:
		add("scan.device.note", c.t("scan.device.this"))
	case d.Gateway:
		add("scan.device.note", c.t("scan.device.gateway"))
	case d.PrivateMAC:
		add("scan.device.note", c.t("scan.device.private"))
	case d.Remembered:
		add("scan.device.note", c.t("scan.device.remembered"))
	}
	return rows
}
