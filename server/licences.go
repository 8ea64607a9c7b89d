package server

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime/debug"

	"keyholder/server/view"
)

// licencesPage names what Keyholder is built from.
type licencesPage struct {
	view.Base
	Version string
	Modules view.Table
	Assets  []vendored
}

func (licencesPage) Template() string { return "frame/licences" }

// vendored is one entry of static/vendor.json.
type vendored struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Licence     string `json:"licence"`
	LicenceFile string `json:"licence_file"`
	Text        string `json:"-"`
}

// readVendored reads the manifest of static/vendor with the licence texts.
func readVendored(fsys fs.FS) ([]vendored, error) {
	raw, err := fs.ReadFile(fsys, "vendor.json")
	if err != nil {
		return nil, fmt.Errorf("reading the list of vendored files: %w", err)
	}
	var list []vendored
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("parsing the list of vendored files: %w", err)
	}
	for i, v := range list {
		text, err := fs.ReadFile(fsys, v.LicenceFile)
		if err != nil {
			return nil, fmt.Errorf("reading a licence: %w", err)
		}
		list[i].Text = string(text)
	}
	return list, nil
}

func (s *Server) showLicences(c *call) error {
	assets, err := readVendored(s.cfg.Static)
	if err != nil {
		return err
	}
	p := &licencesPage{Base: c.base("frame.licences.title"), Version: s.cfg.Version, Assets: assets}
	p.Modules = view.Table{
		Caption: c.t("frame.licences.modules"),
		Head:    []view.Cell{{Text: c.t("frame.licences.name")}, {Text: c.t("frame.licences.version")}},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			p.Modules.Rows = append(p.Modules.Rows, []view.Cell{{Text: m.Path, Header: true}, {Text: m.Version}})
		}
	}
	return c.show(p)
}
