package vendor

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

const sysinfo = `{"system":{"get_sysinfo":{"err_code":0,"sw_ver":"1.5.4 Build 180815","type":"IOT.SMARTPLUGSWITCH","model":"HS110(EU)",` +
	`"mac":"50:C7:BF:00:00:01","deviceId":"8006SECRET","hwId":"H","oemId":"O","alias":"Heater plug","dev_name":"Smart Wi-Fi Plug With Energy Monitoring",` +
	`"latitude":52.1234,"longitude_i":99887,"latitude_i":521234,"relay_state":1,"ssid":"HomeWifi","children":[{"alias":"Left"},{"alias":"Right"}]}}}`

const tapoAnswer = `{"result":{"device_id":"SECRETID","owner":"OWNERHASH","device_type":"SMART.TAPOPLUG","device_model":"P110(EU)","ip":"192.168.7.9",` +
	`"mac":"AA-BB","factory_default":false,"mgt_encrypt_schm":{"is_support_https":false}},"error_code":0}`

const wizAnswer = `{"method":"getSystemConfig","env":"pro","result":{"mac":"a8bb50000001","homeId":653906,"roomId":989983,"moduleName":"ESP01_SHRGB1C_31","fwVersion":"1.22.0","groupId":0}}`

const bulb = "HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nLocation: yeelight://192.168.7.8:55443\r\nid: 0x00000000SECRET\r\n" +
	"model: color\r\nfw_ver: 18\r\nsupport: get_prop set_power\r\npower: on\r\nname: Bedroom\r\n\r\n"

const announcement = `{"ip":"192.168.7.7","gwId":"bfSECRETNUMBER","active":2,"ability":0,"encrypt":true,"productKey":"keyabc","version":"3.3"}`

func lifxPacket(kind uint16, body []byte) []byte {
	p := append(lifxQuestion(kind), body...)
	binary.LittleEndian.PutUint16(p, uint16(len(p)))
	return p
}

func tapoPacket(text string) []byte { return append(make([]byte, 16), text...) }

// frame wraps a body the older way.
func frame(body []byte) []byte {
	p := binary.BigEndian.AppendUint32(nil, frame55AA)
	p = append(p, 0, 0, 0, 0, 0, 0, 0, 0x13)
	p = binary.BigEndian.AppendUint32(p, uint32(len(body)+tail55AA))
	return append(append(p, body...), 0, 0, 0, 0, 0, 0, 0xaa, 0x55)
}

func blocks(t testing.TB, text string) []byte {
	t.Helper()
	block, err := tuyaCipher()
	if err != nil {
		t.Fatal(err)
	}
	pad := aes.BlockSize - len(text)%aes.BlockSize
	plain := append([]byte(text), bytes.Repeat([]byte{byte(pad)}, pad)...)
	out := make([]byte, len(plain))
	for i := 0; i < len(plain); i += aes.BlockSize {
		block.Encrypt(out[i:], plain[i:])
	}
	return out
}

func sealed(t testing.TB, text string) []byte {
	t.Helper()
	block, err := tuyaCipher()
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce := []byte("0123456789ab")
	p := binary.BigEndian.AppendUint32(nil, frame6699)
	p = append(p, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x13)
	p = binary.BigEndian.AppendUint32(p, uint32(nonceSize+len(text)+tagSize))
	body := gcm.Seal(nil, nonce, []byte(text), p[4:])
	return append(append(append(p, nonce...), body...), 0, 0, 0x99, 0x66)
}

func label(text string) []byte { return append([]byte(text), make([]byte, lifxLabel-len(text))...) }

// home answers as one device of each maker would.
func home(t testing.TB) *scantest.Network {
	t.Helper()
	return &scantest.Network{
		Answer: func(g scanner.Group, _ []byte) []scantest.Packet {
			switch g.Port {
			case kasaPort:
				return []scantest.Packet{
					{From: "192.168.7.5", Payload: scramble([]byte(sysinfo))},
					{From: "10.0.0.1", Payload: scramble([]byte(sysinfo))},
				}
			case tapoPort:
				return []scantest.Packet{{From: "192.168.7.9", Payload: tapoPacket(tapoAnswer)}}
			case lifxPort:
				return []scantest.Packet{{From: "192.168.7.6", Payload: lifxPacket(isService, []byte{1, 0x7c, 0xdd, 0, 0})}}
			case wizPort:
				return []scantest.Packet{{From: "192.168.7.10", Payload: []byte(wizAnswer)}}
			case yeelightPort:
				return []scantest.Packet{{From: "192.168.7.8", Payload: []byte(bulb)}}
			}
			t.Errorf("sent to port %d", g.Port)
			return nil
		},
		AnswerTo: func(g scanner.Group, to netip.Addr, sent []byte) []scantest.Packet {
			if g.Port != lifxPort || to.String() != "192.168.7.6" {
				t.Errorf("sent to %s port %d", to, g.Port)
			}
			if sent[32] == getLabel {
				return []scantest.Packet{{From: "192.168.7.6", Payload: lifxPacket(isLabel, label("Hall"))}}
			}
			return []scantest.Packet{{From: "192.168.7.6", Payload: lifxPacket(isVersion, []byte{1, 0, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0})}}
		},
		Announce: []scantest.Packet{
			{From: "192.168.7.7", Payload: frame(blocks(t, announcement))},
			{From: "192.168.7.20", Payload: frame([]byte(announcement))}, // this computer itself
		},
	}
}

func observe(t *testing.T, n *scantest.Network, mode scanner.Mode, d time.Duration) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	got := &scantest.Sightings{}
	return got, New(n).Observe(ctx, scantest.Home(mode, d), got.Emit)
}

func all(got *scantest.Sightings, addr string) fields {
	out := fields{}
	for _, f := range got.Facts(addr) {
		for k, v := range f.Fields {
			out[k] = v
		}
	}
	return out
}

func TestSource_Observe(t *testing.T) {
	n := home(t)
	got, o := observe(t, n, scanner.ModeQuiet, 900*time.Millisecond)
	for addr, want := range map[string]fields{
		"192.168.7.5": {
			"protocol": "kasa", "name": "Heater plug", "model": "HS110(EU)", "type": "IOT.SMARTPLUGSWITCH",
			"description": "Smart Wi-Fi Plug With Energy Monitoring", "firmware": "1.5.4 Build 180815", "outlets": "Left, Right",
		},
		"192.168.7.9":  {"protocol": "tapo", "type": "SMART.TAPOPLUG", "model": "P110(EU)", "setup": "done"},
		"192.168.7.6":  {"protocol": "lifx", "name": "Hall", "maker": "1", "product": "27"},
		"192.168.7.10": {"protocol": "wiz", "model": "ESP01_SHRGB1C_31", "firmware": "1.22.0"},
		"192.168.7.8":  {"protocol": "yeelight", "model": "color", "firmware": "18", "name": "Bedroom"},
		"192.168.7.7":  {"protocol": "tuya", "product": "keyabc", "version": "3.3"},
	} {
		if said := all(got, addr); fmt.Sprint(said) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", addr, said, want)
		}
	}
	if o.State != scanner.Looked || len(o.Limits) != 0 || got.Facts("10.0.0.1") != nil || got.Facts("192.168.7.20") != nil {
		t.Errorf("outcome %+v", o)
	}
	if len(n.Sent()) != 5 || len(n.SentTo()) != 2 {
		t.Errorf("%d and %d packets", len(n.Sent()), len(n.SentTo()))
	}
}

// TestSource_Observe_oneMore: each question is asked twice at most.
func TestSource_Observe_oneMore(t *testing.T) {
	n := &scantest.Network{}
	_, o := observe(t, n, scanner.ModeQuiet, 2800*time.Millisecond)
	if len(n.Sent()) != 10 || o.State != scanner.LookedNothing {
		t.Errorf("%d packets, outcome %+v", len(n.Sent()), o)
	}
}

func TestSource_Observe_listen(t *testing.T) {
	n := home(t)
	n.Announce = append(n.Announce, scantest.Packet{From: "192.168.7.8", Payload: []byte(strings.Replace(bulb, "HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1", 1))})
	got, o := observe(t, n, scanner.ModeListen, 300*time.Millisecond)
	if len(n.Sent())+len(n.SentTo()) != 0 || len(o.Limits) != 1 || o.Limits[0] != scanner.ReasonListenOnly {
		t.Errorf("sent %d, outcome %+v", len(n.Sent()), o)
	}
	if all(got, "192.168.7.7")["protocol"] != "tuya" || all(got, "192.168.7.8")["protocol"] != "yeelight" {
		t.Errorf("heard %d", got.Count())
	}
	for _, g := range n.Opened() {
		if !g.Silent {
			t.Errorf("a session that could send: %+v", g)
		}
	}
}

func TestSource_Observe_couldNot(t *testing.T) {
	n := &scantest.Network{OpenErr: func(scanner.Group) error { return errors.ErrUnsupported }}
	if _, o := observe(t, n, scanner.ModeQuiet, 300*time.Millisecond); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
	n = &scantest.Network{OpenErr: func(g scanner.Group) error {
		if g.Port == tuyaPlain {
			return errors.ErrUnsupported
		}
		return nil
	}}
	if _, o := observe(t, n, scanner.ModeQuiet, 300*time.Millisecond); o.State != scanner.LookedNothing || len(o.Limits) != 1 {
		t.Errorf("a part of it: outcome %+v", o)
	}
}

// TestSource_Observe_flood: one sender fills neither the report nor the network with questions.
func TestSource_Observe_flood(t *testing.T) {
	n := &scantest.Network{}
	n.Answer = func(g scanner.Group, _ []byte) (out []scantest.Packet) {
		if g.Port != lifxPort {
			return nil
		}
		for range mostMessages + 10 {
			out = append(out, scantest.Packet{From: "192.168.7.6", Payload: lifxPacket(isService, make([]byte, 5))})
		}
		return out
	}
	got, o := observe(t, n, scanner.ModeQuiet, 900*time.Millisecond)
	if got.Count() != mostFrom || len(n.SentTo()) != 2 {
		t.Errorf("%d sightings, %d questions, outcome %+v", got.Count(), len(n.SentTo()), o)
	}
}

func TestReadTuya_forms(t *testing.T) {
	for name, p := range map[string][]byte{
		"plain":           frame([]byte(announcement)),
		"plain with code": frame(append([]byte{0, 0, 0, 0}, announcement...)),
		"hidden":          frame(blocks(t, announcement)),
		"hidden, code":    frame(append([]byte{0, 0, 0, 0}, blocks(t, announcement)...)),
		"sealed":          sealed(t, announcement),
		"sealed, code":    sealed(t, "\x00\x00\x00\x00"+announcement),
	} {
		if f, ok := readTuya(p); !ok || f["version"] != "3.3" || f["product"] != "keyabc" || len(f) != 2 {
			t.Errorf("%s: %v %v", name, f, ok)
		}
	}
	changed := sealed(t, announcement)
	changed[40] ^= 1
	for name, p := range map[string][]byte{
		"changed": changed, "the app": frame(blocks(t, `{"from":"app","ip":"192.168.7.3"}`)), "empty": nil,
		"short": frame(nil), "noise": bytes.Repeat([]byte{0xff}, 200), "cut": sealed(t, announcement)[:40],
	} {
		if f, ok := readTuya(p); ok {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestRead_notAnAnswer(t *testing.T) {
	short := lifxPacket(isLabel, label("x"))[:50]
	for name, read := range map[string]func([]byte) (fields, bool){
		"kasa": readKasa, "tapo": readTapo, "lifx": readLIFX, "wiz": readWiZ, "yeelight": readYeelight, "tuya": readTuya,
	} {
		for _, p := range [][]byte{
			nil,
			{0},
			[]byte("{}"), []byte("[]"), scramble([]byte(`{"system":{}}`)), []byte(`{"method":"getPilot"}`), lifxQuestion(getLabel),
			[]byte("M-SEARCH * HTTP/1.1\r\nST: wifi_bulb\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\nLocation: http://x/\r\n\r\n"), short,
			bytes.Repeat([]byte{'{'}, 9000), []byte(strings.Repeat("[", 9000)),
		} {
			if f, ok := read(p); ok {
				t.Errorf("%s reads %.40q: %v", name, p, f)
			}
		}
	}
}

// TestRead_tellsNoSecret: what would tell a place, an account or a key is in no fact.
func TestRead_tellsNoSecret(t *testing.T) {
	got, _ := observe(t, home(t), scanner.ModeQuiet, 500*time.Millisecond)
	if got.Count() < 8 {
		t.Fatalf("only %d sightings: nothing is proven", got.Count())
	}
	for n := range 11 {
		for _, f := range got.Facts(fmt.Sprintf("192.168.7.%d", n)) {
			for k, v := range f.Fields {
				for _, secret := range []string{"SECRET", "OWNERHASH", "HomeWifi", "99887", "52.1234", "521234", "653906", "989983"} {
					if strings.Contains(v, secret) {
						t.Errorf("%s tells %s", k, secret)
					}
				}
			}
		}
	}
}

const (
	hueConfig  = `{"name":"Philips hue","datastoreversion":"98","swversion":"1962097030","apiversion":"1.62.0","mac":"ec:b5:fa:00:00:01","bridgeid":"ECB5FAFFFE000001","factorynew":false,"modelid":"BSB002","whitelist":{"SECRETUSER":{}}}`
	castInfo   = `{"build_version":"1.56.281627","name":"Kitchen","device_info":{"manufacturer":"Google Inc.","model_name":"Google Home Mini","product_name":"mushroom","ssdp_udn":"SECRET"},"wifi":{"ssid":"HomeWifi","bssid":"SECRET"},"location":{"country_code":"SECRET"}}`
	rokuInfo   = `<?xml version="1.0"?><device-info><udn>SECRET</udn><serial-number>SECRET</serial-number><vendor-name>Roku</vendor-name><model-name>Roku Ultra</model-name><network-name>HomeWifi</network-name><user-device-name>Lounge</user-device-name><software-version>12.5.0</software-version><is-tv>false</is-tv><advertising-id>SECRET</advertising-id></device-info>`
	sonosPlain = `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><friendlyName>192.168.7.13 - Sonos One</friendlyName><manufacturer>Sonos, Inc.</manufacturer><modelName>Sonos One</modelName><softwareVersion>79.1</softwareVersion><serialNum>SECRET</serialNum><roomName>Bath</roomName></device></root>`
)

func TestSource_Observe_pages(t *testing.T) {
	answers := map[string]string{
		"http://192.168.7.5:80/api/config": hueConfig, "http://192.168.7.6:8060/query/device-info": rokuInfo,
		"http://192.168.7.7:1400/xml/device_description.xml":                              sonosPlain,
		"http://192.168.7.8:8008/setup/eureka_info?params=name,build_version,device_info": castInfo,
	}
	s := New(&scantest.Network{})
	got, asked := &scantest.Sightings{}, make(chan string, 100)
	s.get = func(ctx context.Context, from netip.Addr, location string) ([]byte, error) {
		asked <- location
		if from.String() == "192.168.7.9" { // lets every question hang
			<-ctx.Done()
			return nil, ctx.Err()
		}
		if body, ok := answers[location]; ok {
			return []byte(body), nil
		}
		return nil, errors.New("nothing there")
	}
	for _, mode := range []scanner.Mode{scanner.ModeQuiet, scanner.ModeFull} {
		scope := scantest.Home(mode, 3*time.Second)
		for _, a := range []string{"192.168.7.5", "192.168.7.6", "192.168.7.7", "192.168.7.8", "192.168.7.9", "8.8.8.8"} {
			scope.Ticked = append(scope.Ticked, netip.MustParseAddr(a))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		s.Observe(ctx, scope, got.Emit)
		cancel()
		if mode == scanner.ModeQuiet && len(asked) != 0 {
			t.Errorf("%d pages were got without leave", len(asked))
		}
	}
	if len(asked) != 4*4+1 {
		t.Errorf("%d pages, want four from each of four devices and one from the one that hangs", len(asked))
	}
	for addr, want := range map[string]fields{
		"192.168.7.5": {"protocol": "hue", "name": "Philips hue", "model": "BSB002", "firmware": "1962097030", "setup": "done"},
		"192.168.7.6": {"protocol": "roku", "name": "Lounge", "model": "Roku Ultra", "manufacturer": "Roku", "firmware": "12.5.0"},
		"192.168.7.7": {"protocol": "sonos", "name": "Bath", "model": "Sonos One", "firmware": "79.1"},
		"192.168.7.8": {"protocol": "cast", "name": "Kitchen", "model": "Google Home Mini", "manufacturer": "Google Inc.", "product": "mushroom", "firmware": "1.56.281627"},
	} {
		if said := all(got, addr); fmt.Sprint(said) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", addr, said, want)
		}
	}
	if got.Facts("192.168.7.9") != nil || got.Facts("8.8.8.8") != nil {
		t.Error("something was told of a device that said nothing")
	}
}

func TestPages_notAnAnswer(t *testing.T) {
	for _, p := range pages() {
		for _, body := range []string{
			"", "{}", "[]", "<a/>", `<!DOCTYPE a [<!ENTITY b "c">]><device-info><model-name>&b;</model-name></device-info>`,
			"<root><manufacturer>Other</manufacturer></root>", `<html><title>Login</title></html>`, strings.Repeat("[", 20000),
		} {
			if f, ok := p.read([]byte(body)); ok {
				t.Errorf("%s reads %.40q: %v", p.protocol, body, f)
			}
		}
	}
}

func FuzzPages(f *testing.F) {
	for _, body := range []string{hueConfig, castInfo, rokuInfo, sonosPlain} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range pages() {
			said, _ := p.read(data)
			for k, v := range said {
				if v == "" || len(v) > longestValue {
					t.Fatalf("%s %q", k, v)
				}
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(scramble([]byte(sysinfo)))
	f.Add(tapoPacket(tapoAnswer))
	f.Add(lifxPacket(isLabel, label("Hall")))
	f.Add(lifxPacket(isVersion, make([]byte, 12)))
	f.Add([]byte(wizAnswer))
	f.Add([]byte(bulb))
	f.Add(frame([]byte(announcement)))
	f.Add(frame(blocks(f, announcement)))
	f.Add(sealed(f, announcement))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func([]byte) (fields, bool){readKasa, readTapo, readLIFX, readWiZ, readYeelight, readTuya} {
			said, _ := read(data)
			for k, v := range said {
				if v == "" || len(v) > longestValue {
					t.Fatalf("%s %q", k, v)
				}
			}
		}
	})
}
