package ssdp

import (
	"bytes"
	"strings"

	"keyholder/scanner"
)

// Bounds on one SSDP message.
const (
	longestMessage = 8 << 10
	mostHeaders    = 40
	longestValue   = 512
)

// Message is the part of an SSDP answer or announcement that is used. The texts are as received,
// bounded in length.
type Message struct {
	Target   string // ST of an answer, NT of an announcement
	Server   string
	Location string
	Goodbye  bool // the device says that it leaves
}

// Parse reads an answer to a search or an announcement. Searches of others, and whatever is not SSDP,
// are not messages of a device.
func Parse(packet []byte) (Message, bool) {
	if len(packet) > longestMessage {
		return Message{}, false
	}
	first, rest, _ := bytes.Cut(packet, []byte("\n"))
	line := strings.ToUpper(strings.TrimSpace(string(first)))
	_, status, _ := strings.Cut(line, " ")
	answer := strings.HasPrefix(line, "HTTP/1.") && strings.HasPrefix(strings.TrimSpace(status), "200")
	if !answer && !strings.HasPrefix(line, "NOTIFY * HTTP/1.") {
		return Message{}, false
	}
	var m Message
	for n := 0; len(rest) > 0 && n < mostHeaders; n++ {
		var header []byte
		header, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(header)) == 0 {
			break
		}
		name, value, _ := strings.Cut(string(header), ":")
		m.set(strings.ToLower(strings.TrimSpace(name)), scanner.Bounded(strings.TrimSpace(value), longestValue))
	}
	return m, m.Target != "" || m.Location != "" || m.Server != ""
}

func (m *Message) set(name, value string) {
	switch name {
	case "st", "nt":
		m.Target = value
	case "server":
		m.Server = value
	case "location", "al":
		m.Location = value
	case "nts":
		m.Goodbye = strings.EqualFold(value, "ssdp:byebye")
	}
}

func (m Message) fact() scanner.Fact {
	f := scanner.Fact{Kind: scanner.FactSSDP, Fields: map[string]string{}}
	put(f, "st", m.Target)
	put(f, "server", m.Server)
	if m.Goodbye {
		f.Fields["gone"] = "yes"
	}
	return f
}

func put(f scanner.Fact, name, value string) {
	if value != "" {
		f.Fields[name] = value
	}
}
