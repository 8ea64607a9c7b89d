package launch

import (
	"errors"
	"fmt"
	"path/filepath"
)

// ErrHeld says that another instance works with the folder.
var ErrHeld = errors.New("keyholder is running with this folder; close it first")

// Hold takes the instance lock of a folder for a command that works on it directly, and returns what
// gives it back. Errors: ErrHeld.
func Hold(dir string) (release func(), err error) {
	lock, err := lockInstance(filepath.Join(dir, "instance.lock"))
	if errors.Is(err, errLocked) {
		return nil, ErrHeld
	}
	if err != nil {
		return nil, fmt.Errorf("taking the instance lock: %w", err)
	}
	return func() { _ = lock.Close() }, nil
}
