package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// door is one way in from the internet that a device asks its router for.
type door struct {
	proto string
	port  int // the same on both sides
	name  string
}

// doors are what a camera and a recorder of a household ask for. The second name is not what anybody
// would choose, but nothing keeps a device from it.
func doors(name string) []door {
	return []door{{"TCP", 8554, name}, {"UDP", 34567, "=1+1 Tom & <b>Jerry</b> \u202egnp"}}
}

// openDoors asks the router of the network to hold doors open to address, as cameras and games do
// (WANIPConnection:1, section 2.4.16), and ends. It tries until the router is there.
func openDoors(address, name string) error {
	var err error
	for range 10 {
		if err = tryDoors(address, name); err == nil {
			return nil
		}
		time.Sleep(500 * time.Millisecond)
	}
	return err
}

func tryDoors(address, name string) error {
	at, err := control(address)
	if err != nil {
		return err
	}
	for _, d := range doors(name) {
		if err := ask(at, mappingOf(address, d)); err != nil {
			return err
		}
	}
	return nil
}

const wanService = "urn:schemas-upnp-org:service:WANIPConnection:1"

func mappingOf(address string, d door) string {
	var said bytes.Buffer
	_ = xml.EscapeText(&said, []byte(d.name)) // a buffer takes everything
	return fmt.Sprintf(`<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"`+
		` s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:AddPortMapping xmlns:u=%q><NewRemoteHost></NewRemoteHost>`+
		`<NewExternalPort>%d</NewExternalPort><NewProtocol>%s</NewProtocol><NewInternalPort>%d</NewInternalPort>`+
		`<NewInternalClient>%s</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>%s</NewPortMappingDescription>`+
		`<NewLeaseDuration>0</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>`,
		wanService, d.port, d.proto, d.port, address, said.String())
}

func ask(at, body string) error {
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("asking for a door: %w", err)
	}
	r.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
	r.Header.Set("SOAPAction", `"`+wanService+`#AddPortMapping"`)
	answer, err := client().Do(r)
	if err != nil {
		return fmt.Errorf("asking for a door: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
		return fmt.Errorf("asking for a door: the router says %s: %s", answer.Status, said)
	}
	return nil
}

func client() *http.Client { return &http.Client{Timeout: 3 * time.Second} }

var (
	locationLine = regexp.MustCompile(`(?i)\r\nlocation: *(\S+)`)
	controlPath  = regexp.MustCompile(`WANIPConnection:\d</serviceType>.*?<controlURL>([^<]+)<`)
)

// control looks for the router's service: who it is, what it describes, where it is asked.
func control(address string) (string, error) {
	where, err := find(address)
	if err != nil {
		return "", err
	}
	answer, err := client().Get(where)
	if err != nil {
		return "", fmt.Errorf("reading what the router is: %w", err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return "", fmt.Errorf("reading what the router is: %w", err)
	}
	m := controlPath.FindSubmatch(bytes.ReplaceAll(page, []byte("\n"), nil))
	base, err := url.Parse(where)
	if m == nil || err != nil {
		return "", fmt.Errorf("the router of this network opens no doors")
	}
	return base.JoinPath(string(m[1])).String(), nil
}

// find asks everybody for a router and returns where it describes itself. The device has no route; its
// address says which connection is meant.
func find(address string) (string, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address)})
	if err != nil {
		return "", fmt.Errorf("looking for a router: %w", err)
	}
	defer conn.Close()
	const question = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: " + wanService + "\r\n\r\n"
	if _, err := conn.WriteToUDP([]byte(question), &net.UDPAddr{IP: net.IPv4(239, 255, 255, 250), Port: 1900}); err != nil {
		return "", fmt.Errorf("looking for a router: %w", err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	buf := make([]byte, 2048)
	n, _, err := conn.ReadFromUDP(buf)
	if err != nil {
		return "", fmt.Errorf("looking for a router: %w", err)
	}
	m := locationLine.FindSubmatch(buf[:n])
	if m == nil {
		return "", fmt.Errorf("looking for a router: it does not say where it describes itself")
	}
	return string(m[1]), nil
}
