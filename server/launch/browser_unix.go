//go:build unix

package launch

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
)

// errNoBrowser says that there is no way to open a browser here.
var errNoBrowser = errors.New("finding a browser: there is no desktop here")

// openBrowser asks the desktop to open an address and does not wait for it.
func openBrowser(url string) error {
	name := "xdg-open"
	if runtime.GOOS == "darwin" {
		name = "open"
	} else if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errNoBrowser
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return errNoBrowser
	}
	cmd := exec.Command(path, url)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}
