package server

import (
	"time"

	"keyholder/server/view"
)

// homePage lists the cases by their codes, newest first, and offers to start a session.
type homePage struct {
	view.Base
	Start     view.Button
	Cases     view.Table
	Empty     bool
	Recovery  *view.Inset // shown until the recovery key was written down
	RecoverAt string
	Hold      []holdChoice
	Held      string // words: how long the idle lock is held; empty when it is not
	Cards     view.Link
}

type holdChoice struct{ Minutes, Text string }

func (homePage) Template() string { return "frame/home" }

func (s *Server) showHome(c *call) error {
	cases, err := s.book(c).List(c.ctx())
	if err != nil {
		return err
	}
	p := &homePage{Base: c.base("frame.home.title"), Empty: len(cases) == 0}
	p.Lead = c.t("frame.home.lead")
	p.Start = view.Button{Text: c.t("frame.home.start"), Href: c.at("/session")}
	p.Cases = view.Table{
		Caption: c.t("frame.home.cases"),
		Head: []view.Cell{
			{Text: c.t("frame.home.code")}, {Text: c.t("frame.home.next")}, {Text: c.t("frame.home.opened")},
		},
	}
	for _, l := range cases {
		next := s.nextStep(c, "/cases/"+string(l.Case.ID), l.Next)
		p.Cases.Rows = append(p.Cases.Rows, []view.Cell{
			{Text: l.Case.Code, Href: c.at("/cases/" + string(l.Case.ID)), Header: true},
			{Text: next.Text, Href: next.Href},
			{Text: c.date(l.Case.OpenedAt)},
		})
	}
	written, err := c.opened.Settings.Setting(c.ctx(), settingRecovery)
	if err != nil {
		return err
	}
	if written == "" && !c.MadeUp() {
		p.Recovery = &view.Inset{Text: c.t("frame.home.recovery"), Tone: "caution"}
		p.RecoverAt = c.at("/recovery")
	}
	p.Held, p.Hold = s.holdWords(c)
	p.Cards = view.Link{Text: c.t("frame.home.cards"), Href: c.at("/cards")}
	return c.show(p)
}

// MadeUp reports whether this is the demonstration.
func (c *call) MadeUp() bool { return c.s.cfg.MadeUp }

// date writes a day in words of the catalogue: 3 May 2026.
func (c *call) date(at time.Time) string {
	months := []string{
		"frame.month.1", "frame.month.2", "frame.month.3", "frame.month.4", "frame.month.5",
		"frame.month.6", "frame.month.7", "frame.month.8", "frame.month.9", "frame.month.10",
		"frame.month.11", "frame.month.12",
	}
	return c.t("frame.date", "day", at.Day(), "month", c.t(months[at.Month()-1]), "year", at.Year())
}
