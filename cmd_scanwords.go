package main

import (
	"strings"

	"keyholder/scanner"
)

// blindSpot is something that a check of a network cannot see, however well it went.
type blindSpot struct {
	Code string `json:"code"`
	Says string `json:"says"`
}

func blindSpots(mode scanner.Mode) []blindSpot {
	if mode == modeImport {
		return listBlindSpots()
	}
	spots := []blindSpot{
		{"switched_off", "Devices that were off, asleep or away during the check."},
		{"cellular", "Devices with their own mobile connection, such as vehicle trackers and some cameras."},
		{"bluetooth_tags", "Bluetooth tags and other things that do not use Wi-Fi or a cable."},
		{"other_networks", "Devices on another Wi-Fi, on a guest network or behind a second router."},
		{"account_access", "Access through accounts: somebody who signs in from elsewhere is on no list of devices."},
		{"inside_devices", "What is installed on a device, who set it up and who else may look at it."},
	}
	if mode == scanner.ModeListen {
		spots = append(spots, blindSpot{"silent_devices", "Devices that announced nothing while the program was listening."})
	}
	return spots
}

// listBlindSpots are what a list made by something else cannot show.
func listBlindSpots() []blindSpot {
	return []blindSpot{
		{"when_made", "When it was made, and whether a device is still there."},
		{"chosen_names", "Whether a name or a kind in it is right: people and programs choose them."},
		{"absent_devices", "Devices that were off, away, on another network or without Wi-Fi."},
		{"taken_out", "Devices that somebody took out of the list, or hid from what made it."},
		{"account_access", "Access through accounts: somebody who signs in from elsewhere is on no list of devices."},
		{"inside_devices", "What is installed on a device, who set it up and who else may look at it."},
	}
}

// outcomeSays tells in one sentence how far a source got.
func outcomeSays(name scanner.SourceName, o scanner.Outcome) string {
	says := sourceTitle(name)
	switch o.State {
	case scanner.Looked:
		says += ": looked"
	case scanner.LookedNothing:
		says += ": looked and found nothing"
	default:
		says += ": could not look, because " + reasonSays(o.Reason)
	}
	if len(o.Limits) > 0 {
		limits := make([]string, 0, len(o.Limits))
		for _, l := range o.Limits {
			limits = append(limits, reasonSays(l))
		}
		says += ", but not everything: " + strings.Join(limits, "; ")
	}
	return says + "."
}

func sourceTitle(name scanner.SourceName) string {
	titles := map[scanner.SourceName]string{
		scanner.SourceThisComputer: "This computer's own connections",
		scanner.SourceNeighbour:    "Who answers on the network (neighbour table)",
		scanner.SourceMDNS:         "Announced services (mDNS)",
		scanner.SourceSSDP:         "Media and router announcements (UPnP)",
		scanner.SourceWSD:          "Cameras and Windows computers (WS-Discovery)",
		scanner.SourceGateway:      "Names the router knows",
		scanner.SourceImport:       "A list made by something else",
		scanner.SourceVendor:       "Lamps and plugs, in their makers' own languages",
		scanner.SourceNames:        "Names of computers (NetBIOS, LLMNR)",
		scanner.SourceSNMP:         "What printers and storage boxes say of themselves (SNMP)",
		scanner.SourceMappings:     "Doors to the internet that the router holds open (UPnP)",
		scanner.SourcePorts:        "A closer look at the chosen devices (connections)",
	}
	if t, ok := titles[name]; ok {
		return t
	}
	return string(name)
}

// reasonSays completes "could not look, because …".
func reasonSays(r scanner.Reason) string {
	says := map[scanner.Reason]string{
		scanner.ReasonPermissionDenied: "the system does not let this program (allow it on the local network in the system's privacy settings, then try again)",
		scanner.ReasonInterfaceDown:    "the connection went down (reconnect and try again)",
		scanner.ReasonMulticastBlocked: "questions to all devices at once seem to be blocked by this computer or by the network (on a Mac, allow the program under Privacy, Local Network; elsewhere look at the firewall)",
		scanner.ReasonClientIsolation:  "only one other device answered, so the network may keep its devices apart",
		scanner.ReasonTimedOut:         "the time was up",
		scanner.ReasonUnsupportedOS:    "this operating system does not offer it",
		scanner.ReasonToolMissing:      "a program it needs is missing",
		scanner.ReasonCancelled:        "the check was stopped",
		scanner.ReasonNoNetwork:        "there is no network for it",
		scanner.ReasonNoGateway:        "the networks that were checked have no router that this computer uses",
		scanner.ReasonGatewaySilent:    "the router does not answer such questions",
		scanner.ReasonNetworkTooLarge:  "the network has more addresses than are asked one by one; those around this computer's were",
		scanner.ReasonTooManyAnswers:   "there were more answers than it takes in",
		scanner.ReasonIPv6NotAsked:     "devices that use only IPv6 were not asked, as the system lets only administrators do so; some show up in other ways",
		scanner.ReasonListenOnly:       "it only listened and asked nothing",
		scanner.ReasonDeviceSilent:     "at least one of the chosen devices answered no connection at all, so nobody knows what it offers",
		scanner.ReasonNotTicked:        "the router was not among the chosen devices",
		scanner.ReasonSourceFailed:     "something unexpected went wrong",
	}
	if s, ok := says[r]; ok {
		return s
	}
	return string(r)
}

func leftOutSays(r scanner.LeftOutReason) string {
	says := map[scanner.LeftOutReason]string{
		scanner.LeftOutLoopback:   "it is this computer talking to itself",
		scanner.LeftOutDown:       "it is not connected",
		scanner.LeftOutVPN:        "it is a tunnel to somewhere else, not the network of this place",
		scanner.LeftOutContainer:  "it belongs to containers or virtual machines on this computer",
		scanner.LeftOutNoAddress:  "it has no private network address",
		scanner.LeftOutNotChosen:  "it was not chosen",
		scanner.LeftOutSingleHost: "nobody else can be on it",
	}
	if s, ok := says[r]; ok {
		return s
	}
	return string(r)
}
