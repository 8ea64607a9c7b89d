package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// secrets asks for passphrases: on a terminal without showing them, otherwise one line each from
// standard input. They are never taken from arguments, which other programs can read.
type secrets struct {
	c       console
	lines   *bufio.Reader
	restore func() // shows typing again; nil while it is shown
}

func newSecrets(c console) *secrets { return &secrets{c: c, lines: bufio.NewReader(c.in)} }

// hide stops the terminal from showing what is typed until close: also what is typed ahead of the next
// question stays hidden.
func (s *secrets) hide(f *os.File) (err error) {
	if s.restore != nil {
		return nil
	}
	if s.restore, err = hideInput(f); err != nil {
		return fmt.Errorf("hiding the input: %w", err)
	}
	return nil
}

// close shows typing again.
func (s *secrets) close() {
	if s.restore != nil {
		s.restore()
	}
}

// ask returns one line without its end. An interrupt ends it.
func (s *secrets) ask(ctx context.Context, question string) (string, error) {
	if f, ok := s.c.in.(*os.File); ok && s.c.terminal {
		if err := s.hide(f); err != nil {
			return "", err
		}
		fmt.Fprint(s.c.err, question+": ")
		defer fmt.Fprintln(s.c.err)
	}
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := s.lines.ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-got:
		line := strings.TrimRight(r.line, "\r\n")
		if errors.Is(r.err, io.EOF) && line != "" {
			r.err = nil
		}
		if errors.Is(r.err, io.EOF) {
			r.err = errors.New("the input ended before the answer to: " + question)
		}
		return line, r.err
	}
}

// askTwice asks for something new until both answers are the same; without a terminal once each.
func (s *secrets) askTwice(ctx context.Context, question string) (string, error) {
	first, err := s.ask(ctx, question)
	if err != nil {
		return "", err
	}
	again, err := s.ask(ctx, question+", once more")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("the two are not the same; nothing was changed. Start again")
	}
	return first, nil
}
