package vendor

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// said writes fields down in a fixed order.
func said(f fields, ok bool) string {
	if !ok {
		return "no"
	}
	var out []string
	for k, v := range f {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// What Kasa devices answer, older and newer, plugs, strips, lamps and cameras. A camera writes the same one
// level deeper.
func TestReadKasa_devices(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"camera": {
			`{"system":{"get_sysinfo":{"err_code":0,"system":{"sw_ver":"2.3.3 Build","model":"KC100(UN)","dev_name":"Kasa Spot","type":"IOT.IPCAMERA","alias":"Hall","mac":"3C:84:6A:61:00:00","longitude":-0.1,"bind_status":true}}}}`,
			"description=Kasa Spot firmware=2.3.3 Build model=KC100(UN) name=Hall type=IOT.IPCAMERA",
		},
		"lamp": {
			`{"system":{"get_sysinfo":{"sw_ver":"1.8.11","mic_type":"IOT.SMARTBULB","model":"KL130(EU)","alias":"Bed"}}}`,
			"firmware=1.8.11 model=KL130(EU) name=Bed type=IOT.SMARTBULB",
		},
		"number for text":   {`{"system":{"get_sysinfo":{"sw_ver":12,"model":"HS100(UK)","alias":"Fan"}}}`, "model=HS100(UK) name=Fan"},
		"nothing for text":  {`{"system":{"get_sysinfo":{"alias":null,"model":"HS100(UK)"}}}`, "model=HS100(UK)"},
		"children as text":  {`{"system":{"get_sysinfo":{"model":"HS300","children":"none"}}}`, "model=HS300"},
		"many outlets":      {`{"system":{"get_sysinfo":{"model":"HS300","children":[` + strings.Repeat(`{"alias":"a"},`, 40) + `{"alias":"b"}]}}}`, "model=HS300 outlets=a, a, a, a, a, a, a, a"},
		"outlets no names":  {`{"system":{"get_sysinfo":{"model":"HS300","children":[{},{"alias":"b"},{"alias":" "}]}}}`, "model=HS300 outlets=b"},
		"spaces only":       {`{"system":{"get_sysinfo":{"alias":"  ","model":" HS100 "}}}`, "model=HS100"},
		"other module":      {`{"emeter":{"get_realtime":{"power":1}}}`, "no"},
		"error":             {`{"system":{"get_sysinfo":{"err_code":-1}}}`, "no"},
		"a list":            {`{"system":[]}`, "no"},
		"cut":               {`{"system":{"get_sysinfo":{"alias":"x"`, "no"},
		"two answers":       {`{"system":{"get_sysinfo":{"alias":"x"}}}{}`, "no"},
		"letters and signs": {`{"system":{"get_sysinfo":{"alias":"\u202eK\u00fcche <b>","model":"m"}}}`, "model=m name=\u202eKüche <b>"},
	} {
		if got := said(readKasa(scramble([]byte(c.in)))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if f, _ := readKasa(scramble(fmt.Appendf(nil, `{"system":{"get_sysinfo":{"alias":%q}}}`, strings.Repeat("é", 5000)))); len(f["name"]) > longestValue {
		t.Errorf("a name of %d bytes", len(f["name"]))
	}
}

// What makes a text secret on the wire is undone by what made it.
func TestScramble(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		plain := make([]byte, r.IntN(300))
		for i := range plain {
			plain[i] = byte(r.IntN(256))
		}
		if got := unscramble(scramble(plain)); !bytes.Equal(got, plain) {
			t.Fatalf("seed %d: %x became %x", seed, plain, got)
		}
	}
	if first := scramble([]byte("{"))[0]; first != 0xd0 { // as captured from any of these plugs
		t.Errorf("a question begins with %x", first)
	}
}

func TestReadTapo_devices(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"camera":           {`{"result":{"device_type":"SMART.IPCAMERA","device_model":"C210","device_name":"Hall","firmware_version":"1.3.9"},"error_code":0}`, "firmware=1.3.9 model=C210 name=Hall type=SMART.IPCAMERA"},
		"fresh":            {`{"result":{"device_type":"SMART.TAPOPLUG","factory_default":true}}`, "setup=open type=SMART.TAPOPLUG"},
		"only its state":   {`{"result":{"factory_default":true}}`, "no"},
		"state as a word":  {`{"result":{"device_model":"P100","factory_default":"no"}}`, "model=P100"},
		"number for text":  {`{"result":{"device_model":"P100","firmware_version":1}}`, "model=P100"},
		"behind the end":   {`{"result":{"device_model":"P100"}}` + "\x00\x00", "model=P100"},
		"an error":         {`{"error_code":-1}`, "no"},
		"brace in a wrong": {`{`, "no"},
	} {
		if got := said(readTapo(tapoPacket(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestReadWiZ_devices(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"lamp":              {wizAnswer, "firmware=1.22.0 model=ESP01_SHRGB1C_31"},
		"number for text":   {`{"method":"getSystemConfig","result":{"moduleName":"ESP10_SOCKET_06","fwVersion":1.3}}`, "model=ESP10_SOCKET_06"},
		"an error":          {`{"method":"getSystemConfig","error":{"code":-32601}}`, "no"},
		"another method":    {`{"method":"syncPilot","result":{"moduleName":"x"}}`, "no"},
		"registered at all": {`{"method":"registration","result":{"success":true}}`, "no"},
	} {
		if got := said(readWiZ([]byte(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestReadYeelight_devices(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"announcement":   {"NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1982\r\nNTS: ssdp:alive\r\nLocation: yeelight://192.168.7.8:55443\r\nmodel: stripe\r\nname: \r\n\r\n", "model=stripe"},
		"small letters":  {"http/1.1 200 ok\nLOCATION:YEELIGHT://192.168.7.8:55443\nMODEL:mono\n", "model=mono"},
		"UPnP on it":     {"HTTP/1.1 200 OK\r\nLocation: http://192.168.7.8:1982/\r\nmodel: color\r\n\r\n", "no"},
		"no location":    {"HTTP/1.1 200 OK\r\nmodel: color\r\n\r\n", "no"},
		"question":       {"M-SEARCH * HTTP/1.1\r\nLocation: yeelight://192.168.7.8:55443\r\n\r\n", "no"},
		"far too late":   {"HTTP/1.1 200 OK\r\n" + strings.Repeat("x: y\r\n", mostHeaders) + "Location: yeelight://x\r\n", "no"},
		"colon in name":  {"HTTP/1.1 200 OK\r\nLocation: yeelight://x\r\nname: Bed: left\r\n", "name=Bed: left"},
		"wrong location": {"HTTP/1.1 200 OK\r\nLocation: http://x/?yeelight://\r\nmodel: m\r\n", "no"},
	} {
		if got := said(readYeelight([]byte(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestReadLIFX_packets(t *testing.T) {
	good := lifxPacket(isLabel, label("Hall"))
	wrongLength := bytes.Clone(good)
	wrongLength[0]++
	wrongVersion := bytes.Clone(good)
	binary.LittleEndian.PutUint16(wrongVersion[2:], 1023)
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"name":                 {good, "name=Hall"},
		"name without an end":  {lifxPacket(isLabel, bytes.Repeat([]byte("x"), lifxLabel)), "name=" + strings.Repeat("x", lifxLabel)},
		"name behind a zero":   {lifxPacket(isLabel, append([]byte("A\x00B"), make([]byte, 29)...)), "name=A"},
		"broken letters":       {lifxPacket(isLabel, label("K\xfcche")), "name=Kche"},
		"no name":              {lifxPacket(isLabel, label("")), "no"},
		"product":              {lifxPacket(isVersion, []byte{1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}), "maker=1 product=4294967295"},
		"short product":        {lifxPacket(isVersion, []byte{1, 0, 0, 0}), "no"},
		"short service":        {lifxPacket(isService, []byte{1, 0}), "no"},
		"switching of another": {lifxPacket(117, make([]byte, 6)), "no"},
		"wrong length":         {wrongLength, "no"},
		"wrong version":        {wrongVersion, "no"},
		"more behind the end":  {append(bytes.Clone(good), 0), "no"},
	} {
		if got := said(readLIFX(c.in)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Pages of hubs and players, with what differs from box to box.
func TestPages_devices(t *testing.T) {
	for name, c := range map[string]struct {
		read       func([]byte) (fields, bool)
		body, want string
	}{
		"Hue as it came":          {readHue, `{"name":"hue","bridgeid":"X","modelid":"BSB001","factorynew":true}`, "model=BSB001 name=hue"},
		"Hue with odd values":     {readHue, `{"name":7,"bridgeid":"X","modelid":"BSB002","swversion":123}`, "model=BSB002"},
		"Hue, odd state":          {readHue, `{"bridgeid":"X","modelid":"BSB002","factorynew":"maybe"}`, "model=BSB002"},
		"not Hue":                 {readHue, `{"name":"deCONZ","modelid":"x"}`, "no"},
		"Cast without a name":     {readCast, `{"device_info":{"model_name":"Nest Hub"}}`, "model=Nest Hub"},
		"Cast with odd values":    {readCast, `{"name":"Bath","build_version":3,"device_info":{"model_name":"Chromecast"}}`, "model=Chromecast name=Bath"},
		"Cast refused":            {readCast, `{"error":"Forbidden"}`, "no"},
		"Roku television":         {readRoku, `<device-info><model-name>TCL</model-name><is-tv>true</is-tv><friendly-device-name>Den &amp; bar</friendly-device-name></device-info>`, "model=TCL name=Den & bar type=tv"},
		"Roku with a bare sign":   {readRoku, `<device-info><model-name>TCL</model-name><user-device-name>Den & bar</user-device-name></device-info>`, "model=TCL name=Den & bar"},
		"Roku, another document":  {readRoku, `<apps><model-name>x</model-name></apps>`, "no"},
		"Sonos of another maker":  {readSonos, `<root><device><manufacturer>Sonosound</manufacturer><roomName>R</roomName></device></root>`, "name=R"},
		"Sonos, not at its root":  {readSonos, `<x><root><manufacturer>Sonos</manufacturer></root></x>`, "no"},
		"Sonos, said in capitals": {readSonos, `<root><device><manufacturer>SONOS, Inc.</manufacturer></device></root>`, ""},
	} {
		if got := said(c.read([]byte(c.body))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever of an answer is missing or of another kind, nobody's secret comes out, and nothing breaks.
func TestRead_changedAnswers(t *testing.T) {
	answers := map[string]func([]byte) (fields, bool){
		sysinfo:    func(b []byte) (fields, bool) { return readKasa(scramble(b)) },
		tapoAnswer: func(b []byte) (fields, bool) { return readTapo(tapoPacket(string(b))) },
		wizAnswer:  readWiZ, hueConfig: readHue, castInfo: readCast,
		announcement: func(b []byte) (fields, bool) { return readTuya(frame(b)) },
	}
	for text, read := range answers {
		for seed := range uint64(150) {
			var tree any
			if err := json.Unmarshal([]byte(text), &tree); err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(seed, 2))
			changed, err := json.Marshal(change(r, tree))
			if err != nil {
				t.Fatal(err)
			}
			f, _ := read(changed)
			for k, v := range f {
				if len(v) > longestValue || strings.Contains(v, "SECRET") || strings.Contains(v, "HomeWifi") || strings.Contains(v, "OWNERHASH") {
					t.Fatalf("seed %d: %s is %q", seed, k, v)
				}
			}
		}
	}
}

// change gives some values of a document another kind, or drops them.
func change(r *rand.Rand, v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, inner := range x {
			switch r.IntN(8) {
			case 0:
				delete(x, k)
			case 1:
				x[k] = []any{nil, 7.5, true, []any{"x"}, map[string]any{"y": "z"}}[r.IntN(5)]
			default:
				x[k] = change(r, inner)
			}
		}
	case []any:
		for i := range x {
			x[i] = change(r, x[i])
		}
	}
	return v
}

// Stopped at any moment, also while pages are got, nothing goes on; listening sends nothing.
func TestSource_Observe_stopped(t *testing.T) {
	for _, mode := range scanner.Modes() {
		for _, after := range []time.Duration{0, 400 * time.Millisecond, again + time.Millisecond, 2 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				time.AfterFunc(after, cancel)
				n, got := home(t), &scantest.Sightings{}
				scope := scantest.Home(mode, 10*time.Second)
				for host := range 60 {
					scope.Ticked = append(scope.Ticked, netip.AddrFrom4([4]byte{192, 168, 7, byte(30 + host)}))
				}
				s, pages := New(n), &atomic.Int64{}
				atOnce := make(chan struct{}, pagesAtOnce)
				s.get = func(ctx context.Context, _ netip.Addr, _ string) ([]byte, error) {
					select {
					case atOnce <- struct{}{}:
					default:
						t.Errorf("more than %d pages at once", pagesAtOnce)
					}
					pages.Add(1)
					<-ctx.Done()
					<-atOnce
					return nil, ctx.Err()
				}
				s.Observe(ctx, scope, got.Emit)
				told, sent, asked := got.Count(), len(n.Sent())+len(n.SentTo()), pages.Load()
				if mode == scanner.ModeListen && sent != 0 || mode != scanner.ModeFull && asked != 0 {
					t.Errorf("%s: %d packets, %d pages", mode, sent, asked)
				}
				time.Sleep(time.Minute)
				if got.Count() != told || len(n.Sent())+len(n.SentTo()) != sent || pages.Load() != asked {
					t.Errorf("%s stopped after %v: went on", mode, after)
				}
			})
		}
	}
}
