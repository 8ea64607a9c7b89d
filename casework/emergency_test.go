package casework_test

import (
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

func TestEmergencyPage_withoutCase(t *testing.T) {
	content := casetest.New(t).Content()
	page := casework.EmergencyPage(content, "112", nil)
	if page.Number != "112" || len(page.Lines) != 6 || len(page.NotCarry) != 0 {
		t.Errorf("page %+v, want the number and six lines to settle", page)
	}
	if len(page.Protect) != 4 {
		t.Fatalf("%d protective acts, want four", len(page.Protect))
	}
	for _, a := range page.Protect {
		if !a.Protective || a.Survivor == "" {
			t.Errorf("%s is not protective or has no words for her", a.ID)
		}
	}
}

func TestEmergencyPage_withCase(t *testing.T) {
	b := casetest.New(t)
	word := casetest.Value("00.4/code_word", checklist.Yes)
	word.Text = personal.New("blue kettle")
	if err := b.Save(word); err != nil {
		t.Fatal(err)
	}
	if err := b.SaveEmergency(ctx, b.Case, b.Act(), map[casework.Field]personal.Text{
		casework.FieldCallWho: personal.New("Sam, from the landline"),
	}, nil); err != nil {
		t.Fatal(err)
	}
	car := b.Device("Car", "vehicle", "connected_car")
	b.Device("Fridge", "iot_screen_appliance", "kitchen_appliance")
	b.Answer("00.5/threat_kill", checklist.Yes) // never gated, not even by act_now
	page := casework.EmergencyPage(b.Content(), "", b.File())
	if got := page.Lines[0].Text.Reveal(); got != "Sam, from the landline" {
		t.Errorf("who is called reads %q", got)
	}
	if got := page.Lines[3].Text.Reveal(); page.Lines[3].Field != casework.FieldCodeWord || got != "blue kettle" {
		t.Errorf("the code word of 00.4 reads %q: it would be asked twice", got)
	}
	if len(page.NotCarry) != 1 || page.NotCarry[0].Device != car {
		t.Errorf("not to carry: %+v, want the car nobody has asked about", page.NotCarry)
	}
	if len(page.Unknown) != 9 || len(page.Protect) != 4 {
		t.Errorf("%d unknown dangers and %d protective acts, want 9 and 4", len(page.Unknown), len(page.Protect))
	}
	for _, column := range []casework.Field{"bought_by", "set_up_by", "account_holder", "bill_payer", "daily_user"} {
		b.About(car, column, checklist.Yes, checklist.WhoSurvivor)
	}
	if page := casework.EmergencyPage(b.Content(), "", b.File()); len(page.NotCarry) != 0 {
		t.Errorf("a car that is hers alone still stands under what not to carry")
	}
}
