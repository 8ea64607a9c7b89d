package catalogue

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
)

// MaxLine is the length in bytes of the longest line that Stream reads; a longer one is answered
// with an error and skipped.
const MaxLine = 1 << 20

// answer is one line of output. A failed line has only id and error.
type answer struct {
	ID         string     `json:"id"`
	Class      Class      `json:"class"`
	Group      Group      `json:"group"`
	Brand      string     `json:"brand"`
	Model      string     `json:"model"`
	Confidence Confidence `json:"confidence"`
	Evidence   []Evidence `json:"evidence"`
	Conflicts  []Evidence `json:"conflicts,omitempty"`
}

type failure struct {
	ID    string `json:"id"`
	Line  int    `json:"line"`
	Error string `json:"error"`
}

// Stats counts what Stream did.
type Stats struct {
	Lines  int // lines that were not empty
	Failed int // of these, lines that could not be read
}

// batch is a run of lines that one worker answers; batches are written in the order of their lines.
type batch struct {
	first  int // number of the first line
	lines  [][]byte
	filled int          // lines that are not empty
	long   map[int]bool // lines over MaxLine, by position
	done   chan []byte
}

// batchLines keeps hand-over cheap without holding answers back for long.
const batchLines = 64

var errLong = fmt.Errorf("the line is longer than %d bytes; send fewer or shorter sightings", MaxLine)

// Stream answers every line of in with one line on out, in order, using the processor's cores. A line
// that cannot be read is answered with {"id","line","error"} and does not stop the others. It returns
// an error when in cannot be read, out cannot be written, or ctx ends.
func (c *Catalogue) Stream(ctx context.Context, in io.Reader, out io.Writer) (Stats, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *batch, workers), make(chan *batch, 4*workers)
	var failed atomic.Int64
	for range workers {
		go func() {
			for b := range work {
				b.done <- c.answerBatch(b, &failed)
			}
		}()
	}
	lines := make(chan readResult, 1)
	go func() {
		n, err := readBatches(ctx, in, work, order)
		close(work)
		close(order)
		lines <- readResult{n, err}
	}()
	writeErr := writeBatches(order, out, cancel)
	result := <-lines
	return Stats{Lines: result.lines, Failed: int(failed.Load())}, errors.Join(result.err, writeErr)
}

type readResult struct {
	lines int
	err   error
}

// writeBatches writes finished batches in order. After a write error it stops the reading and only
// drains, so that no worker is left behind.
func writeBatches(order <-chan *batch, out io.Writer, cancel func()) error {
	var failed error
	for b := range order {
		text := <-b.done
		if failed != nil {
			continue
		}
		if _, err := out.Write(text); err != nil {
			failed = fmt.Errorf("writing answers: %w", err)
			cancel()
		}
	}
	return failed
}

// readBatches hands batches to the workers and to the writer until in or ctx ends, and returns how
// many lines were not empty.
func readBatches(ctx context.Context, in io.Reader, work, order chan<- *batch) (int, error) {
	r := bufio.NewReaderSize(in, 1<<16)
	lines := 0
	for number := 1; ; {
		b, readErr := readBatch(r, number)
		number += len(b.lines)
		lines += b.filled
		select {
		case order <- b:
		case <-ctx.Done():
			return lines, context.Cause(ctx)
		}
		work <- b
		if errors.Is(readErr, io.EOF) {
			return lines, nil
		}
		if readErr != nil {
			return lines, fmt.Errorf("reading sightings: %w", readErr)
		}
	}
}

// readBatch reads lines until the batch is full or no more are at hand, so that somebody who sends
// them one by one is answered one by one.
func readBatch(r *bufio.Reader, first int) (*batch, error) {
	b := &batch{first: first, long: map[int]bool{}, done: make(chan []byte, 1)}
	for {
		line, long, err := readLine(r)
		if long {
			b.long[len(b.lines)] = true
		}
		if long || len(bytes.TrimSpace(line)) > 0 {
			b.filled++
		}
		b.lines = append(b.lines, line)
		if err != nil || len(b.lines) == batchLines || r.Buffered() == 0 {
			return b, err
		}
	}
}

// readLine returns a line of its own memory; of one that is too long it reads on to the end of the
// line but keeps nothing.
func readLine(r *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > MaxLine+1 {
			line, long = nil, true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

func (c *Catalogue) answerBatch(b *batch, failed *atomic.Int64) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	for i, raw := range b.lines {
		if b.long[i] {
			failed.Add(1)
			_ = e.Encode(failure{Line: b.first + i, Error: errLong.Error()})
			continue
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		line, err := ParseLine(raw)
		if err != nil {
			failed.Add(1)
			_ = e.Encode(failure{ID: line.ID, Line: b.first + i, Error: err.Error()})
			continue
		}
		_ = e.Encode(c.answer(line))
	}
	return buf.Bytes()
}

func (c *Catalogue) answer(line Line) answer {
	id := c.Identify(line.Facts)
	if id.Evidence == nil {
		id.Evidence = []Evidence{}
	}
	return answer{
		ID: line.ID, Class: id.Class, Group: id.Group, Brand: id.Brand, Model: id.Model,
		Confidence: id.Confidence, Evidence: id.Evidence, Conflicts: id.Conflicts,
	}
}
