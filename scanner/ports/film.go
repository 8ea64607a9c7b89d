package ports

import (
	"bufio"
	"errors"
	"io"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// mostLines bounds the heading of an RTSP answer.
const mostLines = 40

// askFilm asks a video server what it can do (RFC 2326, OPTIONS). It never asks what there is to see,
// so an answer without a question for a name does not say that the film is open to all.
func (w *wire) askFilm(to netip.AddrPort) []scanner.Fact {
	host := netip.AddrPortFrom(to.Addr().WithZone(""), to.Port()).String()
	if _, err := io.WriteString(w, "OPTIONS rtsp://"+host+"/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"); err != nil {
		return nil
	}
	status, header, err := readAnswer(bufio.NewReaderSize(w, 2048))
	if err != nil {
		return nil
	}
	f := scanner.Fact{Kind: scanner.FactRTSP, Fields: map[string]string{"status": strconv.Itoa(status)}}
	put(f, "server", header.Get("Server"))
	put(f, "realm", realm(header.Get("WWW-Authenticate")))
	if status == 401 || header.Get("WWW-Authenticate") != "" {
		f.Fields["login"] = "asked"
	}
	return []scanner.Fact{f}
}

var errNoFilm = errors.New("this is not an answer of a video server")

// readAnswer reads the status and the heading of an RTSP answer.
func readAnswer(r *bufio.Reader) (int, textproto.MIMEHeader, error) {
	line, err := shortLine(r)
	if err != nil {
		return 0, nil, err
	}
	protocol, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(protocol, "RTSP/") || status < 100 || status > 999 {
		return 0, nil, errNoFilm
	}
	header := textproto.MIMEHeader{}
	for range mostLines {
		line, err := shortLine(r)
		if err != nil || line == "" {
			break // what came until here counts
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return status, header, nil
}

// shortLine reads a line that fits into the reader's buffer.
func shortLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return "", errNoFilm
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}
