package server

import (
	"strings"

	"keyholder/server/view"
)

// withoutArea is what there is to do where a network must not be looked at: the first way in a clinic,
// where the network is not hers.
func (s *Server) withoutArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/devices/without", s.showWithout),
		forPlaces(s, methodGet, "/devices/import", s.showImport),
		forPlaces(s, methodGet, "/devices/walk", s.showWalk),
		forPlaces(s, methodGet, "/devices/walk/:room", s.showRoom),
		forPlaces(s, methodPost, "/devices/walk/:room", s.saveRoom),
		ofList(forPlaces(s, methodPost, "/devices/import", s.importList)),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&withoutPage{}, &importPage{}, &walkPage{}, &roomPage{}}}
}

// withoutPage offers the ways to a list of devices without a check of the network.
type withoutPage struct {
	placeBase
	Ways view.TaskList
	Next view.Next
}

func (withoutPage) Template() string { return "devices/without" }

func (s *Server) showWithout(c *call, p *place) error {
	page := &withoutPage{placeBase: p.base(c, "without.title")}
	page.Lead = c.t("without.lead")
	page.Back = &view.Link{Text: c.t("devices.title"), Href: c.at(p.within + "/devices")}
	for _, way := range []struct{ key, path string }{
		{"without.walk", "/devices/walk"}, {"without.hand", "/devices/add"}, {"without.list", "/devices/import"},
	} {
		page.Ways.Tasks = append(page.Ways.Tasks, view.Task{
			ID: strings.ReplaceAll(way.key, ".", "-"), Title: c.t(way.key), Hint: c.t(way.key + ".hint"), Href: c.at(p.within + way.path),
		})
	}
	page.Next = view.Next{Text: c.t("without.next"), Reason: c.t("without.next.reason"), Href: c.at(p.within + "/devices")}
	return c.show(page)
}
