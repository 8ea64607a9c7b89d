// Command hostile plays a device that means harm: it answers as ten thousand devices at once and says
// in every protocol what breaks careless readers. It is part of the tests and of nothing else, runs
// only in a namespace of its own, and never leaves it.
//
// Usage:
//
//	hostile flood CONNECTION NETWORK   answer on a connection for a network
//	hostile trap FILE                  listen on this computer's own ports and note every visitor
//	hostile bridge SOCKET ADDRESS      let a client outside the namespace reach an address in it
package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "flood":
		err = flood(args[1], args[2])
	case len(args) == 2 && args[0] == "trap":
		err = trap(args[1])
	case len(args) == 3 && args[0] == "bridge":
		err = bridge(args[1], args[2])
	default:
		err = fmt.Errorf("usage: hostile flood CONNECTION NETWORK | trap FILE | bridge SOCKET ADDRESS")
	}
	fmt.Fprintln(os.Stderr, "hostile:", err)
	os.Exit(1)
}

// flood never ends by itself.
func flood(connection, network string) error {
	home, err := netip.ParsePrefix(network)
	if err != nil {
		return fmt.Errorf("reading the network: %w", err)
	}
	l, err := openLink(connection, home)
	if err != nil {
		return err
	}
	if err := serve(); err != nil {
		return err
	}
	fmt.Println("ready")
	return l.loop()
}

// trapped are ports on which a check that can be led to its own computer would arrive.
func trapped() []int { return []int{80, 443, 631, 1900, 8080, 8888, 49152} }

// trap notes every visitor. The file stays empty as long as nobody comes.
func trap(file string) error {
	notes, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("opening the notes: %w", err)
	}
	failed := make(chan error)
	for _, port := range trapped() {
		for _, host := range []string{"127.0.0.1", "::1"} {
			in, err := net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
			if err != nil {
				return fmt.Errorf("listening: %w", err)
			}
			go func() { failed <- visits(in, notes) }()
		}
	}
	fmt.Println("ready")
	return <-failed
}

// visits notes who comes to one port.
func visits(in net.Listener, notes io.Writer) error {
	for {
		c, err := in.Accept()
		if err != nil {
			return fmt.Errorf("accepting: %w", err)
		}
		fmt.Fprintln(notes, "visited", c.LocalAddr())
		c.Close()
	}
}

// bridge passes on what comes in at a socket in the file system, which every namespace shares.
func bridge(socket, address string) error {
	in, err := net.Listen("unix", socket)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	fmt.Println("ready")
	for {
		from, err := in.Accept()
		if err != nil {
			return fmt.Errorf("accepting: %w", err)
		}
		go func() {
			defer from.Close()
			to, err := net.Dial("tcp", address)
			if err != nil {
				return
			}
			defer to.Close()
			go func() {
				_, _ = io.Copy(to, from)
				_ = to.(*net.TCPConn).CloseWrite()
			}()
			_, _ = io.Copy(from, to)
		}()
	}
}
