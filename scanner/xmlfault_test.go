package scanner

import (
	"strings"
	"testing"
)

// walk reads a document into "path=value" words.
func walk(t *testing.T, body string) (string, error) {
	t.Helper()
	var got []string
	err := WalkXML([]byte(body), func(path []string, value string) { got = append(got, path[len(path)-1]+"="+value) })
	return strings.Join(got, " "), err
}

// Faults that devices in shops have. A camera whose description has one wrong byte is still a camera.
func TestWalkXML_faultyDevices(t *testing.T) {
	const head = `<?xml version="1.0"?>`
	for name, c := range map[string]struct{ body, want string }{
		"zero byte behind the end":  {head + "<a><b>x</b></a>\x00\x00", "b=x"},
		"words behind the end":      {head + "<a><b>x</b></a>HTTP/1.1 200 OK\r\n<<<", "b=x"},
		"a second document":         {head + "<a><b>x</b></a>" + head + "<c>y</c>", "b=x"},
		"bare ampersand":            {"<a><maker>Bang & Olufsen</maker><model>M5</model></a>", "maker=Bang & Olufsen model=M5"},
		"ampersand in a link":       {"<a><url>http://x/?a=1&b=2&c</url><model>M5</model></a>", "url=http://x/?a=1&b=2&c model=M5"},
		"ampersand in an attribute": {`<a><b c="1&2">x</b></a>`, "b=x"},
		"proper references":         {"<a><b>1 &lt; 2 &amp;&#38; &#x33;</b></a>", "b=1 < 2 && 3"},
		"raw text":                  {"<a><b><![CDATA[R&B &amp; more]]></b><c>&</c></a>", "b=R&B &amp; more c=&"},
		"foreign letters":           {"<a><name>\xc9\xe3\xcf\xf1\xcd\xb7 cam</name><model>C1</model></a>", "name=\uFFFD\uFFFD\uFFFD\uFFFD\u0377 cam model=C1"},
		"foreign and declared":      {`<?xml version="1.0" encoding="gb2312"?><a><name>` + "\xff\xfe" + `</name><model>C1</model></a>`, "name=\uFFFD\uFFFD model=C1"},
		"code page of Windows":      {`<?xml version="1.0" encoding="Windows-1252"?><a>Anna` + "\x92" + `s TV</a>`, "a=Anna’s TV"},
		"Latin in capitals":         {`<?xml version="1.0" encoding='ISO-8859-1'?><a>K` + "\xfc" + `che</a>`, "a=Küche"},
		"Latin 15":                  {`<?xml version="1.0" encoding="iso-8859-15"?><a>plain</a>`, "a=plain"},
		"utf8 without a dash":       {`<?xml version="1.0" encoding="utf8"?><a>é</a>`, "a=é"},
		"byte order mark":           {"\ufeff" + head + "<a>x</a>", "a=x"},
		"control character":         {"<a><b>x\x01y</b></a>", "b=x y"},
		"blank lines before":        {"\r\n\r\n" + head + "<a>x</a>", "a=x"},
		"a comment":                 {"<a><!-- & <b> --><b>x</b></a>", "b=x"},
		"empty elements":            {"<a><b/><c></c><d> </d></a>", ""},
		"name spaces":               {`<s:a xmlns:s="u"><s:b>x</s:b></s:a>`, "b=x"},
		"nothing":                   {"", ""},
	} {
		if got, err := walk(t, c.body); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

// What a hostile device hides in such faults is still refused.
func TestWalkXML_hostileFaults(t *testing.T) {
	for name, body := range map[string]string{
		"bomb behind a byte order mark": "\ufeff<!DOCTYPE a [<!ENTITY x \"ha\">]><a>&x;</a>",
		"bomb behind a comment":         "<!-- -->\n<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
		"document type inside":          "<a><!DOCTYPE b></a>",
		"entity made by bare signs":     "<a>&&x;</a>",
		"raw text without end":          "<a><![CDATA[" + strings.Repeat("&", 4000),
		"cut in a reference":            "<a>&am",
		"cut in a tag":                  "<a><b",
		"crossed":                       "<a><b></a></b>",
		"wide without end":              strings.Repeat("<a/", 5000),
	} {
		if got, err := walk(t, body); err == nil {
			t.Errorf("%s: was read as %q", name, got)
		}
	}
	if got, err := walk(t, "<a>"+strings.Repeat("&", 100000)+"</a>"); err != nil || len(got) != 100002 {
		t.Errorf("many signs: %d bytes, %v", len(got), err)
	}
}

func TestWindows1252(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	runes := []rune(Windows1252(all))
	if len(runes) != 256 || runes[0x41] != 'A' || runes[0x80] != '€' || runes[0x92] != '’' || runes[0x9f] != 'Ÿ' || runes[0xa0] != '\u00a0' || runes[0xfc] != 'ü' {
		t.Errorf("%d characters: %q", len(runes), string(runes[0x80:]))
	}
}

// Names that are drawn as nothing, or over the lines above and below, are not left to stand on a page.
func TestSafeText_invisible(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"Hangul filler":       {"\u3164\u3164", ""},
		"half-wide filler":    {"TV\uffa0", "TV"},
		"jamo fillers":        {"\u115f\u1160x", "x"},
		"blank braille":       {"\u2800Camera\u2800", "Camera"},
		"joiner of nothing":   {"a\u034fb", "ab"},
		"tags":                {"TV\U000e0041\U000e007f", "TV"},
		"tower of accents":    {"Z" + strings.Repeat("\u0336", 60) + "!", "Z" + strings.Repeat("\u0336", 4) + "!"},
		"tower with a gap":    {"Z" + strings.Repeat("\u0336\u200b", 20), "Z" + strings.Repeat("\u0336", 4)},
		"accents of a script": {"ถ้ำ Tiếng Việt", "ถ้ำ Tiếng Việt"},
		"picture":             {"Sam’s 📺", "Sam’s 📺"},
		"wide gap":            {"a\u3000\u00a0b", "a b"},
		"soft hyphen":         {"Cam\u00adera", "Camera"},
	} {
		got := SafeText(c.in)
		if got != c.want || SafeText(got) != got {
			t.Errorf("%s: SafeText(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}

// The end of a bounded text is never half a character, wherever it is cut.
func TestBounded_everywhere(t *testing.T) {
	const text = "aé€😀z"
	for max := range len(text) + 2 {
		got := Bounded(text, max)
		if len(got) > max || !strings.HasPrefix(text, got) || strings.ContainsRune(got, '\uFFFD') {
			t.Errorf("Bounded(%q, %d) = %q", text, max, got)
		}
	}
	if Bounded("\x80\x80\x80", 2) != "" && len(Bounded("\x80\x80\x80", 2)) > 2 {
		t.Error("bytes that begin no character are not bounded")
	}
}
