//go:build windows

package launch

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// inherit hands the listeners to the child as inherited socket handles.
func inherit(cmd *exec.Cmd, listeners []*net.TCPListener) (files []*os.File, handles []uintptr, err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	for _, l := range listeners {
		f, err := l.File()
		if err != nil {
			return files, nil, fmt.Errorf("copying a listener for the child: %w", err)
		}
		h := f.Fd()
		err = windows.SetHandleInformation(windows.Handle(h), windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT)
		if err != nil {
			return files, nil, fmt.Errorf("letting the child inherit a listener: %w", err)
		}
		files = append(files, f)
		handles = append(handles, h)
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, syscall.Handle(h))
	}
	return files, handles, nil
}
