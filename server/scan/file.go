package scan

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/bundle"
	"keyholder/casework/personal"
	"keyholder/casework/stats/out"
	"keyholder/scanner"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// scanFilePage says what a file of a check tells others, and asks where it goes.
type scanFilePage struct {
	web.PlaceBase
	Action    string
	Holds     []string
	Caution   []string
	Goal      view.Radios
	Agreed    view.Radios
	Addresses *view.Checkboxes // nil when no address was kept
	Made      []string         // files that were made before, with their hashes
}

func (scanFilePage) Template() string { return "scan/file" }

// fileScan is the check that a file can be made of. What is not on record, or belongs to no case, has no
// file: nothing could vouch for it later.
func (s *pages) fileScan(c *web.Call, p *web.Place) (*casework.KeptScan, error) {
	k, err := p.File.Scan(casework.EntityID(c.Param("scan")))
	switch {
	case err != nil:
		return nil, err
	case !p.Recorded():
		return nil, &casework.Error{Kind: casework.KindForbidden, Key: "error.scan.no_record"}
	case !casework.NetworkSaves(k.Network):
		return nil, &casework.Error{Kind: casework.KindForbidden, Key: "error.scan.network_saves_nothing"}
	case !k.Whole:
		return nil, &casework.Error{Kind: casework.KindForbidden, Key: "error.scan.not_whole"}
	}
	return k, nil
}

func (s *pages) showScanFile(c *web.Call, p *web.Place) error {
	k, err := s.fileScan(c, p)
	if err != nil {
		return err
	}
	return s.drawScanFile(c, p, k, nil)
}

func (s *pages) drawScanFile(c *web.Call, p *web.Place, k *casework.KeptScan, errs view.FieldErrors) error {
	here := p.Within + "/scans/at/" + string(k.ID)
	page := &scanFilePage{PlaceBase: p.Base(c, "scans.file.title"), Action: c.At(here + "/file")}
	page.Back = &view.Link{Text: c.T("scans.kept.title"), Href: c.At(here)}
	page.Lead, page.Errors = wording.Check(c, k), errs
	for _, what := range []string{"scope", "devices", "said", "worker", "not"} {
		page.Holds = append(page.Holds, c.T("scans.file.holds."+what))
	}
	for _, what := range []string{"open", "names", "copy"} {
		page.Caution = append(page.Caution, c.T("scans.file.caution."+what))
	}
	page.Goal = view.Radios{Name: "goal", Label: c.T("scans.file.goal"), Error: errs.For("goal")}
	for _, goal := range casework.ExportGoals() {
		page.Goal.Items = append(page.Goal.Items, view.Choice{
			Value: goal, Label: c.T("scans.file.goal." + goal), Chosen: c.PostForm("goal") == goal,
		})
	}
	page.Agreed = s.pick(c, "agreed", "scans.file.agreed", "", errs, "yes", "no")
	if keptAddresses(k) {
		page.Addresses = &view.Checkboxes{Name: "addresses", Label: c.T("scans.file.addresses"), Items: []view.Choice{{
			Value: "yes", Label: c.T("scans.file.addresses.yes"), Hint: c.T("scans.file.addresses.hint"),
			Chosen: c.PostForm("addresses") == "yes",
		}}}
	}
	made, err := p.Book.History(c.Ctx(), p.ID, casework.Slot{Entity: k.ID, Field: casework.FieldScanExport})
	if err != nil {
		return err
	}
	for _, v := range made {
		page.Made = append(page.Made, s.madeWords(c, v))
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// madeWords is one file that was made before.
func (s *pages) madeWords(c *web.Call, v casework.Value) string {
	goal := ""
	if len(v.Codes) > 1 {
		goal = wording.Code(c, "scans.file.goal.", v.Codes[1])
	}
	return c.T("scans.file.made", "when", c.Moment(v.At), "goal", goal, "hash", v.Code())
}

// keptAddresses reports whether the worker had addresses kept with that check.
func keptAddresses(k *casework.KeptScan) bool {
	for _, d := range k.Devices {
		if len(d.Addresses)+len(d.Hardware) > 0 {
			return true
		}
	}
	return false
}

// makeScanFile makes the file, writes into the record and the audit that it was made, and hands it out.
// Without that entry no file leaves.
func (s *pages) makeScanFile(c *web.Call, p *web.Place) error {
	k, err := s.fileScan(c, p)
	if err != nil {
		return err
	}
	export := casework.ScanExport{Goal: c.PostForm("goal"), Addresses: c.PostForm("addresses") == "yes" && keptAddresses(k)}
	var errs view.FieldErrors
	if !s.Texts.Has("scans.file.goal." + export.Goal) {
		errs.Add("goal", c.T("error.scan.goal"))
	}
	if c.PostForm("agreed") != "yes" {
		errs.Add("agreed", c.T("scans.file.error.agreed"))
	}
	if errs != nil {
		return s.drawScanFile(c, p, k, errs)
	}
	file, err := s.scanBundle(c, p, k, export.Addresses)
	if err != nil {
		return err
	}
	export.SHA256 = bundle.Sum(file)
	if err := p.Book.ExportScan(c.Ctx(), p.ID, p.Act(c), k.ID, export); err != nil {
		return err
	}
	c.Settle()
	c.Header("Content-Disposition", `attachment; filename="statement-`+export.SHA256[:8]+`.zip"`)
	c.Data(http.StatusOK, "application/zip", file)
	return nil
}

// scanBundle is the file: a statement to read, the same as data, and a table of the devices. The moment
// of making it stands in the record only, so that asking twice gives the same bytes.
func (s *pages) scanBundle(c *web.Call, p *web.Place, k *casework.KeptScan, addresses bool) ([]byte, error) {
	sheet := s.scanSheet(c, p, k)
	for i, d := range k.Devices {
		if addresses {
			sheet.Found[i].Tool = append(sheet.Found[i].Tool, s.addressLines(c, d)...)
		}
	}
	data, err := s.scanData(c, p, k, sheet)
	if err != nil {
		return nil, err
	}
	table, err := s.scanTable(c, sheet)
	if err != nil {
		return nil, err
	}
	return bundle.Write([]bundle.Part{
		{Name: "statement.txt", Body: []byte(s.scanStatement(c, p, k, sheet))},
		{Name: "devices.csv", Body: table},
		{Name: "check.json", Body: data},
	})
}

// addressLines are the addresses of a device, where they were kept and are to leave.
func (s *pages) addressLines(c *web.Call, d casework.KeptDevice) []string {
	var out []string
	add := func(key string, list []personal.Text) {
		for _, a := range list {
			out = append(out, c.T(key, "text", scanner.SafeText(a.Reveal())))
		}
	}
	add("scans.tool.address", d.Addresses)
	add("scans.tool.hardware", d.Hardware)
	return out
}

// paper collects the lines of a statement.
type paper struct{ strings.Builder }

func (b *paper) line(text string) { b.WriteString(oneLine(text) + "\n") }

// list writes a heading and its lines, and nothing when there are none.
func (b *paper) list(heading string, lines []string) {
	if len(lines) > 0 {
		b.line(heading)
	}
	for _, l := range lines {
		b.line("  - " + l)
	}
}

// scanStatement is the part for people: plain text, one line for each thing said, and each under the
// name of who said it.
func (s *pages) scanStatement(c *web.Call, p *web.Place, k *casework.KeptScan, sheet scanSheet) string {
	var b paper
	b.line(c.T("scans.paper.title"))
	if p.File.Case.MadeUp || c.MadeUp() {
		b.line(c.T("frame.madeup"))
	}
	b.line(c.T("scans.file.by", "worker", string(k.By)))
	b.line("")
	for _, row := range sheet.Facts {
		if row.Values == nil {
			b.line(row.Key + ": " + row.Value)
		}
		b.list(row.Key+":", row.Values)
	}
	ways := make([]string, 0, len(sheet.Ways))
	for _, w := range sheet.Ways {
		ways = append(ways, w.Source+": "+w.State+". "+w.Reason)
	}
	b.line("")
	b.list(c.T("scan.result.how"), ways)
	b.line("")
	b.list(c.T("scan.blind"), sheet.Blind)
	b.line(sheet.Empty)
	for i, d := range sheet.Found {
		b.line("")
		b.line(strconv.Itoa(i+1) + ". " + d.Title)
		for _, said := range d.said(c) {
			b.list("  "+said.heading, said.lines)
		}
	}
	b.line("")
	b.line(c.T("scans.file.check"))
	return b.String()
}

// said is what one kind of witness said of a device.
type said struct {
	code, heading string
	lines         []string
}

// said lists what was said of a device, each kind of witness apart.
func (v keptView) said(c *web.Call) []said {
	return []said{
		{"tool", c.T("scans.by.tool"), v.Tool},
		{"worker", c.T("scans.by.worker"), v.Worker},
		{"survivor", c.T("scans.by.survivor"), v.Survivor},
		{"inferred", c.T("scans.by.inferred"), v.Inferred},
	}
}

// scanTable is the part for spreadsheets.
func (s *pages) scanTable(c *web.Call, sheet scanSheet) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff") // or Excel reads it in the computer's old code page
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	head := []string{"device", "name", "kind", "confidence", "said_by", "line"}
	rows := [][]string{head}
	for i, d := range sheet.Found {
		for _, who := range d.said(c) {
			for _, l := range who.lines {
				rows = append(rows, []string{strconv.Itoa(i + 1), d.Title, d.Kind, d.Confidence, who.code, l})
			}
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = out.Harmless(oneLine(row[i]))
		}
		if err := w.Write(row); err != nil {
			return nil, fmt.Errorf("writing a table of devices: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// scanJSON is the part for programs: codes as the record has them, and the same lines as the statement.
type scanJSON struct {
	Form    int                `json:"form"`
	MadeUp  bool               `json:"made_up"`
	Worker  string             `json:"worker"` // a random number, no name
	Scan    string             `json:"check"`
	Facts   casework.ScanFacts `json:"made"`
	Unseen  []string           `json:"could_not_be_seen"`
	Devices []scanDeviceJSON   `json:"devices"`
}

type scanDeviceJSON struct {
	Number     int                 `json:"number"`
	Name       string              `json:"name"`
	Confirmed  bool                `json:"confirmed"`
	Group      string              `json:"group,omitempty"`
	Class      string              `json:"class,omitempty"`
	Confidence string              `json:"confidence,omitempty"`
	Sources    []string            `json:"sources,omitempty"`
	Said       map[string][]string `json:"said"`
}

func (s *pages) scanData(c *web.Call, p *web.Place, k *casework.KeptScan, sheet scanSheet) ([]byte, error) {
	out := scanJSON{
		Form: 1, MadeUp: p.File.Case.MadeUp || c.MadeUp(), Worker: string(k.By), Scan: string(k.ID), Facts: k.ScanFacts,
		Unseen: sheet.Blind, Devices: []scanDeviceJSON{},
	}
	for i, d := range k.Devices {
		v := sheet.Found[i]
		device := scanDeviceJSON{
			Number: i + 1, Name: v.Title, Confirmed: d.Confirmed, Group: d.Group, Class: d.Class, Confidence: d.Confidence,
			Sources: d.Sources, Said: map[string][]string{},
		}
		for _, who := range v.said(c) {
			device.Said[who.code] = append([]string{}, who.lines...)
		}
		out.Devices = append(out.Devices, device)
	}
	body, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing a check as data: %w", err)
	}
	return append(body, '\n'), nil
}

// oneLine keeps what devices and people wrote on the line where it stands, whatever it holds: no line
// breaks, no controls, nothing that turns the direction of writing around.
func oneLine(text string) string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var words []string
	for _, word := range strings.Fields(text) {
		words = append(words, safeRunes(word))
	}
	return indent + strings.Join(words, " ")
}

// safeRunes drops the characters that never reach a reader, without a limit on length.
func safeRunes(word string) string {
	var b strings.Builder
	for _, r := range word {
		b.WriteString(scanner.SafeText(string(r)))
	}
	return b.String()
}
