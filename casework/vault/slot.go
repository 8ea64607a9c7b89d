package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// KDF is the cost of turning a passphrase into a key with Argon2id.
type KDF struct {
	Passes  uint32 `json:"t"` // passes over the memory
	MemKiB  uint32 `json:"m"` // memory in KiB
	Threads uint8  `json:"p"`
}

// DefaultKDF is the second recommended setting of RFC 9106: 64 MiB, three passes, four lanes.
func DefaultKDF() KDF { return KDF{Passes: 3, MemKiB: 64 << 10, Threads: 4} }

// The bounds of a cost read from a header: a hostile header must not exhaust memory or time before
// the passphrase is even checked. The lower bound is the least that OWASP accepts.
const (
	minMemKiB  = 19 << 10
	maxMemKiB  = 1 << 20
	maxPasses  = 20
	maxThreads = 16
	maxSlots   = 64
)

func (k KDF) within(least uint32) bool {
	return k.Passes >= 1 && k.Passes <= maxPasses && k.MemKiB >= least && k.MemKiB <= maxMemKiB &&
		k.Threads >= 1 && k.Threads <= maxThreads
}

// SlotKind says what opens a slot.
type SlotKind string

// The kinds.
const (
	SlotPassphrase SlotKind = "passphrase"
	SlotRecovery   SlotKind = "recovery"
)

// slot is the data key, wrapped for one passphrase or recovery key.
type slot struct {
	Kind   SlotKind `json:"kind"`
	Worker string   `json:"worker,omitempty"` // worker id, empty for a recovery key
	KDF    KDF      `json:"kdf"`
	Salt   string   `json:"salt"`
	Key    string   `json:"key"`             // the wrapped data key
	Next   string   `json:"next,omitempty"`  // the wrapped new data key while a re-key is under way
	Fresh  bool     `json:"fresh,omitempty"` // made by the re-key under way; dropped if that fails

	// A recovery key also opens backups: Identity is an age identity, encrypted with the recovery
	// key as an age passphrase file, and Recipient is its public half.
	Recipient string `json:"recipient,omitempty"`
	Identity  string `json:"identity,omitempty"`
}

// bind is the associated data of a wrap: none of it can be changed without breaking the wrap.
func (s *slot) bind(vaultID string) []byte {
	return fmt.Appendf(nil, "%s|%s|%s|%s|%d|%d|%d|%s|%s", headerFormat, vaultID, s.Kind, s.Worker,
		s.KDF.Passes, s.KDF.MemKiB, s.KDF.Threads, s.Salt, s.Recipient)
}

// wrappingKey derives the key that wraps the data key in this slot. The caller clears it.
func (s *slot) wrappingKey(secret []byte, least uint32) ([]byte, error) {
	salt, err := hex.DecodeString(s.Salt)
	if err != nil || len(salt) < 16 || !s.KDF.within(least) {
		return nil, ErrDamagedHeader
	}
	return argon2.IDKey(secret, salt, s.KDF.Passes, s.KDF.MemKiB, s.KDF.Threads, keyBytes), nil
}

// newSlot wraps key, and next when it is not nil, for secret.
func (o Options) newSlot(vaultID string, s slot, secret, key, next []byte) (slot, error) {
	s.KDF = o.kdf()
	s.Salt = hex.EncodeToString(randomBytes(16))
	wrap, err := s.wrappingKey(secret, o.leastMemory())
	if err != nil {
		return slot{}, err
	}
	defer clear(wrap)
	if s.Key, err = seal(wrap, key, s.bind(vaultID)); err != nil {
		return slot{}, err
	}
	if next != nil {
		s.Next, err = seal(wrap, next, s.bind(vaultID))
	}
	return s, err
}

// opened is what a slot gave up. The caller clears the keys it does not keep.
type opened struct {
	index     int
	key, next []byte
}

// tryOpen tries secret on the slots of one kind.
func (o Options) tryOpen(h *header, kind SlotKind, secret []byte) (opened, error) {
	for i := range h.Slots {
		s := &h.Slots[i]
		if s.Kind != kind {
			continue
		}
		wrap, err := s.wrappingKey(secret, o.leastMemory())
		if err != nil {
			return opened{}, err
		}
		got, err := s.unwrap(h.ID, wrap)
		clear(wrap)
		if err == nil {
			got.index = i
			return got, nil
		}
	}
	return opened{}, ErrWrongPassphrase
}

func (s *slot) unwrap(vaultID string, wrap []byte) (got opened, err error) {
	if got.key, err = unseal(wrap, s.Key, s.bind(vaultID)); err != nil {
		return opened{}, err
	}
	if s.Next != "" {
		got.next, err = unseal(wrap, s.Next, s.bind(vaultID))
	}
	return got, err
}

// seal encrypts msg under key with AES-256-GCM and a random nonce and returns it in hexadecimal.
func seal(key, msg, bound []byte) (string, error) {
	aead, err := gcm(key)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(aead.Seal(nil, nil, msg, bound)), nil
}

// unseal reverses seal. It returns ErrWrongPassphrase when the key does not fit.
func unseal(key []byte, sealed string, bound []byte) ([]byte, error) {
	c, err := hex.DecodeString(sealed)
	if err != nil {
		return nil, ErrDamagedHeader
	}
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	msg, err := aead.Open(nil, nil, c, bound)
	if err != nil {
		return nil, ErrWrongPassphrase
	}
	return msg, nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making the key cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
