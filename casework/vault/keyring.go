package vault

import (
	"crypto/rand"
	"encoding/hex"
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"
	adi "lukechampine.com/adiantum"
	"lukechampine.com/adiantum/hbsh"
)

// keyBytes is the length of every symmetric key here.
const keyBytes = 32

const vfsName = "casevault"

// keyring holds the data keys of open vaults. A database address carries only a random handle, so no
// key ever stands in an address, a PRAGMA or a piece of SQL.
type keyring struct {
	mu   sync.Mutex
	keys map[string][]byte
}

// openKeys registers the encrypting VFS once and returns its keyring. SQLite finds a VFS by name in
// one list per process: this is the only package-level state here, and that list forces it.
var openKeys = sync.OnceValue(func() *keyring {
	k := &keyring{keys: map[string][]byte{}}
	vfs.Register(vfsName, adiantum.Wrap(vfs.Find(""), k))
	return k
})

// KDF returns the key for a handle. SQLite's temporary files have none and get a fresh random key
// each. An unknown handle gets no key, so that opening fails instead of writing plain text.
func (k *keyring) KDF(handle string) []byte {
	if handle == "" {
		return randomBytes(keyBytes)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys[handle]
}

// HBSH makes the page cipher.
func (k *keyring) HBSH(key []byte) *hbsh.HBSH {
	if len(key) != keyBytes {
		return nil
	}
	return adi.New(key)
}

// put takes over key and returns its handle.
func (k *keyring) put(key []byte) string {
	handle := hex.EncodeToString(randomBytes(8))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[handle] = key
	return handle
}

// get lends the key of a handle; the caller must not keep it.
func (k *keyring) get(handle string) []byte { return k.KDF(handle) }

// drop clears and forgets a key.
func (k *keyring) drop(handle string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.keys[handle])
	delete(k.keys, handle)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
