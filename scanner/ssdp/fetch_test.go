package ssdp

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const television = `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
<deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType><friendlyName>Living room</friendlyName>
<manufacturer>LG</manufacturer><modelName>webOS TV</modelName><modelNumber>5</modelNumber>
<deviceList><device><deviceType>urn:x:device:Inner:1</deviceType><friendlyName>Inner</friendlyName></device></deviceList>
</device></root>`

// device starts a web server that stands for a device and counts its visitors.
func device(t *testing.T, handler http.HandlerFunc) (location string, visits *atomic.Int64) {
	t.Helper()
	visits = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/d.xml", visits
}

func serve(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

// loopback fetches as if this computer were a device on the network.
func loopback(t *testing.T, from, location string) (Description, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	return fetcher{loopback: true}.fetch(ctx, netip.MustParseAddr(from), location)
}

func TestFetch(t *testing.T) {
	location, visits := device(t, serve(television))
	d, err := loopback(t, "127.0.0.1", location)
	if err != nil {
		t.Fatal(err)
	}
	want := "urn:schemas-upnp-org:device:MediaRenderer:1 urn:x:device:Inner:1|Living room|LG|webOS TV|5"
	if got := strings.Join(d.DeviceTypes, " ") + "|" + d.FriendlyName + "|" + d.Manufacturer + "|" + d.ModelName + "|" + d.ModelNumber; got != want {
		t.Errorf("got %q", got)
	}
	if visits.Load() != 1 {
		t.Errorf("%d visits", visits.Load())
	}
}

// TestFetch_ledAway: no location leads anywhere but to the device that announced it. The server that
// stands for the victim must not be visited once.
func TestFetch_ledAway(t *testing.T) {
	location, visits := device(t, serve(television))
	port := location[strings.LastIndex(location, ":")+1 : strings.LastIndex(location, "/")]
	for _, target := range []string{
		"http://127.0.0.1:" + port + "/", "http://localhost:" + port + "/", "http://[::1]:" + port + "/",
		"http://127.1:" + port + "/", "http://2130706433:" + port + "/", "http://0x7f000001:" + port + "/",
		"http://0177.0.0.1:" + port + "/", "http://0.0.0.0:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/",
		"http://[::]:" + port + "/", "http://127.0.0.1.nip.io:" + port + "/", "http://192.168.7.1/", "http://10.0.0.1/",
		"https://192.168.7.5/", "ftp://192.168.7.5/", "file:///etc/passwd", "gopher://192.168.7.5/", "//192.168.7.5/",
		"http:192.168.7.5/", "http://user:secret@192.168.7.5/", "http://192.168.7.5@127.0.0.1:" + port + "/",
		"http://192.168.7.5:99999/", "http://192.168.7.5:0/", "http://192.168.7.5:-1/", "http://router.local/", "", "http://",
		"http://169.254.169.254/latest/meta-data/", "http://192.168.7.5%00.127.0.0.1/", "http://192.168.7.5:" + strings.Repeat("1", 600),
	} {
		if _, err := Fetch(t.Context(), netip.MustParseAddr("192.168.7.5"), target); err == nil {
			t.Errorf("%.60s: fetched", target)
		}
	}
	for _, from := range []string{"127.0.0.1", "::1", "0.0.0.0", "224.0.0.1"} {
		if _, err := Fetch(t.Context(), netip.MustParseAddr(from), location); err == nil {
			t.Errorf("from %s: fetched", from)
		}
	}
	if visits.Load() != 0 {
		t.Errorf("the victim was visited %d times", visits.Load())
	}
}

func TestFetch_redirect(t *testing.T) {
	victim, visits := device(t, serve(television))
	for _, code := range []int{301, 302, 303, 307, 308} {
		location, _ := device(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, victim, code) })
		if _, err := loopback(t, "127.0.0.1", location); err == nil {
			t.Errorf("%d: followed", code)
		}
	}
	if visits.Load() != 0 {
		t.Errorf("the victim was visited %d times", visits.Load())
	}
}

func TestFetch_proxyIsIgnored(t *testing.T) {
	proxy, visits := device(t, serve(television))
	t.Setenv("HTTP_PROXY", strings.TrimSuffix(proxy, "/d.xml"))
	t.Setenv("http_proxy", strings.TrimSuffix(proxy, "/d.xml"))
	location, _ := device(t, serve(television))
	if _, err := loopback(t, "127.0.0.1", location); err != nil || visits.Load() != 0 {
		t.Errorf("err %v, %d visits at the proxy", err, visits.Load())
	}
}

func TestFetch_badBodies(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"too large": serve("<root>" + strings.Repeat("x", largestDescription) + "</root>"),
		"dripping": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		},
		"silent":       func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"large header": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("y", 64<<10)) },
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, television)
		},
		"entity bomb": serve(`<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>`),
		"deep":        serve(strings.Repeat("<a>", 200)),
		"not found":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location, _ := device(t, handler)
			if _, err := loopback(t, "127.0.0.1", location); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("err %v", err)
			}
		})
	}
}

// TestFetch_endless: no more is read than the bound, whatever a device sends.
func TestFetch_endless(t *testing.T) {
	var written atomic.Int64
	location, _ := device(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			n, err := w.Write(make([]byte, 4096))
			if written.Add(int64(n)); err != nil {
				return
			}
		}
	})
	if _, err := loopback(t, "127.0.0.1", location); err == nil {
		t.Error("a page without end was read")
	}
	if written.Load() > 64<<20 {
		t.Errorf("%d MiB were taken", written.Load()>>20)
	}
}

// TestFetcher_dialOnly: whatever address the client is asked to connect to, it is the device's own.
func TestFetcher_dialOnly(t *testing.T) {
	location, visits := device(t, serve(television))
	_, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(location, "http://"), "/d.xml"))
	if err != nil {
		t.Fatal(err)
	}
	dial := fetcher{}.dialOnly(netip.MustParseAddr("127.0.0.1"))
	if conn, err := dial(t.Context(), "tcp", "127.0.0.1:"+port); err == nil {
		conn.Close()
		t.Error("connected to this computer")
	}
	if visits.Load() != 0 {
		t.Errorf("%d visits", visits.Load())
	}
}

func FuzzParseDescription(f *testing.F) {
	f.Add([]byte(television))
	f.Add([]byte("<device><modelName>x</modelName></device>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDescription(data)
		if err == nil && (len(d.DeviceTypes) > mostTypes || len(d.FriendlyName) > longestValue) {
			t.Fatalf("unbounded: %+v", d)
		}
	})
}

func FuzzCheckLocation(f *testing.F) {
	f.Add("http://192.168.7.5:80/d.xml")
	f.Add("http://192.168.7.5@127.0.0.1/")
	f.Add("http://[::ffff:192.168.7.5]/")
	from := netip.MustParseAddr("192.168.7.5")
	f.Fuzz(func(t *testing.T, location string) {
		u, err := fetcher{}.checkLocation(from, location)
		if err == nil && (u.Scheme != "http" || u.Hostname() != "192.168.7.5" || u.User != nil) {
			t.Fatalf("%q leads to %s", location, u)
		}
	})
}
