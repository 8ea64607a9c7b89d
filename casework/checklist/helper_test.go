package checklist_test

import (
	"strconv"

	"keyholder/casework/checklist"
)

func itoa(n int) string { return strconv.Itoa(n) }

// at names a slot of the case: "00.1" or "00.4/route".
func at(question, part string) checklist.Ref {
	return checklist.Ref{Question: question, Part: part}
}

func state(s checklist.State) checklist.Answer { return checklist.Answer{State: s} }

func codes(cs ...string) checklist.Answer {
	return checklist.Answer{State: checklist.Yes, Codes: cs}
}
