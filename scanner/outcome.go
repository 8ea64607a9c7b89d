package scanner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// State says how far a source got. The three are never mixed up: having looked and found nothing is
// not the same as not having been able to look.
type State string

// The states.
const (
	Looked        State = "looked"
	LookedNothing State = "looked_and_found_nothing"
	CouldNotLook  State = "could_not_look"
)

// Reason says why a source saw less than it should. The set is closed, so that every reason has a
// sentence for the person who reads the result.
type Reason string

// The reasons.
const (
	ReasonPermissionDenied Reason = "permission_denied"
	ReasonInterfaceDown    Reason = "interface_down"
	ReasonMulticastBlocked Reason = "multicast_blocked"
	ReasonClientIsolation  Reason = "client_isolation_suspected"
	ReasonTimedOut         Reason = "timed_out"
	ReasonUnsupportedOS    Reason = "unsupported_os"
	ReasonToolMissing      Reason = "tool_missing"
	ReasonCancelled        Reason = "cancelled"
	ReasonNoNetwork        Reason = "no_network"
	ReasonNoGateway        Reason = "no_gateway"
	ReasonGatewaySilent    Reason = "gateway_silent"
	ReasonNetworkTooLarge  Reason = "network_too_large"
	ReasonTooManyAnswers   Reason = "too_many_answers"
	ReasonIPv6NotAsked     Reason = "ipv6_not_asked"
	ReasonListenOnly       Reason = "listen_only"
	ReasonDeviceSilent     Reason = "device_silent"
	ReasonNotTicked        Reason = "not_ticked"
	ReasonSourceFailed     Reason = "source_failed"
)

// Reasons lists every reason, for the tests that demand a sentence for each.
func Reasons() []Reason {
	return []Reason{
		ReasonPermissionDenied, ReasonInterfaceDown, ReasonMulticastBlocked, ReasonClientIsolation,
		ReasonTimedOut, ReasonUnsupportedOS, ReasonToolMissing, ReasonCancelled, ReasonNoNetwork,
		ReasonNoGateway, ReasonGatewaySilent, ReasonNetworkTooLarge, ReasonTooManyAnswers,
		ReasonIPv6NotAsked, ReasonListenOnly, ReasonDeviceSilent, ReasonNotTicked, ReasonSourceFailed,
	}
}

// Outcome is what a source says about its own work.
type Outcome struct {
	State State
	// Reason says why it could not look; empty if it could.
	Reason Reason
	// Limits say what it could only see in part, although it looked.
	Limits []Reason
}

// Could returns the outcome of a source that was able to look.
func Could(found int, limits ...Reason) Outcome {
	if found == 0 {
		return Outcome{State: LookedNothing, Limits: limits}
	}
	return Outcome{State: Looked, Limits: limits}
}

// CouldNot returns the outcome of a source that was not able to look.
func CouldNot(r Reason) Outcome { return Outcome{State: CouldNotLook, Reason: r} }

// wsaHostUnreachable and wsaNetUnreachable are how Windows numbers what other systems call
// EHOSTUNREACH and ENETUNREACH.
const (
	wsaNetUnreachable  = syscall.Errno(10051)
	wsaHostUnreachable = syscall.Errno(10065)
)

// ReasonFor maps an error of the operating system to a reason. macOS answers "no route to host" to a
// multicast of a program that has not been allowed on the local network.
func ReasonFor(err error) Reason {
	switch {
	case errors.Is(err, context.Canceled):
		return ReasonCancelled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return ReasonTimedOut
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EPERM):
		return ReasonPermissionDenied
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, wsaHostUnreachable),
		errors.Is(err, syscall.EADDRINUSE):
		return ReasonMulticastBlocked
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, wsaNetUnreachable),
		errors.Is(err, ErrNoNetwork):
		return ReasonNoNetwork
	case errors.Is(err, syscall.ENOBUFS): // the system's table of neighbours is full
		return ReasonTooManyAnswers
	case errors.Is(err, syscall.ENETDOWN), errors.Is(err, syscall.ENODEV):
		return ReasonInterfaceDown
	case errors.Is(err, errors.ErrUnsupported):
		return ReasonUnsupportedOS
	default:
		return ReasonSourceFailed
	}
}
