package casework

import (
	"context"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Fields of the emergency page that no question asks.
const (
	FieldCallWho   Field = "emergency/call"  // who is called, from which phone
	FieldWayOut    Field = "emergency/exit"  // the way out without an app
	FieldNotCarry  Field = "emergency/carry" // what is not carried along
	FieldCodeWord  Field = "emergency/code_word"
	FieldChildren  Field = "emergency/children"
	FieldStaysWith Field = "emergency/stays" // who stays with her
)

// EmergencyFields lists the fields in the order of the page.
func EmergencyFields() []Field {
	return []Field{FieldCallWho, FieldWayOut, FieldNotCarry, FieldCodeWord, FieldChildren, FieldStaysWith}
}

// Emergency is the content of the emergency page. It works with no case and no session; with a case
// the words that were agreed with the survivor stand in it.
type Emergency struct {
	Number   string // what to dial; empty means: ask which number works here, and set it
	Lines    []EmergencyLine
	Protect  []*checklist.Action // the four acts that always protect
	NotCarry []CarryItem         // things of the case that could be followed
	Unknown  []CoreItem          // immediate items nobody knows, to ask before she leaves
}

// EmergencyLine is one agreed thing; Text is empty where nothing was agreed yet, and the page then
// shows the question to settle.
type EmergencyLine struct {
	Field Field
	Text  personal.Text
	State State
}

// CarryItem is a thing that should not come along, or about which nobody knows.
type CarryItem struct {
	Device EntityID
	Label  personal.Text
	Words  string // what the list it stands in calls it, for a thing without a label; may be empty
}

// EmergencyPage builds the page. f is nil when no case is open; nothing of the page is ever gated.
func EmergencyPage(c *checklist.Content, number string, f *File) Emergency {
	page := Emergency{Number: number}
	for _, id := range standingActs() {
		if a := c.Action(id); a != nil {
			page.Protect = append(page.Protect, a)
		}
	}
	for _, field := range EmergencyFields() {
		line := EmergencyLine{Field: field, State: checklist.NotAsked}
		if f != nil {
			line.Text, line.State = f.emergencyWords(field)
		}
		page.Lines = append(page.Lines, line)
	}
	if f == nil {
		return page
	}
	page.Unknown = f.Triage().AskFirst
	for _, d := range f.Devices() {
		if f.mayFollow(d) && (d.Row.Open || d.Row.Unasked > 0) {
			page.NotCarry = append(page.NotCarry, CarryItem{d.ID, d.Label, f.rowWords(d.ID)})
		}
	}
	return page
}

// standingActs are the protective acts of every plan and of the emergency page: call for help, the
// way out without an app, what not to carry, and searching at a neutral place (PRACTICE 2.1).
func standingActs() []string { return []string{"SP-P.help", "SP-P.exit", "SP-P.carry", "SP-P.search"} }

// mayFollow reports whether a thing could tell where somebody is when it comes along. What nobody can
// name counts, unless it is known to stay where it is, or only a check of the network speaks of it.
func (f *File) mayFollow(d Device) bool {
	if d.Group != "" && d.Group != "other" {
		return followable(d.Group)
	}
	switch d.Room {
	case "on_her", "on_child", "garage_vehicle":
		return true
	case "", "elsewhere":
	default:
		return false
	}
	for _, list := range []string{"15.1", "15.5", "22.1", "22.4"} { // fixed in the home, or left with them
		if f.inList(list, d.ID) {
			return false
		}
	}
	return d.Basis != FromScan && d.Basis != FromList
}

// rowWords names the row of a list by its first choice: "A phone".
func (f *File) rowWords(e EntityID) string {
	for _, q := range f.Content.Questions() {
		if q.Rows == nil || !f.inList(q.ID, e) {
			continue
		}
		for i := range q.Rows.Columns {
			p := &q.Rows.Columns[i]
			if v := f.At(checklist.Ref{Entity: string(e), Question: q.ID, Part: p.Name}); p.Option(v.Code()) != nil {
				return p.Option(v.Code()).Label
			}
		}
		return q.Rows.Noun
	}
	return ""
}

// followable reports whether things of the group move with a person and can tell where they are.
func followable(group string) bool {
	switch group {
	case "phone_computer", "tracker", "vehicle", "wearable_fitness", "child":
		return true
	}
	return false
}

// emergencyWords returns what was agreed for a line. The code word may already stand in the answer
// on safe contact (00.4): what was answered once is not asked again.
func (f *File) emergencyWords(field Field) (personal.Text, State) {
	v := f.Head("", field)
	if v.Text.Empty() && field == FieldCodeWord {
		v = f.Ask("00.4", "code_word")
	}
	return v.Text, v.State
}

// SaveEmergency keeps the agreed lines; a line left out of the map stays as it is. expect holds the
// heads that the form showed.
func (b *Casebook) SaveEmergency(
	ctx context.Context, id CaseID, a Act, lines map[Field]personal.Text, expect map[Slot]ValueID,
) error {
	var values []Value
	for _, field := range EmergencyFields() {
		if text, ok := lines[field]; ok {
			values = append(values, textValue("", field, text, SurvivorSaid))
		}
	}
	return b.decided(ctx, id, a, VerbPlan, Answers{Values: values, Expect: expect})
}
