package stats

// Presence returns a presence tick-box of PRACTICE 3.1 with its six answers.
func Presence(id VariableID, title string) Variable {
	return Variable{ID: id, Title: title, Answers: append([]Answer{
		{ID: "yes", Label: "Yes", Known: true},
		{ID: "suspected", Label: "Suspected", Known: true},
		{ID: "no", Label: "No", Known: true},
	}, unknowns()...)}
}

// PresenceBanded returns a rare or sensitive presence tick-box, which PRACTICE 3.1 lets out in coarse
// bands only (column X = B): yes and suspected are one row.
func PresenceBanded(id VariableID, title string) Variable {
	return Variable{ID: id, Title: title, Answers: append([]Answer{
		{ID: "yes_or_suspected", Label: "Yes or suspected", Known: true},
		{ID: "no", Label: "No", Known: true},
	}, unknowns()...)}
}

// unknowns are the three ways of not knowing; each keeps a row of its own.
func unknowns() []Answer {
	return []Answer{
		{ID: AnswerDontKnow, Label: "Does not know"},
		{ID: "declined", Label: "Did not want to say"},
		{ID: AnswerNotAsked, Label: "Not asked"},
	}
}

// CaseSchema is the schema of tables over cases: the presence tick-boxes of PRACTICE 3.1.
func CaseSchema() *Schema {
	known := func(id AnswerID, label string) Answer { return Answer{ID: id, Label: label, Known: true} }
	found := append([]Answer{
		known("survivor_raised", "She raised it"), known("worker_asked", "A worker asked"),
		known("checklist", "In the checklist"), known("scan", "In the network check"),
		known("other_agency", "Another agency said so"),
	}, unknowns()...)
	prompted := append([]Answer{known("yes", "Yes"), known("no", "No")}, unknowns()...)
	return &Schema{variables: []Variable{
		Presence("ta_any", "Any abuse through technology"),
		Presence("ta_iot_home", "Connected devices in the home"),
		Presence("ta_phone_computer", "Phones and computers"),
		Presence("ta_account_platform", "Accounts and platforms"),
		Presence("ta_tracker", "Trackers"),
		Presence("ta_vehicle", "Vehicles"),
		Presence("ta_wearable_fitness", "Watches and fitness devices"),
		PresenceBanded("ta_health_assistive", "Health and assistive devices"),
		Presence("ta_child_device_or_toy", "Children's devices and toys"),
		Presence("ta_network_isp", "Router and internet contract"),
		Presence("ta_money_tech", "Money through technology"),
		PresenceBanded("ta_image_or_impersonation", "Images or impersonation"),
		{ID: "ta_how_found", Title: "How it came to light", Answers: found},
		{ID: "ta_prompted", Title: "Asked about it by a worker", Answers: prompted},
	}}
}
