package server

import (
	"keyholder/server/view"
	"keyholder/static"
)

// licencesPage names what Keyholder is built from.
type licencesPage struct {
	view.Base
	Version string
	Parts   []static.Licence
}

func (licencesPage) Template() string { return "frame/licences" }

func (s *Server) showLicences(c *call) error {
	parts, err := static.Licences(s.cfg.Static)
	if err != nil {
		return err
	}
	page := &licencesPage{Base: c.base("frame.licences.title"), Version: s.cfg.Version, Parts: parts}
	page.Back = &view.Link{Text: c.t("frame.back"), Href: "/"}
	if c.session != nil {
		page.Back = &view.Link{Text: c.t("frame.settings.title"), Href: c.at("/settings")}
	}
	return c.show(page)
}
