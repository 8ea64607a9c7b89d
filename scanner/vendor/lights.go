package vendor

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// LIFX: a header of 36 bytes in little-endian order, then the message (lan.developer.lifx.com).
const (
	lifxPort    = 56700
	lifxHeader  = 36
	lifxLabel   = 32
	lifxAsker   = 2 // any number but 0 and 1 makes the answer come back to the asker alone
	getService  = 2
	getLabel    = 23
	getVersion  = 32
	isService   = 3
	isLabel     = 25
	isVersion   = 33
	lifxVersion = 1024
	lifxHasAddr = 1 << 12
	lifxToAll   = 1 << 13
)

func lifx() protocol {
	return protocol{
		name: "lifx", group: scanner.Group{Broadcast: true, Port: lifxPort},
		ask: lifxQuestion(getService), read: readLIFX,
		further: [][]byte{lifxQuestion(getLabel), lifxQuestion(getVersion)},
	}
}

// lifxQuestion writes a question for whoever hears it. It changes nothing in a lamp.
func lifxQuestion(kind uint16) []byte {
	p := make([]byte, lifxHeader)
	binary.LittleEndian.PutUint16(p, lifxHeader)
	binary.LittleEndian.PutUint16(p[2:], lifxVersion|lifxHasAddr|lifxToAll)
	binary.LittleEndian.PutUint32(p[4:], lifxAsker)
	binary.LittleEndian.PutUint16(p[32:], kind)
	return p
}

func readLIFX(packet []byte) (fields, bool) {
	if len(packet) < lifxHeader || int(binary.LittleEndian.Uint16(packet)) != len(packet) ||
		binary.LittleEndian.Uint16(packet[2:])&0xfff != lifxVersion {
		return nil, false
	}
	body, f := packet[lifxHeader:], fields{}
	switch kind := binary.LittleEndian.Uint16(packet[32:]); {
	case kind == isService && len(body) >= 5:
		return f, true
	case kind == isLabel && len(body) >= lifxLabel:
		label, _, _ := bytes.Cut(body[:lifxLabel], []byte{0})
		f.put("name", string(label))
		return f, len(f) > 0
	case kind == isVersion && len(body) >= 8:
		f.put("maker", strconv.FormatUint(uint64(binary.LittleEndian.Uint32(body)), 10))
		f.put("product", strconv.FormatUint(uint64(binary.LittleEndian.Uint32(body[4:])), 10))
		return f, true
	}
	return nil, false
}

// WiZ: JSON on UDP 38899. The question needs no registration of this computer.
const wizPort = 38899

func wiz() protocol {
	return protocol{
		name: "wiz", group: scanner.Group{Broadcast: true, Port: wizPort},
		ask: []byte(`{"method":"getSystemConfig","params":{}}`), read: readWiZ,
	}
}

// readWiZ reads the answer. The numbers of the home and of the room in it belong to an account and
// are not read.
func readWiZ(packet []byte) (fields, bool) {
	var answer struct {
		Method string `json:"method"`
		Result struct {
			Module  string `json:"moduleName"`
			Version string `json:"fwVersion"`
		} `json:"result"`
	}
	if !understood(json.Unmarshal(packet, &answer)) || answer.Method != "getSystemConfig" {
		return nil, false
	}
	f := fields{}
	f.put("model", answer.Result.Module)
	f.put("firmware", answer.Result.Version)
	return f, len(f) > 0
}

// Yeelight: the form of SSDP, with a port of its own.
const (
	yeelightPort  = 1982
	mostHeaders   = 40
	longestHeader = 512
)

func yeelight(asks bool) protocol {
	p := protocol{
		name: "yeelight", read: readYeelight,
		group: scanner.Group{
			V4: netip.MustParseAddr("239.255.255.250"), Port: yeelightPort, Join: !asks, Silent: !asks,
		},
	}
	if asks {
		p.ask = []byte("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1982\r\nMAN: \"ssdp:discover\"\r\nST: wifi_bulb\r\n\r\n")
	}
	return p
}

func readYeelight(packet []byte) (fields, bool) {
	first, rest, _ := bytes.Cut(packet, []byte("\n"))
	line := strings.ToUpper(strings.TrimSpace(string(scanner.Bounded(string(first), longestHeader))))
	if !strings.HasPrefix(line, "HTTP/1.") && !strings.HasPrefix(line, "NOTIFY * HTTP/1.") {
		return nil, false
	}
	f, own := fields{}, false
	for n := 0; len(rest) > 0 && n < mostHeaders; n++ {
		var header []byte
		header, rest, _ = bytes.Cut(rest, []byte("\n"))
		name, value, _ := strings.Cut(scanner.Bounded(string(header), longestHeader), ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "location":
			own = strings.HasPrefix(strings.ToLower(value), "yeelight://")
		case "model":
			f.put("model", value)
		case "fw_ver":
			f.put("firmware", value)
		case "name":
			f.put("name", value)
		}
	}
	return f, own
}
