package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"keyholder/scanner/scantest"
)

// softStart lets the lab say why it cannot come up without ending the whole journey.
type softStart struct {
	*testing.T
	why chan string
}

func (s softStart) Skip(args ...any)                 { s.leave(fmt.Sprint(args...)) }
func (s softStart) Skipf(format string, args ...any) { s.leave(fmt.Sprintf(format, args...)) }

func (s softStart) leave(why string) {
	s.why <- why
	panic(leftLab{})
}

// leftLab unwinds a start of the lab that was given up.
type leftLab struct{}

// tryLab brings the lab up for the time of the test, or says why it cannot.
func tryLab(t *testing.T) (lab *scantest.Lab, why string) {
	t.Helper()
	s := softStart{t, make(chan string, 1)}
	defer func() {
		if r := recover(); r != nil {
			if _, left := r.(leftLab); !left {
				panic(r)
			}
			why = <-s.why
		}
	}()
	return scantest.StartLab(s), ""
}

// insideLab starts the program on the laptop of the lab as an unprivileged user, as a worker does.
func insideLab(t *testing.T, lab *scantest.Lab) appOption {
	return func(a *app) {
		a.newFolder = func() string { return folderOf(t, nobody) }
		a.env = append(a.env, "TMPDIR="+os.TempDir()) // where the lab's own scripts look for it
		a.command = func(argv ...string) *exec.Cmd {
			argv = append([]string{"env", "TMPDIR=" + a.newFolder()}, argv...)
			return lab.Unprivileged(context.Background(), argv...)
		}
		a.interrupt = func() { interruptChildren(a.cmd.Process.Pid) }
		reachable(t, a.binary)
	}
}

// nobody is the user that the program runs as in the lab.
const nobody = 65534

// folderOf makes a folder that another user owns.
func folderOf(t *testing.T, user int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "keyholder-lab-")
	if err != nil {
		t.Fatalf("making a folder for the lab: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chown(dir, user, user); err != nil {
		t.Fatalf("giving a folder away: %v", err)
	}
	return dir
}

// reachable lets everybody start the built program.
func reachable(t *testing.T, binary string) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(binary), 0o711); err != nil {
		t.Fatalf("opening the way to the program: %v", err)
	}
}

// interruptChildren passes an interrupt on: what enters a namespace for another program keeps it to
// itself.
func interruptChildren(pid int) {
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return // ended already
	}
	for _, field := range strings.Fields(string(list)) {
		var child int
		if _, err := fmt.Sscan(field, &child); err == nil {
			_ = syscall.Kill(child, syscall.SIGINT)
		}
	}
}

// forwardTo lets the browser outside reach a program that runs inside the lab.
func forwardTo(t *testing.T, a *app) {
	t.Helper()
	n := &namespace{t: t}
	var err error
	n.handle, err = unix.Open(fmt.Sprintf("/proc/%d/ns/net", a.cmd.Process.Pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("finding the lab's laptop: %v", err)
	}
	t.Cleanup(func() { _ = unix.Close(n.handle) })
	n.forward(a.address.Port())
}
