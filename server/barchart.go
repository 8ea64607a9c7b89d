package server

import (
	"strconv"

	"keyholder/casework/stats"
	"keyholder/server/web"
)

// barChart is a chart drawn from the figures that leave, and from nothing else. The table beside it
// holds the same facts.
type barChart struct {
	ID     string // unlike that of any other chart of the page
	Title  string
	About  string
	Height int
	Bars   []bar
}

// bar is one horizontal bar with its number at the end; a hidden figure is hatched over its whole
// width and says so.
type bar struct {
	Label  string
	Shown  string
	Y      int // top of the bar
	TextY  int
	Width  int // 0 to barWidth
	EndX   int
	Hidden bool
}

// Geometry of a chart, in units of its view box.
const (
	barLeft  = 190
	barWidth = 300
	barStep  = 34
)

// chartOf computes the geometry from the shown figures.
func chartOf(c *web.Call, id string, t stats.TableView) barChart {
	chart := barChart{ID: id, Title: t.Title, About: c.T("statistics.chart", "title", t.Title), Height: len(t.Rows)*barStep + 10}
	most := 1
	for _, r := range t.Rows {
		if n, err := strconv.Atoi(r.Shown); err == nil {
			most = max(most, n)
		}
	}
	for i, r := range t.Rows {
		b := bar{Label: r.Label, Shown: r.Shown, Y: i*barStep + 6, TextY: i*barStep + 24, Width: barWidth}
		n, err := strconv.Atoi(r.Shown)
		if err != nil {
			b.Hidden, b.Shown = true, c.T("statistics.chart.hidden")
		} else {
			b.Width = n * barWidth / most
		}
		b.EndX = barLeft + b.Width + 8
		chart.Bars = append(chart.Bars, b)
	}
	return chart
}
