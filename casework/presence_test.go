package casework_test

import (
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

func TestCasebook_SaveAnswers_presence(t *testing.T) {
	tests := []struct {
		any, iot casework.State
		key      string
	}{
		{checklist.No, checklist.Yes, "error.presence.any_no"},
		{checklist.No, checklist.Suspected, "error.presence.any_no"},
		{checklist.NotAsked, checklist.Yes, "error.presence.any_not_asked"},
		{checklist.NotAsked, checklist.No, "error.presence.any_not_asked"},
		{checklist.NotAsked, checklist.DontKnow, "error.presence.any_not_asked"},
		{checklist.No, checklist.No, ""},
		{checklist.No, checklist.DontKnow, ""},
		{checklist.DontKnow, checklist.Yes, ""},
		{checklist.Yes, checklist.NotAsked, ""},
	}
	for _, tc := range tests {
		t.Run(string(tc.any)+" "+string(tc.iot), func(t *testing.T) {
			b := casetest.New(t)
			err := b.Save(casetest.Value("ta_any", tc.any), casetest.Value("ta_iot_home", tc.iot))
			if tc.key != "" {
				wantKey(t, err, tc.key)
			} else if err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestCasebook_SaveAnswers_presenceAgainstRecord(t *testing.T) {
	b := casetest.New(t)
	if err := b.Save(casetest.Value("ta_any", checklist.Yes), casetest.Value("ta_tracker", checklist.Yes)); err != nil {
		t.Fatal(err)
	}
	wantKey(t, b.Save(casetest.Value("ta_any", checklist.No)), "error.presence.any_no")
	if err := b.Save(casetest.Value("ta_any", checklist.No), casetest.Value("ta_tracker", checklist.No)); err != nil {
		t.Errorf("correcting both at once was refused: %v", err)
	}
}

func TestFile_PresenceDifferences(t *testing.T) {
	b := casetest.New(t)
	asked := func(field casework.Field) *casework.PresenceDifference {
		for _, d := range b.File().PresenceDifferences() {
			if d.Field == field {
				return &d
			}
		}
		return nil
	}
	if err := b.Save(casetest.Value("ta_any", checklist.No), casetest.Value("ta_iot_home", checklist.No)); err != nil {
		t.Fatal(err)
	}
	if d := asked("ta_iot_home"); d != nil {
		t.Errorf("asked about %+v without any device", d)
	}
	camera := b.Device("Camera", "iot_camera", "camera_indoor")
	d := asked("ta_iot_home")
	if d == nil || d.Group != "iot_camera" || len(d.Devices) != 1 || d.Devices[0] != camera {
		t.Fatalf("got %+v, want a question about the camera", d)
	}
	if got := b.File().Head("", "ta_iot_home").State; got != checklist.No {
		t.Errorf("the box was overwritten with %s", got)
	}
	// The worker asks, and the answer stays: it is not asked again until something new turns up.
	b.Answer("ta_iot_home", checklist.DontKnow)
	if d := asked("ta_iot_home"); d != nil {
		t.Errorf("asked again about %+v", d)
	}
	b.Device("Lock", "iot_entry", "smart_lock")
	if asked("ta_iot_home") == nil {
		t.Error("a new device is not asked about")
	}
	b.Answer("ta_iot_home", checklist.Declined)
	if asked("ta_iot_home") != nil {
		t.Error("asked again although she declined")
	}
	b.Answer("ta_any", checklist.Yes).Answer("ta_tracker", checklist.Suspected)
	if d := asked("ta_tracker"); d == nil || len(d.Devices) != 0 {
		t.Errorf("got %+v, want a question about a tracker that is not on the list", d)
	}
	if asked("ta_phone_computer") != nil {
		t.Error("asked about phones although there is none and nobody asked")
	}
}

func TestFile_PresenceDifferences_listRows(t *testing.T) {
	b := casetest.New(t)
	b.Row("13.1", "place", "hall")
	found := false
	for _, d := range b.File().PresenceDifferences() {
		found = found || d.Field == "ta_iot_home" && d.Group == "iot_camera"
	}
	if !found {
		t.Error("a camera of the camera list is not asked about")
	}
}
