package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestRunIdentify(t *testing.T) {
	const lock = `{"id":"a","sightings":[{"kind":"mdns","type":"_hap._tcp","txt":{"ci":"6"}}]}`
	tests := []struct {
		name, in string
		args     []string
		status   int
		out, err string
	}{
		{"one device", lock, nil, 0, `{"id":"a","class":"smart_lock","group":"iot_entry"`, ""},
		{"nothing", "", nil, 0, "", ""},
		{"bad line between", "{\n" + lock + "\n", nil, 1, `"line":1,"error":"the line is not a JSON object`, "1 of 2 lines"},
		{"help", "", []string{"-h"}, 0, "Usage: keyholder identify", ""},
		{"argument", "", []string{"file.jsonl"}, 2, "", "takes no arguments"},
		{"unknown flag", "", []string{"-fast"}, 2, "", "takes no arguments"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			status := runIdentify(context.Background(), tt.args, console{in: strings.NewReader(tt.in), out: &out, err: &errs})
			if status != tt.status || !strings.Contains(out.String(), tt.out) || !strings.Contains(errs.String(), tt.err) {
				t.Errorf("status %d, out %q, err %q; want %d, %q, %q", status, out.String(), errs.String(), tt.status, tt.out, tt.err)
			}
			if tt.out == "" && out.Len() > 0 {
				t.Errorf("output %q, want none", out.String())
			}
		})
	}
}
