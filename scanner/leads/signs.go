package leads

import (
	"crypto/tls"
	"strings"

	"keyholder/scanner"
)

// Sign names something a check showed of how a device guards itself. Signs speak for or against an
// outcome of the UK Code of Practice for consumer IoT security; they are kept apart from leads, because
// who controls a thing by its own app needs none of them.
type Sign string

// The signs.
const (
	SignTelnet        Sign = "telnet"        // remote typing without encryption
	SignPlainPage     Sign = "plain_page"    // a page for people without encryption
	SignPageNoLogin   Sign = "page_no_login" // a page that did not ask who one is
	SignPageLogin     Sign = "page_login"    // a page that asks
	SignSecretPage    Sign = "secret_page"   // a page with encryption
	SignOldTLS        Sign = "old_tls"       // TLS 1.0 or 1.1 was the best it spoke
	SignNewTLS        Sign = "new_tls"       // TLS 1.2 or 1.3
	SignMessagesOpen  Sign = "messages_open" // MQTT without a login
	SignMessagesPlain Sign = "messages_plain"
	SignFilmOpen      Sign = "film_open"  // a film without a password
	SignFilmPlain     Sign = "film_plain" // RTSP, which is not encrypted
	SignFilmLogin     Sign = "film_login"
	SignDoor          Sign = "door"      // the router holds a door from the internet open to it
	SignDebugging     Sign = "debugging" // Android debugging
	SignPublicName    Sign = "public_snmp"
	SignPlainFiles    Sign = "plain_files" // FTP
	SignShell         Sign = "shell"       // SSH answers
	SignSetupOpen     Sign = "setup_open"  // anybody near could set it up
	SignLookedCloser  Sign = "looked_closer"
)

// Signs returns all signs in their order.
func Signs() []Sign {
	return []Sign{
		SignTelnet, SignPlainPage, SignPageNoLogin, SignPageLogin, SignSecretPage, SignOldTLS, SignNewTLS, SignMessagesOpen,
		SignMessagesPlain, SignFilmOpen, SignFilmPlain, SignFilmLogin, SignDoor, SignDebugging, SignPublicName, SignPlainFiles,
		SignShell, SignSetupOpen, SignLookedCloser,
	}
}

// Signs returns what the check showed of how a device guards itself, each once, in the order of Signs.
// None at all means that nothing was seen, not that nothing is there; SignLookedCloser says that its
// ports were tried.
func (h *Home) Signs(d scanner.Device) []Sign {
	found := map[Sign]bool{}
	for _, f := range d.Facts {
		for _, s := range signsOf(f) {
			found[s] = true
		}
	}
	for _, a := range d.Addresses {
		found[SignDoor] = found[SignDoor] || len(h.doors[a.Unmap().WithZone("")]) > 0
	}
	var out []Sign
	for _, s := range Signs() {
		if found[s] {
			out = append(out, s)
		}
	}
	return out
}

// signsOf reads one fact.
func signsOf(f scanner.Fact) []Sign {
	switch f.Kind {
	case scanner.FactPort:
		return portSigns(f)
	case scanner.FactHTTP:
		return pageSigns(f)
	case scanner.FactTLS:
		return tlsSigns(f.Fields["version"])
	case scanner.FactRTSP:
		return append([]Sign{SignFilmPlain}, pickSign(f, SignFilmOpen, SignFilmLogin)...)
	case scanner.FactMQTT:
		return messageSigns(f)
	case scanner.FactSNMP:
		return []Sign{SignPublicName}
	case scanner.FactVendor:
		if f.Fields["setup"] == "open" {
			return []Sign{SignSetupOpen}
		}
	}
	return nil
}

func portSigns(f scanner.Fact) []Sign {
	if f.Fields["proto"] != "tcp" {
		return nil
	}
	out := []Sign{SignLookedCloser}
	switch portOf(f) {
	case 23:
		out = append(out, SignTelnet)
	case 21:
		out = append(out, SignPlainFiles)
	case 22:
		out = append(out, SignShell)
	case 5555:
		out = append(out, SignDebugging)
	}
	return out
}

func pickSign(f scanner.Fact, none, asked Sign) []Sign {
	switch f.Fields["login"] {
	case "none":
		return []Sign{none}
	case "asked":
		return []Sign{asked}
	}
	return nil
}

func pageSigns(f scanner.Fact) []Sign {
	if forApps(portOf(f)) {
		return nil
	}
	out := pickSign(f, SignPageNoLogin, SignPageLogin)
	switch f.Fields["scheme"] {
	case "http":
		out = append(out, SignPlainPage)
	case "https":
		out = append(out, SignSecretPage)
	}
	return out
}

func messageSigns(f scanner.Fact) []Sign {
	var out []Sign
	if f.Fields["login"] == "none" {
		out = append(out, SignMessagesOpen)
	}
	if portOf(f) == 1883 {
		out = append(out, SignMessagesPlain)
	}
	return out
}

func tlsSigns(version string) []Sign {
	switch version {
	case tls.VersionName(tls.VersionTLS10), tls.VersionName(tls.VersionTLS11):
		return []Sign{SignOldTLS}
	case tls.VersionName(tls.VersionTLS12), tls.VersionName(tls.VersionTLS13):
		return []Sign{SignNewTLS}
	}
	if strings.HasPrefix(version, "SSL") {
		return []Sign{SignOldTLS}
	}
	return nil
}
