package devices

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/casework/personal"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// walkPage is the walk through the rooms: where it stands, and where to go on. It can be left and
// taken up again at any room.
type walkPage struct {
	web.PlaceBase
	Alert []string
	Rooms view.TaskList
	Next  view.Next
}

func (walkPage) Template() string { return "devices/walk" }

// walkAlert is what has to be said before anybody looks: looking is an act of its own.
func walkAlert(c *web.Call) []string {
	return []string{c.T("walk.alert.watch"), c.T("walk.alert.ordinary"), c.T("walk.alert.leave"), c.T("walk.alert.nothing")}
}

func (s *pages) showWalk(c *web.Call, p *web.Place) error {
	page := &walkPage{PlaceBase: p.Base(c, "walk.title"), Alert: walkAlert(c)}
	page.Lead = c.T("walk.lead")
	page.Back = &view.Link{Text: c.T("without.title"), Href: c.At(p.Within + "/devices/without")}
	page.Next = view.Next{Text: c.T("walk.done"), Reason: c.T("walk.done.reason"), Href: c.At(p.Within + "/devices")}
	open := true
	for _, room := range casework.Rooms() {
		look, _ := p.File.RoomLook(room)
		task := view.Task{ID: "room-" + room, Title: wording.Room(c, room), Href: c.At(p.Within + "/devices/walk/" + room)}
		task.Status, task.Tone = lookWords(c, look)
		if _, rest := p.File.InRoom(room, nil); len(rest) > 0 {
			task.Hint = c.N("walk.recorded", len(rest))
		}
		page.Rooms.Tasks = append(page.Rooms.Tasks, task)
		if open && look == "" {
			page.Next = view.Next{Text: c.T("walk.go_on", "room", wording.Room(c, room)), Href: task.Href}
			open = false
		}
	}
	return c.Show(page)
}

// lookWords says how far a room is; a room nobody was asked about never reads as done.
func lookWords(c *web.Call, look casework.Look) (text, tone string) {
	switch look {
	case "":
		return c.T("checklist.state.not_asked"), ""
	case casework.LookSaw, casework.LookNothing:
		return c.T("walk.look." + string(look)), "done"
	}
	return c.T("walk.look." + string(look)), "caution"
}

// roomPage is one room: what is recorded there already, what to think of, and what looking came to.
type roomPage struct {
	web.PlaceBase
	Alert    []string
	Action   string
	Head     web.HeadView
	Recorded []view.Link
	Things   view.Checkboxes
	Look     view.Radios
	Skip     view.Link
	Pause    view.Link
}

func (roomPage) Template() string { return "devices/room" }

// roomOf is the room in the address with what may stand there.
func (s *pages) roomOf(c *web.Call) (knowledge.Room, error) {
	r, ok := s.Knowledge.Room(c.Param("room"))
	if !ok || !slices.Contains(casework.Rooms(), r.Room) {
		return r, &casework.Error{Kind: casework.KindNotFound, Key: "error.walk.room"}
	}
	return r, nil
}

func (s *pages) showRoom(c *web.Call, p *web.Place) error {
	r, err := s.roomOf(c)
	if err != nil {
		return err
	}
	return s.drawRoom(c, p, r, nil)
}

func (s *pages) drawRoom(c *web.Call, p *web.Place, r knowledge.Room, errs view.FieldErrors) error {
	page := &roomPage{PlaceBase: p.PlainBase(c), Alert: walkAlert(c)}
	page.Title, page.Lead, page.Errors = wording.Room(c, r.Room), r.Intro, errs
	page.Window = c.T("walk.title.window")
	page.Back = &view.Link{Text: c.T("walk.title"), Href: c.At(p.Within + "/devices/walk")}
	page.Action = c.At(p.Within + "/devices/walk/" + r.Room)
	look, id := p.File.RoomLook(r.Room)
	page.Head = web.HeadView{Name: web.HeadPrefix + "look", Value: string(id)}
	of, rest := p.File.InRoom(r.Room, askedThings(r))
	for _, d := range append(slices.Concat(of...), rest...) {
		page.Recorded = append(page.Recorded, view.Link{Text: wording.Device(c, d), Href: c.At(p.Within + "/devices/at/" + string(d.ID))})
	}
	page.Things = view.Checkboxes{Name: "thing", Label: c.T("walk.things"), Hint: c.T("walk.things.hint")}
	for i, t := range r.Things {
		page.Things.Items = append(page.Things.Items, thingChoice(c, t, len(of[i]), errs))
	}
	page.Look = view.Radios{Name: "look", Label: c.T("walk.look"), Hint: c.T("walk.look.hint"), Error: errs.For("look")}
	for _, l := range casework.Looks() {
		page.Look.Items = append(page.Look.Items, view.Choice{
			Value: string(l), Label: c.T("walk.look." + string(l)), Chosen: web.OrTyped(c, "look", string(look)) == string(l),
		})
	}
	page.Skip = view.Link{Text: c.T("walk.skip"), Href: c.At(p.Within + nextRoom(r.Room))}
	page.Pause = view.Link{Text: c.T("walk.pause"), Href: c.At(p.Within + "/devices/walk")}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// thingChoice is one thing to think of. What is recorded of it already is ticked and counted.
func thingChoice(c *web.Call, t knowledge.Thing, there int, errs view.FieldErrors) view.Choice {
	count := ""
	if there > 0 {
		count = strconv.Itoa(there)
	}
	ticked := there > 0
	if c.Request.Method == http.MethodPost {
		ticked = slices.Contains(c.PostFormArray("thing"), t.Thing)
	}
	return view.Choice{
		Value: t.Thing, Label: t.Name, Hint: t.Where + ". " + strings.TrimSuffix(t.Look, ".") + ".", Chosen: ticked,
		Input: &view.Input{
			Name: "count." + t.Thing, Label: c.T("walk.count", "thing", t.Name), Value: web.OrTyped(c, "count."+t.Thing, count),
			Width: "2", InputMode: "numeric", Error: errs.For("count." + t.Thing),
		},
		Text: &view.Textarea{
			Name: "names." + t.Thing, Label: c.T("walk.names", "thing", t.Name), Hint: c.T("walk.names.hint"),
			Value: c.PostForm("names." + t.Thing), Rows: 2,
		},
	}
}

// askedThings are the things of a room with their groups, none of them counted yet.
func askedThings(r knowledge.Room) []casework.RoomThing {
	var out []casework.RoomThing
	for _, t := range r.Things {
		out = append(out, casework.RoomThing{
			Thing: t.Thing, Group: groupOf(string(t.Class)), Class: string(t.Class), Maybe: t.Maybe, Label: personal.New(t.Name),
		})
	}
	return out
}

// groupOf is the group a class belongs to.
func groupOf(class string) string {
	for _, g := range casework.DeviceGroups() {
		if slices.Contains(g.Classes, class) {
			return g.Code
		}
	}
	return ""
}

// saveRoom keeps what was said of a room and goes on to the next one.
func (s *pages) saveRoom(c *web.Call, p *web.Place) error {
	r, err := s.roomOf(c)
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
	walk := readWalk(c, r)
	added, err := p.Book.WalkRoom(c.Ctx(), p.ID, p.Act(c), walk)
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawRoom(c, p, r, errs)
	}
	if err != nil {
		return p.Stale(c, err, walkContest(c, r.Room))
	}
	c.Settle()
	if added > 0 {
		c.Flash("done", c.N("walk.added", added, "room", wording.Room(c, r.Room)))
	}
	return c.To(p.Within + nextRoom(r.Room))
}

// readWalk reads the form of a room. A tick without a number is one.
func readWalk(c *web.Call, r knowledge.Room) casework.RoomWalk {
	w := casework.RoomWalk{
		Room: r.Room, Look: casework.Look(c.PostForm("look")), Expect: casework.ValueID(c.PostForm(web.HeadPrefix + "look")),
		Things: askedThings(r),
	}
	ticked := c.PostFormArray("thing")
	for i := range w.Things {
		t := &w.Things[i]
		if !slices.Contains(ticked, t.Thing) {
			continue
		}
		t.Count, t.Names = counted(c.PostForm("count."+t.Thing)), namesIn(c.PostForm("names."+t.Thing))
	}
	return w
}

// counted reads how many of a ticked thing there are; what is no such number is refused with its field.
func counted(typed string) int {
	if typed = strings.TrimSpace(typed); typed == "" {
		return 1
	}
	if n, err := strconv.Atoi(typed); err == nil && n > 0 {
		return n
	}
	return -1
}

// namesIn are the names that were typed, one on a line.
func namesIn(typed string) (names []personal.Text) {
	for name := range strings.SplitSeq(typed, "\n") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, personal.New(name))
		}
	}
	return names
}

// walkContest puts the answer about a room into words.
func walkContest(c *web.Call, room string) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		k := web.Contest{Name: "look", Head: web.HeadPrefix + "look", Asked: c.T("walk.look")}
		k.Words = func(v casework.Value) []string {
			text, _ := lookWords(c, casework.Look(v.Code()))
			return []string{text}
		}
		return k, slot == casework.WalkHead(room)
	}
}

// nextRoom is the path of the room after this one, or of the walk after the last.
func nextRoom(room string) string {
	rooms := casework.Rooms()
	if i := slices.Index(rooms, room); i+1 < len(rooms) {
		return "/devices/walk/" + rooms[i+1]
	}
	return "/devices/walk"
}
