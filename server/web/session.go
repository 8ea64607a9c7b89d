package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"keyholder/casework"
	"keyholder/casework/stats"
	"keyholder/server/view"
)

// Session is one browser that unlocked. The cookie alone opens nothing: any local program can listen
// on another port of the same name and be sent it. The path key alone opens nothing: it stands in
// the history. Both together are one session, and both are void at lock.
type Session struct {
	cookie [sha256.Size]byte // hash of the cookie's value
	Key    string            // path key: 128 random bits in base32
	Token  string            // goes into every form

	mu       sync.Mutex
	flash    *view.Banner
	chosen   Choices
	recovery string // recovery key until the worker confirmed that it is written down
	kept     []Kept
	done     map[string]*Submitted
	order    []string
	sittings []casework.ConsultationID // sittings started here; Leave ends them
	prepared map[string]*Prepared      // figures shown to the worker and not published yet
}

// Choices are the settings that every page needs, read at unlock and after they were saved.
type Choices struct {
	Product  string // neutral name; empty: the one the program was started with
	LeaveURL string // where Leave ends; empty: the built-in page
	Hide     bool   // what was written is blurred until it is pointed at
}

// Submitted is a form post under way or done; it is locked while it is performed.
type Submitted struct {
	sync.Mutex
	Location string
}

// maxSubmissions bounds what a session remembers of past form posts.
const maxSubmissions = 256

// NewSecret returns 128 random bits in hexadecimal.
func NewSecret() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// NewSession makes a session and the value of its cookie, which only the browser keeps.
func NewSession() (*Session, string) {
	value := NewSecret()
	return &Session{
		cookie: sha256.Sum256([]byte(value)),
		Key:    strings.ToLower(rand.Text()),
		Token:  NewSecret(),
		done:   map[string]*Submitted{},
	}, value
}

// Begin returns the submission with this id, locked: a second post with the same id waits for the
// first to end.
func (v *Session) Begin(id string) *Submitted {
	v.mu.Lock()
	sub, ok := v.done[id]
	if !ok {
		sub = &Submitted{}
		v.done[id] = sub
		v.order = append(v.order, id)
		if len(v.order) > maxSubmissions {
			delete(v.done, v.order[0])
			v.order = v.order[1:]
		}
	}
	v.mu.Unlock()
	sub.Lock()
	return sub
}

// Sit notes a sitting that was started in this browser.
func (v *Session) Sit(ids ...casework.ConsultationID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sittings = append(v.sittings, ids...)
}

// Sat returns the sittings that were started in this browser, those that have ended among them.
func (v *Session) Sat() []casework.ConsultationID {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.sittings)
}

// Prepared is a release that was audited together with the first so many of the ledger.
type Prepared struct {
	Release *stats.Release
	Earlier int
}

// Hold keeps a prepared release for the worker to look at and returns its id. The newest replaces
// the one before.
func (v *Session) Hold(p *Prepared) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := NewSecret()
	v.prepared = map[string]*Prepared{id: p}
	return id
}

// Held returns a prepared release, nil when another one was prepared since.
func (v *Session) Held(id string) *Prepared {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.prepared[id]
}

// SetChoices keeps the settings that every page needs.
func (v *Session) SetChoices(c Choices) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.chosen = c
}

// Choices returns the settings that every page needs.
func (v *Session) Choices() Choices {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.chosen
}

// SetRecovery keeps the recovery key until it is written down; empty forgets it.
func (v *Session) SetRecovery(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.recovery = key
}

// RecoveryKey returns the recovery key that is not written down yet, empty when there is none.
func (v *Session) RecoveryKey() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.recovery
}

func (v *Session) setFlash(b *view.Banner) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.flash = b
}

func (v *Session) takeFlash() *view.Banner {
	v.mu.Lock()
	defer v.mu.Unlock()
	b := v.flash
	v.flash = nil
	return b
}

// HasCookie reports whether a cookie's value is the one of this session.
func (v *Session) HasCookie(value string) bool {
	hash := sha256.Sum256([]byte(value))
	return subtle.ConstantTimeCompare(hash[:], v.cookie[:]) == 1
}
