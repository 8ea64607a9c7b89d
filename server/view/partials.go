package view

// One struct per partial in templates/partials. All texts are words already: the handler has taken
// them from the catalogue, so that a test of the handler sees what the worker sees.

// Banner is a notice above the page (notification-banner).
type Banner struct {
	Kind string // "note" or "done"
	Text string
}

// Input is one line of text (input).
type Input struct {
	Name, Label, Hint, Value, Error string

	Type      string // "text" when empty; "tel", "number" …
	InputMode string // "numeric", "tel" …; empty: none
	Width     string // "2", "3", "4", "5", "10", "20", "30" characters; empty: full
}

// Textarea is free text (textarea).
type Textarea struct {
	Name, Label, Hint, Value, Error string

	Rows int // 5 when 0
}

// Choice is one item of radios, checkboxes or a select. Input and Text open below the item when it
// is chosen; without JavaScript they are always there.
type Choice struct {
	Value, Label, Hint string
	Chosen             bool
	Input              *Input
	Text               *Textarea
	Alone              bool // checkboxes: choosing it clears the others ("none of these")
	Divider            string
}

// Radios is a question with one answer (radios).
type Radios struct {
	Name, Label, Hint, Error string
	About                    string // what the label speaks of, for those who hear it by itself

	Items []Choice
	Small bool
}

// Checkboxes is a question with any number of answers (checkboxes).
type Checkboxes struct {
	Name, Label, Hint, Error string
	About                    string // what the label speaks of, for those who hear it by itself

	Items []Choice
	Small bool
	Aside bool // refines the question before it: the label is for those who cannot see that
}

// Select is a list to choose one of, for more than about eight items (select).
type Select struct {
	Name, Label, Hint, Error string
	About                    string // what the label speaks of, for those who hear it by itself

	Items []Choice
}

// Date asks for a date of which any part may be missing (date). The fields are called Name-day,
// Name-month and Name-year.
type Date struct {
	Name, Label, Hint, Error string

	Day, Month, Year string
}

// Password is a passphrase field with a button to show it (password-input).
type Password struct {
	Name, Label, Hint, Error string

	New      bool // a new passphrase is chosen, not an old one entered
	Strength bool // the script shows how hard it is to guess
}

// Button is a button (button); with Href it is a link that looks like one.
type Button struct {
	Text  string // says what happens: "Save and look at cameras"
	Href  string
	Name  string
	Value string
	Kind  string // "" primary, "secondary"
}

// Row is one line of a summary-list.
type Row struct {
	Key    string
	Value  string
	Values []string // several lines, instead of Value
	Links  []Link   // what can be changed; each Text must be understood alone
}

// SummaryList shows what was recorded (summary-list).
type SummaryList struct {
	Rows []Row
}

// Cell is one cell of a Table.
type Cell struct {
	Text    string
	Href    string
	Numeric bool
	Header  bool
}

// Table is a table with a caption (table). It scrolls inside itself when it is wide.
type Table struct {
	Caption string
	Hidden  bool // the caption is for assistive technology only
	Head    []Cell
	Rows    [][]Cell
}

// Task is one line of a task-list.
type Task struct {
	ID     string // unique on the page
	Title  string
	Href   string // empty: cannot be started yet
	Hint   string
	Status string // words: not started, partly, has unknowns, done on 3 May
	Tone   string // tone of the tag; empty: plain text
}

// TaskList is what there is to do (task-list).
type TaskList struct{ Tasks []Task }

// Tag is a short state in words (tag). Tones: "", "done", "caution", "act", "quiet".
type Tag struct{ Text, Tone string }

// Inset sets a passage apart (inset).
type Inset struct {
	Title string
	Text  string
	Tone  string // "", "caution", "act"
}

// Details is a folded passage (details).
type Details struct{ Summary, Text string }

// Evidence says how something is known (evidence).
type Evidence struct{ Lines []EvidenceLine }

// EvidenceLine is one observation: what was seen, by which source.
type EvidenceLine struct{ Text, Source string }

// Outcome says what a source did: looked, looked and found nothing, or could not look, because
// (outcome).
type Outcome struct {
	Source string
	State  string // words
	Reason string // words; empty when it looked
	Tone   string // "done", "quiet", "caution"
}

// DeviceCard introduces a device by what it is to people before what it is to engineers
// (device-card).
type DeviceCard struct {
	ID         string
	Icon       string
	Title      string // "speaker that answers to voice"
	Where      string
	Confidence Tag
	Facts      []Row
	Can        []string
	Cannot     []string
	Misuse     []string
	Evidence   Evidence
	Links      []Link
}

// ActionCard is one step of a plan (action-card): its warnings stand before its text.
type ActionCard struct {
	ID       string
	Number   string
	Title    string
	Warnings []string
	Before   []Row // what has to be known before the text is read
	See      *Link // a picture of what the other side may see, before the text is read
	Text     string
	Waits    []string // why it is held back
	Facts    []Row
	Tags     []Tag
	Links    []Link
}

// Next is the one suggestion at the end of a page, with its reason (next-step).
type Next struct {
	Text, Reason, Href string
}
