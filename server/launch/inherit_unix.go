//go:build unix

package launch

import (
	"fmt"
	"net"
	"os"
	"os/exec"
)

// inherit hands the listeners to the child as the descriptors after standard error.
func inherit(cmd *exec.Cmd, listeners []*net.TCPListener) (files []*os.File, handles []uintptr, err error) {
	for i, l := range listeners {
		f, err := l.File()
		if err != nil {
			return files, nil, fmt.Errorf("copying a listener for the child: %w", err)
		}
		files = append(files, f)
		handles = append(handles, uintptr(3+i))
	}
	cmd.ExtraFiles = files
	detach(cmd)
	return files, handles, nil
}
