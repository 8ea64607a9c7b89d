package accessmap

import (
	"fmt"
	"slices"

	"keyholder/server/chart"
	"keyholder/server/view"
	"keyholder/server/web"
)

// mapSheet is the map on paper: the picture, the table and the ways. It is the worker's copy; her
// copies never hold it.
type mapSheet struct {
	web.SheetBase
	mapBody
	Pictures []chart.Drawing
	Parts    bool // one picture for each thing, because the whole would be too small to read
}

func (mapSheet) Template() string { return "map/sheet" }

// printMap shows the sheet and writes into the audit that it was made.
func (s *pages) printMap(c *web.Call, p *web.Place) error {
	base, err := p.Sheet(c, "map.sheet.title", s.Now())
	if err != nil {
		return err
	}
	m, err := s.mapOf(c, p)
	if err != nil {
		return err
	}
	w := m.readWish()
	page := &mapSheet{SheetBase: base}
	page.Lead, page.Hint = c.T("map.lead"), c.T("map.sheet.hint")
	page.Back = &view.Link{Text: c.T("map.title"), Href: c.At(p.Within + "/map" + w.query())}
	if page.mapBody, err = m.body(w); err != nil {
		return err
	}
	if err := page.pictures(m, w); err != nil {
		return err
	}
	return c.Show(page)
}

// pictures puts the picture on paper. One that is too tall for a page is drawn once for each thing that
// could be reached.
func (page *mapSheet) pictures(m *mapped, w mapWish) error {
	if page.Picture == nil {
		return nil
	}
	if !page.Picture.Tall || w.to != "" {
		page.Pictures = []chart.Drawing{onPaper(*page.Picture)}
		return nil
	}
	page.Parts = true
	for _, r := range m.pairs(w) {
		one := w
		one.to = r.To
		d := m.diagram(one, m.drawn(one))
		d.ID, d.Title = "map-"+string(r.To), upperFirst(m.can(r.To))
		picture, err := chart.Draw(d)
		if err != nil {
			return fmt.Errorf("drawing the map for paper: %w", err)
		}
		page.Pictures = append(page.Pictures, onPaper(picture))
	}
	return nil
}

// onPaper takes out of a picture what leads somewhere: on paper nothing does. It fits one page.
func onPaper(d chart.Drawing) chart.Drawing {
	d.Tall, d.Boxes, d.Lines = false, slices.Clone(d.Boxes), slices.Clone(d.Lines)
	for i := range d.Boxes {
		d.Boxes[i].Href = ""
	}
	for i := range d.Lines {
		d.Lines[i].Href = ""
	}
	return d
}
