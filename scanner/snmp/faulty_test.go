package snmp

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

const mark = 0x41424344

// reply writes an answer by hand, with any of its parts odd.
func reply(tag byte, status []byte, name string, value []byte) []byte {
	zero := wrap(tagInteger, []byte{0})
	return wrap(tagSequence, zero, wrap(tagText, []byte("other")), wrap(tag, wrap(tagInteger, []byte{0x41, 0x42, 0x43, 0x44}),
		wrap(tagInteger, status), zero, wrap(tagSequence, wrap(tagSequence, wrap(tagName, []byte(name)), value))))
}

// Answers of printers and stores, and what is none.
func TestRead_devices(t *testing.T) {
	text := func(s string) []byte { return wrap(tagText, []byte(s)) }
	for name, c := range map[string]struct {
		in   []byte
		text string
		ok   bool
	}{
		"printer":              {reply(tagAnswer, []byte{0}, description, text("HP ETHERNET")), "HP ETHERNET", true},
		"spaces and ends":      {reply(tagAnswer, []byte{0}, description, text(" Brother\r\n ")), "Brother", true},
		"Latin letters":        {reply(tagAnswer, []byte{0}, description, text("B\xfcro")), "Bro", true},
		"empty":                {reply(tagAnswer, []byte{0}, description, text("")), "", true},
		"has no such thing":    {reply(tagAnswer, []byte{2}, description, wrap(tagNull)), "", true},
		"long status":          {reply(tagAnswer, []byte{0, 0, 2}, description, wrap(tagNull)), "", true},
		"a number for a text":  {reply(tagAnswer, []byte{0}, description, wrap(tagInteger, []byte{1})), "", false},
		"another thing":        {reply(tagAnswer, []byte{0}, "\x2b\x06\x01\x02\x01\x01\x05\x00", text("name")), "", false},
		"a question of others": {reply(tagGet, []byte{0}, description, text("x")), "", false},
		"behind its end":       {append(reply(tagAnswer, []byte{0}, description, text("HP")), 0, 0, 0), "HP", true},
	} {
		if got, ok := read(c.in, mark); got != c.text || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q, %v", name, got, ok, c.text, c.ok)
		}
	}
}

// However an answer is cut or changed, what comes out of it is bounded, and a cut one is none.
func TestRead_changed(t *testing.T) {
	whole := answer(packet(mark), "Synology DiskStation")
	for n := range len(whole) {
		if text, ok := read(whole[:n], mark); ok {
			t.Fatalf("%d of %d bytes read %q", n, len(whole), text)
		}
	}
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 12))
		changed := bytes.Clone(whole)
		for range 1 + r.IntN(3) {
			changed[r.IntN(len(changed))] = byte(r.IntN(256))
		}
		if text, ok := read(changed, mark); len(text) > longestValue || !ok && text != "" {
			t.Fatalf("seed %d: %q, %v", seed, text, ok)
		}
	}
}

// The question is one that reads one thing and sets nothing, and its number is never the same.
func TestPacket(t *testing.T) {
	seen := map[uint32]bool{}
	for range 200 {
		n := number()
		if seen[n] || n>>30 != 1 {
			t.Fatalf("number %x, seen before %v", n, seen[n])
		}
		seen[n] = true
	}
	p := packet(mark)
	if bytes.IndexByte(p, tagGet) < 0 || bytes.Contains(p, []byte{0xa3}) || !bytes.Contains(p, []byte(description)) || len(p) > 100 {
		t.Errorf("sends %x", p)
	}
}

// Each ticked device is asked once, floods of strangers are counted, and a stop is a stop at any moment.
func TestSource_Observe_strangersAndStops(t *testing.T) {
	for _, after := range []time.Duration{0, 100 * time.Millisecond, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			n := &scantest.Network{AnswerTo: func(_ scanner.Group, to netip.Addr, sent []byte) (out []scantest.Packet) {
				for range mostMessages / 20 {
					out = append(out, scantest.Packet{From: "192.168.7.66", Payload: answer(sent, "stranger")})
				}
				return out
			}}
			scope := scantest.Home(scanner.ModeFull, time.Minute)
			for host := range 30 {
				scope.Ticked = append(scope.Ticked, netip.AddrFrom4([4]byte{192, 168, 7, byte(30 + host)}))
			}
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			got, began := &scantest.Sightings{}, time.Now()
			o := New(n).Observe(ctx, scope, got.Emit)
			took := time.Since(began)
			time.Sleep(time.Minute)
			if got.Count() != 0 || len(n.SentTo()) > 30 || took > min(after, answerWindow) || fmt.Sprint(o.State) == string(scanner.Looked) {
				t.Errorf("stopped after %v: took %v, %d packets, %d sightings, outcome %+v", after, took, len(n.SentTo()), got.Count(), o)
			}
		})
	}
}
