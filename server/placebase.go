package server

import "keyholder/server/view"

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
