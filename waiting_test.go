package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWaiting(t *testing.T) {
	text := strings.Repeat("a line\n", 30000)
	for name, in := range map[string]io.Reader{
		"whole": strings.NewReader(text), "one byte at a time": iotest.OneByteReader(strings.NewReader(text[:700])),
		"end with the last bytes": iotest.DataErrReader(strings.NewReader(text)),
	} {
		want := text
		if name == "one byte at a time" {
			want = text[:700]
		}
		if got, err := io.ReadAll(newWaiting(t.Context(), in)); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(want), err)
		}
	}
}

// silentInput is a keyboard at which nobody types. It says when somebody begins to wait for it.
func silentInput(t *testing.T) (in io.Reader, waited <-chan struct{}) {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	began := make(chan struct{}, 1)
	return readerFunc(func(p []byte) (int, error) {
		select {
		case began <- struct{}{}:
		default:
		}
		return r.Read(p)
	}), began
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestInterrupt: whoever waits for the keyboard ends when it is interrupted, and a check that was asked
// about and then interrupted is not made. The test hangs when one of them goes on waiting.
func TestInterrupt(t *testing.T) {
	for name, c := range map[string]struct {
		run    func(ctx context.Context, c console) int
		status int
	}{
		"scan": {func(ctx context.Context, c console) int {
			return runScan(ctx, nil, c, mustNotCheck(t))
		}, 2},
		"import":   {func(ctx context.Context, c console) int { return runImport(ctx, []string{"-"}, c) }, 1},
		"identify": {func(ctx context.Context, c console) int { return runIdentify(ctx, nil, c) }, 1},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		in, waited := silentInput(t)
		var out, errs bytes.Buffer
		go func() {
			<-waited
			cancel()
		}()
		if status := c.run(ctx, console{in: in, out: &out, err: &errs, terminal: true}); status != c.status || out.Len() > 0 {
			t.Errorf("%s: status %d, out %q, says %q", name, status, out.String(), errs.String())
		}
		cancel()
	}
}
