package casework_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Whatever of the domain is printed by accident, in any way Go prints, shows none of her words: also what
// holds them in fields that Go prints without asking them.
func TestDomain_printsNoWords(t *testing.T) {
	b := casetest.New(t)
	v := casetest.Value("00.6/own_words", checklist.Yes)
	v.Text = personal.New(marker)
	if err := b.Save(v); err != nil {
		t.Fatal(err)
	}
	device := b.Device(marker, "tracker", "bluetooth_tag")
	b.Answer("00.7/scan", checklist.Yes)
	scan := scanned(t, b, found(marker, "iot_camera", "doorbell", "likely", "3c:22:fb:00:00:01"))
	c, err := b.StartConsultation(ctx, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Casebook().SaveAnswers(ctx, c.Case(), casework.Act{Submission: "one", By: c.By, Consultation: c.ID}, casework.Answers{Values: []casework.Value{v}}); err != nil {
		t.Fatal(err)
	}
	stale := casework.Answers{Values: []casework.Value{v}, Expect: map[casework.Slot]casework.ValueID{v.Slot: "older"}}
	stale.Values[0].State = checklist.DontKnow
	var conflict *casework.Conflict
	if err := b.SaveAnswers(ctx, b.Case, b.Act(), stale); !errors.As(err, &conflict) {
		t.Fatalf("no conflict to print: %v", err)
	}
	f := b.File()
	kept, err := f.Scan(scan.Scan)
	if err != nil {
		t.Fatal(err)
	}
	for name, thing := range map[string]any{
		"value": v, "file": f, "file by value": *f, "memory": b.Memory, "casebook": b.Casebook, "consultation": c,
		"conflict": conflict, "device": f.Devices()[0], "findings": f.Findings(), "plan": f.SafetyPlan(), "scan": kept,
		"letter form": casework.LetterForm{Parts: map[string]string{"to": marker}}, "letters": f.Letters(),
		"closing": f.Close(casetest.At(0), b.Now()), "emergency": casework.EmergencyPage(b.Content(), "", f),
		"matrix": f.Matrix(device), "answers": f.Answers(), "text": v.Text, "words": checklist.NewWords(marker),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if out := fmt.Sprintf(verb, thing); strings.Contains(out, marker) || strings.Contains(out, fmt.Sprintf("%x", marker)) {
				t.Errorf("%s printed with %s shows her words", name, verb)
			}
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "thing", thing)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "thing", thing)
		if strings.Contains(log.String(), marker) {
			t.Errorf("%s in a log shows her words", name)
		}
		if out, err := json.Marshal(thing); err == nil && strings.Contains(string(out), marker) {
			t.Errorf("%s as JSON shows her words", name)
		}
	}
}
