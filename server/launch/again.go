package launch

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// controlFile names the socket on which a running instance answers a second start. The socket stands
// in the data folder, which only its owner may enter; where that path is too long for a socket, in a
// private folder of its own.
const (
	controlFile = "control"
	maxSocket   = 100 // bytes; systems allow 104 or 108
	answerTime  = 3 * time.Second
)

// errLocked says that another process holds the instance lock.
var errLocked = errors.New("locked by another process")

// answerStarts lets a second start ask for a fresh address. It returns what to call at the end.
func (s *supervisor) answerStarts() (stop func(), err error) {
	path, cleanUp, err := socketPath(s.cfg.Dir)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		cleanUp()
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	note := filepath.Join(s.cfg.Dir, controlFile)
	if err = os.Chmod(path, 0o600); err == nil {
		err = os.WriteFile(note, []byte(path), 0o600)
	}
	if err != nil {
		l.Close()
		cleanUp()
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	go s.answerAll(l)
	return func() {
		l.Close()
		os.Remove(note)
		cleanUp()
	}, nil
}

func socketPath(dir string) (path string, cleanUp func(), err error) {
	path = filepath.Join(dir, "control.sock")
	if len(path) <= maxSocket {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("removing an old control socket: %w", err)
		}
		return path, func() {}, nil
	}
	private, err := os.MkdirTemp("", "k")
	if err != nil {
		return "", nil, fmt.Errorf("making a folder for the control socket: %w", err)
	}
	return filepath.Join(private, "c"), func() { os.RemoveAll(private) }, nil
}

func (s *supervisor) answerAll(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_ = conn.SetDeadline(time.Now().Add(answerTime))
		line, _ := bufio.NewReaderSize(conn, 64).ReadString('\n')
		if line == "open\n" {
			fmt.Fprintln(conn, s.address())
		}
		conn.Close()
	}
}

// again asks the running instance for a fresh address and opens it.
func again(cfg Config) error {
	url, err := askRunning(cfg.Dir)
	for end := time.Now().Add(answerTime); err != nil && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
		url, err = askRunning(cfg.Dir)
	}
	if err != nil {
		return ErrSilent
	}
	if cfg.NoBrowser || cfg.Open(url) != nil {
		fmt.Fprintf(cfg.Out, "Keyholder is already running. Address, good for one browser: %s\n", url)
		return nil
	}
	fmt.Fprintf(cfg.Out, "Keyholder is already running; opened it again.\n%s\n", url)
	return nil
}

func askRunning(dir string) (string, error) {
	path, err := os.ReadFile(filepath.Join(dir, controlFile))
	if err != nil {
		return "", fmt.Errorf("finding the running instance: %w", err)
	}
	conn, err := net.DialTimeout("unix", string(path), answerTime)
	if err != nil {
		return "", fmt.Errorf("asking the running instance: %w", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(answerTime))
	if _, err := fmt.Fprintln(conn, "open"); err != nil {
		return "", fmt.Errorf("asking the running instance: %w", err)
	}
	url, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("asking the running instance: %w", err)
	}
	return strings.TrimSpace(url), nil
}
