package devices

import (
	"net/http"
	"net/url"
	"slices"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/cards"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// deviceArea is the list of devices and accounts with the five questions about each.
func (s *pages) deviceArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/devices", s.showDevices),
		web.ForPlaces(http.MethodGet, "/devices/network", s.showNetwork),
		web.ForPlaces(http.MethodGet, "/devices/print", s.printDevices),
		web.ForPlaces(http.MethodGet, "/devices/walk", s.showWalk),
		web.ForPlaces(http.MethodGet, "/devices/walk/:room", s.showRoom),
		web.ForPlaces(http.MethodPost, "/devices/walk/:room", s.saveRoom),
		web.ForPlaces(http.MethodGet, "/devices/add", s.showAddDevice),
		web.ForPlaces(http.MethodPost, "/devices/add", s.addDevice),
		web.ForPlaces(http.MethodGet, "/devices/at/:device", s.showDevice),
		web.ForPlaces(http.MethodPost, "/devices/at/:device", s.saveDevice),
		web.ForPlaces(http.MethodGet, "/devices/at/:device/same", s.showSame),
		web.ForPlaces(http.MethodPost, "/devices/at/:device/same", s.saveSame),
		web.ForPlaces(http.MethodGet, "/devices/at/:device/security", s.showSecurity),
		web.ForPlaces(http.MethodPost, "/devices/at/:device/security", s.saveSecurity),
		web.ForPlaces(http.MethodGet, "/devices/at/:device/control", s.showControl),
		web.ForPlaces(http.MethodPost, "/devices/at/:device/control", s.saveControl),
		web.ForPlaces(http.MethodPost, "/devices/correct/:device", s.correctDevice),
		web.ForPlaces(http.MethodPost, "/devices/discard/:device", s.discardDevice),
		web.ForPlaces(http.MethodPost, "/devices/keep/:device", s.keepDevice),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&devicesPage{}, &networkPage{}, &inventorySheet{}, &walkPage{}, &roomPage{}, &addDevicePage{}, &devicePage{}, &notesPage{}, &sameDevicePage{}}}
}

// rowState says how far the five questions are. Open never reads as done.
func (s *pages) rowState(c *web.Call, row casework.MatrixRow) (text, tone string) {
	switch {
	case row.Unasked == len(row.Cells):
		return c.T("checklist.state.not_asked"), ""
	case row.Open:
		return c.T("devices.row.open"), "caution"
	case row.Unasked > 0:
		return c.T("checklist.state.partly"), "quiet"
	}
	return c.T("checklist.state.answered"), "done"
}

// addDevicePage records a device by hand: the first way in a clinic, where the network is not hers.
type addDevicePage struct {
	web.PlaceBase
	Action string
	Label  view.Input
	Kind   view.Select
	Room   view.Select
	Brand  view.Input
}

func (addDevicePage) Template() string { return "devices/add" }

func (s *pages) showAddDevice(c *web.Call, p *web.Place) error { return s.drawAddDevice(c, p, nil) }

func (s *pages) drawAddDevice(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	page := &addDevicePage{PlaceBase: p.Base(c, "devices.add.title"), Action: c.At(p.Within + "/devices/add")}
	page.Lead, page.Errors = c.T("devices.add.lead"), errs
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	page.Label, page.Kind, page.Brand = s.deviceFields(c, casework.Device{}, errs)
	page.Room = s.roomSelect(c, casework.Device{}, errs)
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// deviceFields are the fields of a device that can be typed.
func (s *pages) deviceFields(c *web.Call, d casework.Device, errs view.FieldErrors) (label view.Input, kind view.Select, brand view.Input) {
	label = view.Input{
		Name: "label", Label: c.T("devices.label"), Hint: c.T("devices.label.hint"),
		Value: web.OrTyped(c, "label", d.Label.Reveal()), Error: errs.For(string(casework.FieldLabel)),
	}
	group, class := d.Group, d.Class
	if typed, sent := c.GetPostForm("kind"); sent {
		group, class = wording.SplitKind(typed)
	}
	kind = wording.KindSelect(c, "kind", c.T("devices.kind"), group, class)
	brand = view.Input{Name: "brand", Label: c.T("scan.device.brand"), Value: web.OrTyped(c, "brand", d.Brand.Reveal())}
	return label, kind, brand
}

// roomSelect offers the rooms; while nobody has said where, that is what stands there.
func (s *pages) roomSelect(c *web.Call, d casework.Device, errs view.FieldErrors) view.Select {
	chosen := web.OrTyped(c, "room", d.Room)
	sel := view.Select{
		Name: "room", Label: c.T("devices.room"), Hint: c.T("devices.room.hint"),
		Error: errs.For(string(casework.FieldRoom)),
		Items: []view.Choice{{Label: c.T("room.unknown"), Chosen: chosen == ""}},
	}
	for _, r := range casework.Rooms() {
		sel.Items = append(sel.Items, view.Choice{Value: r, Label: c.T("room." + r), Chosen: chosen == r})
	}
	return sel
}

// editFields are the fields of a device that the page of the device can correct.
func editFields() []casework.Field {
	return []casework.Field{
		casework.FieldLabel, casework.FieldGroup, casework.FieldClass, casework.FieldBrand, casework.FieldRoom,
	}
}

// deviceEdit reads the form of a device. What the form left out stays as d has it.
func deviceEdit(c *web.Call, d casework.Device) casework.DeviceEdit {
	group, class := wording.SplitKind(web.OrTyped(c, "kind", d.Group+"/"+d.Class))
	return casework.DeviceEdit{
		Label: personal.New(web.OrTyped(c, "label", d.Label.Reveal())), Group: group, Class: class,
		Brand: personal.New(web.OrTyped(c, "brand", d.Brand.Reveal())), Room: web.OrTyped(c, "room", d.Room),
	}
}

// deviceContest puts what is recorded of a device into words.
func (s *pages) deviceContest(c *web.Call) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		k := web.Contest{Head: web.HeadPrefix + string(slot.Field), Words: c.Typed}
		switch slot.Field {
		case casework.FieldLabel:
			k.Name, k.Asked = "label", c.T("devices.label")
		case casework.FieldBrand:
			k.Name, k.Asked = "brand", c.T("scan.device.brand")
		case casework.FieldRoom:
			k.Name, k.Asked = "room", c.T("devices.room")
			k.Words = func(v casework.Value) []string { return []string{wording.Room(c, v.Code())} }
		case casework.FieldGroup:
			k.Name, k.Asked = "kind", c.T("devices.kind")
			k.Words = func(v casework.Value) []string { return []string{wording.Kind(c, wording.OrOther(v.Code()), "")} }
		case casework.FieldClass:
			k.Name, k.Asked = "kind", c.T("devices.kind")
			k.Words = func(v casework.Value) []string { return []string{wording.Kind(c, "other", v.Code())} }
		}
		return k, k.Name != ""
	}
}

func (s *pages) addDevice(c *web.Call, p *web.Place) error {
	id, err := p.Book.AddDevice(c.Ctx(), p.ID, p.Act(c), deviceEdit(c, casework.Device{}))
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawAddDevice(c, p, errs)
	}
	if err != nil {
		return err
	}
	c.Settle()
	return c.To(p.Within + "/devices/at/" + string(id))
}

// devicePage is one device: the five questions, what it can and cannot do, and corrections.
type devicePage struct {
	web.PlaceBase
	Card     view.DeviceCard
	Cards    []view.Link       // how to look up who has access
	Leads    view.Link         // what it leads to, on the map
	Control  wording.LeadSheet // who may control it, by what checks showed
	Sheet    view.Link         // the sheet about control at home
	Apart    view.Link         // the sheet on how it is guarded
	Matrix   []web.FieldView
	Heads    []web.HeadView
	Help     string
	Action   string
	Same     *view.Button // answer like the row above; nil for the first row
	Above    string       // what the row above is called
	History  view.Link
	Correct  string
	Label    view.Input
	Kind     view.Select
	Room     view.Select
	Brand    view.Input
	EditSeen []web.HeadView
	Discard  string
	Reasons  view.Radios
	Twin     *view.Link  // to say that it is one that is recorded already; nil for what no check could meet
	Twins    []view.Link // recorded devices that were said to be this one
}

func (devicePage) Template() string { return "devices/device" }

func (s *pages) showDevice(c *web.Call, p *web.Place) error {
	if id := casework.EntityID(c.Param("device")); p.File.Folded(id) {
		return c.To(p.Within + "/devices/at/" + string(p.File.Same(id)))
	}
	return s.drawDevice(c, p, p.Answers(), nil)
}

func (s *pages) drawDevice(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	page := &devicePage{PlaceBase: p.Base(c, "devices.device.title"), Help: s.Content.Matrix.Help}
	page.Errors = errs
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	page.Card = wording.DeviceCard(c, "device", wording.Identity{Group: wording.OrOther(d.Group), Class: d.Class, Confidence: orUnknown(d.Confidence)})
	page.Card.Where, page.Card.Confidence = d.Label.Reveal(), guessTag(c, d)
	page.Cards = cards.DeviceLinks(c, p, d)
	page.Leads = view.Link{Text: c.T("map.device"), Href: c.At(p.Within + "/map?at=" + url.QueryEscape(string(d.ID)))}
	page.Control = s.keptLeads(c, p, d.ID)
	page.Sheet, page.Apart = s.noteLink(c, p, d.ID, casework.NoteControl), s.noteLink(c, p, d.ID, casework.NoteSecurity)
	page.Matrix = p.Fields(c, s.Content.Inputs(checklist.Asked{Question: &s.Content.Matrix}, string(d.ID), as), as, errs)
	page.Heads = p.Heads(s.Content.Matrix.Refs(string(d.ID)))
	if above, ok := s.rowAbove(p, d.ID); ok {
		page.Same = &view.Button{Text: c.T("devices.same"), Name: "_then", Value: "same", Kind: "secondary"}
		page.Above = wording.Device(c, above)
	}
	page.History = view.Link{Text: c.T("ask.history"), Href: c.At(p.Within + "/devices/history/" + string(d.ID))}
	page.Action, page.Correct = c.At(p.Within+"/devices/at/"+string(d.ID)), c.At(p.Within+"/devices/correct/"+string(d.ID))
	page.Label, page.Kind, page.Brand = s.deviceFields(c, d, errs)
	page.Room = s.roomSelect(c, d, errs)
	for _, f := range editFields() {
		page.EditSeen = append(page.EditSeen, web.HeadView{Name: web.HeadPrefix + string(f), Value: string(p.File.Head(d.ID, f).ID)})
	}
	page.Discard = c.At(p.Within + "/devices/discard/" + string(d.ID))
	page.Reasons = view.Radios{Name: "reason", Label: c.T("devices.discard.why"), Error: errs.For(string(casework.FieldStanding))}
	for _, r := range casework.DiscardReasons() {
		page.Reasons.Items = append(page.Reasons.Items, view.Choice{Value: r, Label: c.T("devices.discard." + r)})
	}
	s.fillTwins(c, p, page, d)
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

func orUnknown(confidence string) string {
	if confidence == "" {
		return "unknown"
	}
	return confidence
}

// saveDevice keeps the five questions.
func (s *pages) saveDevice(c *web.Call, p *web.Place) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	asked := []checklist.Asked{{Question: &s.Content.Matrix}}
	as, problems := checklist.ParseForm(s.Content, asked, string(d.ID), c.Request.PostForm)
	a := web.Answering{Asked: asked, Answers: as}
	for _, e := range problems {
		a.Errors.Add(e.Name, c.T(e.Key))
	}
	if c.PostForm("_then") == "same" {
		s.likeAbove(c, p, d.ID, a.Answers)
		return s.drawDevice(c, p, a.Answers, a.Errors)
	}
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawDevice(c, p, a.Answers, a.Errors)
	}
	c.Settle()
	return c.To(p.Within + "/devices")
}

func (s *pages) correctDevice(c *web.Call, p *web.Place) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
	seen := map[casework.Slot]casework.ValueID{}
	for _, f := range editFields() {
		if v, sent := c.GetPostForm(web.HeadPrefix + string(f)); sent {
			seen[casework.Slot{Entity: d.ID, Field: f}] = casework.ValueID(v)
		}
	}
	err = p.Book.CorrectDevice(c.Ctx(), p.ID, p.Act(c), d.ID, deviceEdit(c, d), seen)
	return s.afterDevice(c, p, err, "/devices/at/"+string(d.ID))
}

// keepDevice brings a device back to the list.
func (s *pages) keepDevice(c *web.Call, p *web.Place) error {
	err := p.Book.KeepDevice(c.Ctx(), p.ID, p.Act(c), casework.EntityID(c.Param("device")))
	return s.afterDevice(c, p, err, "/devices")
}

func (s *pages) discardDevice(c *web.Call, p *web.Place) error {
	err := p.Book.DiscardDevice(c.Ctx(), p.ID, p.Act(c), casework.EntityID(c.Param("device")), c.PostForm("reason"))
	return s.afterDevice(c, p, err, "/devices")
}

// afterDevice shows the form again when something was wrong with it.
func (s *pages) afterDevice(c *web.Call, p *web.Place, err error, next string) error {
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawDevice(c, p, p.Answers(), errs)
	}
	if err != nil {
		return p.Stale(c, err, s.deviceContest(c))
	}
	c.Settle()
	return c.To(p.Within + next)
}

// keptLeads are the leads that the kept checks showed of a recorded device.
func (s *pages) keptLeads(c *web.Call, p *web.Place, device casework.EntityID) wording.LeadSheet {
	sheet := wording.LeadSheet{Title: c.T("leads.title")}
	for _, l := range p.File.Leads(device) {
		v := wording.LeadOf(c, p, l.Code, l.Count)
		v.When = c.T("leads.when", "when", c.Moment(l.At))
		if v.Title != "" {
			sheet.Leads = append(sheet.Leads, v)
		}
	}
	if len(sheet.Leads) == 0 {
		sheet.Empty = c.T("leads.none")
	}
	return sheet
}
