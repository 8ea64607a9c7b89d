//go:build linux

package launch

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// TestMain lets this test binary be the program at the other end of a connection.
func TestMain(m *testing.M) {
	if address := os.Getenv("CONNECT_TO"); address != "" {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			os.Exit(1)
		}
		_, _ = bufio.NewReader(conn).ReadByte()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestSameUser(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("no %s here", address)
			continue
		}
		defer l.Close()
		if !connected(t, l, -1) {
			t.Errorf("%s: a connection of our own is taken for somebody else's", address)
		}
		if os.Getuid() != 0 {
			t.Log("another user can only be tried as root")
			continue
		}
		if connected(t, l, 65534) {
			t.Errorf("%s: a connection of another user is taken for our own", address)
		}
	}
	if SameUser("nonsense", "127.0.0.1:1") || SameUser("127.0.0.1:1", "127.0.0.1:2") {
		t.Error("a connection that does not exist is taken for our own")
	}
}

// connected lets another process connect as a user (-1: the same) and says what SameUser says of it.
func connected(t *testing.T, l net.Listener, uid int) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	if uid >= 0 {
		self = readable(t, self)
		cmd = exec.Command(self)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	cmd.Dir = "/"
	cmd.Env = []string{"CONNECT_TO=" + l.Addr().String()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	got := SameUser(conn.RemoteAddr().String(), conn.LocalAddr().String())
	conn.Close()
	_ = cmd.Wait()
	return got
}

// readable copies the test binary to where every user may run it.
func readable(t *testing.T, self string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	body, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := dir + "/peer"
	if err := os.WriteFile(path, body, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
