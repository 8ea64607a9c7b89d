package main

import (
	"context"
	"io"
)

// waiting reads from something that may keep us waiting for ever, such as a keyboard, and ends when ctx
// does. A reading that is under way then is left behind; its bytes go nowhere.
type waiting struct {
	ctx  context.Context
	in   io.Reader
	buf  []byte
	rest []byte // of buf, not handed out yet
	err  error  // what follows rest
}

func newWaiting(ctx context.Context, in io.Reader) *waiting { return &waiting{ctx: ctx, in: in} }

// Read implements io.Reader. After the end of ctx it returns the error of ctx.
func (w *waiting) Read(p []byte) (int, error) {
	if len(w.rest) == 0 && w.err == nil {
		w.fill()
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	if len(w.rest) > 0 {
		return n, nil
	}
	return n, w.err
}

// fill gets the next bytes into a buffer of our own: a reading that is left behind must not write into
// the caller's.
func (w *waiting) fill() {
	if w.err = w.ctx.Err(); w.err != nil {
		return
	}
	if w.buf == nil {
		w.buf = make([]byte, 64<<10)
	}
	type read struct {
		n   int
		err error
	}
	got := make(chan read, 1)
	go func() {
		n, err := w.in.Read(w.buf)
		got <- read{n, err}
	}()
	select {
	case <-w.ctx.Done():
		w.err = w.ctx.Err()
	case r := <-got:
		w.rest, w.err = w.buf[:r.n], r.err
	}
}
