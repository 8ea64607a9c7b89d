package scan

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/imports"
	"keyholder/server/view"
	"keyholder/server/web"
)

// listBody is the largest form with a list, in bytes: the list and the fields around it. It is held in
// memory as a whole, so that nothing of a list reaches a temporary file.
const listBody = imports.MaxBytes + 64<<10

// ofList marks the form that carries a list. It is not kept over a lock: the list is still where it
// came from, and it may name the devices of other people.
func ofList(routes []web.Route) []web.Route {
	for i := range routes {
		routes[i].Forget, routes[i].Limit = true, listBody
	}
	return routes
}

// importPage takes a list of devices that something else made.
type importPage struct {
	web.PlaceBase
	Action  string
	Network view.Radios
	Text    view.Textarea
	File    listFile
	Format  view.Select
}

// listFile is the choice of a file. A browser never fills it in again.
type listFile struct{ Name, Label, Hint, Error string }

func (importPage) Template() string { return "devices/import" }

func (s *pages) showImport(c *web.Call, p *web.Place) error { return s.drawImport(c, p, nil) }

func (s *pages) drawImport(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	page := &importPage{PlaceBase: p.Base(c, "import.title"), Action: c.At(p.Within + "/devices/import")}
	page.Lead, page.Errors = c.T("import.lead"), errs
	page.Back = &view.Link{Text: c.T("without.title"), Href: c.At(p.Within + "/devices/without")}
	page.Network = s.pick(c, "network", "import.network", "", errs, casework.NetworkHome, casework.NetworkNewHome,
		casework.NetworkAgency, casework.NetworkTheirs)
	page.Text = view.Textarea{
		Name: "list", Label: c.T("import.text"), Hint: c.T("import.text.hint"), Rows: 8,
		Value: c.PostForm("list"), Error: errs.For("list"),
	}
	page.File = listFile{Name: "file", Label: c.T("import.file"), Hint: c.T("import.file.hint"), Error: errs.For("file")}
	page.Format = view.Select{
		Name: "format", Label: c.T("import.format"), Hint: c.T("import.format.hint"), Error: errs.For("format"),
		Items: []view.Choice{{Label: c.T("import.format.auto"), Chosen: c.PostForm("format") == ""}},
	}
	for _, f := range imports.Formats() {
		page.Format.Items = append(page.Format.Items, view.Choice{
			Value: string(f), Label: formatWords(c, f), Chosen: c.PostForm("format") == string(f),
		})
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

func formatWords(c *web.Call, f imports.Format) string { return c.T("import.format." + string(f)) }

// importList reads a list and leads to the page on which the worker decides about each device. The
// list itself stays in memory until then, and nothing of it is kept that she does not confirm.
func (s *pages) importList(c *web.Call, p *web.Place) error {
	var errs view.FieldErrors
	network := c.PostForm("network")
	switch network {
	case casework.NetworkHome, casework.NetworkNewHome, casework.NetworkAgency, casework.NetworkTheirs:
	default:
		errs.Add("network", c.T("import.error.network"))
	}
	text, from, err := readList(c)
	if err != nil {
		return err
	}
	if from == "" {
		errs.Add("list", c.T("import.error.one"))
	}
	if errs != nil {
		return s.drawImport(c, p, errs)
	}
	result, err := imports.ParseAs(imports.Format(c.PostForm("format")), text)
	if err != nil {
		errs.Add(from, c.T(listFailure(err)))
		return s.drawImport(c, p, errs)
	}
	job := s.listJob(p, network, result)
	s.press(job.report)
	s.scans.put(job)
	c.Settle()
	return c.To(p.Within + "/scan/" + job.id)
}

// readList returns the list and the field it came in; the field is empty unless exactly one of the two
// was filled in.
func readList(c *web.Call) (text []byte, field string, err error) {
	typed := c.PostForm("list")
	file := listUpload(c)
	switch {
	case (file == nil) == (strings.TrimSpace(typed) == ""):
		return nil, "", nil
	case file == nil:
		return []byte(typed), "list", nil
	}
	in, err := file.Open()
	if err != nil {
		return nil, "", fmt.Errorf("opening a sent list: %w", err)
	}
	defer in.Close()
	text, err = io.ReadAll(io.LimitReader(in, imports.MaxBytes+1))
	if err != nil {
		return nil, "", fmt.Errorf("reading a sent list: %w", err)
	}
	return text, "file", nil
}

// listUpload is the sent file, nil when none was chosen: a browser then sends one without name.
func listUpload(c *web.Call) *multipart.FileHeader {
	form := c.Request.MultipartForm
	if form == nil || len(form.File["file"]) == 0 {
		return nil
	}
	if file := form.File["file"][0]; file.Filename != "" || file.Size > 0 {
		return file
	}
	return nil
}

// listFailure is why a list could not be read, as a message key.
func listFailure(err error) string {
	for _, known := range []struct {
		err error
		key string
	}{
		{imports.ErrTooLarge, "import.error.too_large"},
		{imports.ErrEmpty, "import.error.empty"},
		{imports.ErrPacked, "import.error.packed"},
		{imports.ErrXML, "import.error.xml"},
		{imports.ErrFormat, "import.error.format"},
	} {
		if errors.Is(err, known.err) {
			return known.key
		}
	}
	return "import.error.nothing"
}

// listJob is a list that was read, in the form of a finished check, so that the same pages show it.
func (s *pages) listJob(p *web.Place, network string, list imports.Result) *scanJob {
	now := s.Now()
	r := &scanner.Report{Started: now, Ended: now, Outcomes: map[scanner.SourceName]scanner.Outcome{
		scanner.SourceImport: scanner.Could(len(list.Sightings)),
	}}
	r.Devices, r.Further = scanner.Merge(list.Sightings, maxShown)
	r.Further += list.Further
	return &scanJob{
		id: casework.NewID(), within: p.Within, network: network, mode: casework.ScanImport,
		cancel: func() {}, report: r, list: &list,
	}
}

// describeList puts a list that was read into the words of the page of results.
func (page *scanResultPage) describeList(c *web.Call, p *web.Place, job *scanJob) {
	list := job.list
	page.Lead = c.N("import.result.lead", len(job.report.Devices))
	page.Back = &view.Link{Text: c.T("import.title"), Href: c.At(p.Within + "/devices/import")}
	page.How, page.BlindTitle = c.T("import.result.how"), c.T("import.blind")
	page.Sources = nil
	page.Scope = view.SummaryList{Rows: []view.Row{
		{Key: c.T("import.network"), Value: c.T("import.network." + job.network)},
		{Key: c.T("scan.mode"), Value: c.T("scan.mode." + string(job.mode))},
		{Key: c.T("import.format"), Value: formatWords(c, list.Format)},
		{Key: c.T("import.result.read"), Value: c.Moment(job.report.Started)},
		{Key: c.T("import.result.lines"), Value: strconv.Itoa(list.Lines)},
		{Key: c.T("import.result.missed"), Value: missedWords(c, list)},
	}}
	page.Blind = listBlindSpots(c)
}

// listBlindSpots are what a list cannot show.
func listBlindSpots(c *web.Call) []string {
	return []string{
		c.T("import.blind.when"), c.T("import.blind.names"), c.T("import.blind.absent"), c.T("import.blind.hidden"),
		c.T("scan.blind.accounts"), c.T("scan.blind.inside"),
	}
}

// missedWords counts the lines that were not understood and names the first of them by number.
func missedWords(c *web.Call, list *imports.Result) string {
	if list.MissedAll == 0 {
		return c.T("import.result.missed.none")
	}
	var numbers []string
	for _, n := range list.Missed[:min(len(list.Missed), 20)] {
		numbers = append(numbers, strconv.Itoa(n))
	}
	if list.MissedAll > len(numbers) {
		numbers = append(numbers, "…")
	}
	return c.N("import.result.missed.some", list.MissedAll, "lines", strings.Join(numbers, ", "))
}
