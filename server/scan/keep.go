package scan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/casework/personal"
	"keyholder/scanner"
	"keyholder/scanner/leads"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// keepScan keeps what the worker confirmed, as one change, and forgets the rest.
func (s *pages) keepScan(c *web.Call, p *web.Place) error {
	if s.scans.settled(c.Param("job")) { // a second click on the same form
		return c.To(p.Within + "/devices")
	}
	job, err := s.scans.find(c.Param("job"), p.Within)
	if err != nil {
		return err
	}
	if !job.done() || job.err != nil {
		return c.To(p.Within + "/scan/" + job.id)
	}
	report, err := s.scanReport(c, job)
	if err != nil {
		return err
	}
	rec, err := p.Book.RecordScan(c.Ctx(), p.ID, p.Act(c), report)
	if err != nil {
		return err
	}
	s.scans.settle(job.id)
	c.Settle()
	c.Flash("done", c.T("scan.kept", "new", len(rec.New), "same", len(rec.Same), "gone", len(rec.Gone)))
	return c.To(p.Within + "/devices")
}

// scanReport is a finished check in the words of casework, with what the worker decided about each device.
func (s *pages) scanReport(c *web.Call, job *scanJob) (casework.ScanReport, error) {
	facts, err := s.scanFacts(job)
	if err != nil {
		return casework.ScanReport{}, err
	}
	report := casework.ScanReport{
		Network: job.network, Mode: job.mode, Facts: facts, KeepAddresses: c.PostForm("addresses") == "yes",
	}
	for _, o := range facts.Outcomes {
		report.Sources = append(report.Sources, o.Source+"="+o.State)
	}
	home := leads.Look(job.report.Devices)
	for i, d := range job.report.Devices {
		n := strconv.Itoa(i + 1)
		switch keep := c.PostForm("keep." + n); keep {
		case "yes", "other":
			found := s.confirmed(c, n, d, keep == "other")
			addLeads(&found, home, d)
			report.Found = append(report.Found, found)
		default:
			report.Passed = append(report.Passed, s.passed(d))
		}
	}
	return report, nil
}

// passed is a device that was not confirmed: what is needed to know it again, and no more.
func (s *pages) passed(d scanner.Device) casework.Passed {
	id := s.identify(d)
	return casework.Passed{
		Hardware: d.MACs, Stable: stableIDs(d.Facts), Sources: sourceCodes(d.Sources),
		Phone: d.ThisComputer || id.Group == "phone_computer" && certain(id),
	}
}

// scanFacts is how the check was made.
func (s *pages) scanFacts(job *scanJob) (casework.ScanFacts, error) {
	r := job.report
	rules, err := fingerprint(rules())
	if err != nil {
		return casework.ScanFacts{}, fmt.Errorf("naming the catalogue: %w", err)
	}
	known, err := fingerprint(knowledge.Files())
	if err != nil {
		return casework.ScanFacts{}, fmt.Errorf("naming what is known of devices: %w", err)
	}
	f := casework.ScanFacts{
		Started: r.Started, Ended: r.Ended, Stopped: r.Stopped, Listed: len(r.Devices), Further: r.Further,
		Versions: casework.ScanVersions{Program: s.Version, Catalogue: rules, Knowledge: known},
	}
	countUnmatched(&f, job)
	for _, n := range r.Scope.Prefixes {
		f.Networks = append(f.Networks, n.String())
	}
	for _, l := range r.Scope.LeftOut {
		f.LeftOut = append(f.LeftOut, casework.ScanLeftOut{Name: scanner.SafeText(l.Name), Reason: string(l.Reason)})
	}
	for _, name := range sourceNames(r) {
		f.Outcomes = append(f.Outcomes, outcomeCodes(name, r.Outcomes[name]))
	}
	return f, nil
}

// fingerprint names embedded data: the first 12 hexadecimal digits of a SHA-256 over the names and contents
// of its files. What was said with the same fingerprint was said with the same data.
func fingerprint(data fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(data, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(data, path)
		if err != nil {
			return err
		}
		sum.Write([]byte(path + "\x00"))
		sum.Write(body)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil))[:12], err
}

// countUnmatched notes what a later comparison has to know of devices and lines that nobody can match.
func countUnmatched(f *casework.ScanFacts, job *scanJob) {
	for _, d := range job.report.Devices {
		if len(d.MACs) == 0 {
			f.Unaddressed++
		}
	}
	if list := job.list; list != nil {
		f.List = &casework.ListFacts{Format: string(list.Format), Partial: list.Format.Partial(), Unread: list.MissedAll}
	}
}

// confirmed is a device that the worker keeps, as she named it; other says that she chose its kind.
func (s *pages) confirmed(c *web.Call, n string, d scanner.Device, other bool) casework.Found {
	id := s.identify(d)
	found := casework.Found{
		Label: personal.New(strings.TrimSpace(c.PostForm("label." + n))), Group: id.Group, Class: id.Class,
		Brand: personal.New(id.MakeAndModel()), Confidence: id.Confidence, Hardware: d.MACs, Stable: stableIDs(d.Facts),
		Announced: personal.New(deviceName(d)), Sources: sourceCodes(d.Sources),
		Evidence: personal.Lines(id.Evidence), Against: personal.Lines(id.Conflicts),
	}
	for _, a := range d.Addresses {
		found.Addresses = append(found.Addresses, personal.New(a.WithZone("").String()))
	}
	found.LabelByWorker = found.Label.Reveal() != deviceName(d)
	if other {
		found.Group, found.Class = wording.SplitKind(c.PostForm("class." + n))
		found.ClassByWorker = true
	}
	return found
}

func sourceCodes(names []scanner.SourceName) []string {
	var out []string
	for _, n := range names {
		out = append(out, string(n))
	}
	slices.Sort(out)
	return out
}
