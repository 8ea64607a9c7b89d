package view

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"html/template"
	"io"
	"os"
	"strings"
	"testing"

	"keyholder/server/chart"
	"keyholder/templates"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// picture draws a diagram through its partial.
func picture(t *testing.T, d chart.Diagram) string {
	t.Helper()
	drawing, err := chart.Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	set, err := template.New("").Funcs(template.FuncMap{"static": func(name string) string { return "/static/" + name }}).
		ParseFS(templates.FS, "partials/diagram.html")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := set.ExecuteTemplate(&out, "diagram", drawing); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func accessDiagram() chart.Diagram {
	return chart.Diagram{
		ID: "access", Title: "Who reaches what", Desc: "Three columns",
		Nodes: []chart.Node{
			{ID: "p", Label: "Person of concern", Icon: "person", Kind: chart.Person},
			{ID: "s", Label: "Survivor", Icon: "person", Kind: chart.Person},
			{ID: "m", Label: "E-mail", Sub: "account", Icon: "account", Kind: chart.Account, Href: "/x/mail", Layer: 1, Tone: chart.Reach},
			{ID: "t", Label: "Tablet of the oldest child", Sub: "tablet", Icon: "tablet", Kind: chart.Thing, Layer: 1},
			{ID: "h", Label: "Home", Icon: "home", Kind: chart.Home, Layer: 2},
		},
		Edges: []chart.Edge{
			{From: "p", To: "m", Label: "recovery number", Style: chart.Known, Tone: chart.Reach, Href: "/x/q"},
			{From: "s", To: "m", Label: "main login", Style: chart.Reported},
			{From: "p", To: "t", Label: "set it up", Style: chart.Suspected},
			{From: "p", To: "h", Label: "key", Style: chart.Unknown},
			{From: "h", To: "t", Label: "Wi-Fi", Style: chart.Suspected},
			{From: "m", To: "t", Style: chart.Known, Plain: true},
		},
	}
}

func networkDiagram() chart.Diagram {
	d := chart.Diagram{ID: "network", Title: "Network", Desc: "The router and the devices by room", Nodes: chart.Around(
		[]chart.Node{{ID: "r", Label: "Router", Icon: "router"}},
		[]chart.Node{
			{ID: "1", Label: "Doorbell", Icon: "doorbell", Group: "Hall and front door", Href: "/x/1"},
			{ID: "2", Label: "Speaker", Icon: "speaker", Group: "Kitchen"},
			{ID: "3", Label: "Nobody knows what this is", Icon: "unknown", Group: "Nobody has said where", Tone: chart.Query},
		})}
	for _, id := range []string{"1", "2", "3"} {
		d.Edges = append(d.Edges, chart.Edge{From: "r", To: id, Style: chart.Known, Plain: true})
	}
	return d
}

func TestDiagram_golden(t *testing.T) {
	for name, d := range map[string]chart.Diagram{"access": accessDiagram(), "network": networkDiagram()} {
		got, file := picture(t, d), "testdata/diagram-"+name+".svg.txt"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is drawn otherwise than in %s; look at it, then run with -update", name, file)
		}
	}
}

// A label that is markup, an address or an entity stays text, and the picture stays well formed and
// free of scripts and styles.
func TestDiagram_hostile_labels_are_escaped(t *testing.T) {
	for _, bad := range []string{
		`<script>alert(1)</script>`, `"><svg onload=alert(1)>`, `</title></text></svg><img src=x onerror=alert(1)>`,
		`&lt;b&gt; &#x3c;b>`, `javascript:alert(1)`, "]]><!--", `' onclick='x`,
	} {
		d := chart.Diagram{ID: "d", Title: bad, Desc: bad, Nodes: []chart.Node{
			{ID: "a", Label: bad, Sub: bad, Icon: "unknown", Group: bad, Href: "javascript:alert(1)", Kind: chart.Kind(bad), Tone: chart.Tone(bad)},
			{ID: "b", Label: bad, Layer: 1, Group: bad},
		}, Edges: []chart.Edge{{From: "a", To: "b", Label: bad, Says: bad, Style: chart.Unknown, Href: "javascript:alert(1)", Tone: chart.Tone(bad)}}}
		wellFormed(t, bad, picture(t, d))
	}
}

// wellFormed walks the elements and attributes of a picture and refuses all that the template does
// not write itself.
func wellFormed(t *testing.T, bad, svg string) {
	t.Helper()
	known := strings.Fields("div svg desc g title rect text a path use")
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v\n%s", bad, err, svg)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !strings.Contains(" "+strings.Join(known, " ")+" ", " "+e.Name.Local+" ") {
			t.Errorf("%q became the element %s", bad, e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" ||
				a.Name.Local == "href" && strings.HasPrefix(a.Value, "javascript") {
				t.Errorf("%q became the attribute %s=%q", bad, a.Name.Local, a.Value)
			}
		}
	}
}
