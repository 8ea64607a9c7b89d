package scan

import (
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/leads"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// scanResultPage shows what a check found. The worker confirms, corrects or leaves out each device;
// what is not confirmed is not kept.
type scanResultPage struct {
	web.PlaceBase
	Failed    string
	How       string         // heading above how the list came about
	Summary   []string       // what matters first: how many are new to the record, what was left open
	Shut      []view.Outcome // ways of looking that could not look, or only in part
	Scope     view.SummaryList
	Sources   []view.Outcome
	Further   string
	First     []foundView // may see, hear, open, or show where somebody is; or nobody knows what they are
	Rest      []foundView
	Saves     bool
	Addresses view.Checkboxes
	Action    string
	Blind     []string
	Closer    *view.Link // a closer look at chosen devices, where one may be made
	Then      view.Next

	BlindTitle string
}

func (scanResultPage) Template() string { return "scan/result" }

func (s *pages) showScanResult(c *web.Call, p *web.Place, job *scanJob) error {
	page := &scanResultPage{PlaceBase: p.Base(c, "scan.result.title"), Action: c.At(p.Within + "/scan/" + job.id + "/keep")}
	page.Back = &view.Link{Text: c.T("scan.form.title"), Href: c.At(p.Within + "/scan")}
	if job.err != nil {
		page.Failed = c.T(scanFailure(job.err))
		return c.Show(page)
	}
	r := job.report
	page.Lead = c.N("scan.result.lead", len(r.Devices))
	page.How, page.BlindTitle = c.T("scan.result.how"), c.T("scan.blind")
	page.Saves = casework.NetworkSaves(job.network)
	page.Scope = s.scopeWords(c, job)
	for _, name := range sourceNames(r) {
		o := r.Outcomes[name]
		page.Sources = append(page.Sources, s.outcome(c, name, &o))
	}
	if r.Further > 0 {
		page.Further = c.N("scan.result.further", r.Further)
	}
	s.fillFound(c, p, page, r)
	page.Shut = shut(page.Sources)
	whole := job.list == nil && len(page.Shut) == 0 && r.Further == 0 && len(r.Devices) > 0
	page.Summary = append(s.resultSummary(c, p, job, whole), c.T("leads.lead"))
	if n := leads.Look(r.Devices).Fabrics(); n > 1 {
		page.Summary = append(page.Summary, c.T("leads.fabrics", "count", n))
	}
	page.Addresses = view.Checkboxes{Name: "addresses", Label: c.T("scan.addresses"), Items: []view.Choice{
		{Value: "yes", Label: c.T("scan.addresses.yes"), Hint: c.T("scan.addresses.hint")},
	}}
	page.Blind, page.Closer = wording.BlindSpots(c, job.mode), s.closerLink(c, p, job)
	page.Then = view.Next{Text: c.T("devices.add"), Reason: c.T("scan.result.then"), Href: c.At(p.Within + "/devices/add")}
	if job.list != nil {
		page.describeList(c, p, job)
	}
	return c.Show(page)
}

// fillFound shows the devices that may matter most first; a flood is cut at its dullest end.
func (s *pages) fillFound(c *web.Call, p *web.Place, page *scanResultPage, r *scanner.Report) {
	listed := shown(r)
	if len(listed) < len(r.Devices) {
		page.Further = c.N("scan.result.further", len(r.Devices)-len(listed)+r.Further)
	}
	home := leads.Look(r.Devices)
	for i, d := range listed {
		v := s.foundView(c, p, i, d)
		v.Who = s.foundLeads(c, p, home, d)
		if s.presses(d) {
			page.First = append(page.First, v)
		} else {
			page.Rest = append(page.Rest, v)
		}
	}
}

// shut are the ways of looking that saw nothing because they could not look, or only a part: they are
// never folded away.
func shut(sources []view.Outcome) []view.Outcome {
	var out []view.Outcome
	for _, o := range sources {
		if o.Reason != "" {
			out = append(out, o)
		}
	}
	return out
}

// resultSummary says what is new to the record and how far that can be trusted. Only a check that saw
// the whole of what it looked at can say that nothing new was there.
func (s *pages) resultSummary(c *web.Call, p *web.Place, job *scanJob, whole bool) []string {
	last := latestScan(p.File.Scans(), job.network)
	if last == nil {
		return []string{c.T("scan.result.first")}
	}
	unknown, changing := 0, 0
	for _, d := range job.report.Devices {
		switch known := p.File.Recognise(d.MACs, stableIDs(d.Facts)...); {
		case known != "", d.ThisComputer:
		case lastingMAC(d) || len(stableIDs(d.Facts)) > 0:
			unknown++
		default:
			changing++
		}
	}
	out := []string{c.T("scan.result.none_new", "when", c.Moment(last.Started))}
	if whole {
		out = []string{c.T("scan.result.all_known", "when", c.Moment(last.Started))}
	}
	if unknown > 0 {
		out = []string{c.N("scan.result.unknown", unknown, "when", c.Moment(last.Started))}
	}
	if changing > 0 {
		out = append(out, c.N("scan.result.changing", changing))
	}
	return out
}

// latestScan is the newest kept check of a network, nil when there is none.
func latestScan(scans []*casework.KeptScan, network string) *casework.KeptScan {
	for _, k := range scans { // the newest first
		if k.Network == network {
			return k
		}
	}
	return nil
}

// lastingMAC reports whether a device showed a hardware address that it did not make up.
func lastingMAC(d scanner.Device) bool {
	return slices.ContainsFunc(d.MACs, func(mac string) bool { return !scanner.PrivateMAC(mac) })
}

// maxShown bounds one page of results, so that a flood of made-up devices leaves it usable.
const maxShown = 250

func (s *pages) scopeWords(c *web.Call, job *scanJob) view.SummaryList {
	r := job.report
	var networks, left []string
	for _, n := range r.Scope.Prefixes {
		networks = append(networks, n.String())
	}
	for _, l := range r.Scope.LeftOut {
		left = append(left, scanner.SafeText(l.Name)+": "+c.T("scan.left_out."+string(l.Reason)))
	}
	rows := []view.Row{
		{Key: c.T("scan.network"), Value: c.T("scan.network." + job.network)},
		{Key: c.T("scan.mode"), Value: c.T("scan.mode." + string(job.mode))},
		{Key: c.T("scan.result.looked_at"), Values: networks},
		{Key: c.T("scan.result.when"), Value: c.Moment(r.Started)},
		{Key: c.T("scan.result.took"), Value: c.T("scan.result.seconds", "seconds", strconv.FormatFloat(r.Ended.Sub(r.Started).Seconds(), 'f', 1, 64))},
	}
	if len(left) > 0 {
		rows = append(rows, view.Row{Key: c.T("scan.result.left_out"), Values: left})
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
