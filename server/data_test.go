package server

import (
	"sync"
	"testing"
)

// theData is read once for all tests.
var theData = sync.OnceValues(LoadData)

// A server without content would answer with empty pages; it says at once what is missing.
func TestNew_needsData(t *testing.T) {
	w := newWorld(t)
	cfg := w.server.cfg
	cfg.Data.Knowledge = nil
	if _, err := New(cfg); err == nil {
		t.Error("a server without knowledge was made")
	}
}

// Reading the content is part of every start and of every unlock after a lock.
func BenchmarkLoadData(b *testing.B) {
	for b.Loop() {
		if _, err := LoadData(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		if _, err := New(w.server.cfg); err != nil {
			b.Fatal(err)
		}
	}
}
