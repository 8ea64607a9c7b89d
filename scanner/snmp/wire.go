package snmp

import (
	"bytes"
	"encoding/binary"
	"strings"

	"keyholder/scanner"
)

// The kinds of values in a message (RFC 1157; the encoding is BER).
const (
	tagInteger  = 0x02
	tagText     = 0x04
	tagNull     = 0x05
	tagName     = 0x06
	tagSequence = 0x30
	tagGet      = 0xa0
	tagAnswer   = 0xa2
)

const community = "public"

// description is the encoded name of sysDescr.0: 1.3.6.1.2.1.1.1.0.
const description = "\x2b\x06\x01\x02\x01\x01\x01\x00"

// wrap writes a value shorter than 128 bytes.
func wrap(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append([]byte{tag, byte(len(body))}, body...)
}

// packet writes the question. Version 1 is the one that every printer understands.
func packet(number uint32) []byte {
	zero := wrap(tagInteger, []byte{0})
	wanted := wrap(tagSequence, wrap(tagName, []byte(description)), wrap(tagNull))
	return wrap(tagSequence, zero, wrap(tagText, []byte(community)), wrap(tagGet,
		wrap(tagInteger, binary.BigEndian.AppendUint32(nil, number)), zero, zero, wrap(tagSequence, wanted)))
}

// reader takes a message apart, value by value. After the first fault it stays at fault.
type reader struct {
	rest  []byte
	fault bool
}

// next returns the content of the next value, which must be of that kind.
func (r *reader) next(tag byte) []byte {
	if r.fault || len(r.rest) < 2 || r.rest[0] != tag {
		r.fault = true
		return nil
	}
	n, head := int(r.rest[1]), 2
	if n >= 0x80 {
		n, head = r.long(n & 0x7f)
	}
	if n < 0 || n > len(r.rest)-head {
		r.fault = true
		return nil
	}
	body := r.rest[head : head+n]
	r.rest = r.rest[head+n:]
	return body
}

// long reads a length that is written in the next bytes; many devices do so without need. A length
// that no packet can have is -1.
func (r *reader) long(count int) (n, head int) {
	if count < 1 || count > 4 || len(r.rest) < 2+count {
		return -1, 0
	}
	for _, c := range r.rest[2 : 2+count] {
		n = n<<8 | int(c)
		if n > 1<<16 {
			return -1, 0
		}
	}
	return n, 2 + count
}

// read returns the description in the answer to a question; empty if the device has none.
func read(p []byte, number uint32) (text string, ok bool) {
	whole := reader{rest: p}
	message := reader{rest: whole.next(tagSequence)}
	message.next(tagInteger)
	message.next(tagText)
	answer := reader{rest: message.next(tagAnswer)}
	mark := answer.next(tagInteger)
	problem := answer.next(tagInteger)
	answer.next(tagInteger)
	list := reader{rest: answer.next(tagSequence)}
	if whole.fault || message.fault || answer.fault || !bytes.Equal(mark, binary.BigEndian.AppendUint32(nil, number)) {
		return "", false
	}
	if len(bytes.Trim(problem, "\x00")) > 0 {
		return "", true // it says that it has none
	}
	pair := reader{rest: list.next(tagSequence)}
	name, value := pair.next(tagName), pair.next(tagText)
	if list.fault || pair.fault || string(name) != description {
		return "", false
	}
	return strings.TrimSpace(scanner.Bounded(strings.ToValidUTF8(string(value), ""), longestValue)), true
}
