package scanner

import (
	"strings"
	"testing"
)

func TestWalkXML(t *testing.T) {
	var got []string
	err := WalkXML([]byte(`<?xml version="1.0"?><root><device><friendlyName> TV </friendlyName></device></root>`),
		func(path []string, value string) { got = append(got, strings.Join(path, "/")+"="+value) })
	if err != nil || len(got) != 1 || got[0] != "root/device/friendlyName=TV" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWalkXML_latin1(t *testing.T) {
	var got string
	err := WalkXML([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>K\xfcche</a>"), func(_ []string, v string) { got = v })
	if err != nil || got != "Küche" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWalkXML_hostile(t *testing.T) {
	for name, body := range map[string]string{
		"entity bomb": `<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>`,
		"external":    `<!DOCTYPE a SYSTEM "http://192.168.7.1/x"><a/>`,
		"deep":        strings.Repeat("<a>", 33),
		"many":        "<a>" + strings.Repeat("<b/>", 5000) + "</a>",
		"unclosed":    "<a><b></a>",
		"entity":      "<a>&unknown;</a>",
	} {
		if err := WalkXML([]byte(body), func([]string, string) {}); err == nil {
			t.Errorf("%s: was read", name)
		}
	}
}

func FuzzWalkXML(f *testing.F) {
	f.Add([]byte(`<a b="c">d<e/></a>`))
	f.Add([]byte(`<?xml version="1.0" encoding="latin1"?><a>` + "\xe9" + `</a>`))
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = WalkXML(data, func(path []string, value string) {
			if len(path) == 0 || len(path) > deepestXML || value == "" {
				t.Fatalf("path of %d elements, value %q", len(path), value)
			}
		})
	})
}
