package scan

import (
	"maps"
	"slices"
	"strconv"

	"keyholder/casework"
	"keyholder/casework/personal"
	"keyholder/scanner"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// scanSheet is a kept check in words: the same on screen, on paper and in a file.
type scanSheet struct {
	Facts   []view.Row
	Ways    []view.Outcome
	Empty   string // said instead of devices
	Found   []keptView
	Blind   []string
	Outline string // said of a check of which only the outline was kept
}

// keptView is one device of a kept check, as it was shown then, and what people said of it since.
type keptView struct {
	ID         string
	Title      string
	Kind       string
	Confidence string
	Tool       []string // what the check recorded
	Worker     []string // what the worker confirmed or corrected
	Survivor   []string // what the survivor said
	Inferred   []string // what was concluded
	Href       string   // the device in the record
	Same       view.Link
	Leads      []string // who may control it: to follow up, and no part of a file for others
}

// keptScanPage shows one kept check.
type keptScanPage struct {
	web.PlaceBase
	Sheet scanSheet
	Print view.Button
	File  *view.Button // nil where no file can be made
	Other *view.Button // compare with the check before
	Next  view.Next
}

func (keptScanPage) Template() string { return "scan/kept" }

func (s *pages) showKeptScan(c *web.Call, p *web.Place) error {
	k, err := p.File.Scan(casework.EntityID(c.Param("scan")))
	if err != nil {
		return err
	}
	page := &keptScanPage{PlaceBase: p.Base(c, "scans.kept.title"), Sheet: s.scanSheet(c, p, k)}
	page.Back = &view.Link{Text: c.T("scans.title"), Href: c.At(p.Within + "/scans")}
	page.Lead = wording.Check(c, k)
	here := c.At(p.Within + "/scans/at/" + string(k.ID))
	page.Print = view.Button{Text: c.T("scans.print"), Href: here + "/print", Kind: "secondary"}
	if k.Whole && p.Recorded() {
		page.File = &view.Button{Text: c.T("scans.file"), Href: here + "/file", Kind: "secondary"}
	}
	if before := scanBefore(p.File.Scans(), k); before != nil {
		href := c.At(p.Within + "/scans/compare/" + string(before.ID) + "/" + string(k.ID))
		page.Other = &view.Button{Text: c.T("scans.compare.before"), Href: href, Kind: "secondary"}
	}
	page.Next = s.afterScan(c, p)
	return c.Show(page)
}

// afterScan is what to do once a check was read: ask about its devices.
func (s *pages) afterScan(c *web.Call, p *web.Place) view.Next {
	return view.Next{Text: c.T("scans.after"), Reason: c.T("scans.after.why"), Href: c.At(p.Within + "/devices")}
}

// scanBefore is the check of the same network that came right before k, nil when there is none.
func scanBefore(scans []*casework.KeptScan, k *casework.KeptScan) *casework.KeptScan {
	for _, other := range scans { // the newest first
		if other.ID != k.ID && other.Network == k.Network && !other.Started.After(k.Started) {
			return other
		}
	}
	return nil
}

// scanPaperPage is a kept check on paper.
type scanPaperPage struct {
	web.PlaceBase
	Heading string
	Sheet   scanSheet
	Hint    string
}

func (scanPaperPage) Template() string { return "scan/paper" }

func (s *pages) printScan(c *web.Call, p *web.Place) error {
	k, err := p.File.Scan(casework.EntityID(c.Param("scan")))
	if err != nil {
		return err
	}
	if err := p.Book.Printed(c.Ctx(), p.ID, c.Opened.Worker); err != nil {
		return err
	}
	page := &scanPaperPage{PlaceBase: p.PlainBase(c), Heading: c.T("scans.paper.title"), Sheet: s.scanSheet(c, p, k)}
	page.Title, page.Hint, page.Window = page.Heading, c.T("scans.paper.hint"), c.T("scans.title.window")
	page.MadeUp = p.File.Case.MadeUp || c.MadeUp()
	page.Back = &view.Link{Text: c.T("scans.kept.title"), Href: c.At(p.Within + "/scans/at/" + string(k.ID))}
	return c.Show(page)
}

// scanSheet puts a kept check into words.
func (s *pages) scanSheet(c *web.Call, p *web.Place, k *casework.KeptScan) scanSheet {
	sheet := scanSheet{Facts: s.keptFacts(c, k)}
	for _, o := range k.Outcomes {
		sheet.Ways = append(sheet.Ways, wording.Outcome(c, o))
	}
	for i, d := range k.Devices {
		sheet.Found = append(sheet.Found, s.keptView(c, p, i, d))
	}
	switch {
	case !k.Whole:
		sheet.Outline = c.T("scans.outline.only")
	case len(k.Devices) == 0 && k.Listed == 0:
		sheet.Empty = c.T("scan.result.none")
	case len(k.Devices) == 0:
		sheet.Empty = c.N("scans.none_kept", k.Listed)
	}
	sheet.Blind = keptBlind(c, k)
	return sheet
}

// keptBlind is what a kept check could not see. A list sees less than a check, and in other ways.
func keptBlind(c *web.Call, k *casework.KeptScan) []string {
	if k.Basis != casework.FromList {
		return wording.BlindSpots(c, k.Mode)
	}
	return listBlindSpots(c)
}

// keptFacts is how the check was made.
func (s *pages) keptFacts(c *web.Call, k *casework.KeptScan) []view.Row {
	rows := []view.Row{
		{Key: c.T("scan.network"), Value: wording.Code(c, "scan.network.", k.Network)},
		{Key: c.T("scan.mode"), Value: wording.Code(c, "scan.mode.", string(k.Mode))},
		{Key: c.T("scans.began"), Value: c.Moment(k.Started)},
	}
	if !k.Whole {
		return rows
	}
	rows = append(rows, view.Row{Key: c.T("scans.ended"), Value: c.Moment(k.Ended)})
	add := func(key string, values []string) {
		if len(values) > 0 {
			rows = append(rows, view.Row{Key: c.T(key), Values: values})
		}
	}
	if k.List != nil {
		add("import.format", []string{wording.Code(c, "import.format.", k.List.Format)})
	}
	add("scan.result.looked_at", k.Networks)
	var left []string
	for _, l := range k.LeftOut {
		left = append(left, scanner.SafeText(l.Name)+": "+wording.Code(c, "scan.left_out.", l.Reason))
	}
	add("scan.result.left_out", left)
	add("scans.counts", s.keptCounts(c, k))
	v := k.Versions
	add("scans.versions", []string{c.T("scans.versions.text", "program", v.Program, "rules", v.Catalogue,
		"knowledge", v.Knowledge, "checklist", strconv.Itoa(v.Checklist))})
	return rows
}

// keptCounts says how many devices were met and what became of them.
func (s *pages) keptCounts(c *web.Call, k *casework.KeptScan) []string {
	out := []string{c.N("scans.count.listed", k.Listed), c.N("scans.count.kept", confirmedCount(k))}
	if n := k.NotKept(); n > 0 {
		out = append(out, c.N("scans.count.not_kept", n))
	}
	if k.Unaddressed > 0 {
		out = append(out, c.N("scans.count.unaddressed", k.Unaddressed))
	}
	if k.List != nil && k.List.Unread > 0 {
		out = append(out, c.N("scans.count.unread", k.List.Unread))
	}
	if k.Further > 0 {
		out = append(out, c.N("scan.result.further", k.Further))
	}
	if k.Stopped {
		out = append(out, c.T("scan.reason.cancelled"))
	}
	return out
}

// keptView is one device in words. What the check recorded, what the worker and what the survivor said
// are never mixed.
func (s *pages) keptView(c *web.Call, p *web.Place, i int, d casework.KeptDevice) keptView {
	v := keptView{ID: "kept-" + strconv.Itoa(i+1), Href: c.At(p.Within + "/devices/at/" + string(p.File.Same(d.Entity)))}
	v.Same = wording.SameLink(c, p, d.Entity)
	v.Title, v.Kind = s.keptTitle(c, p, d), wording.Kind(c, wording.OrOther(d.Group), d.Class)
	s.saidSince(c, p, d, &v)
	if !d.Confirmed {
		v.Kind = ""
		v.Tool = append(v.Tool, c.T("scans.device.met"))
		return v
	}
	v.Confidence = wording.Code(c, "scan.confidence.", d.Confidence)
	v.Tool = append(v.Tool, s.toolLines(c, d)...)
	v.Leads = s.keptTitles(c, d)
	if d.ClassByWorker {
		v.Worker = append(v.Worker, c.T("scans.worker.kind", "kind", v.Kind))
	} else {
		v.Worker = append(v.Worker, c.T("scans.worker.confirmed"))
	}
	if d.LabelByWorker && !d.Label.Empty() {
		v.Worker = append(v.Worker, c.T("scans.worker.name", "name", scanner.SafeText(d.Label.Reveal())))
	}
	return v
}

// keptTitle is what the device was called then; one that was only met again has the name of the record.
func (s *pages) keptTitle(c *web.Call, p *web.Place, d casework.KeptDevice) string {
	for _, name := range []personal.Text{d.Label, d.Announced} {
		if text := scanner.SafeText(name.Reveal()); text != "" {
			return text
		}
	}
	if d.Confirmed {
		return wording.Kind(c, wording.OrOther(d.Group), d.Class)
	}
	if name := scanner.SafeText(p.File.Head(d.Entity, casework.FieldLabel).Text.Reveal()); name != "" {
		return name
	}
	return c.T("scans.device.unnamed")
}

// toolLines is what the check itself recorded.
func (s *pages) toolLines(c *web.Call, d casework.KeptDevice) []string {
	var out []string
	if !d.ClassByWorker {
		out = append(out, c.T("scans.tool.kind", "kind", wording.Kind(c, wording.OrOther(d.Group), d.Class),
			"confidence", wording.Code(c, "scan.confidence.", d.Confidence)))
	}
	add := func(key string, text personal.Text) {
		if safe := scanner.SafeText(text.Reveal()); safe != "" {
			out = append(out, c.T(key, "text", safe))
		}
	}
	add("scans.tool.announced", d.Announced)
	add("scans.tool.brand", d.Brand)
	for _, e := range d.Evidence {
		add("scans.tool.evidence", e)
	}
	for _, e := range d.Against {
		add("scans.tool.against", e)
	}
	for _, source := range d.Sources {
		out = append(out, c.T("scans.tool.source", "source", wording.Code(c, "scan.source.", source)))
	}
	if d.AddressKind != "" {
		out = append(out, c.T("scans.address."+d.AddressKind))
	}
	return out
}

// saidSince adds what people said of the device, as the record has it now.
func (s *pages) saidSince(c *web.Call, p *web.Place, d casework.KeptDevice, v *keptView) {
	said := p.File.Said(d.Entity)
	for _, basis := range slices.Sorted(maps.Keys(said)) { // always in one order: a file of it has one hash
		for _, l := range said[basis] {
			words := c.T("scans.said", "when", c.Moment(l.Value.At), "what", s.saidWords(c, p, l))
			switch basis {
			case casework.SurvivorSaid:
				v.Survivor = append(v.Survivor, words)
			case casework.Inferred:
				v.Inferred = append(v.Inferred, words)
			case casework.ProviderConfirmed:
				v.Worker = append(v.Worker, c.T("scans.said.provider", "what", words))
			default:
				v.Worker = append(v.Worker, words)
			}
		}
	}
}

// saidWords is one thing somebody said of a device.
func (s *pages) saidWords(c *web.Call, p *web.Place, l casework.ScanLine) string {
	switch l.Field {
	case casework.FieldSameAs:
		return c.T("scans.said.same", "name", wording.ThingWords(c, p, p.File.Same(l.Value.Slot.Entity)))
	case casework.FieldGroup:
		return c.T("scans.said.kind", "kind", wording.Code(c, "device.group.", l.Value.Code()))
	case casework.FieldClass:
		return c.T("scans.said.kind", "kind", wording.Code(c, "device.class.", l.Value.Code()))
	case casework.FieldRoom:
		return c.T("scans.said.room", "room", wording.Code(c, "room.", l.Value.Code()))
	case casework.FieldBrand:
		return c.T("scans.tool.brand", "text", scanner.SafeText(l.Value.Text.Reveal()))
	}
	return c.T("scans.said.name", "name", scanner.SafeText(l.Value.Text.Reveal()))
}

// keptTitles are the leads of one device of a kept check, by their titles.
func (s *pages) keptTitles(c *web.Call, d casework.KeptDevice) []string {
	var out []string
	for _, l := range d.Leads {
		if title := wording.LeadTitle(c, l.Code, l.Count); title != "" {
			out = append(out, title)
		}
	}
	return out
}
