package launch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// The two processes talk in lines of JSON over the child's standard input and output. Nothing of a
// request ever goes that way: the child sends hashes of fixed length and single words.

// maxLine bounds a line in bytes; the settings are the longest.
const maxLine = 64 << 10

// hello is the first line, from the supervisor.
type hello struct {
	Settings  json.RawMessage `json:"settings"`
	Host      string          `json:"host"`
	Tickets   []string        `json:"tickets"`
	Listeners []uintptr       `json:"listeners"` // descriptors or handles in the child
}

// The operations a child can ask for.
const (
	opReady  = "ready"
	opRedeem = "redeem"
	opTry    = "try"
	opRight  = "right"
)

// ask is a question of the child.
type ask struct {
	Op     string `json:"op"`
	Token  string `json:"token,omitempty"`
	Ticket string `json:"ticket,omitempty"`
}

// answer is the reply to the ask before it; there is one for each, in order.
type answer struct {
	OK     bool  `json:"ok"`
	WaitMS int64 `json:"wait_ms"`
}

// wellFormed refuses what a child of ours never sends.
func (a ask) wellFormed() bool {
	switch a.Op {
	case opReady, opTry, opRight:
		return a.Token == "" && a.Ticket == ""
	case opRedeem:
		return isHash(a.Token) && isHash(a.Ticket)
	}
	return false
}

func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}

func writeLine(w io.Writer, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a control line: %w", err)
	}
	if _, err := w.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("writing a control line: %w", err)
	}
	return nil
}

func newLines(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 4096), maxLine)
	return s
}
