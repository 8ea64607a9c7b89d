// Package wording puts codes of the record into words where more than one area of pages says them:
// devices, lanes, notices, leads and checks.
package wording

import (
	"strings"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/casework/personal"
	"keyholder/scanner"
	"keyholder/server/view"
	"keyholder/server/web"
)

// Identity is what a device may be, in the codes of casework.
type Identity struct {
	Group, Class, Brand, Model string
	Confidence                 string
	Evidence                   []string
	Conflicts                  []string
}

// MakeAndModel is the brand and the model, without saying the brand twice.
func (id Identity) MakeAndModel() string {
	if strings.HasPrefix(strings.ToLower(id.Model), strings.ToLower(id.Brand)) {
		return id.Model
	}
	return strings.TrimSpace(id.Brand + " " + id.Model)
}

// DeviceCard says what a device is to people, how sure that is, how we know, and what such a thing
// can and cannot do.
func DeviceCard(c *web.Call, id string, what Identity) view.DeviceCard {
	card := view.DeviceCard{ID: id, Title: Kind(c, what.Group, what.Class)}
	card.Confidence = view.Tag{Text: c.T("scan.confidence." + what.Confidence), Tone: ConfidenceTone(what.Confidence)}
	for _, says := range what.Evidence {
		card.Evidence.Lines = append(card.Evidence.Lines, view.EvidenceLine{Text: says})
	}
	for _, says := range what.Conflicts {
		card.Evidence.Lines = append(card.Evidence.Lines, view.EvidenceLine{Text: says, Source: c.T("scan.conflict")})
	}
	card.Icon = Icon(what.Group, what.Class)
	entry, known := c.Site.Knowledge.Class(knowledge.Code(what.Class))
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

// ConfidenceTone is the tone of the word for how sure a guess is.
func ConfidenceTone(confidence string) string {
	switch confidence {
	case "certain", "likely":
		return "done"
	case "possible":
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

// Icon is the icon of a class where it has one of its own, and of its group otherwise.
func Icon(group, class string) string {
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

// Kind is a device group and class in words; a class nobody knows leaves the group.
func Kind(c *web.Call, group, class string) string {
	if class != "" {
		return c.T("device.class." + class)
	}
	return c.T("device.group." + group)
}

// KindSelect offers every group and class of PRACTICE 3.3. While nobody has said what it is, "not
// known" stands there, not whatever comes first.
func KindSelect(c *web.Call, name, label, group, class string) view.Select {
	sel := view.Select{Name: name, Label: label}
	group = OrOther(group)
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

// SplitKind reads a choice of kindSelect.
func SplitKind(value string) (group, class string) {
	group, class, _ = strings.Cut(value, "/")
	return group, class
}

// OrOther is the group of a device; "other" while nobody has said one.
func OrOther(group string) string {
	if group == "" {
		return "other"
	}
	return group
}

// Device is what a thing is called: her word, or its kind.
func Device(c *web.Call, d casework.Device) string {
	if !d.Label.Empty() {
		return d.Label.Reveal()
	}
	return Kind(c, OrOther(d.Group), d.Class)
}

// Room is a room in words.
func Room(c *web.Call, room string) string {
	if room == "" {
		return c.T("room.unknown")
	}
	return c.T("room." + room)
}

// DeviceOf finds a thing of the record.
func DeviceOf(c *web.Call, p *web.Place) (casework.Device, error) {
	for _, d := range p.File.Devices() {
		if string(d.ID) == c.Param("device") {
			return d, nil
		}
	}
	for _, d := range p.File.Twins(p.File.Same(casework.EntityID(c.Param("device")))) {
		if string(d.ID) == c.Param("device") { // an older page: what is said there stays with it
			return d, nil
		}
	}
	return casework.Device{}, &casework.Error{Kind: casework.KindNotFound, Key: "error.device.not_found"}
}

// NameOr is what a device is called, for titles of its own pages.
func NameOr(label personal.Text, kind string) string {
	if text := scanner.SafeText(label.Reveal()); text != "" {
		return text
	}
	return kind
}

// ThingWords is what a recorded device is called.
func ThingWords(c *web.Call, p *web.Place, id casework.EntityID) string {
	for _, d := range p.File.Devices() {
		if d.ID == id {
			return Device(c, d)
		}
	}
	return c.T("scans.device.unnamed")
}

// SameLink leads to the question whether a device is one that is recorded already.
func SameLink(c *web.Call, p *web.Place, device casework.EntityID) view.Link {
	return view.Link{Text: c.T("devices.same.link"), Href: c.At(p.Within + "/devices/at/" + string(device) + "/same")}
}
