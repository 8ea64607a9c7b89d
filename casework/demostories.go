package casework

import "keyholder/casework/checklist"

// demoStories are the made-up cases of the demonstration. All of it is invented; any likeness is
// chance. Who codes of devices stand in the order bought, set up, main login, pays, uses.
//
//yardstick:table made-up data, one literal per case
func demoStories() []demoStory {
	const he, she, both, unknown = "person_of_concern", "survivor", "joint", "dont_know"
	who := func(a, b, c, d, e string) string { return a + " " + b + " " + c + " " + d + " " + e }
	return []demoStory{
		{DaysAgo: 2, Answers: []string{ // living together; talks in one room are known
			"q:00.1 yes", "q:00.1/minutes =15_to_30", "q:00.2/place =elsewhere", "q:00.6 =know_what,calm",
			"q:01.1 =together", "q:01.2 =thinking", "q:01.4 =person_of_concern", "q:01.6/what =talk,visitors",
			"q:01.6/where =one_room", "q:01.6/present =speaker_hub,camera", "q:01.6/how_often =weekly",
			"q:01.6/last =within_7_days", "q:11.3 dont_know", "q:12.2 no", "q:12.8 =few_times",
			"q:12.8/last =within_30_days", "q:D.6/most =they_hear_or_see_home", "ta_any yes", "ta_iot_home yes",
			"q:24.5/route =survivor_calls",
		}, Rows: []string{
			"12.1 platform=amazon_alexa owner=person_of_concern",
			"13.1 place=front_door installed_by=person_of_concern points_at=door_or_street",
		}, Devices: []demoDevice{
			{"Kitchen speaker", "iot_hub", "smart_speaker", who(he, he, he, both, both)},
			{"Doorbell", "iot_camera", "doorbell", who(he, he, unknown, he, both)},
			{"Wi-Fi box", "network", "router", who("provider", he, he, he, both)},
		}},
		{DaysAgo: 5, Phase: checklist.Escape, Answers: []string{ // leaving soon, tracked car feared
			"q:00.1 yes", "q:00.6 =plan_to_leave", "q:01.1 =together", "q:01.2 =planned",
			"q:01.6/what =place,plans", "q:01.6/where =journeys,car", "q:01.6/present =car,phone",
			"q:01.6/last =within_30_days", "q:D.1/confidential_address_leak dont_know", "q:D.1/cannot_exit no",
			"q:D.3/coercive_control yes", "q:D.3/violence_ever suspected", "q:23.1 =own_memory",
			"q:23.3 =person_of_concern", "q:24.2/who_helps =friend_or_family,service",
			"ta_any suspected", "ta_tracker suspected", "ta_vehicle suspected", "q:24.5/route =in_person",
		}, Devices: []demoDevice{
			{"Family car", "vehicle", "connected_car", who(he, he, he, he, both)},
			{"Old tablet", "phone_computer", "tablet", who(both, she, she, she, she)},
		}},
		{DaysAgo: 9, Phase: checklist.LifeApart, Safe: true, Answers: []string{ // apart, hub still his
			"q:00.1 yes", "q:00.6 =stop_it", "q:01.1 =apart", "q:01.2 =recent", "q:01.3 no",
			"q:02.4 =person_of_concern", "q:11.2 =person_of_concern", "q:11.4 no", "q:12.2 yes", "q:12.3 dont_know",
			"q:12.8 =weekly", "q:12.8/last =within_7_days", "q:12.9 dont_know", "q:13.2 =person_of_concern", "q:13.5 no", "q:23.1 =police", "q:23.2 no", "q:23.3 =survivor", "q:23.4 yes", "q:23.5 =police_case",
			"q:00.4/route =survivor_calls,email_new", "q:00.4/forbidden =own_phone,letter",
			"q:24.2/who_helps =neighbour,police", "ta_any yes", "ta_iot_home yes", "ta_network_isp no",
			"q:24.5/route =we_call",
		}, Rows: []string{
			"12.1 platform=google_home owner=person_of_concern survivor_role=member", "05.4 account=google mail=person_of_concern",
		}, Devices: []demoDevice{
			{"Heating", "iot_environment", "thermostat_heating", who(he, he, he, she, she)},
			{"Camera in the hall", "iot_camera", "camera_indoor", who(he, he, he, he, she)},
		}, Home: demoHome(), Steps: []string{"SP-12.1 done", "SP-12.3 done", "SP-12.2 agreed", "SP-12.2 done", "SP-13.5 done", "SP-23.2 done", "SP-L.maker-remove agreed"}},
		{DaysAgo: 14, Answers: []string{ // danger today
			"q:00.1 yes", "q:00.5/threat_kill yes", "q:00.5/weapon_threat no", "q:00.5/strangulation declined",
			"q:01.1 =separated_sharing", "ta_any dont_know",
		}},
		{DaysAgo: 21, Answers: []string{ // nobody knows much yet
			"q:00.1 yes", "q:00.6 =calm", "q:01.1 dont_know", "q:01.2 declined", "q:01.6/what dont_know",
			"ta_any dont_know", "ta_iot_home dont_know", "ta_phone_computer dont_know",
		}},
		{DaysAgo: 30, Phase: checklist.LifeApart, Answers: []string{ // children and handover
			"q:00.1 yes", "q:00.2/children yes", "q:01.1 =apart", "q:01.2 =longer_ago", "q:D.2/child_used_as_channel yes",
			"q:D.6/most =children", "ta_any yes", "ta_child_device_or_toy yes", "q:24.5/route =we_call",
		}, Devices: []demoDevice{
			{"Child's watch", "child", "child_watch", who(he, he, he, he, "child")},
			{"Game console", "iot_screen_appliance", "console", who(both, unknown, unknown, she, "child")},
		}},
		{DaysAgo: 44, Phase: checklist.ModelDoesNotFit, Answers: []string{ // a relative as carer
			"q:00.1 yes", "q:00.8 =relative", "q:01.1 =family_or_care", "q:01.4 =relative_or_friend",
			"q:D.1/vital_aid_interference no", "ta_any suspected", "ta_health_assistive suspected",
		}, Devices: []demoDevice{{"Alarm pendant", "health_assistive", "pendant_alarm", who("provider", he, he, "provider", she)}}},
		{DaysAgo: 61, Answers: []string{ // router and contract
			"q:00.1 yes", "q:01.1 =same_building", "q:11.1 =person_of_concern", "q:11.2 =person_of_concern",
			"q:11.3 yes", "q:11.6 =door,heating", "ta_any yes", "ta_network_isp yes", "ta_money_tech declined",
		}, Devices: []demoDevice{{"Router", "network", "router", who(he, he, he, he, both)}}},
		{DaysAgo: 75, Phase: checklist.LifeApart, Answers: []string{ // hidden camera feared
			"q:00.1 yes", "q:01.1 =apart", "q:01.2 =recent", "q:13.6 suspected", "q:13.6/room =bedroom",
			"q:D.2/fear_serious_harm suspected", "ta_any suspected", "ta_iot_home suspected",
		}},
		{DaysAgo: 98, Phase: checklist.MovesBetween, Answers: []string{ // back and forth
			"q:00.1 yes", "q:01.1 =moves_between", "q:01.8 =anger,questions", "q:12.2 dont_know", "q:12.8 =monthly",
			"ta_any yes", "ta_iot_home yes", "ta_how_found =worker_asked", "ta_prompted yes",
		}, Devices: []demoDevice{{"Smart plugs", "iot_environment", "plugs_switches", who(unknown, he, he, both, both)}}},
		{DaysAgo: 130, Phase: checklist.LifeApart, Answers: []string{ // settled, looked at again
			"q:00.1 yes", "q:01.1 =apart", "q:01.2 =longer_ago", "q:01.7 =less", "q:01.8 =nothing", "q:12.2 yes",
			"ta_any no", "ta_iot_home no", "q:24.5/route =survivor_calls",
		}, Devices: []demoDevice{{"New Wi-Fi box", "network", "router", who(she, she, she, she, she)}}},
		{DaysAgo: 160, Answers: []string{ // one device only
			"q:00.1 yes", "q:00.6 =know_what", "q:01.1 =apart", "ta_any suspected", "ta_wearable_fitness suspected",
		}, Devices: []demoDevice{{"Fitness band", "wearable_fitness", "band_ring", who(he, he, unknown, "nobody", she)}}},
	}
}
