package wording

import (
	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/server/view"
	"keyholder/server/web"
)

// BlindSpots are what a check cannot see, however well it went. Who only listens hears nothing of what
// keeps silent.
func BlindSpots(c *web.Call, mode casework.ScanMode) []string {
	spots := []string{"off", "mobile", "bluetooth", "other_wifi", "accounts", "inside"}
	if mode == casework.ScanListen {
		spots = append(spots, "silent")
	}
	words := make([]string, len(spots))
	for i, spot := range spots {
		words[i] = c.T("scan.blind." + spot)
	}
	return words
}

// Outcome is a way of looking in the words of the result page.
func Outcome(c *web.Call, o casework.ScanOutcome) view.Outcome {
	v := view.Outcome{Source: Code(c, "scan.source.", o.Source), State: Code(c, "scan.state.", o.State)}
	switch o.State {
	case casework.ScanLooked:
		v.Tone = "done"
	case casework.ScanCouldNotLook:
		v.Tone = "caution"
	}
	if o.Reason != "" {
		v.Reason = Code(c, "scan.reason.", o.Reason)
	}
	for _, limit := range o.Limits {
		if v.Reason != "" {
			v.Reason += " "
		}
		v.Reason += c.T("scan.limit") + " " + Code(c, "scan.reason.", limit)
	}
	return v
}

// Check is when a check was made, and of what.
func Check(c *web.Call, k *casework.KeptScan) string {
	return c.T("scans.name", "when", c.Moment(k.Started), "network", Code(c, "scan.network.", k.Network))
}

// Code are the words for a code of the record; a code that this program does not know is shown as
// it stands, so that nothing is hidden.
func Code(c *web.Call, area, code string) string {
	if c.Site.Texts.Has(area + code) {
		return c.T(area + code)
	}
	return scanner.SafeText(code)
}
