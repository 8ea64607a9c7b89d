package main

import (
	"keyholder/scanner"
	"keyholder/server/i18n"
)

// What the terminal says of a check stands in the same texts as what the pages say of it.

// blindSpot is something that a check of a network cannot see, however well it went.
type blindSpot struct {
	Code string `json:"code"`
	Says string `json:"says"`
}

// blindSpots are what a check in that mode, or a list, cannot show.
func blindSpots(texts *i18n.Localiser, mode scanner.Mode) []blindSpot {
	spots := [][2]string{
		{"switched_off", "scan.blind.off"},
		{"cellular", "scan.blind.mobile"},
		{"bluetooth_tags", "scan.blind.bluetooth"},
		{"other_networks", "scan.blind.other_wifi"},
	}
	if mode == modeImport {
		spots = [][2]string{
			{"when_made", "import.blind.when"},
			{"chosen_names", "import.blind.names"},
			{"absent_devices", "import.blind.absent"},
			{"taken_out", "import.blind.hidden"},
		}
	}
	spots = append(spots, [2]string{"account_access", "scan.blind.accounts"}, [2]string{"inside_devices", "scan.blind.inside"})
	if mode == scanner.ModeListen {
		spots = append(spots, [2]string{"silent_devices", "scan.blind.silent"})
	}
	out := make([]blindSpot, len(spots))
	for i, s := range spots {
		out[i] = blindSpot{Code: s[0], Says: texts.T(s[1])}
	}
	return out
}

// outcomeSays tells how far a source got, and why not further.
func outcomeSays(texts *i18n.Localiser, name scanner.SourceName, o scanner.Outcome) string {
	says := texts.T("scan.source."+string(name)) + ": " + texts.T("scan.state."+string(o.State)) + "."
	if o.Reason != "" {
		says += " " + texts.T("scan.reason."+string(o.Reason))
	}
	for _, l := range o.Limits {
		says += " " + texts.T("scan.limit") + " " + texts.T("scan.reason."+string(l))
	}
	return says
}
