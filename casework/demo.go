package casework

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Demonstration sizes.
const (
	demoMinimal = 200 // cases with presence boxes only, so that tables have something to count
	demoMonths  = 18  // half of them are spread over this many months before now
	demoQuarter = 89  // and half over the first days of the last ended quarter, which are never more than it has
)

// DemoWorker is the made-up worker of the demonstration; its vault is made for this worker.
const DemoWorker WorkerID = "de300000000000000000000000000001"

// DemoSeed draws the answers of the demonstration. It is one with which the figures over the last ended
// quarter can be published on whatever day the demonstration starts; a test looks at some.
const DemoSeed = 2

// BuildDemo fills an empty record with made-up cases: a dozen with answers, devices and plan
// decisions, and 200 that hold presence boxes for the statistics. Every case is marked as made up.
// The same seed and clock give the same answers; ids and codes are drawn anew each time.
func BuildDemo(ctx context.Context, cfg CasebookConfig, seed uint64) error {
	existing, err := cfg.Cases.Cases(ctx)
	if err != nil {
		return fmt.Errorf("looking for cases: %w", err)
	}
	if len(existing) > 0 {
		return &Error{Kind: KindInvalid, Key: "error.demo.not_empty"}
	}
	d := &demo{random: rand.New(rand.NewPCG(seed, seed)), end: cfg.Clock()}
	cfg.Clock, cfg.MadeUp = func() time.Time { return d.at }, true
	d.book = NewCasebook(cfg)
	for i := range demoMinimal {
		if err := d.minimal(ctx, i); err != nil {
			return fmt.Errorf("building a made-up case: %w", err)
		}
	}
	for i, story := range demoStories() {
		if err := d.tell(ctx, story); err != nil {
			return fmt.Errorf("building made-up case %d: %w", i+1, err)
		}
	}
	return nil
}

// demo is a demonstration being built.
type demo struct {
	book   *Casebook
	random *rand.Rand
	end    time.Time
	at     time.Time // its clock
}

// act is an act of the made-up worker, a minute after the one before.
func (d *demo) act() Act {
	d.at = d.at.Add(time.Minute)
	return Act{Submission: NewID(), By: DemoWorker}
}

// open opens a made-up case some days before the end and records the agreement to it.
func (d *demo) open(ctx context.Context, daysAgo int) (CaseID, error) {
	d.at = d.end.AddDate(0, 0, -daysAgo)
	k, err := d.book.OpenCase(ctx, d.act(), true)
	if err != nil {
		return "", err
	}
	return k.ID, d.save(ctx, k.ID, demoAgreement(checklist.Yes))
}

// demoAgreement is the agreement to a record, to a check and, or not, to being counted.
func demoAgreement(statistics State) []Value {
	return []Value{
		demoValue("q:00.7/record yes"), demoValue("q:00.7/scan yes"),
		demoValue("q:00.7/statistics " + string(statistics)),
	}
}

// save saves values as one form.
func (d *demo) save(ctx context.Context, id CaseID, values []Value) error {
	return d.book.SaveAnswers(ctx, id, d.act(), Answers{Values: values})
}

// minimal builds one case that has presence boxes and nothing else, in one transaction, as a sitting
// that is put on record at its end. About one in twelve did not agree to be counted.
func (d *demo) minimal(ctx context.Context, i int) error {
	statistics := checklist.Yes
	if d.random.IntN(12) == 0 {
		statistics = checklist.No
	}
	d.at = d.opening(i)
	box := func(field Field, shares ...int) Value {
		states := []State{
			checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.NotAsked, checklist.Declined,
		}
		draw := d.random.IntN(100)
		for i, share := range shares {
			if draw -= share; draw < 0 {
				return Value{Slot: Slot{Field: field}, State: states[i], Basis: SurvivorSaid}
			}
		}
		return Value{Slot: Slot{Field: field}, State: checklist.No, Basis: SurvivorSaid}
	}
	values := []Value{
		box(PresenceIoT, 21, 9, 17, 19, 2), box("ta_phone_computer", 47, 11, 9, 6, 2),
		box("ta_account_platform", 44, 10, 11, 8, 2), box("ta_tracker", 9, 8, 22, 24, 1),
		box("ta_vehicle", 5, 5, 19, 33, 1), box("ta_child_device_or_toy", 8, 6, 12, 37, 3),
		box("ta_money_tech", 16, 6, 9, 28, 3),
	}
	any := Value{Slot: Slot{Field: PresenceAny}, State: checklist.DontKnow, Basis: SurvivorSaid}
	for _, v := range values {
		if v.State == checklist.Yes {
			any.State = checklist.Yes
		} else if v.State == checklist.Suspected && any.State != checklist.Yes {
			any.State = checklist.Suspected
		}
	}
	return d.record(ctx, slices.Concat(demoAgreement(statistics), values, []Value{any}))
}

// opening is when a minimal case was opened. One quarter has enough of them for its figures to be
// published; the others show that figures over few people are refused.
func (d *demo) opening(i int) time.Time {
	if i%2 == 0 {
		return d.end.AddDate(0, 0, -1-i*demoMonths*30/demoMinimal)
	}
	quarter := (d.end.Month()-1)/3*3 + 1
	start := time.Date(d.end.Year(), quarter-3, 1, 10, 0, 0, 0, d.end.Location())
	return start.AddDate(0, 0, i*demoQuarter/demoMinimal)
}

// record puts a sitting with these answers on record.
func (d *demo) record(ctx context.Context, values []Value) error {
	sitting, err := d.book.StartConsultation(ctx, DemoWorker)
	if err != nil {
		return err
	}
	if err := sitting.Casebook().SaveAnswers(ctx, sitting.Case(), d.act(), Answers{Values: values}); err != nil {
		return err
	}
	return sitting.Keep(ctx, Keeping{Submission: NewID()})
}

// demoStory is one made-up case in short lines.
type demoStory struct {
	DaysAgo int
	Phase   checklist.Phase // as a worker set it; empty leaves it to the answers
	Answers []string        // "<field> <state>", "<field> =<code>,<code>" or "<field> \"<words>\""
	Devices []demoDevice
	Rows    []string    // "<question> <column>=<code> <column>=<code>"
	Safe    bool        // there is a device they have never touched
	Home    []demoThing // a household with rooms, two checks of its network behind it
	Steps   []string    // "<step> agreed", "<step> done", "<step> end=<code>"
}

// demoDevice is one made-up device; Who holds the codes of the five questions in order, "-" for not
// asked.
type demoDevice struct{ Label, Group, Class, Who string }

// demoThing is one device of the made-up household with its room; a network check has met those that
// have a hardware address.
type demoThing struct {
	demoDevice
	Room       string
	Hardware   string
	Confidence string // of the guess of the check
	Gone       bool   // the second check did not meet it
	Late       bool   // only the second check met it
}

// tell builds one full case.
func (d *demo) tell(ctx context.Context, s demoStory) error {
	id, err := d.open(ctx, s.DaysAgo)
	if err != nil {
		return err
	}
	if err := d.situation(ctx, id, s); err != nil {
		return err
	}
	for _, line := range s.Rows {
		if err := d.row(ctx, id, line); err != nil {
			return err
		}
	}
	for _, device := range s.Devices {
		if err := d.device(ctx, id, device); err != nil {
			return err
		}
	}
	if err := d.household(ctx, id, s.Home); err != nil {
		return err
	}
	for _, line := range s.Steps {
		if err := d.step(ctx, id, line); err != nil {
			return err
		}
	}
	_, err = d.book.Assess(ctx, id, d.act())
	return err
}

// situation saves the answers of a story, and the phase and safe device that go with them.
func (d *demo) situation(ctx context.Context, id CaseID, s demoStory) error {
	values := make([]Value, 0, len(s.Answers))
	for _, line := range s.Answers {
		values = append(values, demoValue(line))
	}
	if err := d.save(ctx, id, values); err != nil {
		return err
	}
	if s.Phase != "" {
		if err := d.book.SetPhase(ctx, id, d.act(), s.Phase); err != nil {
			return err
		}
	}
	if !s.Safe {
		return nil
	}
	return d.book.SetReady(ctx, id, d.act(), Ready{Device: checklist.Yes}, nil)
}

// row adds one row of a list question.
func (d *demo) row(ctx context.Context, id CaseID, line string) error {
	f, err := d.book.file(ctx, id)
	if err != nil {
		return err
	}
	words := strings.Fields(line)
	as := checklist.Answers{{Question: words[0]}: {State: checklist.Yes}}
	for _, word := range words[1:] {
		column, code, _ := strings.Cut(word, "=")
		ref := checklist.Ref{Entity: "new1", Question: words[0], Part: column}
		as[ref] = checklist.Answer{State: checklist.Yes, Codes: []string{code}}
	}
	return d.book.SaveAnswers(ctx, id, d.act(), f.Form(as, nil, SurvivorSaid))
}

// device adds a device and the five answers about it.
func (d *demo) device(ctx context.Context, id CaseID, made demoDevice) error {
	device, err := d.book.AddDevice(ctx, id, d.act(), DeviceEdit{
		Label: personal.New(made.Label), Group: made.Group, Class: made.Class,
	})
	if err != nil {
		return err
	}
	return d.five(ctx, id, device, made.Who)
}

// five saves the five answers about a device; "-" is not asked.
func (d *demo) five(ctx context.Context, id CaseID, device EntityID, codes string) error {
	who := strings.Fields(codes)
	var values []Value
	for i, part := range d.book.content.Matrix.Parts {
		if i >= len(who) || who[i] == "-" {
			continue
		}
		v := classValue(device, Field(part.Name), who[i], checklist.Yes, SurvivorSaid)
		if who[i] == checklist.CodeDontKnow {
			v.State, v.Codes = checklist.DontKnow, nil
		}
		values = append(values, v)
	}
	return d.save(ctx, id, values)
}

// step keeps one decision about a step.
func (d *demo) step(ctx context.Context, id CaseID, line string) error {
	step, what, _ := strings.Cut(line, " ")
	var decision Decision
	switch end, chosen := strings.CutPrefix(what, "end="); {
	case chosen:
		decision.End = end
	case what == "agreed":
		decision.Agreed = checklist.Yes
	case slices.Contains(StepResults(), what):
		decision.Result = what
	}
	return d.book.Decide(ctx, id, d.act(), step, decision, nil)
}

// demoValue reads one line of a story.
func demoValue(line string) Value {
	field, answer, _ := strings.Cut(line, " ")
	v := Value{Slot: Slot{Field: Field(field)}, State: checklist.Yes, Basis: SurvivorSaid}
	switch {
	case strings.HasPrefix(answer, "="):
		v.Codes = strings.Split(answer[1:], ",")
	case strings.HasPrefix(answer, `"`):
		v.Text = personal.New(strings.Trim(answer, `"`))
	default:
		v.State = State(answer)
	}
	return v
}
