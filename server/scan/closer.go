package scan

import (
	"net/netip"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// A closer look connects to the devices that the worker ticks, one by one, on the result of a check
// that asked. This file offers it, says before it starts who could notice, and starts it.

// scanCloserPage asks which devices to look at closer, and says what they may notice.
type scanCloserPage struct {
	web.PlaceBase
	Action  string
	Warning string
	Advice  string // the case advises to listen only
	Notices []string
	Never   []string
	Ticked  view.Checkboxes
	Agreed  view.Radios
}

func (scanCloserPage) Template() string { return "scan/closer" }

// closerLink leads to the closer look; nil where none may be made.
func (s *pages) closerLink(c *web.Call, p *web.Place, job *scanJob) *view.Link {
	if !mayLookCloser(job) {
		return nil
	}
	return &view.Link{Text: c.T("scan.closer.title"), Href: c.At(p.Within + "/scan/" + job.id + "/closer")}
}

// mayLookCloser reports whether the result is one of a check that asked, on a network where asking is
// allowed, with a device that can be connected to.
func mayLookCloser(job *scanJob) bool {
	if job.err != nil || job.report == nil || job.network == casework.NetworkTheirs || !scanner.Mode(job.mode).Asks() {
		return false
	}
	for _, d := range shown(job.report) {
		if _, ok := tickable(job.report.Scope, d); ok {
			return true
		}
	}
	return false
}

// shown are the devices of a result that its page lists, in its order.
func shown(r *scanner.Report) []scanner.Device { return r.Devices[:min(len(r.Devices), maxShown)] }

// tickable returns the one address by which a device can be looked at closer. This computer is none, and
// neither is what is known only by name or lies outside the chosen networks.
func tickable(scope scanner.Scope, d scanner.Device) (netip.Addr, bool) {
	if d.ThisComputer {
		return netip.Addr{}, false
	}
	scope.Mode = scanner.ModeFull
	for _, a := range d.Addresses {
		scope.Ticked = []netip.Addr{a}
		if scope.MayConnect(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// finished returns a check of a place that a closer look can follow.
func (s *pages) finished(c *web.Call, p *web.Place) (*scanJob, error) {
	job, err := s.scans.find(c.Param("job"), p.Within)
	if err != nil {
		return nil, err
	}
	if !job.done() || !mayLookCloser(job) {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "error.scan.gone"}
	}
	return job, nil
}

func (s *pages) showCloser(c *web.Call, p *web.Place) error {
	job, err := s.finished(c, p)
	if err != nil {
		return err
	}
	return s.drawCloser(c, p, job, nil)
}

func (s *pages) drawCloser(c *web.Call, p *web.Place, job *scanJob, errs view.FieldErrors) error {
	at := p.Within + "/scan/" + job.id
	page := &scanCloserPage{PlaceBase: p.Base(c, "scan.closer.title"), Action: c.At(at + "/closer")}
	page.Back = &view.Link{Text: c.T("scan.result.title"), Href: c.At(at)}
	page.Lead, page.Errors = c.T("scan.closer.lead"), errs
	page.Warning = c.T("scan.closer.warning")
	if p.File.ScanAdvice().Mode == casework.ScanListen {
		page.Advice = c.T("scan.closer.advice")
	}
	for _, key := range []string{"device", "router", "app"} {
		page.Notices = append(page.Notices, c.T("scan.closer.notice."+key))
	}
	for _, key := range []string{"login", "picture", "command", "others"} {
		page.Never = append(page.Never, c.T("scan.closer.never."+key))
	}
	page.Ticked = s.closerChoices(c, job, errs)
	page.Agreed = s.pick(c, "agreed", "scan.closer.agreed", "", errs, "yes", "no")
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// closerChoices lists the devices under the numbers they have on the page of results.
func (s *pages) closerChoices(c *web.Call, job *scanJob, errs view.FieldErrors) view.Checkboxes {
	ticked := map[string]bool{}
	for _, n := range c.PostFormArray("tick") {
		ticked[n] = true
	}
	boxes := view.Checkboxes{Name: "tick", Label: c.T("scan.closer.which"), Error: errs.For("tick")}
	for i, d := range shown(job.report) {
		a, ok := tickable(job.report.Scope, d)
		if !ok {
			continue
		}
		id, n := s.identify(d), strconv.Itoa(i+1)
		hint := []string{wording.Kind(c, id.Group, id.Class), a.WithZone("").String()}
		if d.Gateway {
			hint = append(hint, c.T("scan.device.gateway"))
		}
		label := c.T("scan.closer.device", "number", i+1)
		if name := deviceName(d); name != "" {
			label = n + ": " + name
		}
		boxes.Items = append(boxes.Items, view.Choice{Value: n, Label: label, Hint: strings.Join(hint, ", "), Chosen: ticked[n]})
	}
	return boxes
}

// startCloser starts a full check of the same networks with the ticked devices.
func (s *pages) startCloser(c *web.Call, p *web.Place) error {
	earlier, err := s.finished(c, p)
	if err != nil {
		return err
	}
	var errs view.FieldErrors
	choice := lan.Choice{Networks: earlier.report.Scope.Prefixes, Ticked: tickedIn(earlier.report, c.PostFormArray("tick"))}
	if len(choice.Ticked) == 0 {
		errs.Add("tick", c.T("scan.closer.error.none"))
	}
	if c.PostForm("agreed") != "yes" {
		errs.Add("agreed", c.T("scan.closer.error.agreed"))
	}
	if errs != nil {
		return s.drawCloser(c, p, earlier, errs)
	}
	job := &scanJob{within: p.Within, network: earlier.network, mode: casework.ScanFull}
	if !s.scans.claim(s.jobs, job) {
		errs.Add("tick", c.T("scan.error.busy"))
		return s.drawCloser(c, p, earlier, errs)
	}
	s.scans.start(s.pressing(s.check), job, choice)
	c.Settle()
	return c.To(p.Within + "/scan/" + job.id)
}

// tickedIn returns the addresses of the devices with these numbers. A number that is none of a device
// that can be looked at closer is left out: it did not come from the page.
func tickedIn(r *scanner.Report, numbers []string) []netip.Addr {
	var out []netip.Addr
	for i, d := range shown(r) {
		a, ok := tickable(r.Scope, d)
		for _, n := range numbers {
			if ok && n == strconv.Itoa(i+1) {
				out = append(out, a)
				break
			}
		}
	}
	return out
}
