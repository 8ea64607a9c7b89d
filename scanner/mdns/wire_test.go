package mdns

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

func TestSplitInstance(t *testing.T) {
	for in, want := range map[string][2]string{
		`Kitchen._raop._tcp.local.`:              {"Kitchen", "_raop._tcp"},
		`Dot\.in\.name._HTTP._TCP.local.`:        {"Dot.in.name", "_http._tcp"},
		`\226\128\174drowssap._http._tcp.local.`: {"\u202edrowssap", "_http._tcp"},
		`_http._tcp.local.`:                      {},
		`x._universal._sub._ipp._tcp.local.`:     {},
		`x._http._tcp.example.com.`:              {},
		`x._a b._tcp.local.`:                     {},
		``:                                       {},
	} {
		name, service, ok := splitInstance(in)
		if ok != (want[0] != "") || (ok && (name != want[0] || service != want[1])) {
			t.Errorf("splitInstance(%q) = %q, %q, %v", in, name, service, ok)
		}
	}
}

func TestTextFields(t *testing.T) {
	long := strings.Repeat("v", 2000)
	many := []string{"MD=First", "md=second", "flag", "=no key", "k\\200ey=x", "long=" + long}
	for i := range 100 {
		many = append(many, strings.Repeat("k", i+1)+"=v")
	}
	got := textFields(many)
	if got["md"] != "First" || len(got["long"]) != longestValue || len(got) != mostKeys {
		t.Errorf("md %q, long %d bytes, %d keys", got["md"], len(got["long"]), len(got))
	}
	if _, ok := got["flag"]; !ok {
		t.Error("a key without a value was dropped")
	}
}

func TestPackQuestions(t *testing.T) {
	var all []dns.Question
	for _, name := range knownTypes() {
		all = append(all, question(name+".local.", dns.TypePTR))
	}
	packets := packQuestions(all)
	asked := 0
	for _, p := range packets {
		m := new(dns.Msg)
		if err := m.Unpack(p); err != nil || len(p) > 1400 || m.RecursionDesired || m.Response {
			t.Errorf("packet of %d bytes: %v %+v", len(p), err, m.MsgHdr)
		}
		asked += len(m.Question)
	}
	if asked != len(all) || len(packets) > 4 {
		t.Errorf("%d of %d questions in %d packets", asked, len(all), len(packets))
	}
}

func TestKnownTypes(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range knownTypes() {
		if got, ok := serviceType(name + ".local."); !ok || got != name || seen[name] {
			t.Errorf("%s: read as %q, listed before: %v", name, got, seen[name])
		}
		seen[name] = true
	}
	for _, name := range firstBrowsed() {
		if !seen[name] {
			t.Errorf("%s is browsed but not asked for", name)
		}
	}
}

// hostilePackets are packets that no sane device sends.
func hostilePackets() map[string][]byte {
	header := func(answers byte) []byte { return []byte{0, 0, 0x84, 0, 0, 0, 0, answers, 0, 0, 0, 0} }
	return map[string][]byte{
		"a name that points to itself": append(header(1), 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0, 2, 0xc0, 12),
		"two names in a ring":          append(header(1), 0xc0, 14, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0, 2, 0xc0, 12),
		"a pointer past the end":       append(header(1), 0xff, 0xff, 0, 12, 0, 1, 0, 0, 0, 9, 0, 0),
		"more answers than bytes":      header(255),
		"a record longer than it is":   append(header(1), 0, 0, 16, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 1),
		"nothing":                      {},
		"one byte":                     {0},
		"zeroes":                       make([]byte, 9000),
	}
}

func TestRecords_hostile(t *testing.T) {
	for name, p := range hostilePackets() {
		rrs, _, _ := records(p)
		if len(rrs) > mostRecords {
			t.Errorf("%s: %d records", name, len(rrs))
		}
	}
}

func FuzzRecords(f *testing.F) {
	for _, p := range hostilePackets() {
		f.Add(p)
	}
	m := new(dns.Msg)
	m.Response = true
	m.Answer = []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: "a._b._tcp.local.", Rrtype: dns.TypeTXT, Class: 1, Ttl: 9}, Txt: []string{"a=b"}}}
	if p, err := m.Pack(); err == nil {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rrs, _, _ := records(data)
		for _, rr := range rrs {
			if name, service, ok := splitInstance(rr.Header().Name); ok && (len(name) > longestLabel || service == "") {
				t.Fatalf("name of %d bytes, service %q", len(name), service)
			}
			if txt, ok := rr.(*dns.TXT); ok && len(textFields(txt.Txt)) > mostKeys {
				t.Fatal("too many keys")
			}
		}
	})
}
