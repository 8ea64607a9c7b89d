// Package bundle writes and checks a file of evidence: a zip whose bytes follow from its contents alone,
// with a list of the SHA-256 of every part. It knows nothing of cases.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Manifest is the name of the list of hashes inside the file, in the form that sha256sum -c reads.
const Manifest = "SHA256SUMS"

// largest bounds what Check unpacks, in bytes.
const largest = 64 << 20

// Part is one document of the file. Its name is plain ASCII without folders.
type Part struct {
	Name string
	Body []byte
}

// Errors of Check. ErrChanged says that the file is not as it was written.
var (
	ErrNoBundle = errors.New("this is no file of evidence that Keyholder made")
	ErrChanged  = errors.New("the file is not as it was made")
)

// Write returns the file that holds the parts in the given order and their hashes at its end. The same
// parts give the same bytes: no time, name or system of the computer goes in.
func Write(parts []Part) ([]byte, error) {
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, p := range append(parts[:len(parts):len(parts)], Part{Name: Manifest, Body: manifest(parts)}) {
		part, err := w.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Store})
		if err != nil {
			return nil, fmt.Errorf("writing a part: %w", err)
		}
		if _, err := part.Write(p.Body); err != nil {
			return nil, fmt.Errorf("writing a part: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("closing the file: %w", err)
	}
	return file.Bytes(), nil
}

// manifest lists the hash and the name of every part.
func manifest(parts []Part) []byte {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%s  %s\n", Sum(p.Body), p.Name)
	}
	return []byte(b.String())
}

// Sum is the SHA-256 of some bytes in hexadecimal, as sha256sum prints it.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Check reads a file, compares every part with the list of hashes, and makes sure that there is nothing
// else in it: not one byte may differ from what Write makes of the parts. It returns the parts without
// the list. A change that was carried into the list as well can only be told by the hash of the whole
// file, which the record keeps.
func Check(file []byte) ([]Part, error) {
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, ErrNoBundle
	}
	var parts []Part
	left := int64(largest)
	for _, f := range r.File {
		if !plainName(f.Name) { // it is shown to whoever checks the file
			return nil, ErrNoBundle
		}
		body, err := unpack(f, left)
		if err != nil {
			return nil, fmt.Errorf("reading a part: %w", errors.Join(ErrChanged, err))
		}
		left -= int64(len(body))
		parts = append(parts, Part{Name: f.Name, Body: body})
	}
	last := len(parts) - 1
	if last < 0 || parts[last].Name != Manifest {
		return nil, ErrNoBundle
	}
	parts, list := parts[:last], parts[last].Body
	if !bytes.Equal(list, manifest(parts)) {
		return nil, ErrChanged
	}
	if again, err := Write(parts); err != nil || !bytes.Equal(again, file) {
		return nil, ErrChanged
	}
	return parts, nil
}

// plainName reports whether a part is called as ours are: ASCII letters, digits, dots and dashes, no
// folder, nothing that a terminal obeys.
func plainName(name string) bool {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"
	return name != "" && len(name) <= 64 && strings.Trim(name, plain) == ""
}

// unpack reads one part of at most max bytes.
func unpack(f *zip.File, max int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, max+1))
	if err == nil && int64(len(body)) > max {
		return nil, errors.New("it is larger than any file of evidence")
	}
	return body, err
}
