package launch

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// pair connects a child and a supervisor as the two pipes do.
func pair(t *testing.T, s *supervisor, greeting hello) (*Child, func() error) {
	t.Helper()
	toChild, fromSupervisor := io.Pipe()
	toSupervisor, fromChild := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- s.talk(fromSupervisor, toSupervisor, greeting, func() {}) }()
	c, lines, err := join(toChild, fromChild)
	if err != nil {
		t.Fatal(err)
	}
	go c.listen(lines)
	return c, func() error {
		fromChild.Close()
		return <-ended
	}
}

func TestChild_is_the_keeper(t *testing.T) {
	s := &supervisor{keeper: newKeeper(time.Now)}
	token := s.keeper.mint()
	c, hangUp := pair(t, s, hello{Settings: []byte(`{"Lang":"en"}`), Host: "a.localhost:1", Tickets: []string{hashOf("old")}})
	var settings struct{ Lang string }
	if err := c.Settings(&settings); err != nil || settings.Lang != "en" || c.Host != "a.localhost:1" {
		t.Errorf("settings %+v, host %s (%v)", settings, c.Host, err)
	}
	if !c.HasTicket(hashOf("old")) || c.HasTicket(hashOf("new")) {
		t.Error("the tickets of the child before are not known")
	}
	for i, want := range []bool{true, false} {
		if ok, err := c.Redeem(hashOf(token), hashOf("new")); err != nil || ok != want {
			t.Errorf("redeeming, time %d: %v (%v)", i+1, ok, err)
		}
	}
	if !c.HasTicket(hashOf("new")) {
		t.Error("a redeemed ticket is not known")
	}
	for range freeTries + 1 {
		if _, err := c.Try(); err != nil {
			t.Fatal(err)
		}
	}
	if wait, err := c.Try(); err != nil || wait <= 0 {
		t.Errorf("no wait after too many tries: %v (%v)", wait, err)
	}
	if err := c.Right(); err != nil {
		t.Fatal(err)
	}
	if wait, err := c.Try(); err != nil || wait != 0 {
		t.Errorf("a wait after the right passphrase: %v (%v)", wait, err)
	}
	if err := hangUp(); !errors.Is(err, errHungUp) {
		t.Errorf("hanging up: %v", err)
	}
}

// TestSupervisor_talk_refuses anything a child of ours never sends: no byte of a request gets in.
func TestSupervisor_talk_refuses(t *testing.T) {
	for _, line := range []string{
		"hello", `{"op":"mint"}`, `{"op":"redeem","token":"MARKER","ticket":"x"}`, `{"op":"try","token":"` + hashOf("a") + `"}`,
		`{"op":"redeem","token":"` + strings.ToUpper(hashOf("a")) + `","ticket":"` + hashOf("b") + `"}`,
		`{"op":"ready"` + strings.Repeat(" ", maxLine) + `}`,
	} {
		s := &supervisor{keeper: newKeeper(time.Now)}
		err := s.talk(io.Discard, strings.NewReader(line+"\n"), hello{Settings: []byte("{}")}, func() {})
		if err == nil || errors.Is(err, errHungUp) {
			t.Errorf("%.40s: got %v", line, err)
		} else if strings.Contains(err.Error(), "MARKER") {
			t.Errorf("%.40s: the error repeats it", line)
		}
	}
}

func TestJoin_needs_a_supervisor(t *testing.T) {
	for _, in := range []string{"", "hello\n", `{"settings":{},"listeners":[9999]}` + "\n"} {
		if _, _, err := join(strings.NewReader(in), io.Discard); err == nil {
			t.Errorf("%q: no error", in)
		}
	}
}

func TestChild_ask_gives_up(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the time limit")
	}
	c := &Child{out: io.Discard, answers: make(chan answer)}
	if _, err := c.Try(); err == nil {
		t.Error("a supervisor that never answers is taken for one that agrees")
	}
	c.listen(bufio.NewScanner(strings.NewReader("nonsense\n")))
}
