package launch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAgain_opens_the_running_one(t *testing.T) {
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{t.TempDir(), long} {
		s := &supervisor{cfg: Config{Dir: dir}, keeper: newKeeper(time.Now), origin: "name.localhost:1"}
		stop, err := s.answerStarts()
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		opened := ""
		cfg := Config{Dir: dir, Out: &out, Open: func(url string) error { opened = url; return nil }}
		if err := again(cfg); err != nil {
			t.Fatal(err)
		}
		token, ok := strings.CutPrefix(opened, "http://name.localhost:1/start#")
		if !ok || !s.keeper.redeem(hashOf(token), hashOf("x")) {
			t.Errorf("the second start opened %s", opened)
		}
		if !strings.Contains(out.String(), "already running") {
			t.Errorf("the second start says %q", out.String())
		}
		path, err := os.ReadFile(filepath.Join(dir, controlFile))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(string(path)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the control socket has mode %v (%v)", info.Mode(), err)
		}
		stop()
		if _, err := os.Stat(string(path)); err == nil {
			t.Error("the control socket stays behind")
		}
	}
}

func TestAgain_silent(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the time limit")
	}
	if err := again(Config{Dir: t.TempDir()}); !errors.Is(err, ErrSilent) {
		t.Errorf("got %v", err)
	}
}

func TestLockInstance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "instance.lock")
	first, err := lockInstance(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockInstance(path); !errors.Is(err, errLocked) {
		t.Errorf("the lock is given twice: %v", err)
	}
	first.Close()
	second, err := lockInstance(path)
	if err != nil {
		t.Fatalf("the lock outlives its owner: %v", err)
	}
	second.Close()
}
