package server

import (
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/static"
)

// licencesPage names what Keyholder is built from.
type licencesPage struct {
	view.Base
	Version string
	Parts   []static.Licence
}

func (licencesPage) Template() string { return "frame/licences" }

func (s *Server) showLicences(c *web.Call) error {
	parts, err := static.Licences(s.cfg.Static)
	if err != nil {
		return err
	}
	page := &licencesPage{Base: c.Base("frame.licences.title"), Version: s.Version, Parts: parts}
	page.Back = &view.Link{Text: c.T("frame.back"), Href: "/"}
	if c.Session != nil {
		page.Back = &view.Link{Text: c.T("frame.settings.title"), Href: c.At("/settings")}
	}
	return c.Show(page)
}
