package server

import (
	"strings"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/server/view"
	"keyholder/server/web"
)

// This file alone sees the words of the scanner and those of casework. Their device codes are the
// same closed set; a test fails when they differ.

// identity is what a device may be, in the codes of casework.
type identity struct {
	Group, Class, Brand, Model string
	Confidence                 string
	Evidence                   []string
	Conflicts                  []string
}

// makeAndModel is the brand and the model, without saying the brand twice.
func (id identity) makeAndModel() string {
	if strings.HasPrefix(strings.ToLower(id.Model), strings.ToLower(id.Brand)) {
		return id.Model
	}
	return strings.TrimSpace(id.Brand + " " + id.Model)
}

// identify says what a found device may be. This computer is known without looking.
func (s *Server) identify(d scanner.Device) identity {
	if d.ThisComputer {
		return identity{Group: "phone_computer", Class: "laptop_desktop", Confidence: string(catalogue.Certain)}
	}
	id := s.catalogue.Identify(d.Facts)
	out := identity{
		Group: string(id.Group), Class: string(id.Class), Brand: scanner.SafeText(id.Brand),
		Model: scanner.SafeText(id.Model), Confidence: string(id.Confidence),
	}
	for _, e := range id.Evidence {
		out.Evidence = append(out.Evidence, scanner.SafeText(e.Says))
	}
	for _, e := range id.Conflicts {
		out.Conflicts = append(out.Conflicts, scanner.SafeText(e.Says))
	}
	return out
}

// deviceCard says what a device is to people, how sure that is, how we know, and what such a thing
// can and cannot do.
func (s *Server) deviceCard(c *web.Call, id string, what identity) view.DeviceCard {
	card := view.DeviceCard{ID: id, Title: s.kindWords(c, what.Group, what.Class)}
	card.Confidence = view.Tag{Text: c.T("scan.confidence." + what.Confidence), Tone: confidenceTone(what.Confidence)}
	for _, says := range what.Evidence {
		card.Evidence.Lines = append(card.Evidence.Lines, view.EvidenceLine{Text: says})
	}
	for _, says := range what.Conflicts {
		card.Evidence.Lines = append(card.Evidence.Lines, view.EvidenceLine{Text: says, Source: c.T("scan.conflict")})
	}
	card.Icon = classIcon(what.Group, what.Class)
	entry, known := s.Knowledge.Class(knowledge.Code(what.Class))
	if !known {
		return card
	}
	card.Facts = append(card.Facts, view.Row{Key: c.T("device.what"), Value: entry.Intro},
		view.Row{Key: c.T("device.login"), Value: entry.MainLogin})
	card.Can, card.Cannot = words(entry.Can), words(entry.Cannot)
	for _, m := range entry.Misuse {
		card.Misuse = append(card.Misuse, c.T("device.misuse", "function", m.Function, "signs", m.Signs, "effect", m.Effect))
	}
	return card
}

func confidenceTone(confidence string) string {
	switch confidence {
	case string(catalogue.Certain), string(catalogue.Likely):
		return "done"
	case string(catalogue.Possible):
		return "caution"
	}
	return "quiet"
}

// words are the sentences of what a class can or cannot do.
func words(list []knowledge.Ability) []string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		out = append(out, a.Words)
	}
	return out
}

// iconFor is the icon of a device group, always shown beside its word.
func iconFor(group string) string {
	return map[string]string{
		"phone_computer": "computer", "iot_hub": "speaker", "iot_camera": "camera", "iot_entry": "lock",
		"iot_environment": "thermostat", "iot_screen_appliance": "tv", "network": "router", "tracker": "tracker",
		"vehicle": "car", "wearable_fitness": "watch", "health_assistive": "health", "child": "toy",
		"account": "account", "other": "unknown",
	}[group]
}

// classIcon is the icon of a class where it has one of its own, and of its group otherwise.
func classIcon(group, class string) string {
	own := map[string]string{
		"phone": "mobile", "tablet": "tablet", "old_device_kept_by_poc": "mobile", "storage_or_printer": "printer",
		"hub_platform": "hub", "smart_display": "tablet", "doorbell": "doorbell", "alarm_panel": "sensor", "garage_gate": "garage",
		"lights": "light", "plugs_switches": "plug", "meter_energy": "plug", "console": "game", "robot_vacuum": "vacuum",
		"kitchen_appliance": "appliance", "other_appliance": "appliance", "nas_recorder": "storage", "repeater_mesh": "router",
		"child_phone_tablet": "tablet", "child_watch": "watch", "nursery_camera": "camera", "game_account": "game",
		"cloud_photo": "cloud", "banking_wallet": "money", "smart_home_account": "home", "earbuds": "earbuds",
		"ev_charger": "plug", "insurer_box": "tracker",
	}[class]
	if own != "" {
		return own
	}
	return iconFor(group)
}

// kindWords is a device group and class in words; a class nobody knows leaves the group.
func (s *Server) kindWords(c *web.Call, group, class string) string {
	if class != "" {
		return c.T("device.class." + class)
	}
	return c.T("device.group." + group)
}

// kindSelect offers every group and class of PRACTICE 3.3. While nobody has said what it is, "not
// known" stands there, not whatever comes first.
func (s *Server) kindSelect(c *web.Call, name, label, group, class string) view.Select {
	sel := view.Select{Name: name, Label: label}
	group = orOther(group)
	for _, g := range casework.DeviceGroups() {
		sel.Items = append(sel.Items, view.Choice{
			Value: g.Code, Label: c.T("device.group." + g.Code), Chosen: group == g.Code && class == "",
		})
		for _, code := range g.Classes {
			sel.Items = append(sel.Items, view.Choice{
				Value: g.Code + "/" + code, Label: "– " + c.T("device.class."+code), Chosen: group == g.Code && class == code,
			})
		}
	}
	return sel
}

// splitKind reads a choice of kindSelect.
func splitKind(value string) (group, class string) {
	group, class, _ = strings.Cut(value, "/")
	return group, class
}
