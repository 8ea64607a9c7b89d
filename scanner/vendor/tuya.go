package vendor

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" // the makers' choice; it protects nothing here
	"encoding/binary"
	"encoding/json"

	"keyholder/scanner"
)

// Devices of Tuya, sold under hundreds of names, announce themselves every few seconds: on UDP 6666 as
// plain text, on UDP 6667 under a key that is the same in every one of them and published. They are
// only heard: nothing is sent to them.
const (
	tuyaPlain  = 6666
	tuyaHidden = 6667
	tuyaPhrase = "yGAdlopoPVldABfn"
)

func tuya() []protocol {
	var list []protocol
	for _, port := range []uint16{tuyaPlain, tuyaHidden} {
		list = append(list, protocol{
			name: "tuya", group: scanner.Group{Broadcast: true, Join: true, Silent: true, Port: port}, read: readTuya,
		})
	}
	return list
}

// readTuya reads an announcement in any of its three forms. The device's own number, which opens its
// account at the maker, is not read.
func readTuya(packet []byte) (fields, bool) {
	text, ok := tuyaText(packet)
	if !ok {
		return nil, false
	}
	start := bytes.IndexByte(text, '{')
	if start < 0 {
		return nil, false
	}
	var said struct {
		ID      string `json:"gwId"` // only whether there is one
		Product string `json:"productKey"`
		Version string `json:"version"`
	}
	if !understood(json.NewDecoder(bytes.NewReader(text[start:])).Decode(&said)) || said.ID == "" {
		return nil, false
	}
	f := fields{}
	f.put("product", said.Product)
	f.put("version", said.Version)
	return f, true
}

// The frames: 55AA up to protocol 3.4, 6699 from 3.5 on.
const (
	frame55AA = 0x000055aa
	frame6699 = 0x00006699
	head55AA  = 16 // prefix, number, command, length
	tail55AA  = 8  // checksum, suffix
	head6699  = 18 // prefix, reserved, number, command, length
	nonceSize = 12
	tagSize   = 16
	tail6699  = 4
)

// tuyaText returns the text of a frame, deciphered where it has to be.
func tuyaText(packet []byte) ([]byte, bool) {
	if len(packet) < head55AA+tail55AA {
		return nil, false
	}
	switch binary.BigEndian.Uint32(packet) {
	case frame55AA:
		body := packet[head55AA : len(packet)-tail55AA]
		if bytes.IndexByte(body, '{') >= 0 && bytes.Contains(body, []byte(`"gwId"`)) {
			return body, true
		}
		return decipherBlocks(body)
	case frame6699:
		return decipherSealed(packet)
	}
	return nil, false
}

func tuyaCipher() (cipher.Block, error) {
	key := md5.Sum([]byte(tuyaPhrase))
	return aes.NewCipher(key[:])
}

// decipherBlocks undoes AES block by block. Some devices put a return code of four bytes first.
func decipherBlocks(body []byte) ([]byte, bool) {
	if extra := len(body) % aes.BlockSize; extra == 4 {
		body = body[4:]
	}
	block, err := tuyaCipher()
	if err != nil || len(body) == 0 || len(body)%aes.BlockSize != 0 {
		return nil, false
	}
	out := make([]byte, len(body))
	for i := 0; i < len(body); i += aes.BlockSize {
		block.Decrypt(out[i:], body[i:i+aes.BlockSize])
	}
	return out, true
}

// decipherSealed undoes AES-GCM; a frame that was changed on the way is refused.
func decipherSealed(packet []byte) ([]byte, bool) {
	end := len(packet) - tail6699
	if end < head6699+nonceSize+tagSize {
		return nil, false
	}
	block, err := tuyaCipher()
	if err != nil {
		return nil, false
	}
	sealed, err := cipher.NewGCM(block)
	if err != nil {
		return nil, false
	}
	nonce := packet[head6699 : head6699+nonceSize]
	text, err := sealed.Open(nil, nonce, packet[head6699+nonceSize:end], packet[4:head6699])
	return text, err == nil
}
