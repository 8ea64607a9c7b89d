package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"keyholder/casework/checklist"
)

// Fields of how a consultation is led. They are decisions of the worker and the survivor, not answers.
const (
	// FieldTalk holds the depth as its first code and, for one sitting, the chosen questions after it.
	FieldTalk Field = "talk"
	// FieldTalkAt holds the section at which the worker paused.
	FieldTalkAt Field = "talk/at"
	// FieldTalkSafe says when somebody last asked whether it is safe to talk. The answer is 00.1; the same
	// answer on another day is not written again, and this is.
	FieldTalkSafe Field = "talk/safe"
	// openedPrefix starts the fields that say whether a sensitive section was opened.
	openedPrefix = "talk/open/"
)

// SameSitting is how long a choice of questions belongs to one sitting: questions answered of it count
// towards the limit when the worker chooses again, and an answer to "is it safe to talk" stands.
const SameSitting = 8 * time.Hour

// FieldOpened is the field that says whether the survivor agreed to open a sensitive section: yes,
// declined, or not asked.
func FieldOpened(section string) Field { return Field(openedPrefix + section) }

// Talk is how far a consultation of the chosen depth is. Everything but the depth and the chosen
// questions is derived from the answers.
type Talk struct {
	Depth  checklist.Depth // empty when none was chosen
	Since  time.Time       // when it was chosen
	Topics []TalkTopic     // in the order in which they are asked
	Left   int             // chosen questions of all topics that are still open

	Minutes int // that were said to be left when the questions of a sitting were chosen; 0 where nobody said
}

// TalkTopic is one screen of a consultation.
type TalkTopic struct {
	Section   *checklist.Section
	Questions []*checklist.Question // all that were chosen, answered ones too; of a whole consultation only the open ones
	Left      int                   // of Questions still open
}

// Situation is what the gates of sections look at: the phase, and the device groups on the list. The
// groups are nil while nothing is listed.
func (f *File) Situation() checklist.Situation {
	sit := checklist.Situation{Phase: f.Phase()}
	for _, e := range f.Things() {
		if sit.Groups == nil {
			sit.Groups = map[string]bool{}
		}
		sit.Groups[f.Group(e)] = true
	}
	return sit
}

// Opened returns what the survivor said about opening a sensitive section; yes for every other one.
func (f *File) Opened(section string) State {
	if !f.Content.OptIn(section) {
		return checklist.Yes
	}
	return f.Head("", FieldOpened(section)).State
}

// talk is what the choice of questions knows beyond the answers. chosen are the questions of an
// earlier choice that count.
func (f *File) talk(chosen []string) checklist.Talk {
	t := checklist.Talk{Situation: f.Situation(), OptedIn: map[string]bool{}, Chosen: chosen}
	for _, s := range f.Content.Session.OptIn {
		t.OptedIn[s] = f.Opened(s) == checklist.Yes
	}
	return t
}

// Choose returns the questions that one sitting would ask now. Of a choice made in the same sitting
// the answered ones count towards the limit.
func (f *File) Choose(now time.Time) checklist.Selection {
	t := f.talk(f.chosenBefore(now))
	if most, said := TalkMinutes()[f.talkMinutes()]; said && len(t.Chosen) > 0 {
		open := f.Talk().Left // what was answered before the time was said takes none of it
		t.Most = max(most-f.settledOf(t.Chosen), open, 1)
	}
	return checklist.Session(f.Content, f.answers, t)
}

// settledOf counts the questions of a choice that are no longer open.
func (f *File) settledOf(chosen []string) int {
	n := 0
	for _, id := range chosen {
		if q := f.Content.Question(id); q != nil && !checklist.Open(f.Content, f.answers, q) {
			n++
		}
	}
	return n
}

// minutesCode marks, behind the questions of a choice, the minutes that were left then.
const minutesCode = "minutes="

// talkMinutes reads them; 0 where nobody has said.
func (f *File) talkMinutes() int {
	for _, code := range f.Head("", FieldTalk).Codes {
		if said, ok := strings.CutPrefix(code, minutesCode); ok {
			n, _ := strconv.Atoi(said) // what is no number was never written
			return n
		}
	}
	return 0
}

// chosenBefore returns the questions that were chosen earlier in the same sitting.
func (f *File) chosenBefore(now time.Time) []string {
	v := f.Head("", FieldTalk)
	if v.Code() != string(checklist.DepthSession) || now.Sub(v.At) > SameSitting {
		return nil
	}
	return v.Codes[1:]
}

// Why returns the reasons for asking a question now.
func (f *File) Why(q *checklist.Question) []checklist.Because {
	return checklist.Why(f.Content, f.answers, f.talk(nil), q)
}

// Talk returns how far the consultation is.
func (f *File) Talk() Talk {
	v := f.Head("", FieldTalk)
	t := Talk{Depth: checklist.Depth(v.Code()), Since: v.At, Minutes: f.talkMinutes()}
	switch t.Depth {
	case checklist.DepthSession:
		for _, id := range v.Codes[1:] {
			t.add(f.Content.Question(id), f.Content)
		}
	case checklist.DepthFull:
		for _, topic := range checklist.Whole(f.Content, f.answers, f.talk(nil)) {
			t.Topics = append(t.Topics, TalkTopic{Section: topic.Section})
			for _, k := range topic.Questions {
				t.add(k.Question, f.Content)
			}
		}
	}
	t.count(f)
	return t
}

// count says how much is still open.
func (t *Talk) count(f *File) {
	for i := range t.Topics {
		for _, q := range t.Topics[i].Questions {
			if checklist.Open(f.Content, f.answers, q) {
				t.Topics[i].Left++
				t.Left++
			}
		}
	}
}

// add puts a question under its topic. Content that no longer has the question leaves it out.
func (t *Talk) add(q *checklist.Question, c *checklist.Content) {
	if q == nil {
		return
	}
	i := t.Index(q.Section)
	if i < 0 {
		i = len(t.Topics)
		t.Topics = append(t.Topics, TalkTopic{Section: c.SectionByID(q.Section)})
	}
	t.Topics[i].Questions = append(t.Topics[i].Questions, q)
}

// IDs returns the chosen questions, answered ones too.
func (t Talk) IDs() []string {
	var ids []string
	for _, topic := range t.Topics {
		for _, q := range topic.Questions {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// Index returns the place of a section among the topics, -1 when it is none of them.
func (t Talk) Index(section string) int {
	return slices.IndexFunc(t.Topics, func(topic TalkTopic) bool { return topic.Section.ID == section })
}

// After returns the next topic after place i in which something is open, from the start again when
// none follows; -1 when nothing is open at all.
func (t Talk) After(i int) int {
	for n := range t.Topics {
		at := (i + 1 + n) % len(t.Topics)
		if t.Topics[at].Left > 0 {
			return at
		}
	}
	return -1
}

// Resume returns the topic at which the consultation goes on: where the worker paused, or else after
// the topic that was answered last; -1 when nothing is open.
func (f *File) Resume(t Talk) int {
	last, at := -1, t.Since
	for i, topic := range t.Topics {
		if newest := f.newest(topic.Section); !newest.IsZero() && !newest.Before(at) {
			last, at = i, newest
		}
	}
	pause := f.Head("", FieldTalkAt)
	if i := t.Index(pause.Code()); i >= 0 && !pause.At.Before(at) && t.Topics[i].Left > 0 {
		return i
	}
	return t.After(last)
}

// newest returns when something of the section was last answered; zero when nothing was.
func (f *File) newest(s *checklist.Section) time.Time {
	var newest time.Time
	for i := range s.Questions {
		for _, ref := range s.Questions[i].Refs("") {
			if v := f.At(ref); v.ID != "" && v.At.After(newest) {
				newest = v.At
			}
		}
	}
	return newest
}

// SafeToTalk reports whether somebody asked in this sitting whether it is safe to talk. What was
// answered on another day does not speak for today.
func (f *File) SafeToTalk(now time.Time) bool {
	said, asked := f.Ask("00.1", ""), f.Head("", FieldTalkSafe)
	recent := now.Sub(said.At) <= SameSitting || asked.ID != "" && now.Sub(asked.At) <= SameSitting
	return said.State != checklist.NotAsked && recent
}

// AskedSafe keeps that somebody asked just now whether it is safe to talk, and got the answer that
// stands under 00.1.
func (b *Casebook) AskedSafe(ctx context.Context, id CaseID, a Act) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	if f.Ask("00.1", "").State == checklist.NotAsked {
		return nil
	}
	return b.lead(ctx, f, a, FieldTalkSafe, checklist.Yes, nil)
}

// LeadTalk keeps the depth of the consultation. For one sitting the questions are chosen now and stay
// chosen, whatever the answers are, until the worker chooses again.
func (b *Casebook) LeadTalk(ctx context.Context, id CaseID, a Act, depth checklist.Depth) error {
	return b.LeadTalkFor(ctx, id, a, depth, 0)
}

// TalkMinutes are the times that can be said to be left for a sitting, each with how many questions it is
// taken to hold: a minute and a half for each. Inference; forty are the most of any sitting.
func TalkMinutes() map[int]int { return map[int]int{15: 10, 30: 20, 60: 40} }

// LeadTalkFor is LeadTalk with the minutes that are left: a key of TalkMinutes, 0 where nobody has said.
// Fewer questions are chosen then, the weightiest first; the others stay one click away.
func (b *Casebook) LeadTalkFor(ctx context.Context, id CaseID, a Act, depth checklist.Depth, minutes int) error {
	most, known := TalkMinutes()[minutes]
	if minutes != 0 && !known {
		return invalid("minutes", "error.field.code")
	}
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	codes := []string{string(depth)}
	switch depth {
	case checklist.DepthSession:
		now := b.clock()
		for _, id := range f.chosenBefore(now) {
			if q := f.Content.Question(id); q != nil && !checklist.Open(f.Content, f.answers, q) {
				codes = append(codes, id)
			}
		}
		t := f.talk(f.chosenBefore(now))
		t.Most = most
		codes = append(codes, checklist.Session(f.Content, f.answers, t).IDs()...)
		if minutes > 0 {
			codes = append(codes, minutesCode+strconv.Itoa(minutes))
		}
	case checklist.DepthFull:
	default:
		return invalid("depth", "error.talk.depth")
	}
	return b.lead(ctx, f, a, FieldTalk, checklist.Yes, codes)
}

// PauseTalk keeps at which section the worker paused.
func (b *Casebook) PauseTalk(ctx context.Context, id CaseID, a Act, section string) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	return b.lead(ctx, f, a, FieldTalkAt, checklist.Yes, []string{section})
}

// lead writes a decision about the consultation. Choosing the same again is written too: it says when.
func (b *Casebook) lead(ctx context.Context, f *File, a Act, field Field, s State, codes []string) error {
	v := Value{Slot: Slot{Field: field}, State: s, Codes: codes, Basis: WorkerSaw}
	return b.apply(ctx, f.Case.ID, b.change(a, VerbAnswer, v))
}

// OpenSection keeps what the survivor said about opening a sensitive section: yes, declined, or not
// asked for later. expect holds the head that the form showed.
func (b *Casebook) OpenSection(
	ctx context.Context, id CaseID, a Act, section string, s State, expect map[Slot]ValueID,
) error {
	if !b.content.OptIn(section) {
		return &Error{Kind: KindNotFound, Key: "frame.error.not_found"}
	}
	if s != checklist.Yes && s != checklist.Declined && s != checklist.NotAsked {
		return invalid("open", "error.field.state")
	}
	v := Value{Slot: Slot{Field: FieldOpened(section)}, State: s, Basis: SurvivorSaid}
	return b.decided(ctx, id, a, VerbAnswer, Answers{Values: []Value{v}, Expect: expect})
}

// leadsTalk reports whether a field is a decision about how a consultation is led. Such a decision of
// a sitting replaces that of the case it is attached to; nobody has to choose between them.
func leadsTalk(field Field) bool {
	return field == FieldTalk || strings.HasPrefix(string(field), "talk/")
}
