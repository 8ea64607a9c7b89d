package vendor

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"keyholder/scanner"
)

// Pages that hubs and players offer to the apps of their makers without a login. They are only got
// from the devices that somebody ticked, one page at a time from each.
const (
	pagesAtOnce = 32 // devices
	pageTime    = 1500 * time.Millisecond
)

// page is where a kind of device describes itself.
type page struct {
	protocol string
	port     uint16
	path     string
	read     func(body []byte) (fields, bool)
}

func pages() []page {
	return []page{
		{"cast", 8008, "/setup/eureka_info?params=name,build_version,device_info", readCast},
		{"roku", 8060, "/query/device-info", readRoku},
		{"sonos", 1400, "/xml/device_description.xml", readSonos},
		{"hue", 80, "/api/config", readHue},
	}
}

// visit gets the pages of the ticked devices.
func (c *check) visit(ctx context.Context, get getter) {
	if !c.scope.Mode.Connects() {
		return
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-leaveBefore))
		defer cancel()
	}
	slots := make(chan struct{}, pagesAtOnce)
	var all sync.WaitGroup
	var fault scanner.Fault
	for _, a := range c.scope.Ticked {
		if !c.scope.MayConnect(a) {
			continue
		}
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			defer fault.Catch()
			c.visitOne(ctx, a, get)
		})
	}
	all.Wait()
	fault.Raise()
}

// getter gets a page from a device and from nowhere else.
type getter func(ctx context.Context, from netip.Addr, location string) ([]byte, error)

// visitOne tries the pages of one device. A device that lets a question hang is left alone.
func (c *check) visitOne(ctx context.Context, from netip.Addr, get getter) {
	for _, p := range pages() {
		if ctx.Err() != nil {
			return
		}
		inTime, cancel := context.WithTimeout(ctx, pageTime)
		location := "http://" + net.JoinHostPort(from.WithZone("").String(), strconv.Itoa(int(p.port))) + p.path
		body, err := get(inTime, from, location)
		late := inTime.Err() != nil
		cancel()
		if late {
			return
		}
		if err != nil {
			continue
		}
		if said, ok := p.read(body); ok {
			said["protocol"] = p.protocol
			c.tell(from, time.Now(), said)
		}
	}
}

// readHue reads the open part of a bridge's settings. The list of apps that may use it needs a login and
// is never asked for.
func readHue(body []byte) (fields, bool) {
	var said struct {
		Name     string `json:"name"`
		Model    string `json:"modelid"`
		BridgeID string `json:"bridgeid"` // only whether there is one
		Version  string `json:"swversion"`
		Fresh    any    `json:"factorynew"`
	}
	if !understood(json.Unmarshal(body, &said)) || said.BridgeID == "" {
		return nil, false
	}
	f := fields{}
	f.put("name", said.Name)
	f.put("model", said.Model)
	f.put("firmware", said.Version)
	if fresh, known := said.Fresh.(bool); known && !fresh {
		f["setup"] = "done"
	}
	return f, true
}

// readCast reads name and model. The Wi-Fi, the place and the keys that such a page may hold are not read.
func readCast(body []byte) (fields, bool) {
	var said struct {
		Name   string `json:"name"`
		Build  string `json:"build_version"`
		Device struct {
			Maker   string `json:"manufacturer"`
			Model   string `json:"model_name"`
			Product string `json:"product_name"`
		} `json:"device_info"`
	}
	if !understood(json.Unmarshal(body, &said)) || (said.Name == "" && said.Device.Model == "") {
		return nil, false
	}
	f := fields{}
	f.put("name", said.Name)
	f.put("model", said.Device.Model)
	f.put("manufacturer", said.Device.Maker)
	f.put("product", said.Device.Product)
	f.put("firmware", said.Build)
	return f, true
}

// readRoku reads name and model; serial numbers, advertising number and Wi-Fi name are not read.
func readRoku(body []byte) (fields, bool) {
	said, ok := elements(body, "device-info", "user-device-name", "friendly-device-name", "model-name", "vendor-name", "software-version", "is-tv")
	if !ok || said["model-name"] == "" {
		return nil, false
	}
	f := fields{}
	f.put("name", said["user-device-name"])
	if f["name"] == "" {
		f.put("name", said["friendly-device-name"])
	}
	f.put("model", said["model-name"])
	f.put("manufacturer", said["vendor-name"])
	f.put("firmware", said["software-version"])
	if said["is-tv"] == "true" {
		f["type"] = "tv"
	}
	return f, true
}

// readSonos reads a player's room and model.
func readSonos(body []byte) (fields, bool) {
	said, ok := elements(body, "root", "manufacturer", "modelName", "roomName", "softwareVersion")
	if !ok || !strings.HasPrefix(strings.ToLower(said["manufacturer"]), "sonos") {
		return nil, false
	}
	f := fields{}
	f.put("name", said["roomName"])
	f.put("model", said["modelName"])
	f.put("firmware", said["softwareVersion"])
	return f, true
}

// elements reads the first text of each wanted element of a document with that root.
func elements(body []byte, root string, wanted ...string) (map[string]string, bool) {
	said := map[string]string{}
	err := scanner.WalkXML(body, func(path []string, value string) {
		name := path[len(path)-1]
		if path[0] == root && slices.Contains(wanted, name) && said[name] == "" {
			said[name] = scanner.Bounded(value, longestValue)
		}
	})
	return said, err == nil
}
