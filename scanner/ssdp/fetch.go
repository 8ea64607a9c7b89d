package ssdp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"keyholder/scanner"
)

// The policy for fetching a description. A device chooses the address, so the address is only used
// if it leads back to that same device.
const (
	largestDescription = 128 << 10
	largestHeader      = 16 << 10
	fetchTime          = 4 * time.Second
)

var (
	errLocation = errors.New("the description is not at the device itself")
	errSilent   = errors.New("the device did not answer as a page would")
)

// ErrAnswer is an answer that is no plain page: a refusal, a redirect, or more than the bounds allow.
var ErrAnswer = errors.New("the description is not a plain page of bounded length")

// Refusal is the answer of a service that does not do what was asked (UPnP Device Architecture 1.1,
// section 3.1.3).
type Refusal struct {
	Code int // UPnP's errorCode, 0 if the device gave none
}

// Error names no address and nothing that the device said.
func (*Refusal) Error() string { return "the device refused the question" }

// Description is what a device says about itself. The texts are as received, bounded in length.
type Description struct {
	DeviceTypes  []string // of the root device and the devices in it
	FriendlyName string
	Manufacturer string
	ModelName    string
	ModelNumber  string
	ModelText    string
	UDN          string // the name the device keeps for itself, "uuid:…"
	SerialNumber string
}

// Fetch gets and reads the description that a device at address from has announced. It goes nowhere
// but to that address: plain http, a literal address equal to from, no name to resolve, no redirect,
// no proxy, no compression, and the address is checked again when the connection is made.
func Fetch(ctx context.Context, from netip.Addr, location string) (Description, error) {
	return fetcher{}.fetch(ctx, from, location)
}

// Page gets a page of the device at address from as it came, at most 128 KiB, under the policy of Fetch.
func Page(ctx context.Context, from netip.Addr, location string) ([]byte, error) {
	return fetcher{}.page(ctx, from, location, nil)
}

// Question is a question to a service of a device, in SOAP.
type Question struct {
	Action string // the service's type, "#" and the name of the action
	Body   string // a whole envelope
}

// Ask puts a question to a service of the device at address from, under the policy of Fetch. A refusal
// of the service is a *Refusal.
func Ask(ctx context.Context, from netip.Addr, location string, q Question) ([]byte, error) {
	return fetcher{}.page(ctx, from, location, &q)
}

// fetcher holds the one exception that the tests of the policy need.
type fetcher struct {
	loopback bool // the device may be this computer itself
}

func (p fetcher) fetch(ctx context.Context, from netip.Addr, location string) (Description, error) {
	body, err := p.page(ctx, from, location, nil)
	if err != nil {
		return Description{}, err
	}
	return ParseDescription(body)
}

// page gets a page, or what answers a question.
func (p fetcher) page(ctx context.Context, from netip.Addr, location string, q *Question) ([]byte, error) {
	target, err := p.checkLocation(from, location)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	request, err := newRequest(ctx, target, q)
	if err != nil {
		return nil, errLocation
	}
	return p.get(request, from)
}

func newRequest(ctx context.Context, target *url.URL, q *Question) (*http.Request, error) {
	if q == nil {
		return http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(q.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
	request.Header["SOAPAction"] = []string{`"` + q.Action + `"`} // some devices compare letter by letter
	return request, nil
}

// checkLocation returns the address to fetch, or an error if it leads away from the device.
func (p fetcher) checkLocation(from netip.Addr, location string) (*url.URL, error) {
	u, err := plainLocation(location)
	if err != nil || !p.mayAsk(from) {
		return nil, errLocation
	}
	host, err := netip.ParseAddr(u.Hostname())
	if err != nil || host.Unmap().WithZone("") != from.Unmap().WithZone("") {
		return nil, errLocation
	}
	port, err := strconv.Atoi(cmp.Or(u.Port(), "80"))
	if err != nil || port < 1 || port > 65535 {
		return nil, errLocation
	}
	u.Fragment = ""
	u.Host = net.JoinHostPort(from.WithZone("").String(), strconv.Itoa(port))
	return u, nil
}

// mayAsk reports whether an address can be a device's own.
func (p fetcher) mayAsk(from netip.Addr) bool {
	return (p.loopback || !from.IsLoopback()) && !from.IsUnspecified() && !from.IsMulticast()
}

// plainLocation allows nothing but a short http address without a user.
func plainLocation(location string) (*url.URL, error) {
	u, err := url.Parse(location)
	if err != nil || len(location) > longestValue || u.Scheme != "http" || u.User != nil || u.Opaque != "" {
		return nil, errLocation
	}
	return u, nil
}

func (p fetcher) get(request *http.Request, from netip.Addr) ([]byte, error) {
	request.Header.Set("User-Agent", "UPnP/1.1") // nothing that tells this program from others
	transport := &http.Transport{
		Proxy: nil, DisableCompression: true, DisableKeepAlives: true,
		MaxResponseHeaderBytes: largestHeader, ResponseHeaderTimeout: fetchTime,
		DialContext: p.dialOnly(from),
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetching a device description: %w", withoutAddress(err))
	}
	defer response.Body.Close()
	return readPage(request, response)
}

// readPage reads a plain page. A service refuses with status 500 and a reason, and only that counts as
// its own refusal.
func readPage(request *http.Request, response *http.Response) ([]byte, error) {
	refused := request.Method == http.MethodPost && response.StatusCode == http.StatusInternalServerError
	if response.StatusCode != http.StatusOK && !refused || response.Header.Get("Content-Encoding") != "" {
		return nil, ErrAnswer
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, largestDescription+1))
	if err != nil || len(body) > largestDescription {
		return nil, ErrAnswer
	}
	if refused {
		return nil, &Refusal{Code: errorCode(body)}
	}
	return body, nil
}

// errorCode is the number by which a service says why it refused, 0 if there is none.
func errorCode(body []byte) (code int) {
	err := scanner.WalkXML(body, func(path []string, value string) {
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && path[len(path)-1] == "errorCode" {
			code = n
		}
	})
	if err != nil {
		return 0
	}
	return code
}

// withoutAddress drops the request from an error of the client: it holds the device's address.
func withoutAddress(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) && outer.Timeout() {
		return context.DeadlineExceeded
	}
	return errSilent
}

// dialOnly connects to the device itself whatever the caller asks for, and checks the address that
// is really used.
func (p fetcher) dialOnly(from netip.Addr) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{
		Timeout: fetchTime,
		Control: func(_, address string, _ syscall.RawConn) error {
			used, err := netip.ParseAddrPort(address)
			if err != nil || used.Addr().Unmap() != from.Unmap() || (used.Addr().IsLoopback() && !p.loopback) {
				return errLocation
			}
			return nil
		},
	}
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errLocation
		}
		return dialer.DialContext(ctx, "tcp", net.JoinHostPort(from.String(), port))
	}
}

// ParseDescription reads the description of a UPnP device.
func ParseDescription(body []byte) (Description, error) {
	var d Description
	err := scanner.WalkXML(body, func(path []string, value string) {
		if slices.Contains(path, "device") {
			d.set(path[len(path)-1], scanner.Bounded(value, longestValue))
		}
	})
	if err != nil {
		return Description{}, err
	}
	return d, nil
}

// mostTypes bounds the devices inside a device.
const mostTypes = 8

// set keeps the first value of each kind: the root device comes first, and it is the thing that
// stands in the room.
func (d *Description) set(name, value string) {
	if name == "deviceType" && len(d.DeviceTypes) < mostTypes && !slices.Contains(d.DeviceTypes, value) {
		d.DeviceTypes = append(d.DeviceTypes, value)
	}
	field := map[string]*string{
		"friendlyName": &d.FriendlyName, "manufacturer": &d.Manufacturer, "modelName": &d.ModelName,
		"modelNumber": &d.ModelNumber, "modelDescription": &d.ModelText, "UDN": &d.UDN, "serialNumber": &d.SerialNumber,
	}[name]
	if field != nil && *field == "" {
		*field = value
	}
}

func (d Description) fact() scanner.Fact {
	f := scanner.Fact{Kind: scanner.FactSSDP, Fields: map[string]string{}}
	put(f, "deviceType", strings.Join(d.DeviceTypes, " "))
	put(f, "friendlyName", d.FriendlyName)
	put(f, "manufacturer", d.Manufacturer)
	put(f, "modelName", d.ModelName)
	put(f, "modelNumber", d.ModelNumber)
	put(f, "modelDescription", d.ModelText)
	put(f, "UDN", d.UDN)
	put(f, "serialNumber", d.SerialNumber)
	return f
}
