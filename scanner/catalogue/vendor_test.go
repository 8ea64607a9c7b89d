package catalogue

import (
	"strings"
	"testing"
)

// TestIdentify_vendor: what devices say in their makers' protocols, by NetBIOS, LLMNR and SNMP.
func TestIdentify_vendor(t *testing.T) {
	c := load(t)
	for line, want := range map[string]string{
		`{"kind":"vendor","protocol":"kasa","name":"Heater plug","model":"HS110(EU)","type":"IOT.SMARTPLUGSWITCH"}`: "iot_environment/plugs_switches certain TP-Link",
		`{"kind":"vendor","protocol":"kasa","model":"KL130(EU)","type":"IOT.SMARTBULB"}`:                            "iot_environment/lights certain TP-Link",
		`{"kind":"vendor","protocol":"tapo","model":"C210","type":"SMART.IPCAMERA"}`:                                "iot_camera/ certain TP-Link",
		`{"kind":"vendor","protocol":"tapo","model":"D230S1","type":"SMART.TAPODOORBELL"}`:                          "iot_camera/doorbell certain TP-Link",
		`{"kind":"vendor","protocol":"tapo","model":"P110(EU)","type":"SMART.TAPOPLUG"}`:                            "iot_environment/plugs_switches certain TP-Link",
		`{"kind":"vendor","protocol":"tapo","model":"H100","type":"SMART.TAPOHUB"}`:                                 "iot_hub/hub_platform certain TP-Link",
		`{"kind":"vendor","protocol":"lifx","name":"Hall"}`:                                                         "iot_environment/lights certain LIFX",
		`{"kind":"vendor","protocol":"lifx","product":"70"}`:                                                        "iot_environment/plugs_switches certain LIFX",
		`{"kind":"vendor","protocol":"wiz","model":"ESP10_SOCKET_06"}`:                                              "iot_environment/plugs_switches certain WiZ",
		`{"kind":"vendor","protocol":"wiz","model":"ESP01_SHRGB1C_31"}`:                                             "iot_environment/lights likely WiZ",
		`{"kind":"vendor","protocol":"tuya","version":"3.3"}`:                                                       "iot_environment/ possible Tuya",
		`{"kind":"vendor","protocol":"roku","model":"Roku Ultra"}`:                                                  "iot_screen_appliance/tv_streamer certain Roku",
		`{"kind":"netbios","name":"DESKTOP-4F2K9QA","services":"files"}`:                                            "phone_computer/laptop_desktop likely ",
		`{"kind":"netbios","name":"X17"}`:                                                                           "phone_computer/ possible ",
		`{"kind":"llmnr","name":"Workshop"}`:                                                                        "phone_computer/laptop_desktop possible ",
		`{"snmp":"HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153"}`:                                         "phone_computer/storage_or_printer likely HP",
		`{"snmp":"Linux DiskStation 4.4.302+ #64570 SMP synology_apollolake"}`:                                      "network/nas_recorder likely Synology",
		`{"snmp":"RouterOS RB750Gr3"}`:                                                                              "network/router likely ",
		`{"snmp":"Linux x 5.10"}`:                                                                                   "other/unknown_device unknown ",
		// A device cannot choose the maker of its address.
		`{"kind":"vendor","protocol":"other","brand":"Ring","registered":"Hikvision","private":"yes"}`: "other/unknown_device unknown ",
	} {
		l, err := ParseLine([]byte(`{"id":"a","sightings":[` + line + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		id := c.Identify(l.Facts)
		got := string(id.Group) + "/" + string(id.Class) + " " + string(id.Confidence) + " " + id.Brand
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s (%+v)", line, got, want, id.Evidence)
		}
	}
}
