package catalogue

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"keyholder/scanner"
)

// truth is a made-up device with what it is: group and class may list several right answers with
// "|"; class "-" means that the network cannot tell, so a class above possible is wrong. Most is for
// what nobody can tell: any answer up to that confidence is right.
type truth struct {
	ID    string
	Group string
	Class string
	Brand string
	Most  Confidence
	raw   []byte
}

func (w truth) right(id Identity) bool {
	if w.Most != "" {
		return w.Most.atLeast(id.Confidence)
	}
	classes := strings.Split(w.Class, "|")
	class := slices.Contains(classes, string(id.Class)) ||
		slices.Contains(classes, "-") && (id.Class == "" || !id.Confidence.atLeast(Likely))
	return class && slices.Contains(strings.Split(w.Group, "|"), string(id.Group)) &&
		(w.Brand == "" || w.Brand == id.Brand)
}

func readTruths(t testing.TB, name string) []truth {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []truth
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, MaxLine)
	for lines.Scan() {
		w := truth{raw: []byte(lines.Text())}
		if err := json.Unmarshal(w.raw, &w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, w)
	}
	return list
}

// The files are written from what such products say on a network, not from the rules.
func TestCatalogue_Identify_truths(t *testing.T) {
	tests := []struct {
		file  string
		least int // devices in it
		share float64
	}{
		{"testdata/market.jsonl", 400, 0.98},
		{"testdata/lab.jsonl", 17, 1},
		{"testdata/second.jsonl", 100, 0.95},
		{"testdata/closer.jsonl", 38, 0.95},
		{"testdata/third.jsonl", 650, 0.98},
		{"testdata/fourth.jsonl", 150, 0.97},
		{"testdata/fifth.jsonl", 640, 0.97},
		{"testdata/sixth.jsonl", 220, 0.97},
		{"testdata/seventh.jsonl", 180, 0.97},
		{"testdata/eighth.jsonl", 180, 0.97},
	}
	c := load(t)
	for _, tt := range tests {
		list := readTruths(t, tt.file)
		right := 0
		for _, w := range list {
			line, err := ParseLine(w.raw)
			if err != nil {
				t.Fatalf("%s: %v", w.ID, err)
			}
			id := c.Identify(line.Facts)
			if w.right(id) {
				right++
				continue
			}
			if id.Confidence.atLeast(Likely) {
				t.Errorf("%s %s: %s/%s %q %s, want %s/%s %q", tt.file, w.ID, id.Group, id.Class, id.Brand, id.Confidence, w.Group, w.Class, w.Brand)
			} else {
				t.Logf("%s %s: %s/%s %q %s, want %s/%s", tt.file, w.ID, id.Group, id.Class, id.Brand, id.Confidence, w.Group, w.Class)
			}
		}
		t.Logf("%s: %d of %d right", tt.file, right, len(list))
		if len(list) < tt.least || float64(right) < tt.share*float64(len(list)) {
			t.Errorf("%s: %d of %d right, want at least %d devices and a share of %.2f", tt.file, right, len(list), tt.least, tt.share)
		}
	}
}

// someMaker returns a MAC whose prefix is registered.
func someMaker(c *Catalogue, r *rand.Rand) string {
	for {
		mac := fmt.Sprintf("%012x", r.Uint64()>>16&^(3<<40))
		if _, ok := c.makers.Lookup(mac); ok {
			return mac
		}
	}
}

func dhcp(name string) scanner.Fact {
	return scanner.Fact{Kind: scanner.FactDHCP, Fields: map[string]string{"hostname": name}}
}

func mdns(kind string, txt ...string) scanner.Fact {
	f := scanner.Fact{Kind: scanner.FactMDNS, Fields: map[string]string{"type": kind}}
	for i := 0; i+1 < len(txt); i += 2 {
		f.Fields[txt[i]] = txt[i+1]
	}
	return f
}

func TestCatalogue_Identify_nothing(t *testing.T) {
	id := load(t).Identify(nil)
	if id.Group != GroupOther || id.Class != ClassUnknown || id.Confidence != Unknown || id.Evidence != nil {
		t.Errorf("nothing known gives %+v", id)
	}
}

// A door lock that also says it is a television: both are shown, and neither is certain.
func TestCatalogue_Identify_conflict(t *testing.T) {
	lock := mdns("_hap._tcp", "txt.ci", "6")
	c := load(t)
	alone := c.Identify([]scanner.Fact{lock})
	if alone.Class != "smart_lock" || alone.Confidence != Certain || len(alone.Conflicts) > 0 {
		t.Fatalf("the lock alone: %+v", alone)
	}
	if !strings.Contains(alone.Evidence[0].Says, "door lock (HomeKit category 6)") {
		t.Errorf("evidence %q", alone.Evidence[0].Says)
	}
	tv := scanner.Fact{Kind: scanner.FactSSDP, Fields: map[string]string{"st": "urn:lge-com:service:webos-second-screen:1"}}
	both := c.Identify([]scanner.Fact{lock, tv})
	if len(both.Conflicts) == 0 || both.Confidence != Likely {
		t.Errorf("lock and television: %s, conflicts %v; want likely with a conflict", both.Confidence, both.Conflicts)
	}
	// A television that also plays music is no conflict.
	cast := mdns("_airplay._tcp", "txt.model", "BRAVIA 4K", "txt.manufacturer", "Sony")
	sound := mdns("_spotify-connect._tcp")
	if id := c.Identify([]scanner.Fact{cast, sound}); len(id.Conflicts) > 0 || id.Confidence != Certain {
		t.Errorf("television with music: %s, %v", id.Confidence, id.Conflicts)
	}
}

// Two independent hints are worth more than one; the same hint twice is not.
func TestCatalogue_Identify_agreement(t *testing.T) {
	c := load(t)
	maker := scanner.Fact{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": "54:2a:1b:0a:0b:0c"}}
	raop := mdns("_raop._tcp", "txt.am", "ShairportSync")
	if id := c.Identify([]scanner.Fact{raop, raop}); id.Confidence != Possible {
		t.Errorf("the same hint twice: %s, want possible", id.Confidence)
	}
	if id := c.Identify([]scanner.Fact{raop, maker}); id.Class != "smart_speaker" || id.Confidence != Likely {
		t.Errorf("two kinds of hints: %s %s, want a likely speaker", id.Class, id.Confidence)
	}
}

// What another device says about this one counts less.
func TestCatalogue_Identify_relayed(t *testing.T) {
	f := mdns("_hap._tcp", "txt.ci", "6", "relayed", "yes")
	if id := load(t).Identify([]scanner.Fact{f}); id.Class != "smart_lock" || id.Confidence != Likely {
		t.Errorf("relayed: %s %s, want likely", id.Class, id.Confidence)
	}
}

// A service that a program on any computer offers, or whose name is an everyday word, is no more than a hint;
// and a program has no microphone.
func TestCatalogue_Identify_programs(t *testing.T) {
	for service, group := range map[string]Group{"_mass._tcp": "iot_hub", "_alarm._tcp": "iot_entry"} {
		id := load(t).Identify([]scanner.Fact{mdns(service)})
		if id.Group != group || id.Class == "smart_speaker" || id.Confidence != Possible {
			t.Errorf("%s: %s/%s %s, want a hint at %s", service, id.Group, id.Class, id.Confidence, group)
		}
	}
}

func TestCatalogue_Identify_traps(t *testing.T) {
	c := load(t)
	for _, name := range []string{"epic", "activity", "mapi", "stvp", "pieces", "copilot", "happy", "kaplan", "brings", "nestled", "echoes-of-x", "spying-glass"} {
		id := c.Identify([]scanner.Fact{dhcp(name)})
		if id.Class != ClassUnknown {
			t.Errorf("%q gives %s/%s: a part of a word is no word", name, id.Group, id.Class)
		}
	}
	for _, project := range []string{"discover.weather", "infant.monitor"} {
		if id := c.Identify([]scanner.Fact{mdns("_esphomelib._tcp", "txt.project_name", project)}); id.Class == "air_fan_blind" {
			t.Errorf("%q gives %s/%s: a part of a word is no word", project, id.Group, id.Class)
		}
	}
	people := "norman gladys hayward marshall mercedes lennox dawn arlo eve alexa teufel schenker graber merlin galen oscar nova luna leo vera ella mila hugo iris ruby amber hazel jasper archer hunter mason tyler carter cooper parker taylor jordan morgan dakota phoenix sierra savannah brooklyn austin dallas houston denver lincoln jackson madison paris london florence sienna victoria regina angela carmen lucia sofia elena irina natasha svetlana mohammed ahmed hassan omar ali khalid aisha zainab priya anjali deepak sanjay wei ming chen kim park nguyen tran garcia lopez silva santos mueller schmidt weber wagner becker hoffmann schulz koch bauer richter wolf schroeder neumann braun zimmermann krueger hartmann lange werner krause lehmann bosch siemens dyson ford"
	for name := range strings.FieldsSeq(people) {
		for _, full := range []string{name, name + "s-laptop2", "haus-" + name} {
			id := c.Identify([]scanner.Fact{dhcp(full)})
			if id.Class != "" && id.Class != ClassUnknown && id.Confidence.atLeast(Likely) {
				t.Errorf("%q alone gives %s/%s %s: it is a person's name", full, id.Group, id.Class, id.Confidence)
			}
		}
	}
	for _, name := range []string{"tv", "camera", "my-lamp", "lock", "garage"} {
		id := c.Identify([]scanner.Fact{dhcp(name)})
		if id.Confidence.atLeast(Likely) {
			t.Errorf("%q alone gives %s/%s %s: anyone can choose a name", name, id.Group, id.Class, id.Confidence)
		}
	}
}

// No control or direction character of a hostile name reaches the words; the length is bounded.
func TestCatalogue_Identify_hostileText(t *testing.T) {
	c := load(t)
	name := "nest hub \u202e\u2066\x1b[31m\x00\n<script>{txt.md}" + strings.Repeat("A", 9000) + "\xff"
	id := c.Identify([]scanner.Fact{
		mdns("_googlecast._tcp", "name", name, "txt.md", "Google Nest Hub "+name, "txt.manufacturer", name),
		dhcp(name),
		{Kind: scanner.FactKind("x\u202ey\n"), Fields: map[string]string{"a": name}},
	})
	texts := []string{id.Brand, id.Model}
	for _, e := range append(id.Evidence, id.Conflicts...) {
		texts = append(texts, e.Says, e.Fact)
	}
	for _, s := range texts {
		if len(s) > 2000 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("unfit to show: %q", s)
		}
	}
	if id.Class != "smart_display" {
		t.Errorf("class %s", id.Class)
	}
}
