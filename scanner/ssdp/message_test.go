package ssdp

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want Message
		ok   bool
	}{
		"answer": {
			"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://192.168.7.5:80/d.xml\r\nServer: Linux UPnP/1.0\r\n\r\n",
			Message{Target: "upnp:rootdevice", Location: "http://192.168.7.5:80/d.xml", Server: "Linux UPnP/1.0"},
			true,
		},
		"announcement": {
			"NOTIFY * HTTP/1.1\r\nNT: urn:x\r\nNTS: ssdp:alive\r\nlocation:http://192.168.7.5/\r\n\r\n",
			Message{Target: "urn:x", Location: "http://192.168.7.5/"},
			true,
		},
		"goodbye":          {"NOTIFY * HTTP/1.1\nNT: urn:x\nNTS: ssdp:byebye\n\n", Message{Target: "urn:x", Goodbye: true}, true},
		"question":         {"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n", Message{}, false},
		"error":            {"HTTP/1.1 404 Not Found\r\nST: x\r\n\r\n", Message{}, false},
		"nothing in it":    {"HTTP/1.1 200 OK\r\n\r\n", Message{}, false},
		"something else":   {"\x00\x01", Message{}, false},
		"after the header": {"HTTP/1.1 200 OK\r\nST: a\r\n\r\nServer: b\r\n", Message{Target: "a"}, true},
	} {
		if got, ok := Parse([]byte(c.in)); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

func TestParse_bounds(t *testing.T) {
	if _, ok := Parse([]byte("HTTP/1.1 200 OK\r\nST: a\r\n" + strings.Repeat("X: y\r\n", 3000))); ok {
		t.Error("a message of 18 KB was read")
	}
	m, ok := Parse([]byte("HTTP/1.1 200 OK\r\nServer: " + strings.Repeat("z", 5000) + "\r\n\r\n"))
	if !ok || len(m.Server) != longestValue {
		t.Errorf("%v, server of %d bytes", ok, len(m.Server))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nST: a\r\nLOCATION: http://1.2.3.4/\r\n\r\n"))
	f.Add([]byte("NOTIFY * HTTP/1.1\nNT:\n:\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, ok := Parse(data)
		if ok && len(m.Target)+len(m.Server)+len(m.Location) > 3*longestValue {
			t.Fatal("too long")
		}
	})
}
