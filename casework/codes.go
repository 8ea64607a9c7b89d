package casework

import "slices"

// DeviceGroup is the first level of the device classes; it keeps smart-home things apart from
// phones and from accounts.
type DeviceGroup struct {
	Code    string
	Classes []string
}

// DeviceGroups lists the groups and their classes (PRACTICE 3.3).
func DeviceGroups() []DeviceGroup {
	return []DeviceGroup{
		{"phone_computer", []string{
			"phone", "tablet", "laptop_desktop", "old_device_kept_by_poc", "work_device", "storage_or_printer",
		}},
		{"iot_hub", []string{
			"hub_platform", "smart_speaker", "smart_display", "voice_assistant_other",
		}},
		{"iot_camera", []string{
			"doorbell", "camera_indoor", "camera_outdoor", "baby_monitor", "pet_camera", "hidden_camera_or_mic",
		}},
		{"iot_entry", []string{
			"smart_lock", "alarm_panel", "garage_gate", "intercom_entry_fob", "key_safe",
		}},
		{"iot_environment", []string{
			"thermostat_heating", "lights", "plugs_switches", "meter_energy", "air_fan_blind",
		}},
		{"iot_screen_appliance", []string{
			"tv_streamer", "console", "robot_vacuum", "kitchen_appliance", "other_appliance",
		}},
		{"network", []string{
			"router", "repeater_mesh", "nas_recorder", "vpn_or_filter_box",
		}},
		{"tracker", []string{
			"bluetooth_tag", "gps_tracker", "pet_tracker", "luggage_or_bike_tracker",
		}},
		{"vehicle", []string{
			"connected_car", "insurer_box", "ev_charger", "scooter_bike",
		}},
		{"wearable_fitness", []string{
			"watch", "band_ring", "fitness_app", "earbuds", "smart_glasses",
		}},
		{"health_assistive", []string{
			"implant_or_pump", "hearing_aid", "mobility_aid", "speech_aid", "pendant_alarm", "health_app",
		}},
		{"child", []string{
			"child_phone_tablet", "child_watch", "connected_toy", "nursery_camera", "school_device",
			"game_account",
		}},
		{"account", []string{
			"email", "main_identity", "cloud_photo", "messaging", "social", "dating", "banking_wallet",
			"shopping_delivery", "transport_account", "government_health", "streaming",
			"smart_home_account",
		}},
		{"other", []string{"drone", "covert_other", "unknown_device"}},
	}
}

// deviceGroup returns the group with the given code.
func deviceGroup(code string) (DeviceGroup, bool) {
	groups := DeviceGroups()
	i := slices.IndexFunc(groups, func(g DeviceGroup) bool { return g.Code == code })
	if i < 0 {
		return DeviceGroup{}, false
	}
	return groups[i], true
}

// Confidences are how sure a class is, from least to most.
func Confidences() []string { return []string{"unknown", "possible", "likely", "certain"} }
