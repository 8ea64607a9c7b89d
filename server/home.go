package server

import (
	"keyholder/server/view"

	"keyholder/server/web"
)

// homePage lists the cases by their codes, newest first, and offers to start a session.
type homePage struct {
	view.Base
	Start     view.Button
	Cases     view.Table
	Older     view.Table // those that stand below the fold
	Empty     bool
	Recovery  *view.Inset // shown until the recovery key was written down
	RecoverAt string
	Hold      []holdChoice
	Held      string // words: how long the idle lock is held; empty when it is not
	Cards     view.Link
}

type holdChoice struct{ Minutes, Text string }

// unfoldedCases is how many of the newest cases stand in sight.
const unfoldedCases = 25

func (homePage) Template() string { return "frame/home" }

func (s *Server) showHome(c *web.Call) error {
	cases, err := c.Book().List(c.Ctx())
	if err != nil {
		return err
	}
	p := &homePage{Base: c.Base("frame.home.title"), Empty: len(cases) == 0}
	p.Lead = c.T("frame.home.lead")
	p.Start = view.Button{Text: c.T("frame.home.start"), Href: c.At("/session")}
	p.Cases = view.Table{
		Caption: c.T("frame.home.cases"),
		Head: []view.Cell{
			{Text: c.T("frame.home.code")}, {Text: c.T("frame.home.next")}, {Text: c.T("frame.home.opened")},
		},
	}
	p.Older = view.Table{Caption: c.T("frame.home.older"), Hidden: true, Head: p.Cases.Head}
	for i, l := range cases {
		next := s.nextStep(c, "/cases/"+string(l.Case.ID), l.Next)
		rows := &p.Cases.Rows
		if i >= unfoldedCases {
			rows = &p.Older.Rows
		}
		*rows = append(*rows, []view.Cell{
			{Text: l.Case.Code, Href: c.At("/cases/" + string(l.Case.ID)), Header: true},
			{Text: next.Text, Href: next.Href},
			{Text: c.Date(l.Case.OpenedAt)},
		})
	}
	written, err := c.Opened.Settings.Setting(c.Ctx(), web.SettingRecovery)
	if err != nil {
		return err
	}
	if written == "" && !c.MadeUp() {
		p.Recovery = &view.Inset{Text: c.T("frame.home.recovery"), Tone: "caution"}
		p.RecoverAt = c.At("/recovery")
	}
	p.Held, p.Hold = s.holdWords(c)
	p.Cards = view.Link{Text: c.T("frame.home.cards"), Href: c.At("/cards")}
	return c.Show(p)
}
