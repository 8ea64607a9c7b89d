package scanner

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// Limits for a description that a device sends as XML.
const (
	deepestXML  = 32
	mostXMLTags = 4096
)

var errHostileXML = errors.New("this XML is not a plain description")

// WalkXML reads a small XML document that a device sent and calls text for every element's own text,
// with the local names of the elements that lead to it. A document type (the way to entity bombs),
// deep nesting, too many elements and broken syntax end the walk with an error.
//
// The faults that many devices have cost them nothing: letters of another code page, a bare "&", a
// control character, and whatever follows the end of the document.
func WalkXML(data []byte, text func(path []string, value string)) error {
	d := xml.NewDecoder(bytes.NewReader(plainXML(data)))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // plainXML has done it
	w := xmlWalk{text: text}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a device description: %w", errHostileXML)
		}
		if err := w.step(token); err != nil || (w.tags > 0 && len(w.path) == 0) {
			return err
		}
	}
}

type xmlWalk struct {
	path []string
	tags int
	text func(path []string, value string)
}

func (w *xmlWalk) step(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return fmt.Errorf("reading a document type: %w", errHostileXML)
	case xml.StartElement:
		w.tags++
		w.path = append(w.path, t.Name.Local)
		if len(w.path) > deepestXML || w.tags > mostXMLTags {
			return fmt.Errorf("reading nested elements: %w", errHostileXML)
		}
	case xml.EndElement:
		w.path = w.path[:len(w.path)-1]
	case xml.CharData:
		if v := bytes.TrimSpace(t); len(v) > 0 && len(w.path) > 0 {
			w.text(w.path, string(v))
		}
	}
	return nil
}

// xmlHead is how far into a document its encoding is looked for.
const xmlHead = 200

// plainXML brings a document to UTF-8 without control characters and bare ampersands. Old devices use
// one other encoding; of a third, such as a Chinese one, the letters that all share are kept.
func plainXML(data []byte) []byte {
	head := bytes.ToLower(data[:min(len(data), xmlHead)])
	if bytes.Contains(head, []byte("8859-1\"")) || bytes.Contains(head, []byte("8859-1'")) ||
		bytes.Contains(head, []byte("latin1")) || bytes.Contains(head, []byte("windows-1252")) {
		data = []byte(Windows1252(data))
	}
	data = bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return ' '
		}
		return r // a byte that is no letter becomes the replacement character
	}, data)
	return escapeBare(data)
}

// escapeBare writes "&amp;" for every "&" that begins no reference, outside of CDATA.
func escapeBare(data []byte) []byte {
	var out bytes.Buffer
	for {
		at := bytes.IndexByte(data, '&')
		if at < 0 {
			break
		}
		if open := bytes.Index(data[:at], []byte("<![CDATA[")); open >= 0 {
			end := bytes.Index(data[open:], []byte("]]>"))
			if end < 0 {
				break
			}
			out.Write(data[:open+end])
			data = data[open+end:]
			continue
		}
		out.Write(data[:at+1])
		if data = data[at+1:]; !reference(data) {
			out.WriteString("amp;")
		}
	}
	out.Write(data)
	return out.Bytes()
}

// reference reports whether text behind an "&" is the rest of an XML reference.
func reference(text []byte) bool {
	name, _, ok := bytes.Cut(text[:min(len(text), 32)], []byte(";"))
	return ok && len(name) > 0 && len(bytes.Trim(name, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) == 0
}
