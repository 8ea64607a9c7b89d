package launch

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// listenTries is how often a free port is looked for that is free on both loopback addresses.
const listenTries = 20

// listen opens the loopback listeners. Where a free port or 127.0.0.1 is asked for, the same port is
// taken on ::1 too: browsers try ::1 first, so another user of the machine who listened there would
// be sent our pages' cookies and could show pages in our name.
func listen(address string) ([]*net.TCPListener, error) {
	ip, port, err := readAddress(address)
	if err != nil {
		return nil, err
	}
	tries := listenTries
	if port != 0 {
		tries = 1
	}
	for range tries {
		var pair []*net.TCPListener
		if pair, err = listenBoth(ip, port); err == nil {
			return pair, nil
		}
	}
	return nil, fmt.Errorf("listening on this computer: %w", err)
}

// CheckAddress reports why an address must not be listened on; nil means that it may be tried. It lets
// a command refuse before it makes anything.
func CheckAddress(address string) error {
	_, _, err := readAddress(address)
	return err
}

func readAddress(address string) (net.IP, int, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the address to listen on: write it as 127.0.0.1:PORT: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return nil, 0, errors.New("reading the address to listen on: the port is a number from 0 to 65535")
	}
	ip := net.ParseIP(host)
	if host == "localhost" {
		ip = net.IPv4(127, 0, 0, 1)
	}
	if ip == nil || !ip.IsLoopback() {
		return nil, 0, ErrNotLoopback
	}
	return ip, port, nil
}

func listenBoth(ip net.IP, port int) ([]*net.TCPListener, error) {
	first, err := net.ListenTCP("tcp", &net.TCPAddr{IP: ip, Port: port})
	if err != nil {
		return nil, err
	}
	pair := []*net.TCPListener{first}
	other := net.IPv6loopback
	if ip.To4() == nil {
		other = net.IPv4(127, 0, 0, 1)
	}
	if !hasAddress(other) {
		return pair, nil
	}
	second, err := net.ListenTCP("tcp", &net.TCPAddr{IP: other, Port: first.Addr().(*net.TCPAddr).Port})
	if err != nil {
		first.Close()
		return nil, err
	}
	return append(pair, second), nil
}

// hasAddress reports whether this machine has a loopback address; some have no IPv6.
func hasAddress(ip net.IP) bool {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: ip})
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// originFile keeps the random name under which this folder is served: a name of its own keeps the
// cookies of other local programs apart, and one that stays lets the browser keep its settings for it.
const originFile = "origin"

var originPattern = regexp.MustCompile(`^[a-z2-7]{12}$`)

// originName reads or makes the name, "abcdefghijkl.localhost".
func originName(dir string) (string, error) {
	path := filepath.Join(dir, originFile)
	raw, err := os.ReadFile(path)
	name := strings.TrimSpace(string(raw))
	if err == nil && originPattern.MatchString(name) {
		return name + ".localhost", nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the name of the local address: %w", err)
	}
	name = strings.ToLower(rand.Text()[:12])
	if err := os.WriteFile(path, []byte(name+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keeping the name of the local address: %w", err)
	}
	return name + ".localhost", nil
}
