// Command talk plays the devices of the lab that speak protocols no ordinary daemon speaks: a plug, a
// lamp, something that announces itself to its maker's app, a computer with a NetBIOS name, and a device
// that has its router open doors to the internet. It is part of the tests and of nothing else.
//
// Usage: talk kasa|lifx|tuya|netbios|doors ADDRESS NAME
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/md5" // the makers' choice
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: talk kasa|lifx|tuya|netbios|doors ADDRESS NAME")
		os.Exit(2)
	}
	address, name := os.Args[2], os.Args[3]
	var err error
	switch os.Args[1] {
	case "kasa":
		err = answer(9999, func(q []byte) []byte { return kasa(q, name) })
	case "lifx":
		err = answer(56700, func(q []byte) []byte { return lifx(q, name) })
	case "netbios":
		err = answer(137, func(q []byte) []byte { return netbios(q, name) })
	case "tuya":
		err = announce(address, 6667, tuya(address, name))
	case "doors":
		if err = openDoors(address, name); err == nil {
			return
		}
	default:
		err = fmt.Errorf("nobody speaks %q", os.Args[1])
	}
	fmt.Fprintln(os.Stderr, "talk:", err)
	os.Exit(1)
}

// answer answers every packet on a port, as far as reply has something to say.
func answer(port int, reply func(question []byte) []byte) error {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{Port: port})
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer conn.Close()
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFromUDP(buf)
		if err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
		if r := reply(buf[:n]); r != nil {
			_, _ = conn.WriteToUDP(r, from)
		}
	}
}

// announce tells everybody on the network of an address (its first 24 bits) the same every two seconds.
func announce(address string, port int, packet []byte) error {
	everybody := net.ParseIP(address).To4()
	if everybody == nil {
		return fmt.Errorf("announcing: %w", net.InvalidAddrError("an IPv4 address is needed"))
	}
	everybody[3] = 255
	conn, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: everybody, Port: port})
	if err != nil {
		return fmt.Errorf("announcing: %w", err)
	}
	defer conn.Close()
	for {
		_, _ = conn.Write(packet)
		time.Sleep(2 * time.Second)
	}
}

// kasa answers get_sysinfo only. It stops for good at a packet it does not understand, as some plugs do.
func kasa(question []byte, name string) []byte {
	key, plain := byte(171), make([]byte, len(question))
	for i, c := range question {
		plain[i], key = c^key, c
	}
	if !bytes.Contains(plain, []byte("get_sysinfo")) {
		fmt.Fprintf(os.Stderr, "talk: a plug was asked %q and stops\n", plain)
		os.Exit(3)
	}
	text := fmt.Sprintf(`{"system":{"get_sysinfo":{"sw_ver":"1.5.6","type":"IOT.SMARTPLUGSWITCH","model":"HS110(EU)","alias":%q,`+
		`"latitude_i":521234,"longitude_i":99887,"deviceId":"8006","relay_state":1,"err_code":0}}}`, name)
	out := make([]byte, len(text))
	key = 171
	for i := range text {
		key ^= text[i]
		out[i] = key
	}
	return out
}

// lifx answers the questions for service, label and version.
func lifx(question []byte, name string) []byte {
	if len(question) < 36 {
		return nil
	}
	var body []byte
	kind := binary.LittleEndian.Uint16(question[32:])
	switch kind {
	case 2:
		body = []byte{1, 0x7c, 0xdd, 0, 0}
	case 23:
		body = append([]byte(name), make([]byte, 32-min(len(name), 32))...)
		kind = 24
	case 32:
		body = []byte{1, 0, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0}
	default:
		return nil
	}
	p := append(bytes.Clone(question[:36]), body...)
	binary.LittleEndian.PutUint16(p, uint16(len(p)))
	binary.LittleEndian.PutUint16(p[2:], 1024|1<<12)
	binary.LittleEndian.PutUint16(p[32:], kind+1)
	return p
}

// netbios answers a node status question.
func netbios(question []byte, name string) []byte {
	if len(question) != 50 || question[47] != 0x21 {
		return nil
	}
	p := append([]byte{question[0], question[1], 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}, question[12:46]...)
	p = append(p, 0, 0x21, 0, 1, 0, 0, 0, 0, 0, 101, 3)
	for _, e := range []struct {
		name   string
		suffix byte
		flags  uint16
	}{{name, 0, 0x0400}, {"WORKGROUP", 0, 0x8400}, {name, 0x20, 0x0400}} {
		p = append(p, fmt.Sprintf("%-15.15s", e.name)...)
		p = binary.BigEndian.AppendUint16(append(p, e.suffix), e.flags)
	}
	return append(p, make([]byte, 46)...)
}

// tuya is an announcement under the published key.
func tuya(address, product string) []byte {
	text := fmt.Appendf(nil, `{"ip":%q,"gwId":"bf440000000000000020","active":2,"ability":0,"encrypt":true,"productKey":%q,"version":"3.3"}`, address, product)
	pad := aes.BlockSize - len(text)%aes.BlockSize
	text = append(text, bytes.Repeat([]byte{byte(pad)}, pad)...)
	key := md5.Sum([]byte("yGAdlopoPVldABfn"))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil
	}
	for i := 0; i < len(text); i += aes.BlockSize {
		block.Encrypt(text[i:], text[i:])
	}
	p := []byte{0, 0, 0x55, 0xaa, 0, 0, 0, 0, 0, 0, 0, 0x13}
	p = binary.BigEndian.AppendUint32(p, uint32(len(text)+12))
	p = append(append(p, 0, 0, 0, 0), text...)
	return append(p, 0, 0, 0, 0, 0, 0, 0xaa, 0x55)
}
