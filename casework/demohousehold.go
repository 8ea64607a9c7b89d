package casework

import (
	"context"

	"keyholder/casework/personal"
)

// household records a made-up home: two checks of its network, what was added by hand, rooms, and the
// five answers where somebody was asked.
func (d *demo) household(ctx context.Context, id CaseID, home []demoThing) error {
	if len(home) == 0 {
		return nil
	}
	met := map[string]EntityID{}
	for _, second := range []bool{false, true} {
		if err := d.homeCheck(ctx, id, home, second, met); err != nil {
			return err
		}
	}
	for _, t := range home {
		if t.Hardware != "" {
			continue
		}
		device, err := d.book.AddDevice(ctx, id, d.act(), DeviceEdit{
			Label: personal.New(t.Label), Group: t.Group, Class: t.Class, Room: t.Room,
		})
		if err != nil {
			return err
		}
		met[t.Label] = device
	}
	for _, t := range home {
		if err := d.settle(ctx, id, met[t.Label], t); err != nil {
			return err
		}
	}
	return nil
}

// homeCheck records one check of the home's network and notes which device it made of which thing.
func (d *demo) homeCheck(ctx context.Context, id CaseID, home []demoThing, second bool, met map[string]EntityID) error {
	r := ScanReport{Network: NetworkNewHome, Mode: ScanQuiet, Sources: []string{
		"mdns=looked", "neighbour=looked", "ssdp=could_not_look",
	}}
	r.Facts.Versions = ScanVersions{Program: "demonstration", Catalogue: "made up", Knowledge: "made up"}
	var listed []string
	for _, t := range home {
		if t.Hardware == "" || second && t.Gone || !second && t.Late {
			continue
		}
		r.Found = append(r.Found, Found{
			Label: personal.New(t.Label), LabelByWorker: true, Group: t.Group, Class: t.Class,
			Confidence: t.Confidence, Hardware: []string{t.Hardware}, Sources: []string{"neighbour"},
		})
		if met[t.Label] == "" {
			listed = append(listed, t.Label)
		}
	}
	rec, err := d.book.RecordScan(ctx, id, d.act(), r)
	if err != nil {
		return err
	}
	for i, device := range rec.New { // new ones come in the order in which they were given
		met[listed[i]] = device
	}
	return nil
}

// settle says where a thing of the household is, and the five answers about it.
func (d *demo) settle(ctx context.Context, id CaseID, device EntityID, t demoThing) error {
	if t.Room != "" && t.Hardware != "" {
		room := d.book.change(d.act(), VerbDevice, roomValue(device, t.Room, SurvivorSaid))
		if err := d.book.apply(ctx, id, room); err != nil {
			return err
		}
	}
	if t.Who == "" {
		return nil
	}
	return d.five(ctx, id, device, t.Who)
}

// demoHome is the household of one made-up case. Its hardware addresses are those that RFC 7042
// keeps for documents.
//
//yardstick:table made-up data, one literal per device
func demoHome() []demoThing {
	const he, she, both, unknown = "person_of_concern", "survivor", "joint", "dont_know"
	who := func(a, b, c, d, e string) string { return a + " " + b + " " + c + " " + d + " " + e }
	seen := func(label, group, class, room, last, confidence, who string) demoThing {
		return demoThing{
			demoDevice: demoDevice{label, group, class, who}, Room: room,
			Hardware: "00:00:5e:00:53:" + last, Confidence: confidence,
		}
	}
	said := func(label, group, class, room, who string) demoThing {
		return demoThing{demoDevice: demoDevice{label, group, class, who}, Room: room}
	}
	gone := seen("Tablet in the drawer", "phone_computer", "tablet", "study", "07", "likely", who(he, he, unknown, "-", "-"))
	gone.Gone = true
	late := seen("Something new", "other", "unknown_device", "", "08", "unknown", "")
	late.Late = true
	return []demoThing{
		seen("Internet box", "network", "router", "hall", "01", "certain", who("provider", he, he, she, both)),
		seen("Bell at the front door", "iot_camera", "doorbell", "hall", "02", "certain", who(he, he, he, he, she)),
		seen("Television", "iot_screen_appliance", "tv_streamer", "living_room", "03", "certain", who(both, he, unknown, she, she)),
		seen("Speaker on the shelf", "iot_hub", "smart_speaker", "living_room", "04", "likely", who(he, he, he, he, both)),
		seen("Speaker in the kitchen", "iot_hub", "smart_display", "kitchen", "05", "likely", ""),
		seen("Printer", "phone_computer", "storage_or_printer", "study", "06", "certain", who(she, she, she, she, she)),
		gone, late,
		seen("Lamps", "iot_environment", "lights", "bedroom", "09", "possible", ""),
		seen("Vacuum robot", "iot_screen_appliance", "robot_vacuum", "living_room", "0a", "likely", who(both, unknown, unknown, "-", "-")),
		said("Camera above the cot", "iot_camera", "baby_monitor", "child_room", who(he, he, he, "nobody", she)),
		said("Watch of the oldest child", "child", "child_watch", "on_child", who(he, he, he, he, "child")),
		said("Her phone", "phone_computer", "phone", "on_her", who(she, she, she, he, she)),
		said("Family car", "vehicle", "connected_car", "garage_vehicle", who(he, he, unknown, he, both)),
		said("Tag on the keys", "tracker", "bluetooth_tag", "", ""),
		said("Picture account", "account", "cloud_photo", "", who(she, she, unknown, she, she)),
	}
}
