package catalogue

import "sort"

// Group is the first level of the closed code set of device kinds (practice section 3.3). It keeps
// things of the home apart from phones and from accounts.
type Group string

// Class is the second level of that set. An empty class means that the signals tell only the group.
type Class string

// GroupOther and ClassUnknown are the answer when nothing is known.
const (
	GroupOther   Group = "other"
	ClassUnknown Class = "unknown_device"
)

// codes is the closed set: every group with its classes, in the order of the practice document.
var codes = []struct {
	group   Group
	classes []Class
}{
	{"phone_computer", []Class{
		"phone", "tablet", "laptop_desktop", "old_device_kept_by_poc",
		"work_device", "storage_or_printer",
	}},
	{"iot_hub", []Class{"hub_platform", "smart_speaker", "smart_display", "voice_assistant_other"}},
	{"iot_camera", []Class{
		"doorbell", "camera_indoor", "camera_outdoor", "baby_monitor",
		"pet_camera", "hidden_camera_or_mic",
	}},
	{"iot_entry", []Class{"smart_lock", "alarm_panel", "garage_gate", "intercom_entry_fob", "key_safe"}},
	{"iot_environment", []Class{
		"thermostat_heating", "lights", "plugs_switches", "meter_energy",
		"air_fan_blind",
	}},
	{"iot_screen_appliance", []Class{
		"tv_streamer", "console", "robot_vacuum", "kitchen_appliance",
		"other_appliance",
	}},
	{"network", []Class{"router", "repeater_mesh", "nas_recorder", "vpn_or_filter_box"}},
	{"tracker", []Class{"bluetooth_tag", "gps_tracker", "pet_tracker", "luggage_or_bike_tracker"}},
	{"vehicle", []Class{"connected_car", "insurer_box", "ev_charger", "scooter_bike"}},
	{"wearable_fitness", []Class{"watch", "band_ring", "fitness_app", "earbuds", "smart_glasses"}},
	{"health_assistive", []Class{
		"implant_or_pump", "hearing_aid", "mobility_aid", "speech_aid",
		"pendant_alarm", "health_app",
	}},
	{"child", []Class{
		"child_phone_tablet", "child_watch", "connected_toy", "nursery_camera",
		"school_device", "game_account",
	}},
	{"account", []Class{
		"email", "main_identity", "cloud_photo", "messaging", "social", "dating",
		"banking_wallet", "shopping_delivery", "transport_account", "government_health", "streaming",
		"smart_home_account",
	}},
	{GroupOther, []Class{"drone", "covert_other", ClassUnknown}},
}

// Groups returns all group codes in the order of the practice document.
func Groups() []Group {
	list := make([]Group, 0, len(codes))
	for _, c := range codes {
		list = append(list, c.group)
	}
	return list
}

// Classes returns the class codes of g, or all class codes when g is empty; nil for an unknown group.
func Classes(g Group) []Class {
	var list []Class
	for _, c := range codes {
		if g == "" || g == c.group {
			list = append(list, c.classes...)
		}
	}
	return list
}

// GroupOf returns the group of a class; false when the class is not in the set.
func GroupOf(class Class) (Group, bool) {
	for _, c := range codes {
		for _, k := range c.classes {
			if k == class {
				return c.group, true
			}
		}
	}
	return "", false
}

// Confidence says how sure an identification is.
type Confidence string

// The four confidences, from least to most.
const (
	Unknown  Confidence = "unknown"
	Possible Confidence = "possible"
	Likely   Confidence = "likely"
	Certain  Confidence = "certain"
)

// level orders confidences: 0 unknown to 3 certain; -1 for text that is none of them.
func (c Confidence) level() int {
	switch c {
	case Unknown:
		return 0
	case Possible:
		return 1
	case Likely:
		return 2
	case Certain:
		return 3
	}
	return -1
}

// atLeast reports whether c is as sure as min or surer.
func (c Confidence) atLeast(min Confidence) bool { return c.level() >= min.level() }

// raised and lowered move one step; a known device never falls to unknown.
func (c Confidence) raised() Confidence  { return confidences[min(c.level()+1, 3)] }
func (c Confidence) lowered() Confidence { return confidences[max(c.level()-1, 1)] }

var confidences = [...]Confidence{Unknown, Possible, Likely, Certain}

// sortedKeys returns the keys of m in order, so that all output is reproducible.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
