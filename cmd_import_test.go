package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"keyholder/scanner/scantest"
)

// unsafeRune names the first character that must not reach a terminal or a program as it is.
func unsafeRune(text string) string {
	if !utf8.ValidString(text) {
		return "broken text"
	}
	for _, r := range text {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Sprintf("the character %U", r)
		}
	}
	return ""
}

// hostile is what a name must not do: end the line, turn it around, colour it, hide.
const hostile = "KHX\x1b[31m\u202egnp\u200b\u0085\u2028\x00\x7f<b>"

func hostileFiles() map[string]string {
	return map[string]string{
		"table":    "Name,IP,MAC,Vendor,Model,Type\n\"" + hostile + "\",192.168.1.31,54:E0:19:00:11:23,\"" + hostile + "\",\"" + hostile + "\",\"" + hostile + "\"\n",
		"fing":     "IP Address,MAC Address,Custom Name,Make,Notes\n192.168.1.31,54:E0:19:00:11:23,\"" + hostile + "\",\"" + hostile + "\",x\n",
		"nmap":     xmlWith("KHX\u202egnp\u200b\u0085\u2028\x7f"),
		"avahi":    "=;eth0;IPv4;KHX\\027[31m\u202e;_hap\u202eKHX._tcp;local;KHX\u202e.local;192.168.1.31;80;\"md=" + hostile + "\" \"ci=6\"\n",
		"arp_scan": "192.168.1.31\t04:04:04:00:11:23\tKHX " + hostile + "\n",
		"leases":   "1700000000 54:e0:19:00:11:23 192.168.1.31 KHX\u202e\x1b[31m *\n",
		"pasted":   "KHX\u202e\x1b[31m 192.168.1.31 54:e0:19:00:11:23\n",
	}
}

// xmlWith is a document of nmap in which everything is called name.
func xmlWith(name string) string {
	return strings.ReplaceAll(`<nmaprun><host><status state="up"/><address addr="192.168.1.31" addrtype="ipv4"/>`+
		`<hostnames><hostname name="%"/></hostnames><ports><port protocol="%" portid="80"><state state="open"/>`+
		`<service product="%"/><script id="http-title" output="%"/></port></ports></host></nmaprun>`, "%", name)
}

// TestRunImport_hostile: whatever a list holds, the terminal gets text, and messages hold nothing of it.
func TestRunImport_hostile(t *testing.T) {
	for format, list := range hostileFiles() {
		for _, form := range []string{"table", "json"} {
			args := []string{"-format", format, "-"}
			if form == "json" {
				args = append([]string{"-json"}, args...)
			}
			var out, errs bytes.Buffer
			status := runImport(t.Context(), args, console{in: strings.NewReader(list), out: &out, err: &errs})
			if status != 0 || !strings.Contains(out.String(), "KHX") {
				t.Errorf("%s as %s: status %d, %q, %q", format, form, status, out.String(), errs.String())
				continue
			}
			if bad := unsafeRune(out.String()); bad != "" {
				t.Errorf("%s as %s: the output holds %s: %q", format, form, bad, out.String())
			}
			if strings.Contains(errs.String(), "KHX") || unsafeRune(errs.String()) != "" {
				t.Errorf("%s as %s: a message holds a name: %q", format, form, errs.String())
			}
			if form == "json" {
				safeLines(t, format, out.Bytes())
			}
		}
	}
}

// safeLines looks behind the escapes of JSON.
func safeLines(t *testing.T, format string, out []byte) {
	t.Helper()
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var line any
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		scantest.EveryText(line, func(s string) {
			if bad := unsafeRune(s); bad != "" {
				t.Errorf("%s: a text holds %s: %q", format, bad, s)
			}
		})
	}
}

// TestRunImport_errors: a list that cannot be read ends with a reason and what to do, and the name of
// the file, which may be somebody's, stays out of it.
func TestRunImport_errors(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		at := filepath.Join(folder, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"not there": {[]string{filepath.Join(folder, "Mara-phone.csv")}, 1, "cannot be opened"},
		"a folder":  {[]string{folder}, 1, "cannot be read"},
		"prose":     {[]string{file("Mara-notes.txt", "Mara said it was on the shelf\n")}, 1, "no device was recognised"},
		"empty":     {[]string{file("Mara-empty.txt", "\n\n")}, 1, "empty"},
		"packed":    {[]string{file("Mara-book.xlsx", "PK\x03\x04Mara")}, 1, "save it as CSV"},
		"too large": {[]string{file("Mara-large.txt", strings.Repeat("x\n", 3<<20))}, 1, "larger than"},
		"two files": {[]string{"a", "b"}, 2, "it takes one file"},
		"format":    {[]string{"-format", "stars", "a"}, 2, "it takes one file"},
	} {
		var out, errs bytes.Buffer
		status := runImport(t.Context(), tt.args, console{in: strings.NewReader(""), out: &out, err: &errs})
		if status != tt.status || !strings.Contains(errs.String(), tt.says) || out.Len() > 0 {
			t.Errorf("%s: status %d, out %q, says %q", name, status, out.String(), errs.String())
		}
		if strings.Contains(errs.String(), "Mara") || strings.Contains(errs.String(), folder) {
			t.Errorf("%s: the message names the file or what is in it: %q", name, errs.String())
		}
	}
}
