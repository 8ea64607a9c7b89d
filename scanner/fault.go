package scanner

import "sync"

// Fault carries a panic out of the goroutines of a source into the source itself, where Run turns it
// into "could not look". Without it a fault that a hostile packet provokes would end the program. The
// zero value is ready for use.
type Fault struct {
	mu   sync.Mutex
	seen bool
}

// Catch is deferred at the top of a goroutine.
func (f *Fault) Catch() {
	if recover() == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = true
}

// Raise panics in the caller's goroutine if something was caught. It is called when the goroutines have
// ended.
func (f *Fault) Raise() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen {
		panic("a fault in a goroutine of this source")
	}
}
