package web

import (
	"time"

	"keyholder/server/view"
)

// PlaceBase is the base of every page that works on a record.
type PlaceBase struct {
	view.Base
	Notice string // what becomes of what is written here; empty in a case
}

// settled tells the page which place it belongs to. A record that is only in memory has no code.
func (b PlaceBase) settled(p *Place) PlaceBase {
	b.Within = p.Within
	if p.Recorded() {
		b.OnRecord = "/cases/" + string(p.ID)
		b.CaseCode = p.File.Case.Code
	}
	return b
}

// SheetBase is the head of every sheet of the worker: what it is, of which case, when it was printed. Hint
// is said on screen only.
type SheetBase struct {
	PlaceBase
	Heading, Code, Hint string
	Facts               []view.Row
}

// Sheet begins a sheet and writes into the audit that it was shown.
func (p *Place) Sheet(c *Call, titleKey string, now time.Time) (SheetBase, error) {
	if err := p.Book.Printed(c.Ctx(), p.ID, c.Opened.Worker); err != nil {
		return SheetBase{}, err
	}
	b := SheetBase{PlaceBase: p.PlainBase(c), Heading: c.T(titleKey)}
	b.Title, b.Code, b.Window = b.Heading, b.CaseCode, c.T("plan.sheet.window")
	b.MadeUp = b.MadeUp || p.File.Case.MadeUp || c.MadeUp()
	b.Facts = []view.Row{{Key: c.T("devices.sheet.printed"), Value: c.Moment(now)}}
	return b, nil
}
