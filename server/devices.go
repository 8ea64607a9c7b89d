package server

import (
	"keyholder/casework"
	graph "keyholder/casework/access"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
)

// deviceArea is the list of devices and accounts with the five questions about each.
func (s *Server) deviceArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/devices", s.showDevices),
		forPlaces(s, methodGet, "/devices/network", s.showNetwork),
		forPlaces(s, methodGet, "/devices/print", s.printDevices),
		forPlaces(s, methodGet, "/devices/add", s.showAddDevice),
		forPlaces(s, methodPost, "/devices/add", s.addDevice),
		forPlaces(s, methodGet, "/devices/at/:device", s.showDevice),
		forPlaces(s, methodPost, "/devices/at/:device", s.saveDevice),
		forPlaces(s, methodGet, "/devices/at/:device/same", s.showSame),
		forPlaces(s, methodPost, "/devices/at/:device/same", s.saveSame),
		forPlaces(s, methodGet, "/devices/at/:device/security", s.showSecurity),
		forPlaces(s, methodPost, "/devices/at/:device/security", s.saveSecurity),
		forPlaces(s, methodGet, "/devices/at/:device/control", s.showControl),
		forPlaces(s, methodPost, "/devices/at/:device/control", s.saveControl),
		forPlaces(s, methodPost, "/devices/correct/:device", s.correctDevice),
		forPlaces(s, methodPost, "/devices/discard/:device", s.discardDevice),
		forPlaces(s, methodPost, "/devices/keep/:device", s.keepDevice),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&devicesPage{}, &networkPage{}, &inventorySheet{}, &addDevicePage{}, &devicePage{}, &notesPage{}, &sameDevicePage{}}}
}

func orOther(group string) string {
	if group == "" {
		return "other"
	}
	return group
}

// deviceWords is what a thing is called: her word, or its kind.
func (s *Server) deviceWords(c *call, d casework.Device) string {
	if !d.Label.Empty() {
		return d.Label.Reveal()
	}
	return s.kindWords(c, orOther(d.Group), d.Class)
}

// rowState says how far the five questions are. Open never reads as done.
func (s *Server) rowState(c *call, row casework.MatrixRow) (text, tone string) {
	switch {
	case row.Unasked == len(row.Cells):
		return c.t("checklist.state.not_asked"), ""
	case row.Open:
		return c.t("devices.row.open"), "caution"
	case row.Unasked > 0:
		return c.t("checklist.state.partly"), "quiet"
	}
	return c.t("checklist.state.answered"), "done"
}

// addDevicePage records a device by hand: the first way in a clinic, where the network is not hers.
type addDevicePage struct {
	placeBase
	Action string
	Label  view.Input
	Kind   view.Select
	Room   view.Select
	Brand  view.Input
}

func (addDevicePage) Template() string { return "devices/add" }

func (s *Server) showAddDevice(c *call, p *place) error { return s.drawAddDevice(c, p, nil) }

func (s *Server) drawAddDevice(c *call, p *place, errs view.FieldErrors) error {
	page := &addDevicePage{placeBase: p.base(c, "devices.add.title"), Action: c.at(p.within + "/devices/add")}
	page.Lead, page.Errors = c.t("devices.add.lead"), errs
	page.Back = &view.Link{Text: c.t("devices.title"), Href: c.at(p.within + "/devices")}
	page.Label, page.Kind, page.Brand = s.deviceFields(c, casework.Device{}, errs)
	page.Room = s.roomSelect(c, casework.Device{}, errs)
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// deviceFields are the fields of a device that can be typed.
func (s *Server) deviceFields(c *call, d casework.Device, errs view.FieldErrors) (label view.Input, kind view.Select, brand view.Input) {
	label = view.Input{
		Name: "label", Label: c.t("devices.label"), Hint: c.t("devices.label.hint"),
		Value: orTyped(c, "label", d.Label.Reveal()), Error: errs.For(string(casework.FieldLabel)),
	}
	group, class := d.Group, d.Class
	if typed, sent := c.GetPostForm("kind"); sent {
		group, class = splitKind(typed)
	}
	kind = s.kindSelect(c, "kind", c.t("devices.kind"), group, class)
	brand = view.Input{Name: "brand", Label: c.t("scan.device.brand"), Value: orTyped(c, "brand", d.Brand.Reveal())}
	return label, kind, brand
}

// roomSelect offers the rooms; while nobody has said where, that is what stands there.
func (s *Server) roomSelect(c *call, d casework.Device, errs view.FieldErrors) view.Select {
	chosen := orTyped(c, "room", d.Room)
	sel := view.Select{
		Name: "room", Label: c.t("devices.room"), Hint: c.t("devices.room.hint"),
		Error: errs.For(string(casework.FieldRoom)),
		Items: []view.Choice{{Label: c.t("room.unknown"), Chosen: chosen == ""}},
	}
	for _, r := range casework.Rooms() {
		sel.Items = append(sel.Items, view.Choice{Value: r, Label: c.t("room." + r), Chosen: chosen == r})
	}
	return sel
}

// roomWords is a room in words.
func roomWords(c *call, room string) string {
	if room == "" {
		return c.t("room.unknown")
	}
	return c.t("room." + room)
}

// editFields are the fields of a device that the page of the device can correct.
func editFields() []casework.Field {
	return []casework.Field{
		casework.FieldLabel, casework.FieldGroup, casework.FieldClass, casework.FieldBrand, casework.FieldRoom,
	}
}

// deviceEdit reads the form of a device. What the form left out stays as d has it.
func deviceEdit(c *call, d casework.Device) casework.DeviceEdit {
	group, class := splitKind(orTyped(c, "kind", d.Group+"/"+d.Class))
	return casework.DeviceEdit{
		Label: personal.New(orTyped(c, "label", d.Label.Reveal())), Group: group, Class: class,
		Brand: personal.New(orTyped(c, "brand", d.Brand.Reveal())), Room: orTyped(c, "room", d.Room),
	}
}

// deviceContest puts what is recorded of a device into words.
func (s *Server) deviceContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		k := contest{head: headPrefix + string(slot.Field), words: s.typed}
		switch slot.Field {
		case casework.FieldLabel:
			k.name, k.asked = "label", c.t("devices.label")
		case casework.FieldBrand:
			k.name, k.asked = "brand", c.t("scan.device.brand")
		case casework.FieldRoom:
			k.name, k.asked = "room", c.t("devices.room")
			k.words = func(v casework.Value) []string { return []string{roomWords(c, v.Code())} }
		case casework.FieldGroup:
			k.name, k.asked = "kind", c.t("devices.kind")
			k.words = func(v casework.Value) []string { return []string{s.kindWords(c, orOther(v.Code()), "")} }
		case casework.FieldClass:
			k.name, k.asked = "kind", c.t("devices.kind")
			k.words = func(v casework.Value) []string { return []string{s.kindWords(c, "other", v.Code())} }
		}
		return k, k.name != ""
	}
}

func (s *Server) addDevice(c *call, p *place) error {
	id, err := p.book.AddDevice(c.ctx(), p.id, p.act(c), deviceEdit(c, casework.Device{}))
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawAddDevice(c, p, errs)
	}
	if err != nil {
		return err
	}
	c.settle()
	return c.to(p.within + "/devices/at/" + string(id))
}

// devicePage is one device: the five questions, what it can and cannot do, and corrections.
type devicePage struct {
	placeBase
	Card     view.DeviceCard
	Cards    []view.Link // how to look up who has access
	Leads    view.Link   // what it leads to, on the map
	Control  leadSheet   // who may control it, by what checks showed
	Sheet    view.Link   // the sheet about control at home
	Apart    view.Link   // the sheet on how it is guarded
	Matrix   []fieldView
	Heads    []headView
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
	EditSeen []headView
	Discard  string
	Reasons  view.Radios
	Twin     *view.Link  // to say that it is one that is recorded already; nil for what no check could meet
	Twins    []view.Link // recorded devices that were said to be this one
}

func (devicePage) Template() string { return "devices/device" }

// deviceOf finds a thing of the record.
func deviceOf(c *call, p *place) (casework.Device, error) {
	for _, d := range p.file.Devices() {
		if string(d.ID) == c.Param("device") {
			return d, nil
		}
	}
	for _, d := range p.file.Twins(p.file.Same(casework.EntityID(c.Param("device")))) {
		if string(d.ID) == c.Param("device") { // an older page: what is said there stays with it
			return d, nil
		}
	}
	return casework.Device{}, &casework.Error{Kind: casework.KindNotFound, Key: "error.device.not_found"}
}

func (s *Server) showDevice(c *call, p *place) error {
	if id := casework.EntityID(c.Param("device")); p.file.Folded(id) {
		return c.to(p.within + "/devices/at/" + string(p.file.Same(id)))
	}
	return s.drawDevice(c, p, p.answers(), nil)
}

func (s *Server) drawDevice(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	d, err := deviceOf(c, p)
	if err != nil {
		return err
	}
	page := &devicePage{placeBase: p.base(c, "devices.device.title"), Help: s.content.Matrix.Help}
	page.Errors = errs
	page.Back = &view.Link{Text: c.t("devices.title"), Href: c.at(p.within + "/devices")}
	page.Card = s.deviceCard(c, "device", identity{Group: orOther(d.Group), Class: d.Class, Confidence: orUnknown(d.Confidence)})
	page.Card.Where = d.Label.Reveal()
	page.Cards = s.deviceCardLinks(c, p, d)
	page.Leads = view.Link{Text: c.t("map.device"), Href: c.at(p.within + "/map" + mapWish{at: graph.NodeID(d.ID)}.query())}
	page.Control = s.keptLeads(c, p, d.ID)
	page.Sheet, page.Apart = s.noteLink(c, p, d.ID, casework.NoteControl), s.noteLink(c, p, d.ID, casework.NoteSecurity)
	a := asker{c: c, p: p, as: as, errors: errs}
	page.Matrix = a.fields(s.content.Inputs(checklist.Asked{Question: &s.content.Matrix}, string(d.ID), as))
	page.Heads = a.heads(s.content.Matrix.Refs(string(d.ID)))
	if above, ok := s.rowAbove(p, d.ID); ok {
		page.Same = &view.Button{Text: c.t("devices.same"), Name: "_then", Value: "same", Kind: "secondary"}
		page.Above = s.deviceWords(c, above)
	}
	page.History = view.Link{Text: c.t("ask.history"), Href: c.at(p.within + "/devices/history/" + string(d.ID))}
	page.Action, page.Correct = c.at(p.within+"/devices/at/"+string(d.ID)), c.at(p.within+"/devices/correct/"+string(d.ID))
	page.Label, page.Kind, page.Brand = s.deviceFields(c, d, errs)
	page.Room = s.roomSelect(c, d, errs)
	for _, f := range editFields() {
		page.EditSeen = append(page.EditSeen, headView{Name: headPrefix + string(f), Value: string(p.file.Head(d.ID, f).ID)})
	}
	page.Discard = c.at(p.within + "/devices/discard/" + string(d.ID))
	page.Reasons = view.Radios{Name: "reason", Label: c.t("devices.discard.why"), Error: errs.For(string(casework.FieldStanding))}
	for _, r := range casework.DiscardReasons() {
		page.Reasons.Items = append(page.Reasons.Items, view.Choice{Value: r, Label: c.t("devices.discard." + r)})
	}
	s.fillTwins(c, p, page, d)
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

func orUnknown(confidence string) string {
	if confidence == "" {
		return "unknown"
	}
	return confidence
}

// saveDevice keeps the five questions.
func (s *Server) saveDevice(c *call, p *place) error {
	d, err := deviceOf(c, p)
	if err != nil {
		return err
	}
	asked := []checklist.Asked{{Question: &s.content.Matrix}}
	as, problems := checklist.ParseForm(s.content, asked, string(d.ID), c.Request.PostForm)
	a := answering{asked: asked, answers: as}
	for _, e := range problems {
		a.errors.Add(e.Name, c.t(e.Key))
	}
	if c.PostForm("_then") == "same" {
		s.likeAbove(c, p, d.ID, a.answers)
		return s.drawDevice(c, p, a.answers, a.errors)
	}
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawDevice(c, p, a.answers, a.errors)
	}
	c.settle()
	return c.to(p.within + "/devices")
}

func (s *Server) correctDevice(c *call, p *place) error {
	d, err := deviceOf(c, p)
	if err != nil {
		return err
	}
	leaveTheirs(c)
	seen := map[casework.Slot]casework.ValueID{}
	for _, f := range editFields() {
		if v, sent := c.GetPostForm(headPrefix + string(f)); sent {
			seen[casework.Slot{Entity: d.ID, Field: f}] = casework.ValueID(v)
		}
	}
	err = p.book.CorrectDevice(c.ctx(), p.id, p.act(c), d.ID, deviceEdit(c, d), seen)
	return s.afterDevice(c, p, err, "/devices/at/"+string(d.ID))
}

// keepDevice brings a device back to the list.
func (s *Server) keepDevice(c *call, p *place) error {
	err := p.book.KeepDevice(c.ctx(), p.id, p.act(c), casework.EntityID(c.Param("device")))
	return s.afterDevice(c, p, err, "/devices")
}

func (s *Server) discardDevice(c *call, p *place) error {
	err := p.book.DiscardDevice(c.ctx(), p.id, p.act(c), casework.EntityID(c.Param("device")), c.PostForm("reason"))
	return s.afterDevice(c, p, err, "/devices")
}

// afterDevice shows the form again when something was wrong with it.
func (s *Server) afterDevice(c *call, p *place, err error, next string) error {
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawDevice(c, p, p.answers(), errs)
	}
	if err != nil {
		return p.stale(c, err, s.deviceContest(c))
	}
	c.settle()
	return c.to(p.within + next)
}
