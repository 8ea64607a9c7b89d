package launch

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestB5_listensOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{
		"0.0.0.0:0", ":0", "[::]:0", "192.168.1.5:0", "example.org:0", "10.0.0.1:80", "169.254.1.1:0", "224.0.0.1:0",
	} {
		if l, err := listen(address); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: got %v, %v", address, l, err)
		}
	}
	for _, address := range []string{"127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000", "127.0.0.1:-1", ""} {
		if _, err := listen(address); err == nil || errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

// TestListen_takes_both: nobody else can listen where a browser looks first.
func TestListen_takes_both(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
		pair, err := listen(address)
		if err != nil {
			if strings.Contains(address, "::1") && !hasAddress(net.IPv6loopback) {
				continue
			}
			t.Fatal(err)
		}
		port := pair[0].Addr().(*net.TCPAddr).Port
		if hasAddress(net.IPv6loopback) && len(pair) != 2 {
			t.Errorf("%s: %d listeners", address, len(pair))
		}
		for _, l := range pair {
			if got := l.Addr().(*net.TCPAddr); got.Port != port || !got.IP.IsLoopback() {
				t.Errorf("%s: listens on %v", address, got)
			}
		}
		if _, err := listen(pair[0].Addr().String()); err == nil {
			t.Errorf("%s: the port can be taken twice", address)
		}
		for _, l := range pair {
			l.Close()
		}
	}
}

func TestOriginName_stays(t *testing.T) {
	dir := t.TempDir()
	first, err := originName(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := originName(dir)
	if err != nil || again != first || !strings.HasSuffix(first, ".localhost") {
		t.Errorf("got %s, then %s (%v)", first, again, err)
	}
	other, err := originName(t.TempDir())
	if err != nil || other == first {
		t.Errorf("two folders share the name %s (%v)", other, err)
	}
	if err := os.WriteFile(filepath.Join(dir, originFile), []byte("evil.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if name, err := originName(dir); err != nil || strings.Contains(name, "evil") {
		t.Errorf("a damaged name is used: %s (%v)", name, err)
	}
}
