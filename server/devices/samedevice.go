package devices

import (
	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// sameDevicePage asks whether a recorded device is one that was recorded before. A network cannot tell
// where a device makes up its address; somebody who knows the thing can.
type sameDevicePage struct {
	web.PlaceBase
	Why    []string // why the program cannot tell itself
	Device view.SummaryList
	Joined string // what was said so far; empty while nothing was
	Apart  string // both stay on the list, and why; empty otherwise
	Undo   view.Button
	None   string // there is nothing to choose
	Action string
	Heads  []web.HeadView
	As     view.Radios
	Basis  view.Radios
	Next   view.Next
}

func (sameDevicePage) Template() string { return "devices/same" }

// ownThing leaves it open: nobody says that the device is another one, which is no word that it is not.
const ownThing = "own"

// fillTwins says on the page of a device which other records were said to be it.
func (s *pages) fillTwins(c *web.Call, p *web.Place, page *devicePage, d casework.Device) {
	if d.Kind != casework.KindDevice {
		return
	}
	link := wording.SameLink(c, p, d.ID)
	page.Twin = &link
	for _, twin := range p.File.Twins(d.ID) {
		l := wording.SameLink(c, p, twin.ID)
		l.Text = wording.Device(c, twin)
		page.Twins = append(page.Twins, l)
	}
}

// joinedDevice is the device that the page is about; one that a list left out is found too.
func joinedDevice(c *web.Call, p *web.Place) (casework.Device, error) {
	d, err := wording.DeviceOf(c, p)
	if err == nil && d.Kind != casework.KindDevice {
		err = &casework.Error{Kind: casework.KindNotFound, Key: "error.device.not_found"}
	}
	return d, err
}

func (s *pages) showSame(c *web.Call, p *web.Place) error { return s.drawSame(c, p, nil) }

func (s *pages) drawSame(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	d, err := joinedDevice(c, p)
	if err != nil {
		return err
	}
	page := &sameDevicePage{PlaceBase: p.Base(c, "devices.same.title")}
	page.Action, page.Errors = c.At(p.Within+"/devices/at/"+string(d.ID)+"/same"), errs
	page.Back = &view.Link{Text: c.T("scans.title"), Href: c.At(p.Within + "/scans")}
	page.Lead, page.Why = c.T("devices.same.lead"), s.whyNobodyKnows(c, p, d)
	page.Device = view.SummaryList{Rows: []view.Row{
		{Key: c.T("devices.label"), Value: wording.Device(c, d)},
		{Key: c.T("devices.kind"), Value: wording.Kind(c, wording.OrOther(d.Group), d.Class)},
		{Key: c.T("devices.same.since"), Value: c.Moment(d.Since)},
		{Key: c.T("devices.same.met"), Values: s.metBy(c, p, d.ID)},
	}}
	head := p.File.Head(d.ID, casework.FieldSameAs)
	page.Heads = []web.HeadView{{Name: web.HeadPrefix + string(casework.FieldSameAs), Value: string(head.ID)}}
	root := p.File.Same(d.ID)
	if root != d.ID {
		page.Joined = c.T("devices.same.joined", "name", wording.ThingWords(c, p, root), "when", c.Moment(head.At), "basis", c.T("basis."+string(head.Basis)))
		page.Undo = view.Button{Text: c.T("devices.same.undo"), Name: "as", Value: ownThing, Kind: "secondary"}
		if !p.File.Folded(d.ID) {
			page.Apart = c.T("devices.same.apart")
		}
	}
	page.As, page.Basis = s.sameChoices(c, p, d, errs), s.sameBasis(c, errs)
	if len(page.As.Items) == 1 {
		page.None = c.T("devices.same.none")
	}
	page.Next = view.Next{Text: c.T("devices.same.next"), Reason: c.T("devices.same.next.why"), Href: c.At(p.Within + "/scans")}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// whyNobodyKnows says why the program cannot tell: the device has nothing that lasts, or it has, and then
// it most often is a thing of its own.
func (s *pages) whyNobodyKnows(c *web.Call, p *web.Place, d casework.Device) []string {
	if len(p.File.Head(d.ID, casework.FieldMatch).Codes) > 0 {
		return []string{c.T("devices.same.why.lasting"), c.T("devices.same.why.guess")}
	}
	if d.Seen == "" {
		return []string{c.T("devices.same.why.hand"), c.T("devices.same.why.guess")}
	}
	return []string{c.T("devices.same.why.changing"), c.T("devices.same.why.guess")}
}

// metBy are the checks that met a device.
func (s *pages) metBy(c *web.Call, p *web.Place, device casework.EntityID) []string {
	var out []string
	for _, k := range p.File.Scans() {
		if metEither(k, device) {
			out = append(out, wording.Check(c, k))
		}
	}
	if out == nil {
		return []string{c.T("devices.never_seen")}
	}
	return out
}

// metEither reports whether a check met a device under this very record.
func metEither(k *casework.KeptScan, device casework.EntityID) bool {
	for _, d := range k.Devices {
		if d.Entity == device {
			return true
		}
	}
	return false
}

// sameChoices offers the recorded devices that it could be.
func (s *pages) sameChoices(c *web.Call, p *web.Place, d casework.Device, errs view.FieldErrors) view.Radios {
	root := p.File.Same(d.ID)
	chosen, typed := c.GetPostForm("as")
	if !typed {
		chosen = string(root)
	}
	r := view.Radios{Name: "as", Label: c.T("devices.same.as"), Hint: c.T("devices.same.as.hint"), Error: errs.For(string(casework.FieldSameAs))}
	may := map[casework.EntityID]bool{root: root != d.ID}
	for _, id := range p.File.Joinable(d.ID) {
		may[id] = true
	}
	for _, other := range p.File.Devices() {
		if !may[other.ID] {
			continue
		}
		r.Items = append(r.Items, view.Choice{
			Value: string(other.ID), Label: wording.Device(c, other), Hint: s.sameHint(c, p, d, other), Chosen: chosen == string(other.ID),
		})
	}
	own := view.Choice{Value: ownThing, Label: c.T("devices.same.own"), Chosen: chosen == ownThing || chosen == string(d.ID)}
	if len(r.Items) > 0 {
		own.Divider = c.T("devices.same.or")
	}
	r.Items = append(r.Items, own)
	return r
}

// sameHint helps to tell the recorded devices apart, and warns where one check met both.
func (s *pages) sameHint(c *web.Call, p *web.Place, d, other casework.Device) string {
	hint := c.T("devices.same.hint.of", "kind", wording.Kind(c, wording.OrOther(other.Group), other.Class),
		"room", wording.Room(c, other.Room), "when", c.Moment(other.Since))
	for _, k := range p.File.Scans() {
		if metEither(k, d.ID) && metEither(k, other.ID) {
			return hint + " " + c.T("devices.same.both", "when", c.Moment(k.Started))
		}
	}
	return hint
}

// sameBasis asks how it is known.
func (s *pages) sameBasis(c *web.Call, errs view.FieldErrors) view.Radios {
	chosen := web.OrTyped(c, "basis", string(casework.SurvivorSaid))
	r := view.Radios{Name: "basis", Label: c.T("devices.same.basis"), Error: errs.For("basis")}
	for _, b := range []casework.Basis{casework.SurvivorSaid, casework.WorkerSaw} {
		r.Items = append(r.Items, view.Choice{Value: string(b), Label: c.T("basis." + string(b)), Chosen: chosen == string(b)})
	}
	return r
}

func (s *pages) saveSame(c *web.Call, p *web.Place) error {
	d, err := joinedDevice(c, p)
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
	as, sent := c.GetPostForm("as")
	if !sent { // somebody else's answer was left as it stands
		c.Settle()
		return c.To(p.Within + "/devices/at/" + string(p.File.Same(d.ID)))
	}
	j := casework.Joining{As: casework.EntityID(as), Basis: casework.Basis(c.PostForm("basis")), Expect: map[casework.Slot]casework.ValueID{}}
	if as == ownThing || as == string(d.ID) {
		j.As, as = "", string(d.ID)
	}
	if head, sent := c.GetPostForm(web.HeadPrefix + string(casework.FieldSameAs)); sent {
		j.Expect[casework.Slot{Entity: d.ID, Field: casework.FieldSameAs}] = casework.ValueID(head)
	}
	err = p.Book.JoinDevice(c.Ctx(), p.ID, p.Act(c), d.ID, j)
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawSame(c, p, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.sameContest(c, p))
	}
	c.Settle()
	c.Flash("done", c.T(map[bool]string{true: "devices.same.saved.own", false: "devices.same.saved"}[j.As == ""]))
	return c.To(p.Within + "/devices/at/" + as)
}

// sameContest puts both sides into words.
func (s *pages) sameContest(c *web.Call, p *web.Place) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		k := web.Contest{Name: "as", Head: web.HeadPrefix + string(slot.Field), Asked: c.T("devices.same.as")}
		k.Words = func(v casework.Value) []string {
			if v.Code() == "" {
				return []string{c.T("devices.same.own")}
			}
			return []string{wording.ThingWords(c, p, casework.EntityID(v.Code()))}
		}
		return k, slot.Field == casework.FieldSameAs
	}
}
