package scan

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// foundView is one found device with what the worker decides about it.
type foundView struct {
	Card  view.DeviceCard
	Keep  view.Radios
	Label view.Input
	Class view.Select
	Fold  string // what opens name and kind
	Who   wording.LeadSheet
}

// foundView introduces a device by what it is to people before what it is to engineers.
func (s *pages) foundView(c *web.Call, p *web.Place, i int, d scanner.Device) foundView {
	id := s.identify(d)
	n := strconv.Itoa(i + 1)
	v := foundView{Fold: c.T("scan.correct", "number", i+1), Card: wording.DeviceCard(c, "found-"+n, id)}
	v.Card.Where = deviceName(d)
	v.Card.Facts = append(v.Card.Facts, s.deviceFacts(c, d, id)...)
	v.Keep = view.Radios{
		Name: "keep." + n, Label: c.T("scan.keep", "number", i+1), Small: true,
		Items: []view.Choice{
			{Value: "no", Label: c.T("scan.keep.no"), Chosen: true},
			{Value: "yes", Label: c.T("scan.keep.yes")},
			{Value: "other", Label: c.T("scan.keep.other")},
		},
	}
	if known := s.known(p, d); known != "" {
		v.Keep.Hint = c.T("scan.keep.known", "label", known)
	}
	v.Label = view.Input{Name: "label." + n, Label: c.T("scan.label", "number", i+1), Value: deviceName(d)}
	v.Class = wording.KindSelect(c, "class."+n, c.T("scan.class", "number", i+1), id.Group, id.Class)
	return v
}

func deviceName(d scanner.Device) string {
	if len(d.Names) == 0 {
		return ""
	}
	return d.Names[0].Value
}

// known returns the label of the recorded device that this one is, empty for a new one.
func (s *pages) known(p *web.Place, d scanner.Device) string {
	device := p.File.Recognise(d.MACs, stableIDs(d.Facts)...)
	if device == "" {
		return ""
	}
	return p.File.Head(p.File.Same(device), casework.FieldLabel).Text.Reveal()
}

func (s *pages) deviceFacts(c *web.Call, d scanner.Device, id wording.Identity) []view.Row {
	var rows []view.Row
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, view.Row{Key: c.T(key), Value: value})
		}
	}
	add("scan.device.brand", id.MakeAndModel())
	var addresses []string
	for _, a := range d.Addresses {
		addresses = append(addresses, a.WithZone("").String())
	}
	add("scan.device.address", strings.Join(addresses, ", "))
	switch {
	case d.ThisComputer:
		add("scan.device.note", c.T("scan.device.this"))
	case d.Gateway:
		add("scan.device.note", c.T("scan.device.gateway"))
	case d.PrivateMAC:
		add("scan.device.note", c.T("scan.device.private"))
	case d.Remembered:
		add("scan.device.note", c.T("scan.device.remembered"))
	}
	return rows
}

// pressing is a check whose devices stand in the order in which they should be looked at: those first
// that may see, hear, open or show where somebody is, and those that nobody knows. Every page counts
// them in this order.
func (s *pages) pressing(check Check) Check {
	return func(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error) {
		r, err := check(ctx, choice, progress)
		if err == nil {
			s.press(r)
		}
		return r, err
	}
}

// press puts the devices of a report in that order; otherwise they stay as they are.
func (s *pages) press(r *scanner.Report) {
	first := make([]scanner.Device, 0, len(r.Devices))
	var rest []scanner.Device
	for _, d := range r.Devices {
		if s.presses(d) {
			first = append(first, d)
		} else {
			rest = append(rest, d)
		}
	}
	r.Devices = append(first, rest...)
}

// presses reports whether a device should be looked at first. This computer never has to be.
func (s *pages) presses(d scanner.Device) bool {
	if d.ThisComputer {
		return false
	}
	id := s.identify(d)
	entry, known := s.Knowledge.Class(knowledge.Code(id.Class))
	if !known || unsure(id) || len(id.Conflicts) > 0 || id.Group == "iot_entry" {
		return true
	}
	return slices.ContainsFunc(entry.Can, func(a knowledge.Ability) bool {
		return slices.Contains([]knowledge.Capability{
			knowledge.Camera, knowledge.Microphone, knowledge.Location, knowledge.Unknown,
		}, a.Code)
	})
}
