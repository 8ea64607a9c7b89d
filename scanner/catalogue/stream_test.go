package catalogue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"keyholder/scanner"

	"github.com/google/go-cmp/cmp"
)

func TestParseLine_shapes(t *testing.T) {
	want := []scanner.Fact{{Kind: "mdns", Fields: map[string]string{"type": "_hap._tcp", "name": "Lock", "txt.ci": "6"}}}
	tests := []string{
		`{"kind":"mdns","type":"_hap._tcp","name":"Lock","txt":{"CI":6}}`,
		`{"mdns":{"type":"_hap._tcp","name":"Lock","txt":{"ci":"6"}}}`,
		`{"kind":"mdns","mdns":{"type":"_hap._tcp","name":"Lock","txt":["ci=6"]}}`,
		`{"kind":"MDNS","fields":{"Type":"_hap._tcp","Name":"Lock","TXT":{"ci":"6"}}}`,
		`{"kind":"mdns","data":{"type":"_hap._tcp","name":"Lock","txt":"ci=6"}}`,
		`{"Kind":"mdns","TYPE":"_hap._tcp","instance":"Lock","properties":{"ci":"6"}}`,
		`{"type":"mdns","service":"_hap._tcp","name":"Lock","txt.ci":"6"}`,
		`{"mdns":[{"type":"_hap._tcp","name":"Lock","txt":{"ci":"6"}}]}`,
	}
	for _, s := range tests {
		line, err := ParseLine([]byte(`{"id":"a","sightings":[` + s + `]}`))
		if err != nil || line.ID != "a" {
			t.Errorf("%s: %v, id %q", s, err, line.ID)
			continue
		}
		if diff := cmp.Diff(want, line.Facts); diff != "" {
			t.Errorf("%s: %s", s, diff)
		}
	}
}

func TestParseLine_fields(t *testing.T) {
	raw := `{"ID":7,"Sightings":[{"kind":"port","port":554,"proto":"tcp","banner":null},{"kind":"wsd","types":["a","b"],"scopes":"c"},
		{"kind":"ssdp","device_type":"d","Model-Name":"m"},{"dhcp":"Pixel-7a"},{"kind":"neighbor","MAC":"3e:91:7c:0d:5e:01"},{"kind":"zigbee","x":1},"text",{}]}`
	line, err := ParseLine([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := Line{ID: "7", Facts: []scanner.Fact{
		{Kind: "port", Fields: map[string]string{"port": "554", "proto": "tcp", "banner": ""}},
		{Kind: "wsd", Fields: map[string]string{"types": "a b", "scopes": "c"}},
		{Kind: "ssdp", Fields: map[string]string{"devicetype": "d", "modelname": "m"}},
		{Kind: "dhcp", Fields: map[string]string{"hostname": "Pixel-7a"}},
		{Kind: "neighbour", Fields: map[string]string{"mac": "3e:91:7c:0d:5e:01"}},
		{Kind: "zigbee"},
		{Kind: "a sighting that is a text"},
		{Kind: "an empty sighting"},
	}}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error(diff)
	}
}

func TestParseLine_errors(t *testing.T) {
	tests := []struct {
		raw, id string
		err     error
	}{
		{`{"id":"a"}`, "a", errNoSightings},
		{`{"id":"a","sightings":{}}`, "a", errNotSightings},
		{`[]`, "", errNotObject},
		{`null`, "", errNotObject},
		{`{"id":"a","sightings":[`, "", errNotObject},
		{`{"id":"a","sightings":[]} {}`, "a", errMore},
		{`{"id":"a","sightings":[]} }`, "a", errMore},
	}
	for _, tt := range tests {
		line, err := ParseLine([]byte(tt.raw))
		if !errors.Is(err, tt.err) || line.ID != tt.id {
			t.Errorf("%s: %v, id %q; want %v, %q", tt.raw, err, line.ID, tt.err, tt.id)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"id":"a","sightings":[{"kind":"mdns","type":"_hap._tcp","txt":{"ci":6}}]}`))
	f.Add([]byte(`{"id":"a","sightings":[{"mdns":[{"txt":["a=b"]}]},{"dhcp":"x"},[],1]}`))
	c := load(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		line, err := ParseLine(raw)
		if err != nil {
			return
		}
		id := c.Identify(line.Facts)
		if Classes(id.Group) == nil || id.Confidence.level() < 0 {
			t.Errorf("%+v", id)
		}
		if g, ok := GroupOf(id.Class); id.Class != "" && (!ok || g != id.Group) {
			t.Errorf("%s is not in %s", id.Class, id.Group)
		}
	})
}

// Answers come in the order of the lines, whatever fails between them.
func TestCatalogue_Stream(t *testing.T) {
	var in strings.Builder
	for i := range 1000 {
		switch {
		case i%100 == 7:
			in.WriteString("not json\n")
		case i == 500:
			in.WriteString(`{"id":"500","sightings":[{"kind":"dhcp","hostname":"` + strings.Repeat("x", MaxLine) + `"}]}` + "\n")
		default:
			fmt.Fprintf(&in, `{"id":"%d","sightings":[{"kind":"dhcp","hostname":"Pixel-7a"}]}`+"\n\n", i)
		}
	}
	var out bytes.Buffer
	stats, err := load(t).Stream(context.Background(), strings.NewReader(in.String()), &out)
	if err != nil || stats.Lines != 1000 || stats.Failed != 11 {
		t.Fatalf("%+v, %v; want 1000 lines, 11 failed", stats, err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1000 {
		t.Fatalf("%d answers, want 1000", len(lines))
	}
	for i, text := range lines {
		var a struct{ ID, Class, Error string }
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		if i%100 == 7 || i == 500 {
			if a.Error == "" {
				t.Errorf("line %d: no error", i)
			}
		} else if a.ID != fmt.Sprint(i) || a.Class != "phone" {
			t.Errorf("line %d: %+v", i, a)
		}
	}
}

func TestCatalogue_Stream_lastLineWithoutEnd(t *testing.T) {
	var out bytes.Buffer
	stats, err := load(t).Stream(context.Background(), strings.NewReader(`{"id":"a","sightings":[{"kind":"zigbee"}]}`), &out)
	if err != nil || stats.Lines != 1 || !strings.Contains(out.String(), "not understood: zigbee") {
		t.Errorf("%+v, %v, %s", stats, err, out.String())
	}
	var a map[string]any
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	if a["group"] != "other" || a["class"] != "unknown_device" || a["confidence"] != "unknown" {
		t.Errorf("%v", a)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestCatalogue_Stream_brokenOutput(t *testing.T) {
	in := strings.NewReader(strings.Repeat(`{"id":"a","sightings":[]}`+"\n", 10_000))
	if _, err := load(t).Stream(context.Background(), in, brokenWriter{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("%v, want the write error", err)
	}
}

func TestCatalogue_Stream_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in := strings.NewReader(strings.Repeat(`{"id":"a","sightings":[]}`+"\n", 100_000))
	if _, err := load(t).Stream(ctx, in, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want cancelled", err)
	}
}

// The yardstick is 20,000 lines a second on two cores.
func BenchmarkCatalogue_Stream(b *testing.B) {
	raw, err := os.ReadFile("testdata/market.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	lines := bytes.Count(raw, []byte("\n"))
	in := bytes.Repeat(raw, 50)
	c := load(b)
	for b.Loop() {
		if _, err := c.Stream(context.Background(), bytes.NewReader(in), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*lines*50)/b.Elapsed().Seconds(), "lines/s")
}

// Reading the rules is part of every start of the program.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
