package checklist_test

import (
	"testing"

	"keyholder/casework/checklist"
)

func TestPresence_boxes(t *testing.T) {
	c := load(t)
	want := map[string]string{
		"ta_any": "Y", "ta_iot_home": "Y", "ta_phone_computer": "Y", "ta_account_platform": "Y", "ta_tracker": "Y",
		"ta_vehicle": "Y", "ta_wearable_fitness": "Y", "ta_health_assistive": "B", "ta_child_device_or_toy": "Y",
		"ta_network_isp": "Y", "ta_money_tech": "Y", "ta_image_or_impersonation": "B", "ta_how_found": "Y", "ta_prompted": "Y",
	}
	if len(c.Presence.Parts) != len(want) {
		t.Errorf("%d boxes, want %d", len(c.Presence.Parts), len(want))
	}
	for _, p := range c.Presence.Parts {
		if want[p.Name] != p.Export {
			t.Errorf("%s has export class %q, want %q", p.Name, p.Export, want[p.Name])
		}
		if p.Help == "" && p.Name != "ta_how_found" {
			t.Errorf("%s has no help", p.Name)
		}
	}
	if p := c.Presence.Part("ta_iot_home"); len(p.Is) < 3 || len(p.IsNot) < 3 {
		t.Error("ta_iot_home needs examples of what it is and what it is not")
	}
}

func TestCheckPresence(t *testing.T) {
	c := load(t)
	for _, anyIs := range checklist.States() {
		for _, other := range checklist.States() {
			as := checklist.Answers{
				at(checklist.PresenceID, "ta_any"):      state(anyIs),
				at(checklist.PresenceID, "ta_iot_home"): state(other),
			}
			want := 0
			if anyIs == checklist.No && (other == checklist.Yes || other == checklist.Suspected) ||
				anyIs == checklist.NotAsked && other != checklist.NotAsked {
				want = 1
			}
			if got := checklist.CheckPresence(c, as); len(got) != want {
				t.Errorf("ta_any %s, ta_iot_home %s: %v, want %d", anyIs, other, got, want)
			}
		}
	}
}
