package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/stats"
	"keyholder/casework/stats/out"
	"keyholder/server/view"
	"keyholder/server/web"
)

// statisticsArea is the way from cases to figures that may leave: choose, see exactly what leaves,
// publish. What was published stays as it is.
func (s *Server) statisticsArea() web.Area {
	return web.Area{
		Routes: []web.Route{
			web.Get("/statistics", s.showStatistics),
			web.Post("/statistics", s.prepareStatistics),
			web.Get("/statistics/survey", s.showSurvey),
			web.Get("/statistics/preview/:release", s.showPreview),
			web.Transient("/statistics/preview/:release", s.publish),
			web.Get("/statistics/released/:period", s.showReleased),
			web.Get("/statistics/file/:period/:kind", s.downloadReleased),
		},
		Pages: []view.Page{&statisticsPage{}, &previewPage{}, &surveyPage{}},
	}
}

// released is what is kept of a published period: the ledger entry, the preview and the files, byte
// for byte.
type released struct {
	Published stats.Published `json:"published"`
	Preview   stats.Preview   `json:"preview"`
	CSV       []byte          `json:"csv"`
	JSON      []byte          `json:"json"`
	Text      []byte          `json:"text"`
}

// statisticsPage chooses a period and the tables over its cases.
type statisticsPage struct {
	view.Base
	Action  string
	Period  view.Select
	Tables  view.Checkboxes
	Hidden  *view.Checkboxes // accept tables with most rows hidden, offered after that refusal
	Refusal string
	Frozen  []view.Link
	Survey  view.Link
}

func (statisticsPage) Template() string { return "statistics/choose" }

func (s *Server) showStatistics(c *web.Call) error { return s.drawStatistics(c, nil, nil) }

func (s *Server) drawStatistics(c *web.Call, errs view.FieldErrors, refusal *stats.Refusal) error {
	page := &statisticsPage{Base: c.Base("statistics.title"), Action: c.At("/statistics")}
	page.Lead, page.Errors = c.T("statistics.lead"), errs
	page.Period, page.Tables = s.periodChoice(c, errs), s.tableChoice(c, errs)
	if refusal != nil {
		page.Refusal = refusalWords(c, refusal)
	}
	if refusal != nil && refusal.Reason == stats.ReasonManyHidden {
		page.Hidden = &view.Checkboxes{Name: "hidden", Label: c.T("statistics.hidden"), Items: []view.Choice{
			{Value: "yes", Label: c.T("statistics.hidden.yes")},
		}}
	}
	all, err := s.ledger(c)
	if err != nil {
		return err
	}
	for _, r := range all {
		page.Frozen = append(page.Frozen, view.Link{
			Text: r.Published.Period.String(), Href: c.At("/statistics/released/" + periodKey(r.Published.Period)),
		})
	}
	page.Survey = view.Link{Text: c.T("statistics.survey.title"), Href: c.At("/statistics/survey")}
	return c.Show(page)
}

func (s *Server) periodChoice(c *web.Call, errs view.FieldErrors) view.Select {
	sel := view.Select{
		Name: "period", Label: c.T("statistics.period"), Hint: c.T("statistics.period.hint"), Error: errs.For("period"),
	}
	for _, p := range periods(stats.MonthOf(s.Now())) {
		sel.Items = append(sel.Items, view.Choice{
			Value: periodKey(p), Label: p.String(), Chosen: c.PostForm("period") == periodKey(p),
		})
	}
	return sel
}

// refusalWords says why nothing leaves, what to choose instead, and which tables it is about.
func refusalWords(c *web.Call, refusal *stats.Refusal) string {
	var titles []string
	for _, v := range stats.CaseSchema().Variables() {
		if slices.Contains(refusal.Tables, v.ID) {
			titles = append(titles, v.Title)
		}
	}
	if len(titles) == 0 {
		return c.T(refusal.Key())
	}
	return c.T(refusal.Key()) + " " + c.T("statistics.refusal.tables", "tables", strings.Join(titles, ", "))
}

func (s *Server) tableChoice(c *web.Call, errs view.FieldErrors) view.Checkboxes {
	boxes := view.Checkboxes{Name: "table", Label: c.T("statistics.tables"), Error: errs.For("table")}
	chosen := c.PostFormArray("table")
	if len(chosen) == 0 {
		chosen = []string{string(casework.PresenceAny), string(casework.PresenceIoT)}
	}
	for _, v := range stats.CaseSchema().Variables() {
		boxes.Items = append(boxes.Items, view.Choice{
			Value: string(v.ID), Label: v.Title, Chosen: slices.Contains(chosen, string(v.ID)),
		})
	}
	return boxes
}

// periods offers what has ended: the last eight quarters and the last three years. What is running
// is not offered, because cases that come later in it would never be counted.
func periods(now stats.Month) []stats.Period {
	var list []stats.Period
	year, month := int(now)/12, int(now)%12
	for i := range 8 {
		back := year*4 + month/3 - 1 - i
		list = append(list, stats.Quarter(back/4, back%4+1))
	}
	for i := range 3 {
		list = append(list, stats.Year(year-1-i))
	}
	return list
}

// periodKey names a period in an address, e.g. "quarter-2026-3".
func periodKey(p stats.Period) string {
	return strings.ToLower(string(p.Kind) + "-" + strconv.Itoa(int(p.Start)))
}

// ledger reads all earlier releases.
func (s *Server) ledger(c *web.Call) ([]released, error) {
	bodies, err := c.Opened.Releases.Released(c.Ctx())
	if err != nil {
		return nil, err
	}
	list := make([]released, 0, len(bodies))
	for _, body := range bodies {
		var r released
		if err := json.Unmarshal(body, &r); err != nil {
			return nil, fmt.Errorf("reading the ledger: %w", err)
		}
		list = append(list, r)
	}
	return list, nil
}

// prepareStatistics prepares a release, or says which rule stands against it.
func (s *Server) prepareStatistics(c *web.Call) error {
	req, errs := s.statisticsRequest(c)
	if errs != nil {
		return s.drawStatistics(c, errs, nil)
	}
	all, err := s.ledger(c)
	if err != nil {
		return err
	}
	var earlier []stats.Earlier
	for _, r := range all {
		if periodKey(r.Published.Period) == periodKey(req.Period) {
			return c.To("/statistics/released/" + periodKey(req.Period))
		}
		earlier = append(earlier, stats.Earlier{Published: r.Published})
	}
	records, _, err := c.Book().StatRecords(c.Ctx(), stats.CaseSchema())
	if err != nil {
		return err
	}
	release, err := stats.Prepare(records, req, stats.DefaultPolicy(), earlier)
	var refusal *stats.Refusal
	if errors.As(err, &refusal) {
		return s.drawStatistics(c, nil, refusal)
	}
	if err != nil {
		return err
	}
	return c.To("/statistics/preview/" + c.Session.Hold(&web.Prepared{Release: release, Earlier: len(all)}))
}

func (s *Server) statisticsRequest(c *web.Call) (stats.Request, view.FieldErrors) {
	var errs view.FieldErrors
	req := stats.Request{MostlyHidden: c.PostForm("hidden") == "yes"}
	for _, p := range periods(stats.MonthOf(s.Now())) {
		if periodKey(p) == c.PostForm("period") {
			req.Period = p
		}
	}
	if req.Period.Kind == "" {
		errs.Add("period", c.T("statistics.error.period"))
	}
	schema := stats.CaseSchema()
	for _, id := range c.PostFormArray("table") {
		if _, _, ok := schema.Lookup(stats.VariableID(id)); ok {
			req.Tables = append(req.Tables, stats.Table{stats.VariableID(id)})
		}
	}
	if len(req.Tables) == 0 {
		errs.Add("table", c.T("statistics.error.table"))
	}
	return req, errs
}

// previewPage shows exactly what leaves, before it is published and after.
type previewPage struct {
	view.Base
	Preview stats.Preview
	Tables  []view.Table
	Charts  []barChart
	Action  string // empty once published
	Files   []view.Link
}

func (previewPage) Template() string { return "statistics/preview" }

func (s *Server) showPreview(c *web.Call) error {
	held := c.Session.Held(c.Param("release"))
	if held == nil {
		return &casework.Error{Kind: casework.KindNotFound, Key: "statistics.error.gone"}
	}
	page := s.previewOf(c, held.Release.Preview(), "statistics.preview.title")
	page.Lead, page.Action = c.T("statistics.preview.lead"), c.At("/statistics/preview/"+c.Param("release"))
	return c.Show(page)
}

// previewOf draws the words of a release; nothing else leaves.
func (s *Server) previewOf(c *web.Call, p stats.Preview, title string) *previewPage {
	page := &previewPage{Base: c.Base(title), Preview: p}
	page.Back = &view.Link{Text: c.T("statistics.title"), Href: c.At("/statistics")}
	for i, t := range p.Tables {
		table := view.Table{Caption: t.Title, Head: []view.Cell{{Text: c.T("statistics.answer")}, {Text: c.T("statistics.count"), Numeric: true}}}
		for _, r := range t.Rows {
			table.Rows = append(table.Rows, []view.Cell{{Text: r.Label, Header: true}, {Text: r.Shown, Numeric: true}})
		}
		table.Rows = append(table.Rows,
			[]view.Cell{{Text: c.T("statistics.total"), Header: true}, {Text: t.Total, Numeric: true}},
			[]view.Cell{{Text: c.T("statistics.share_known"), Header: true}, {Text: t.ShareKnown, Numeric: true}})
		page.Tables = append(page.Tables, table)
		page.Charts = append(page.Charts, chartOf(c, "chart-"+strconv.Itoa(i+1), t))
	}
	return page
}

// publish freezes the period: the bytes that leave are kept, and handed out again for ever. Figures
// that were audited before another browser published something are not published: together with
// those they could give somebody away.
func (s *Server) publish(c *web.Call) error {
	held := c.Session.Held(c.Param("release"))
	if held == nil {
		return &casework.Error{Kind: casework.KindNotFound, Key: "statistics.error.gone"}
	}
	s.publishing.Lock()
	defer s.publishing.Unlock()
	all, err := s.ledger(c)
	if err != nil {
		return err
	}
	key := periodKey(held.Release.Published().Period)
	for _, r := range all {
		if periodKey(r.Published.Period) == key {
			return c.To("/statistics/released/" + key)
		}
	}
	if len(all) != held.Earlier {
		return &casework.Error{Kind: casework.KindNotFound, Key: "statistics.error.gone"}
	}
	return s.freeze(c, key, held.Release)
}

// freeze writes the files of a release and keeps them in the ledger.
func (s *Server) freeze(c *web.Call, key string, release *stats.Release) error {
	r := released{Published: release.Published(), Preview: release.Preview()}
	var files [3]bytes.Buffer
	for i, write := range []func() error{
		func() error { return out.CSV(&files[0], release) },
		func() error { return out.JSON(&files[1], release) },
		func() error { return out.Text(&files[2], release) },
	} {
		if err := write(); err != nil {
			return fmt.Errorf("writing file %d of a release: %w", i, err)
		}
	}
	r.CSV, r.JSON, r.Text = files[0].Bytes(), files[1].Bytes(), files[2].Bytes()
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keeping a release: %w", err)
	}
	if err := c.Opened.Releases.Freeze(c.Ctx(), key, body, c.Opened.Worker); err != nil {
		return err
	}
	return c.To("/statistics/released/" + key)
}

// releasedOf reads what was published for the period in the address.
func (s *Server) releasedOf(c *web.Call) (*released, error) {
	body, err := c.Opened.Releases.Release(c.Ctx(), c.Param("period"))
	if err != nil {
		return nil, err
	}
	var r released
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("reading a release: %w", err)
	}
	return &r, nil
}

func (s *Server) showReleased(c *web.Call) error {
	r, err := s.releasedOf(c)
	if err != nil {
		return err
	}
	page := s.previewOf(c, r.Preview, "statistics.released.title")
	page.Lead = c.T("statistics.released.lead")
	for _, kind := range []string{"csv", "json", "txt"} {
		page.Files = append(page.Files, view.Link{
			Text: c.T("statistics.file." + kind), Href: c.At("/statistics/file/" + c.Param("period") + "/" + kind),
		})
	}
	return c.Show(page)
}

// downloadReleased hands out the stored bytes under a neutral file name.
func (s *Server) downloadReleased(c *web.Call) error {
	r, err := s.releasedOf(c)
	if err != nil {
		return err
	}
	kind := c.Param("kind")
	body, ok := map[string][]byte{"csv": r.CSV, "json": r.JSON, "txt": r.Text}[kind]
	if !ok {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	mime := map[string]string{"csv": "text/csv", "json": "application/json", "txt": "text/plain"}[kind]
	c.Header("Content-Disposition", `attachment; filename="table.`+kind+`"`)
	c.Data(http.StatusOK, mime+"; charset=utf-8", body)
	return nil
}
