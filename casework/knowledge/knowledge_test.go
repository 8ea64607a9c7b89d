package knowledge

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

func base(t *testing.T) *Base {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// classCodes are the codes of practice section 3.3, written out once more so that a class cannot
// vanish from the content unnoticed.
const classCodes = `phone tablet laptop_desktop old_device_kept_by_poc work_device storage_or_printer
hub_platform smart_speaker smart_display voice_assistant_other
doorbell camera_indoor camera_outdoor baby_monitor pet_camera hidden_camera_or_mic
smart_lock alarm_panel garage_gate intercom_entry_fob key_safe
thermostat_heating lights plugs_switches meter_energy air_fan_blind
tv_streamer console robot_vacuum kitchen_appliance other_appliance
router repeater_mesh nas_recorder vpn_or_filter_box
bluetooth_tag gps_tracker pet_tracker luggage_or_bike_tracker
connected_car insurer_box ev_charger scooter_bike
watch band_ring fitness_app earbuds smart_glasses
implant_or_pump hearing_aid mobility_aid speech_aid pendant_alarm health_app
child_phone_tablet child_watch connected_toy nursery_camera school_device game_account
email main_identity cloud_photo messaging social dating banking_wallet shopping_delivery
transport_account government_health streaming smart_home_account
drone covert_other unknown_device`

func TestBase_everyClassCode(t *testing.T) {
	b := base(t)
	want := strings.Fields(classCodes)
	for _, code := range want {
		if _, ok := b.Class(Code(code)); !ok {
			t.Errorf("class %s has no entry", code)
		}
		if len(b.Capabilities(Code(code))) == 0 {
			t.Errorf("class %s has no capability", code)
		}
	}
	if got := len(b.Classes()); got != len(want) {
		t.Errorf("%d entries, want %d: an entry has a code outside the set", got, len(want))
	}
	if _, ok := b.Class("toaster"); ok || b.Capabilities("toaster") != nil {
		t.Error("an unknown code has an entry")
	}
}

func TestBase_platforms(t *testing.T) {
	b := base(t)
	for _, id := range strings.Fields("google_home amazon_alexa apple_home smartthings ring nest_camera philips_hue router_app apple_find_my google_find_hub") {
		p, ok := b.Platform(id)
		if !ok || p.Review != "needed" {
			t.Errorf("platform %s: found %v, review %q; want an entry still to be reviewed", id, ok, p.Review)
		}
	}
	if len(b.Platforms()) < 25 {
		t.Errorf("%d platforms, want at least 25", len(b.Platforms()))
	}
}

// A medical thing must be marked so, because its steps may never cut it off.
func TestBase_medical(t *testing.T) {
	b := base(t)
	for _, code := range strings.Fields("implant_or_pump hearing_aid mobility_aid speech_aid pendant_alarm") {
		if e, _ := b.Class(Code(code)); e.Kind != Medical {
			t.Errorf("%s is %q, want medical", code, e.Kind)
		}
	}
	if e, _ := b.Class("connected_toy"); e.Kind != Toy {
		t.Errorf("connected_toy is %q, want toy", e.Kind)
	}
}

// Words that promise or frighten have no place in the texts; neither has a how-to.
func TestBase_words(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)\b(hack(ed|er|ing)?|is safe|no risk|clean|go to settings|install the|tap on|click)\b`)
	files, err := filepath.Glob("data/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(raw), "\n") {
			if m := forbidden.FindString(line); m != "" {
				t.Errorf("%s:%d: %q", name, i+1, m)
			}
		}
	}
}

func TestBase_sections(t *testing.T) {
	b := base(t)
	for _, code := range b.Classes() {
		e, _ := b.Class(code)
		for _, s := range e.Sections {
			if !regexp.MustCompile(`^S(0\d|1\d|2[0-4])$`).MatchString(s) {
				t.Errorf("%s: section %q", code, s)
			}
		}
	}
}

// oldAfter is how many months an entry may stand without being checked.
const oldAfter = 18

// tooOld reports whether a year-month lies more than oldAfter months before now.
func tooOld(checked string, now time.Time) bool {
	at, err := time.Parse("2006-01", checked)
	return err != nil || at.AddDate(0, oldAfter, 0).Before(now)
}

func TestBase_age(t *testing.T) {
	now := time.Now()
	b := base(t)
	for _, code := range b.Classes() {
		if e, _ := b.Class(code); tooOld(e.Checked, now) {
			t.Errorf("class %s was last checked %s: look at it again", code, e.Checked)
		}
	}
	for _, p := range b.Platforms() {
		if tooOld(p.Checked, now) {
			t.Errorf("platform %s was last checked %s: look at it again", p.ID, p.Checked)
		}
	}
	if !tooOld("2025-04", time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) || tooOld("2025-06", time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) {
		t.Error("18 months are counted wrongly")
	}
}

func validate(t *testing.T, schema, file string, raw []byte) error {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("data/schema", schema))
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := yaml.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestSchema(t *testing.T) {
	files, _ := filepath.Glob("data/*.yaml")
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		schema := schemaOf(name)
		if err := validate(t, schema, name, raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bad := raw
		for from, to := range map[string]string{"section: S": "section: T", "{code: ": "{code: not_", "alert: A1": "alert: A7", "room: hall": "room: attic", "- code: ": "- code: not_"} {
			bad = bytes.Replace(bad, []byte(from), []byte(to), 1)
		}
		if err := validate(t, schema, name, bad); err == nil {
			t.Errorf("%s: the schema accepts a wrong code", name)
		}
	}
}

// schemaOf is the schema of a data file, by the last word of its name.
func schemaOf(name string) string {
	kind := strings.TrimSuffix(filepath.Base(name), ".v0.yaml")
	return kind[strings.LastIndex(kind, ".")+1:] + ".schema.json"
}

// files are the data files with one of them changed.
func files(t *testing.T, changed, from, to string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	names, err := filepath.Glob("data/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		if name == changed {
			if text = strings.Replace(text, from, to, 1); text == string(raw) {
				t.Fatalf("%s: the test changes nothing with %q", name, from)
			}
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoad_refuses(t *testing.T) {
	tests := map[string][2]string{
		"unknown key":         {"kind: general", "sort: general"},
		"unknown capability":  {"code: remote_control", "code: remote"},
		"unknown kind":        {"kind: general", "kind: gadget"},
		"empty words":         {"main_login: \"Mostly the buyer\"", "main_login: \"\""},
		"class twice":         {"class: smart_speaker", "class: hub_platform"},
		"month of the check":  {"checked: 2026-11", "version: 0"},
		"misuse without sign": {"signs: \"They know times of leaving and coming home\", ", ""},
	}
	for name, change := range tests {
		_, err := load(files(t, "data/home.classes.v0.yaml", change[0], change[1]))
		if err == nil || !strings.Contains(err.Error(), "home.classes.v0.yaml") {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
}

func TestBase_sourcesAreListed(t *testing.T) {
	raw, err := os.ReadFile("../../docs/sources.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Sources map[string]struct{ Text, At string }
	}
	if err := yaml.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	b := base(t)
	var used []string
	for _, code := range b.Classes() {
		e, _ := b.Class(code)
		used = append(used, e.Sources...)
	}
	for _, p := range b.Platforms() {
		used = append(used, p.Sources...)
	}
	for _, c := range b.Cards() {
		used = append(used, c.Sources...)
	}
	for _, l := range b.Leads() {
		used = append(used, l.Sources...)
	}
	for _, o := range b.Outcomes() {
		used = append(used, o.Sources...)
	}
	for _, k := range b.Controls() {
		used = append(used, k.Sources...)
	}
	for _, key := range used {
		if list.Sources[key].Text == "" {
			t.Errorf("source %s is not in docs/sources.yaml", key)
		}
	}
}
