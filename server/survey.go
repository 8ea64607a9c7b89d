package server

import (
	"keyholder/casework/stats"
	"keyholder/server/view"
	"keyholder/server/web"
)

// surveyPage shows the example of a survey of workers, as the report printed it and in the protected
// form in which figures about people would leave.
type surveyPage struct {
	view.Base
	Full      view.Table
	Figures   []view.Row
	Protected view.Table
}

func (surveyPage) Template() string { return "statistics/survey" }

func (s *Server) showSurvey(c *web.Call) error {
	survey, err := stats.ExampleSurvey()
	if err != nil {
		return err
	}
	page := &surveyPage{Base: c.Base("statistics.survey.title")}
	page.Lead = c.T("statistics.survey.lead")
	page.Back = &view.Link{Text: c.T("statistics.title"), Href: c.At("/statistics")}
	full, err := stats.NewFrequencyTable(survey, stats.FormAsInReport)
	if err != nil {
		return err
	}
	shown := full.View()
	page.Full = frequencyTable(c.T("statistics.survey.full"), shown)
	for _, f := range shown.Figures {
		page.Figures = append(page.Figures, view.Row{Key: f.Label, Value: f.Shown})
	}
	survey.About = stats.SubjectPeople
	protected, err := stats.NewFrequencyTable(survey, stats.FormProtected)
	if err != nil {
		return err
	}
	page.Protected = frequencyTable(c.T("statistics.survey.protected"), protected.View())
	return c.Show(page)
}

func frequencyTable(caption string, v stats.FrequencyView) view.Table {
	t := view.Table{Caption: caption}
	for i, col := range v.Columns {
		t.Head = append(t.Head, view.Cell{Text: col, Numeric: i > 0})
	}
	for _, line := range v.Lines {
		var cells []view.Cell
		for i, text := range line {
			cells = append(cells, view.Cell{Text: text, Numeric: i > 0, Header: i == 0})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
