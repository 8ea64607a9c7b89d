package wording

import (
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// Notice is one notice: a drawn example, and what is known about it.
type Notice struct {
	Title  string
	App    string
	Head   string
	Body   string
	Drawn  bool   // false for the one that nobody has described: there is nothing to draw
	Silent string // said where nobody has to send anything
	Facts  []view.Row
}

// Notices puts notices into words.
func Notices(c *web.Call, of []checklist.Notice) []Notice {
	var out []Notice
	for _, n := range of {
		v := Notice{Title: n.Title, App: n.App, Head: n.Head, Body: n.Body, Drawn: n.Kind != checklist.UnknownNotice}
		if n.Silent() {
			v.Silent = c.T("see.silent")
		}
		v.Facts = []view.Row{
			web.FactRow(c, "see.who", n.Who), web.FactRow(c, "see.when", n.When), web.FactRow(c, "see.means", n.Means),
			web.FactRow(c, "see.sure", c.T("see.sure."+string(n.Sure))), web.FactRow(c, "see.checked", n.Checked),
		}
		out = append(out, v)
	}
	return out
}
