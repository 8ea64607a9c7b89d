package scan

import (
	"net/http"
	"slices"
	"strings"

	"keyholder/server/view"
	"keyholder/server/web"
)

// withoutArea is what there is to do where a network must not be looked at: the first way in a clinic,
// where the network is not hers.
func (s *pages) withoutArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/devices/without", s.showWithout),
		web.ForPlaces(http.MethodGet, "/devices/import", s.showImport),
		ofList(web.ForPlaces(http.MethodPost, "/devices/import", s.importList)),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&withoutPage{}, &importPage{}}}
}

// withoutPage offers the ways to a list of devices without a check of the network.
type withoutPage struct {
	web.PlaceBase
	Ways view.TaskList
	Next view.Next
}

func (withoutPage) Template() string { return "devices/without" }

func (s *pages) showWithout(c *web.Call, p *web.Place) error {
	page := &withoutPage{PlaceBase: p.Base(c, "without.title")}
	page.Lead = c.T("without.lead")
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	for _, way := range []struct{ key, path string }{
		{"without.walk", "/devices/walk"}, {"without.hand", "/devices/add"}, {"without.list", "/devices/import"},
	} {
		page.Ways.Tasks = append(page.Ways.Tasks, view.Task{
			ID: strings.ReplaceAll(way.key, ".", "-"), Title: c.T(way.key), Hint: c.T(way.key + ".hint"), Href: c.At(p.Within + way.path),
		})
	}
	page.Next = view.Next{Text: c.T("without.next"), Reason: c.T("without.next.reason"), Href: c.At(p.Within + "/devices")}
	return c.Show(page)
}
