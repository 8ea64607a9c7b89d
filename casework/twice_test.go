package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Whoever clicks twice is led to the thing that was kept, and there is one of it.
func TestCasebook_sameFormTwice(t *testing.T) {
	b := casetest.New(t)
	act := b.Act()
	edit := casework.DeviceEdit{Label: personal.New("Hall"), Group: "iot_camera", Class: "doorbell"}
	one, err := b.AddDevice(ctx, b.Case, act, edit)
	if err != nil {
		t.Fatal(err)
	}
	two, err := b.AddDevice(ctx, b.Case, act, edit)
	if err != nil || two != one || len(b.File().Devices()) != 1 || b.File().Devices()[0].ID != one {
		t.Errorf("the same form twice led to %q and %q (%v) of %d devices", one, two, err, len(b.File().Devices()))
	}
	if other, err := b.AddDevice(ctx, b.Case, b.Act(), edit); err != nil || other == one {
		t.Errorf("another form with the same words led to the same device (%v)", err)
	}
	open := b.Act()
	first, err := b.OpenCase(ctx, open, false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.OpenCase(ctx, open, false)
	if err != nil || *again != *first || cases(t, b) != 2 {
		t.Errorf("opening twice gave %v and %v (%v), %d cases", first.Code, again, err, cases(t, b))
	}
	silent := casework.Act{By: casetest.Worker}
	x, errX := b.AddDevice(ctx, b.Case, silent, edit)
	y, errY := b.AddDevice(ctx, b.Case, silent, edit)
	if errX != nil || errY != nil || x == y {
		t.Errorf("two acts without a form id made one device (%v, %v)", errX, errY)
	}
}

// A decision to leave what the case has about statistics or sharing leaves the agreement, too.
func TestConsultation_Keep_leavesTheAgreement(t *testing.T) {
	for _, purpose := range casework.ConsentPurposes()[1:] {
		place := "00.7/" + string(purpose)
		b, c, answer := sitting(t)
		b.Answer(place, checklist.Yes).Answer(place, checklist.No) // given and withdrawn
		answer(casetest.Value("00.7/record", checklist.Yes), casetest.Value(place, checklist.Yes))
		var conflict *casework.Conflict
		if err := c.Keep(ctx, casework.Keeping{Attach: b.Case}); !errors.As(err, &conflict) {
			t.Fatalf("a withdrawal was overwritten without a question: %v", err)
		}
		slot := casework.Slot{Field: casework.Field("q:" + place)}
		if err := c.Keep(ctx, casework.Keeping{Attach: b.Case, Leave: []casework.Slot{slot}}); err != nil {
			t.Fatal(err)
		}
		f := b.File()
		if f.Ask("00.7", string(purpose)).State != checklist.No || f.ConsentTo(purpose) != checklist.No {
			t.Errorf("%s: the worker left the withdrawal and the consent reads %s", purpose, f.ConsentTo(purpose))
		}
		if f.ConsentTo(casework.ConsentRecord) != checklist.Yes {
			t.Error("what was not contested did not come along")
		}
	}
}

// The agreement as answered and the agreement as it rules are one: after any order of answers, by two
// workers and in a sitting that is attached, both say the same.
func TestConsent_answersAndRowsAgree(t *testing.T) {
	b := casetest.New(t)
	for i, s := range append(checklist.States(), checklist.Yes, checklist.No, checklist.Yes) {
		for j, p := range casework.ConsentPurposes() {
			if (i+j)%2 == 0 {
				b.Answer("00.7/"+string(p), s)
			}
			f := b.File()
			if got, want := f.ConsentTo(p), f.Ask("00.7", string(p)).State; got != want {
				t.Fatalf("%s is answered with %s and rules as %s", p, want, got)
			}
		}
	}
	f := b.File()
	rows := len(f.Consents)
	b.Answer("00.7/record", f.Ask("00.7", "record").State)
	if got := len(b.File().Consents); got != rows {
		t.Errorf("the same answer again wrote %d rows more", got-rows)
	}
	for _, k := range f.Consents {
		if k.Wording != casework.AgreementWording(b.Content()) || k.By != casetest.Worker {
			t.Errorf("a row does not say what was read out, or by whom: %+v", k)
		}
	}
}

// failing is a record that fails at one of its methods.
type failing struct {
	*casework.Memory
	at string
}

var errBroken = errors.New("the disk went away")

func (f failing) fail(method string) error {
	if f.at == method {
		return errBroken
	}
	return nil
}

// Apply implements casework.Record.
func (f failing) Apply(ctx context.Context, id casework.CaseID, c casework.Change) error {
	if err := f.fail("apply"); err != nil {
		return err
	}
	return f.Memory.Apply(ctx, id, c)
}

// Heads implements casework.Record.
func (f failing) Heads(ctx context.Context, id casework.CaseID) ([]casework.Value, error) {
	if err := f.fail("heads"); err != nil {
		return nil, err
	}
	return f.Memory.Heads(ctx, id)
}

// History implements casework.Record.
func (f failing) History(ctx context.Context, id casework.CaseID, s casework.Slot) ([]casework.Value, error) {
	if err := f.fail("history"); err != nil {
		return nil, err
	}
	return f.Memory.History(ctx, id, s)
}

// Entities implements casework.Record.
func (f failing) Entities(ctx context.Context, id casework.CaseID) ([]casework.Entity, error) {
	if err := f.fail("entities"); err != nil {
		return nil, err
	}
	return f.Memory.Entities(ctx, id)
}

// Consents implements casework.Record.
func (f failing) Consents(ctx context.Context, id casework.CaseID) ([]casework.Consent, error) {
	if err := f.fail("consents"); err != nil {
		return nil, err
	}
	return f.Memory.Consents(ctx, id)
}

// acts are all the ways to change a case, each with what it needs to get as far as the record.
func acts(device casework.EntityID) map[string]func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
	return map[string]func(b *casework.Casebook, id casework.CaseID, a casework.Act) error{
		"answer": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SaveAnswers(ctx, id, a, casework.Answers{Values: []casework.Value{casetest.Value("12.2", checklist.No)}})
		},
		"stale answer": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			v := casetest.Value("12.3", checklist.DontKnow)
			return b.SaveAnswers(ctx, id, a, casework.Answers{
				Values: []casework.Value{v}, Expect: map[casework.Slot]casework.ValueID{v.Slot: "older"},
			})
		},
		"phase": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SetPhase(ctx, id, a, checklist.Escape)
		},
		"assess": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			_, err := b.Assess(ctx, id, a)
			return err
		},
		"judge": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			_, err := b.Judge(ctx, id, a, casework.Judging{Lane: casework.LaneReviewToday, Reason: personal.New("a call")})
			return err
		},
		"decide": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.Decide(ctx, id, a, "SP-13.2", casework.Decision{Agreed: checklist.Yes}, nil)
		},
		"unlock": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.UnlockStep(ctx, id, a, "SP-13.2", casework.Unlocking{Reason: personal.New("why"), Second: personal.New("who")})
		},
		"ready": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SetReady(ctx, id, a, casework.Ready{Device: checklist.Yes}, nil)
		},
		"emergency": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SaveEmergency(ctx, id, a, map[casework.Field]personal.Text{casework.FieldCallWho: personal.New("Sam")}, nil)
		},
		"closing": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SaveClosing(ctx, id, a, casework.Closed{Note: personal.New("enough for today")}, nil)
		},
		"add device": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			_, err := b.AddDevice(ctx, id, a, casework.DeviceEdit{Label: personal.New("New"), Group: "tracker"})
			return err
		},
		"correct device": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.CorrectDevice(ctx, id, a, device, casework.DeviceEdit{Label: personal.New("Other"), Group: "tracker"}, nil)
		},
		"discard device": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.DiscardDevice(ctx, id, a, device, "double")
		},
		"notes": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.SaveNotes(ctx, id, a, casework.NoteForm{
				Device: device, Kind: casework.NoteControl, States: map[string]casework.State{"lock_out": checklist.Yes},
			})
		},
		"walk": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			_, err := b.WalkRoom(ctx, id, a, kitchen(casework.LookSaw, 1, 1))
			return err
		},
		"scan": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			_, err := b.RecordScan(ctx, id, a, wholeScan())
			return err
		},
		"talk": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.LeadTalk(ctx, id, a, checklist.DepthSession)
		},
		"pause": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.PauseTalk(ctx, id, a, "S02")
		},
		"sensitive topic": func(b *casework.Casebook, id casework.CaseID, a casework.Act) error {
			return b.OpenSection(ctx, id, a, "S21", checklist.Declined, nil)
		},
	}
}

// Wherever the record breaks, every act says so and leaves nothing behind; when it works again, the same
// form goes through.
func TestCasebook_everyActAgainstABrokenRecord(t *testing.T) {
	for name, act := range acts("") {
		for _, at := range []string{"apply", "heads", "history", "entities", "consents"} {
			good := casetest.New(t)
			good.Answer("00.7/scan", checklist.Yes).Answer("12.3", checklist.No)
			device := good.Device("Tag", "tracker", "bluetooth_tag")
			act = acts(device)[name]
			book := func(at string) *casework.Casebook {
				r := failing{Memory: good.Memory, at: at}
				return casework.NewCasebook(casework.CasebookConfig{
					Record: r, Cases: r, Audit: r, Clock: good.Now, Content: good.Content(),
				})
			}
			before, entities := good.File().Heads(), len(good.File().Entities)
			a := good.Act()
			err := act(book(at), good.Case, a)
			reads := at != "apply" && err == nil // an act that never reads this part
			after := good.File()
			unchanged := slices.EqualFunc(before, after.Heads(), func(x, y casework.Value) bool { return x.ID == y.ID }) &&
				len(after.Entities) == entities
			switch {
			case !reads && !errors.Is(err, errBroken):
				t.Errorf("%s with a broken %s gave %v", name, at, err)
			case !reads && !unchanged:
				t.Errorf("%s with a broken %s left something behind", name, at)
			}
			var conflict *casework.Conflict
			if err := act(book(""), good.Case, a); err != nil && !errors.As(err, &conflict) {
				t.Errorf("%s after a broken %s: %v", name, at, err)
			}
		}
	}
}
