//go:build windows

package launch

import "golang.org/x/sys/windows"

// openBrowser asks the desktop to open an address and does not wait for it.
func openBrowser(url string) error {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return err
	}
	address, err := windows.UTF16PtrFromString(url)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, verb, address, nil, nil, windows.SW_SHOWNORMAL)
}
