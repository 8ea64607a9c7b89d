package vendor

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"

	"keyholder/scanner"
)

// Older plugs and lamps of TP-Link (Kasa) answer on UDP 9999. Each byte is combined with the one
// before it, the first with 171. On TCP 9999 nothing is ever sent: a stray byte there stops some plugs.
const (
	kasaPort  = 9999
	kasaFirst = 171
)

func kasa() protocol {
	return protocol{
		name: "kasa", group: scanner.Group{Broadcast: true, Port: kasaPort},
		ask: scramble([]byte(`{"system":{"get_sysinfo":{}}}`)), read: readKasa,
	}
}

func scramble(plain []byte) []byte {
	out, key := make([]byte, len(plain)), byte(kasaFirst)
	for i, c := range plain {
		key ^= c
		out[i] = key
	}
	return out
}

func unscramble(packet []byte) []byte {
	out, key := make([]byte, len(packet)), byte(kasaFirst)
	for i, c := range packet {
		out[i], key = c^key, c
	}
	return out
}

// mostOutlets bounds how many sockets of a power strip are named.
const mostOutlets = 8

// kasaInfo is what a device says of itself. Its latitude, longitude and account numbers are not read.
type kasaInfo struct {
	Alias    string `json:"alias"`
	Model    string `json:"model"`
	Type     string `json:"type"`
	MicType  string `json:"mic_type"`
	DevName  string `json:"dev_name"`
	Software string `json:"sw_ver"`
	Children []struct {
		Alias string `json:"alias"`
	} `json:"children"`
}

// readKasa reads the answer to get_sysinfo. Cameras write it one level deeper than plugs and lamps do.
func readKasa(packet []byte) (fields, bool) {
	var answer struct {
		System struct {
			Info struct {
				kasaInfo
				Camera kasaInfo `json:"system"`
			} `json:"get_sysinfo"`
		} `json:"system"`
	}
	if !understood(json.Unmarshal(unscramble(packet), &answer)) {
		return nil, false
	}
	f := answer.System.Info.fields()
	if len(f) == 0 {
		f = answer.System.Info.Camera.fields()
	}
	return f, len(f) > 0
}

func (info kasaInfo) fields() fields {
	f := fields{}
	f.put("name", info.Alias)
	f.put("model", info.Model)
	f.put("type", info.Type+info.MicType) // a device has the one or the other
	f.put("description", info.DevName)
	f.put("firmware", info.Software)
	var outlets []string
	for _, c := range info.Children {
		if name := strings.TrimSpace(c.Alias); name != "" && len(outlets) < mostOutlets {
			outlets = append(outlets, name)
		}
	}
	f.put("outlets", strings.Join(outlets, ", "))
	return f
}

// Newer devices of TP-Link (Tapo, and Kasa since 2023) answer on UDP 20002 to a header without text.
const tapoPort = 20002

func tapo() protocol {
	ask, _ := hex.DecodeString("020000010000000000000000463cb5d3") // constant: always well formed
	return protocol{name: "tapo", group: scanner.Group{Broadcast: true, Port: tapoPort}, ask: ask, read: readTapo}
}

// readTapo reads the answer: a header of 16 bytes, then JSON. The hash of the owner's account in it is
// not read; whether somebody has set the device up is.
func readTapo(packet []byte) (fields, bool) {
	start := bytes.IndexByte(packet, '{')
	if start < 0 {
		return nil, false
	}
	var answer struct {
		Result struct {
			Type    string `json:"device_type"`
			Model   string `json:"device_model"`
			Name    string `json:"device_name"`
			Version string `json:"firmware_version"`
			Fresh   any    `json:"factory_default"`
		} `json:"result"`
	}
	if !understood(json.NewDecoder(bytes.NewReader(packet[start:])).Decode(&answer)) {
		return nil, false
	}
	r, f := answer.Result, fields{}
	f.put("type", r.Type)
	f.put("model", r.Model)
	f.put("name", r.Name)
	f.put("firmware", r.Version)
	ok := len(f) > 0
	if fresh, known := r.Fresh.(bool); known && fresh {
		f["setup"] = "open"
	} else if known {
		f["setup"] = "done"
	}
	return f, ok
}
