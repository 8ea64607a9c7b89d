package ports

// talk says what a connection to a port does once it stands.
type talk int

const (
	// silent sends nothing and waits for nothing: what listens there begins with a question of its
	// client, or breaks when it hears anything strange.
	silent talk = iota
	// greeted sends nothing and waits for a greeting: the device begins, or nobody knows what it is.
	greeted
	page        // HTTP: one GET of the first page
	stream      // HTTP: one HEAD, because a GET could begin an endless film
	securePage  // TLS, then one GET of the first page
	secure      // TLS, nothing inside
	film        // RTSP: one OPTIONS, which never begins a film
	messages    // MQTT: CONNECT without a name, then DISCONNECT
	secretPosts // TLS, then MQTT
)

// door is a port that is tried, and what is said there.
type door struct {
	port uint16
	talk talk
}

// doors lists the ports that a full check tries, the most telling first: a device that lets only few
// through, or a check that runs out of time, has been asked about these. Where two protocols share a
// port nothing is sent. TCP 9100 is left out for good: printers print whatever arrives there.
func doors() []door {
	return []door{
		{80, page},
		{443, securePage},
		{554, film},         // cameras
		{22, greeted},       // SSH
		{23, greeted},       // telnet
		{8080, page},        // second pages; phones that serve as cameras
		{8081, stream},      // home-made cameras send pictures here at once
		{9999, silent},      // TP-Link Kasa plugs: a foreign byte stops some of them
		{62078, silent},     // iPhone and iPad
		{445, silent},       // file sharing of Windows
		{3389, silent},      // remote desktop of Windows
		{5900, greeted},     // VNC, and screen sharing of a Mac
		{1883, messages},    // MQTT
		{8123, page},        // Home Assistant
		{8009, secure},      // Google Cast
		{8008, page},        // Google Cast
		{8060, page},        // Roku
		{5555, silent},      // Android debugging
		{7000, silent},      // AirPlay; also other things
		{5000, greeted},     // Synology's page, AirPlay sound, others: nobody can tell before
		{5001, securePage},  // Synology
		{631, page},         // printers (IPP runs over HTTP)
		{515, silent},       // printers (LPD)
		{53, silent},        // names; routers and filters
		{21, greeted},       // FTP
		{8000, greeted},     // Hikvision's own protocol, or a page
		{8443, securePage},  //
		{8554, film},        //
		{37777, silent},     // Dahua cameras and recorders
		{34567, silent},     // recorders of the XMeye family
		{2020, page},        // ONVIF of TP-Link Tapo cameras
		{8883, secretPosts}, // MQTT in TLS
		{1880, page},        // Node-RED
		{8581, page},        // Homebridge
		{32400, page},       // Plex
		{8096, page},        // Jellyfin, Emby
		{6053, silent},      // ESPHome
		{6668, silent},      // Tuya
		{1400, page},        // Sonos
		{3000, page},        // LG televisions, AdGuard Home, others
		{8001, page},        // Samsung televisions
		{8002, secure},      // Samsung televisions
		{6466, secure},      // Android TV remote control
		{1984, page},        // go2rtc, which passes films of cameras on
		{4747, page},        // DroidCam: a phone that serves as a camera
		{81, page},          // second pages of cameras
		{88, greeted},       // Foscam cameras, or sign-in to a network (Kerberos)
		{135, silent},       // Windows
		{139, silent},       // Windows
		{548, silent},       // file sharing of older Macs
		{2323, greeted},     // telnet, or a kiosk tablet
		{5901, greeted},     // VNC
		{5938, silent},      // TeamViewer
		{7070, silent},      // AnyDesk
		{5060, silent},      // telephones
		{55443, silent},     // Amazon Echo
		{6600, greeted},     // music player (MPD)
		{7547, silent},      // router maintenance by the provider; old ones break easily
		{8200, page},        // media servers (minidlna)
		{8291, silent},      // MikroTik
		{8888, page},        //
	}
}
