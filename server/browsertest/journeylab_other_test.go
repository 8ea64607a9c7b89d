//go:build !linux

package browsertest

import (
	"testing"

	"keyholder/scanner/scantest"
)

func tryLab(*testing.T) (*scantest.Lab, string) {
	return nil, "the lab needs Linux, so the check against real devices was left out"
}

func insideLab(*testing.T, *scantest.Lab) appOption { return func(*app) {} }

func forwardTo(*testing.T, *app) {}
