//go:build !linux && !darwin && !windows

package neighbour

import (
	"errors"
	"fmt"
)

// SystemTable cannot be read on this system.
func SystemTable() ([]Entry, error) {
	return nil, fmt.Errorf("reading the neighbour table: %w", errors.ErrUnsupported)
}
