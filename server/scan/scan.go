package scan

import (
	"errors"
	"net/http"
	"slices"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// scanArea is the check of a network: whose it is, who agreed, what others may notice, the check
// itself, and what of it the worker keeps.
func (s *pages) scanArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/scan", s.showScanForm),
		web.ForPlaces(http.MethodPost, "/scan", s.startScan),
		web.ForPlaces(http.MethodGet, "/scan/:job", s.showScan),
		ofJob(web.ForPlaces(http.MethodPost, "/scan/:job/cancel", s.cancelScan)),
		ofJob(web.ForPlaces(http.MethodPost, "/scan/:job/keep", s.keepScan)),
		web.ForPlaces(http.MethodGet, "/scan/:job/closer", s.showCloser),
		ofJob(web.ForPlaces(http.MethodPost, "/scan/:job/closer", s.startCloser)),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&scanFormPage{}, &scanPage{}, &scanResultPage{}, &scanCloserPage{}}}
}

// resultBody is the largest form of results, in bytes: maxShown devices whose names are as long as a
// device can make them, encoded.
const resultBody = 1 << 20

// ofJob marks forms about a check under way. The check is gone after a lock, so they do not come back.
func ofJob(routes []web.Route) []web.Route {
	for i := range routes {
		routes[i].Forget, routes[i].Limit = true, resultBody
	}
	return routes
}

// scanFormPage asks what has to be clear before anything is looked at.
type scanFormPage struct {
	web.PlaceBase
	Action   string
	Network  view.Radios
	Agreed   view.Radios
	Router   []web.QuestionView // 11.3
	Mode     view.Radios
	Advice   string
	Name     string // how this computer may be seen by others
	NameHelp view.Details
	Skip     view.Link
	Past     *view.Link // the checks that were kept, nil when there is none
}

func (scanFormPage) Template() string { return "scan/form" }

// routerQuestion asks whether the router announces new devices.
const routerQuestion = "11.3"

func (s *pages) routerAsked() []checklist.Asked {
	return checklist.All(s.Content.Question(routerQuestion))
}

func (s *pages) showScanForm(c *web.Call, p *web.Place) error {
	return s.drawScanForm(c, p, p.Answers(), nil)
}

func (s *pages) drawScanForm(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	advice := p.File.ScanAdvice()
	page := &scanFormPage{PlaceBase: p.Base(c, "scan.form.title"), Action: c.At(p.Within + "/scan")}
	page.Back = p.WayBack(c)
	page.Lead, page.Errors = c.T("scan.form.lead"), errs
	page.Network = s.pick(c, "network", "scan.network", "", errs, casework.NetworkHome, casework.NetworkNewHome,
		casework.NetworkAgency, casework.NetworkTheirs)
	page.Agreed = s.pick(c, "agreed", "scan.agreed", "", errs, "yes", "no")
	page.Router = p.Ask(c, s.routerAsked(), as, errs)
	page.Mode = s.pick(c, "mode", "scan.mode", string(advice.Mode), errs, string(casework.ScanListen), string(casework.ScanQuiet))
	switch {
	case advice.LivesWith:
		page.Advice = c.T("scan.advice.lives_with")
	case advice.RouterMayTry:
		page.Advice = c.T("scan.advice.router")
	}
	page.Name = lan.ComputerName()
	page.NameHelp = view.Details{Summary: c.T("scan.name.change"), Text: c.T("scan.name.change.text")}
	page.Skip = view.Link{Text: c.T("scan.skip"), Href: c.At(p.Within + "/devices/without")}
	if len(p.File.Scans()) > 0 {
		page.Past = &view.Link{Text: c.T("scans.title"), Href: c.At(p.Within + "/scans")}
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// pick is a radio group whose labels and hints stand in the catalogue under key.value. What was
// typed wins over what is offered first.
func (s *pages) pick(c *web.Call, name, key, offered string, errs view.FieldErrors, values ...string) view.Radios {
	chosen := web.OrTyped(c, name, offered)
	r := view.Radios{Name: name, Label: c.T(key), Error: errs.For(name)}
	for _, v := range values {
		r.Items = append(r.Items, view.Choice{
			Value: v, Label: c.T(key + "." + v), Hint: c.T(key + "." + v + ".hint"), Chosen: chosen == v,
		})
	}
	return r
}

// startScan starts a check only when it is clear whose network it is, that somebody who may agree
// has agreed, and that the question about the router was put.
func (s *pages) startScan(c *web.Call, p *web.Place) error {
	a := p.Read(c, s.routerAsked())
	network, mode := c.PostForm("network"), casework.ScanMode(c.PostForm("mode"))
	a.Errors = append(a.Errors, s.scanErrors(c, network, mode)...)
	if a.Errors != nil {
		return s.drawScanForm(c, p, a.Answers, a.Errors)
	}
	job := &scanJob{within: p.Within, network: network, mode: mode}
	if !s.scans.claim(s.jobs, job) {
		a.Errors.Add("network", c.T("scan.error.busy"))
		return s.drawScanForm(c, p, a.Answers, a.Errors)
	}
	if done, err := s.keepBefore(c, p, &a, network); done || err != nil {
		s.scans.drop(job)
		return err
	}
	s.scans.start(s.pressing(s.check), job, lan.Choice{})
	c.Settle()
	return c.To(p.Within + "/scan/" + job.id)
}

// keepBefore keeps what was answered on the form. done says that the page has been answered already.
func (s *pages) keepBefore(c *web.Call, p *web.Place, a *web.Answering, network string) (done bool, err error) {
	if done, err := p.KeepAnswers(c, a); done || err != nil {
		return done, err
	}
	if !casework.NetworkSaves(network) { // elsewhere it was the service that agreed, not she
		return false, nil
	}
	return false, s.keepConsent(c, p)
}

func (s *pages) scanErrors(c *web.Call, network string, mode casework.ScanMode) view.FieldErrors {
	var errs view.FieldErrors
	switch network {
	case casework.NetworkHome, casework.NetworkNewHome, casework.NetworkAgency:
	case casework.NetworkTheirs:
		if mode == casework.ScanQuiet {
			errs.Add("mode", c.T("scan.error.theirs"))
		}
	default:
		errs.Add("network", c.T("scan.error.network"))
	}
	if c.PostForm("agreed") != "yes" {
		errs.Add("agreed", c.T("scan.error.agreed"))
	}
	if mode != casework.ScanListen && mode != casework.ScanQuiet {
		errs.Add("mode", c.T("scan.error.mode"))
	}
	return errs
}

// keepConsent keeps her agreement to the check, where the case does not hold it yet.
func (s *pages) keepConsent(c *web.Call, p *web.Place) error {
	if p.File.ConsentTo(casework.ConsentScan) == checklist.Yes {
		return nil
	}
	ref := checklist.Ref{Question: web.AgreementQuestion, Part: string(casework.ConsentScan)}
	form := p.File.Form(checklist.Answers{ref: {State: checklist.Yes}}, nil, casework.SurvivorSaid)
	a := p.Act(c)
	a.Submission = web.Also(a.Submission, "consent")
	return p.Book.SaveAnswers(c.Ctx(), p.ID, a, form)
}

// scanPage shows a check under way. It asks for itself again every few seconds.
type scanPage struct {
	web.PlaceBase
	Seen    string
	Sources []view.Outcome
	Again   view.Link
	Cancel  string
}

func (scanPage) Template() string { return "scan/progress" }

func (s *pages) showScan(c *web.Call, p *web.Place) error {
	job, err := s.scans.find(c.Param("job"), p.Within)
	if err != nil {
		return err
	}
	if job.done() {
		return s.showScanResult(c, p, job)
	}
	job.mu.Lock()
	defer job.mu.Unlock()
	page := &scanPage{PlaceBase: p.Base(c, "scan.progress.title"), Cancel: c.At(p.Within + "/scan/" + job.id + "/cancel")}
	page.Lead = c.T("scan.mode." + string(job.mode) + ".hint")
	page.Seen = c.N("scan.progress.seen", job.last.Seen)
	page.Again = view.Link{Text: c.T("scan.progress.again"), Href: c.At(p.Within + "/scan/" + job.id)}
	for name, o := range job.states {
		page.Sources = append(page.Sources, s.outcome(c, name, o))
	}
	sortOutcomes(page.Sources)
	c.Header("Refresh", "2")
	return c.Show(page)
}

func (s *pages) cancelScan(c *web.Call, p *web.Place) error {
	job, err := s.scans.find(c.Param("job"), p.Within)
	if err != nil {
		return err
	}
	job.cancel()
	return c.To(p.Within + "/scan/" + job.id)
}

// outcome puts into words how far a source got; nil is a source that is still looking.
func (s *pages) outcome(c *web.Call, name scanner.SourceName, o *scanner.Outcome) view.Outcome {
	if o == nil {
		return view.Outcome{Source: c.T("scan.source." + string(name)), State: c.T("scan.state.looking"), Tone: "quiet"}
	}
	return wording.Outcome(c, outcomeCodes(name, *o))
}

// outcomeCodes is a way of looking in the codes of the record.
func outcomeCodes(name scanner.SourceName, o scanner.Outcome) casework.ScanOutcome {
	kept := casework.ScanOutcome{Source: string(name), State: string(o.State), Reason: string(o.Reason)}
	for _, limit := range o.Limits {
		kept.Limits = append(kept.Limits, string(limit))
	}
	return kept
}

// scanFailure is why a check could not be made at all, as a message key.
func scanFailure(err error) string {
	for _, known := range []struct {
		err error
		key string
	}{
		{scanner.ErrNoNetwork, "scan.failed.no_network"},
		{scanner.ErrNotPrivate, "scan.failed.not_private"},
		{scanner.ErrListenOnly, "scan.error.theirs"},
	} {
		if errors.Is(err, known.err) {
			return known.key
		}
	}
	return "scan.failed.other"
}
