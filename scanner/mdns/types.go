package mdns

// metaQuery asks which service types exist (RFC 6763 section 9). Some devices do not answer it, so
// the types below are asked for by name as well.
const metaQuery = "_services._dns-sd._udp.local."

// knownTypes lists the service types that are always asked for: those of things found in homes.
func knownTypes() []string {
	return []string{
		// Homes, hubs and their standards.
		"_hap._tcp", "_hap._udp", "_homekit._tcp", "_matter._tcp", "_matterc._udp", "_matterd._udp",
		"_meshcop._udp", "_trel._udp", "_home-assistant._tcp", "_hue._tcp", "_zwave-js-server._tcp",
		"_slzb-06._tcp", "_miio._udp", "_esphomelib._tcp", "_mqtt._tcp", "_secure-mqtt._tcp",
		"_coap._udp", "_homematic._tcp", "_openhab-server._tcp", "_lutron._tcp", "_leap._tcp",
		"_powerview._tcp", "_dkapi._tcp", "_ecobee._tcp", "_sideplay._tcp", "_nanoleafapi._tcp",
		"_wled._tcp", "_shelly._tcp", "_elg._tcp", "_lookin._tcp", "_tailwind._tcp", "_loqed._tcp",
		"_hwenergy._tcp", "_enphase-envoy._tcp", "_rabbitair._udp", "_bosch-shc._tcp", "_ewelink._tcp",
		// Cameras, bells and recorders.
		"_axis-video._tcp", "_rtsp._tcp", "_onvif._tcp", "_psia._tcp", "_dahua._tcp", "_nvr._tcp",
		// Sound and pictures.
		"_airplay._tcp", "_raop._tcp", "_googlecast._tcp", "_googlezone._tcp", "_spotify-connect._tcp",
		"_sonos._tcp", "_soundtouch._tcp", "_heos-audio._tcp", "_musc._tcp", "_amzn-wplay._tcp",
		"_amzn-alexa._tcp", "_androidtvremote2._tcp", "_androidtvremote._tcp", "_viziocast._tcp",
		"_mediaremotetv._tcp", "_appletv-v2._tcp", "_touch-able._tcp", "_plexmediasvr._tcp",
		"_snapcast._tcp", "_mpd._tcp", "_daap._tcp", "_dacp._tcp", "_xbmc-jsonrpc._tcp", "_nvstream._tcp",
		// Computers, phones, storage, printers.
		"_companion-link._tcp", "_device-info._tcp", "_apple-mobdev2._tcp", "_remotepairing._tcp",
		"_rdlink._tcp", "_sleep-proxy._udp", "_workstation._tcp", "_smb._tcp", "_afpovertcp._tcp",
		"_adisk._tcp", "_nfs._tcp", "_ssh._tcp", "_sftp-ssh._tcp", "_rfb._tcp", "_http._tcp",
		"_https._tcp", "_adb._tcp", "_adb-tls-connect._tcp", "_ipp._tcp", "_ipps._tcp", "_printer._tcp",
		"_pdl-datastream._tcp", "_scanner._tcp", "_uscan._tcp", "_octoprint._tcp", "_nut._tcp",
		// Watches, cars, bells and other things that move.
		"_airport._tcp", "_teslawallconnector._tcp", "_privet._tcp", "_sip._udp",
	}
}

// firstBrowsed lists the types that are browsed from the first moment; others are browsed once
// somebody has answered for them.
func firstBrowsed() []string {
	return []string{"_hap._tcp", "_airplay._tcp", "_raop._tcp", "_googlecast._tcp", "_http._tcp", "_matter._tcp"}
}
