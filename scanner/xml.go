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
func WalkXML(data []byte, text func(path []string, value string)) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = latin1
	w := xmlWalk{text: text}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a device description: %w", errHostileXML)
		}
		if err := w.step(token); err != nil {
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

// latin1 reads the one other encoding that old devices use. Any other name is taken for UTF-8, whose
// faults the decoder reports itself.
func latin1(charset string, in io.Reader) (io.Reader, error) {
	switch charset {
	case "iso-8859-1", "ISO-8859-1", "latin1", "windows-1252":
	default:
		return in, nil
	}
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("reading a description: %w", err)
	}
	out := make([]rune, len(raw))
	for i, c := range raw {
		out[i] = rune(c)
	}
	return bytes.NewReader([]byte(string(out))), nil
}
