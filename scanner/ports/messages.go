package ports

import (
	"io"

	"keyholder/scanner"
)

// hello is MQTT 3.1.1's CONNECT with a clean session, no name, no password and no client id, and
// goodbye its DISCONNECT. Nothing is subscribed to and nothing is published.
func hello() []byte {
	return []byte{0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 10, 0, 0}
}

func goodbye() []byte { return []byte{0xe0, 0} }

// What CONNACK answers (MQTT 3.1.1, table 3.1).
const (
	accepted      = 0
	badName       = 4
	notAuthorised = 5
)

// askMessages asks a message broker whether it takes everybody.
func (w *wire) askMessages() []scanner.Fact {
	if _, err := w.Write(hello()); err != nil {
		return nil
	}
	var answer [4]byte
	if _, err := io.ReadFull(w, answer[:]); err != nil || answer[0] != 0x20 || answer[1] != 2 {
		return nil
	}
	f := scanner.Fact{Kind: scanner.FactMQTT, Fields: map[string]string{}}
	switch answer[3] {
	case accepted:
		f.Fields["login"] = "none"
		_, _ = w.Write(goodbye())
	case badName, notAuthorised:
		f.Fields["login"] = "asked"
	}
	return []scanner.Fact{f}
}
