package server

import (
	"errors"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/view"
)

// scanArea is the check of a network: whose it is, who agreed, what others may notice, the check
// itself, and what of it the worker keeps.
func (s *Server) scanArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/scan", s.showScanForm),
		forPlaces(s, methodPost, "/scan", s.startScan),
		forPlaces(s, methodGet, "/scan/:job", s.showScan),
		ofJob(forPlaces(s, methodPost, "/scan/:job/cancel", s.cancelScan)),
		ofJob(forPlaces(s, methodPost, "/scan/:job/keep", s.keepScan)),
		forPlaces(s, methodGet, "/scan/:job/closer", s.showCloser),
		ofJob(forPlaces(s, methodPost, "/scan/:job/closer", s.startCloser)),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&scanFormPage{}, &scanPage{}, &scanResultPage{}, &scanCloserPage{}}}
}

// resultBody is the largest form of results, in bytes: maxShown devices whose names are as long as a
// device can make them, encoded.
const resultBody = 1 << 20

// ofJob marks forms about a check under way. The check is gone after a lock, so they do not come back.
func ofJob(routes []route) []route {
	for i := range routes {
		routes[i].forget, routes[i].limit = true, resultBody
	}
	return routes
}

// scanFormPage asks what has to be clear before anything is looked at.
type scanFormPage struct {
	placeBase
	Action   string
	Network  view.Radios
	Agreed   view.Radios
	Router   []questionView // 11.3
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

func (s *Server) routerAsked() []checklist.Asked {
	return checklist.All(s.content.Question(routerQuestion))
}

func (s *Server) showScanForm(c *call, p *place) error {
	return s.drawScanForm(c, p, p.answers(), nil)
}

func (s *Server) drawScanForm(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	advice := p.file.ScanAdvice()
	page := &scanFormPage{placeBase: p.base(c, "scan.form.title"), Action: c.at(p.within + "/scan")}
	page.Back = p.wayBack(c)
	page.Lead, page.Errors = c.t("scan.form.lead"), errs
	page.Network = s.pick(c, "network", "scan.network", "", errs, casework.NetworkHome, casework.NetworkNewHome,
		casework.NetworkAgency, casework.NetworkTheirs)
	page.Agreed = s.pick(c, "agreed", "scan.agreed", "", errs, "yes", "no")
	page.Router = p.ask(c, s.routerAsked(), as, errs)
	page.Mode = s.pick(c, "mode", "scan.mode", string(advice.Mode), errs, string(casework.ScanListen), string(casework.ScanQuiet))
	switch {
	case advice.LivesWith:
		page.Advice = c.t("scan.advice.lives_with")
	case advice.RouterMayTry:
		page.Advice = c.t("scan.advice.router")
	}
	page.Name = lan.ComputerName()
	page.NameHelp = view.Details{Summary: c.t("scan.name.change"), Text: c.t("scan.name.change.text")}
	page.Skip = view.Link{Text: c.t("scan.skip"), Href: c.at(p.within + "/devices/without")}
	if len(p.file.Scans()) > 0 {
		page.Past = &view.Link{Text: c.t("scans.title"), Href: c.at(p.within + "/scans")}
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// pick is a radio group whose labels and hints stand in the catalogue under key.value. What was
// typed wins over what is offered first.
func (s *Server) pick(c *call, name, key, offered string, errs view.FieldErrors, values ...string) view.Radios {
	chosen := orTyped(c, name, offered)
	r := view.Radios{Name: name, Label: c.t(key), Error: errs.For(name)}
	for _, v := range values {
		r.Items = append(r.Items, view.Choice{
			Value: v, Label: c.t(key + "." + v), Hint: c.t(key + "." + v + ".hint"), Chosen: chosen == v,
		})
	}
	return r
}

// startScan starts a check only when it is clear whose network it is, that somebody who may agree
// has agreed, and that the question about the router was put.
func (s *Server) startScan(c *call, p *place) error {
	a := p.read(c, s.routerAsked())
	network, mode := c.PostForm("network"), casework.ScanMode(c.PostForm("mode"))
	a.errors = append(a.errors, s.scanErrors(c, network, mode)...)
	if a.errors != nil {
		return s.drawScanForm(c, p, a.answers, a.errors)
	}
	job := &scanJob{within: p.within, network: network, mode: mode}
	if !s.scans.claim(s.jobs, job) {
		a.errors.Add("network", c.t("scan.error.busy"))
		return s.drawScanForm(c, p, a.answers, a.errors)
	}
	if done, err := s.keepBefore(c, p, &a, network); done || err != nil {
		s.scans.drop(job)
		return err
	}
	s.scans.start(s.pressing(s.cfg.Check), job, lan.Choice{})
	c.settle()
	return c.to(p.within + "/scan/" + job.id)
}

// keepBefore keeps what was answered on the form. done says that the page has been answered already.
func (s *Server) keepBefore(c *call, p *place, a *answering, network string) (done bool, err error) {
	if done, err := p.keepAnswers(c, a); done || err != nil {
		return done, err
	}
	if !casework.NetworkSaves(network) { // elsewhere it was the service that agreed, not she
		return false, nil
	}
	return false, s.keepConsent(c, p)
}

func (s *Server) scanErrors(c *call, network string, mode casework.ScanMode) view.FieldErrors {
	var errs view.FieldErrors
	switch network {
	case casework.NetworkHome, casework.NetworkNewHome, casework.NetworkAgency:
	case casework.NetworkTheirs:
		if mode == casework.ScanQuiet {
			errs.Add("mode", c.t("scan.error.theirs"))
		}
	default:
		errs.Add("network", c.t("scan.error.network"))
	}
	if c.PostForm("agreed") != "yes" {
		errs.Add("agreed", c.t("scan.error.agreed"))
	}
	if mode != casework.ScanListen && mode != casework.ScanQuiet {
		errs.Add("mode", c.t("scan.error.mode"))
	}
	return errs
}

// keepConsent keeps her agreement to the check, where the case does not hold it yet.
func (s *Server) keepConsent(c *call, p *place) error {
	if p.file.ConsentTo(casework.ConsentScan) == checklist.Yes {
		return nil
	}
	ref := checklist.Ref{Question: agreementQuestion, Part: string(casework.ConsentScan)}
	form := p.file.Form(checklist.Answers{ref: {State: checklist.Yes}}, nil, casework.SurvivorSaid)
	a := p.act(c)
	a.Submission = also(a.Submission, "consent")
	return p.book.SaveAnswers(c.ctx(), p.id, a, form)
}

// scanPage shows a check under way. It asks for itself again every few seconds.
type scanPage struct {
	placeBase
	Seen    string
	Sources []view.Outcome
	Again   view.Link
	Cancel  string
}

func (scanPage) Template() string { return "scan/progress" }

func (s *Server) showScan(c *call, p *place) error {
	job, err := s.scans.find(c.Param("job"), p.within)
	if err != nil {
		return err
	}
	if job.done() {
		return s.showScanResult(c, p, job)
	}
	job.mu.Lock()
	defer job.mu.Unlock()
	page := &scanPage{placeBase: p.base(c, "scan.progress.title"), Cancel: c.at(p.within + "/scan/" + job.id + "/cancel")}
	page.Lead = c.t("scan.mode." + string(job.mode) + ".hint")
	page.Seen = c.n("scan.progress.seen", job.last.Seen)
	page.Again = view.Link{Text: c.t("scan.progress.again"), Href: c.at(p.within + "/scan/" + job.id)}
	for name, o := range job.states {
		page.Sources = append(page.Sources, s.outcome(c, name, o))
	}
	sortOutcomes(page.Sources)
	c.Header("Refresh", "2")
	return c.show(page)
}

func (s *Server) cancelScan(c *call, p *place) error {
	job, err := s.scans.find(c.Param("job"), p.within)
	if err != nil {
		return err
	}
	job.cancel()
	return c.to(p.within + "/scan/" + job.id)
}

// outcome puts into words how far a source got; nil is a source that is still looking.
func (s *Server) outcome(c *call, name scanner.SourceName, o *scanner.Outcome) view.Outcome {
	if o == nil {
		return view.Outcome{Source: c.t("scan.source." + string(name)), State: c.t("scan.state.looking"), Tone: "quiet"}
	}
	return s.keptOutcome(c, outcomeCodes(name, *o))
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
