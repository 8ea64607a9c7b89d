package server

import (
	"time"

	"keyholder/server/view"
)

// placeBase is the base of every page that works on a record.
type placeBase struct {
	view.Base
	Notice string // what becomes of what is written here; empty in a case
}

// settled tells the page which place it belongs to. A record that is only in memory has no code.
func (b placeBase) settled(p *place) placeBase {
	b.Within = p.within
	if p.recorded() {
		b.OnRecord = "/cases/" + string(p.id)
		b.CaseCode = p.file.Case.Code
	}
	return b
}

// sheetBase is the head of every sheet of the worker: what it is, of which case, when it was printed. Hint
// is said on screen only.
type sheetBase struct {
	placeBase
	Heading, Code, Hint string
	Facts               []view.Row
}

// sheet begins a sheet and writes into the audit that it was shown.
func (p *place) sheet(c *call, titleKey string, now time.Time) (sheetBase, error) {
	if err := p.book.Printed(c.ctx(), p.id, c.opened.Worker); err != nil {
		return sheetBase{}, err
	}
	b := sheetBase{placeBase: p.plainBase(c), Heading: c.t(titleKey)}
	b.Title, b.Code, b.Window = b.Heading, b.CaseCode, c.t("plan.sheet.window")
	b.MadeUp = b.MadeUp || p.file.Case.MadeUp || c.MadeUp()
	b.Facts = []view.Row{{Key: c.t("devices.sheet.printed"), Value: c.moment(now)}}
	return b, nil
}
