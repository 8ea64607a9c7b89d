package browsertest

import (
	"strconv"
	"testing"
	"time"
)

// TestSilence_idleAndAtWork: the program sends nothing that the worker did not ask for. It runs in a
// network whose only way out is watched; the browser outside reaches it through a forwarder. Then the
// way out is cut, and everything still works.
func TestSilence_idleAndAtWork(t *testing.T) {
	needBrowser(t) // started in the first network, before this test leaves it
	builtBinary(t)
	n := newNamespace(t)
	a := startApp(t)
	port, err := strconv.ParseUint(a.address.Port(), 10, 16)
	if err != nil {
		t.Fatalf("reading the port: %v", err)
	}
	n.forward(a.address.Port())
	time.Sleep(3 * time.Second) // an idle program must be as silent as one at work
	b := a.open(t)
	b.firstRun()
	b.click(b.say("frame.nav.settings"))
	b.click(b.say("frame.settings.licences"))
	b.back()
	b.click(b.say("frame.lock"))
	seen := n.packets()
	if len(seen) == 0 {
		t.Fatal("the capture heard nothing, not even the browser: it proves nothing")
	}
	for _, p := range unasked(seen, uint16(port)) {
		t.Errorf("nobody asked for this packet: %+v", p)
	}

	n.ip("link", "set", wayOut, "down")
	b.unlock()
	b.click(b.say("frame.nav.settings"))
	b.leaveButton()
	b.isAway()
	for _, p := range unasked(n.packets(), uint16(port)) {
		t.Errorf("with the network cut, nobody asked for this packet: %+v", p)
	}
}

// TestB13_firstStartWithoutNetwork: a new vault, the first case and the licences need no network at
// all; another tool fetched a file of 47 MB before it showed its first page.
func TestB13_firstStartWithoutNetwork(t *testing.T) {
	needBrowser(t)
	builtBinary(t)
	n := newNamespace(t)
	n.ip("link", "set", wayOut, "down")
	a := startApp(t)
	n.forward(a.address.Port())
	b := a.open(t)
	b.firstRun()
	b.click(b.say("frame.nav.settings"))
	b.click(b.say("frame.settings.licences"))
	b.back()
}
