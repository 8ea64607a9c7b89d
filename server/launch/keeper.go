package launch

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"
)

// freeTries is how many wrong passphrases cost nothing but time; after them every further one has to
// wait longer, up to maxWait.
const (
	freeTries  = 5
	firstWait  = 5 * time.Second
	maxWait    = 15 * time.Minute
	maxTickets = 32
	maxTokens  = 8
)

// keeper remembers across locks who was let in and how often a wrong passphrase was tried. It holds
// hashes only: what it knows opens nothing.
type keeper struct {
	now func() time.Time

	mu      sync.Mutex
	tokens  []string // hashes of launch tokens that nobody used yet
	tickets []string // hashes of tickets
	tries   int      // attempts since the last right passphrase
	next    time.Time
}

func newKeeper(now func() time.Time) *keeper { return &keeper{now: now} }

// mint returns a new launch token of 128 random bits; an old unused one beyond maxTokens is void.
func (k *keeper) mint() string {
	token := strings.ToLower(rand.Text())
	sum := sha256.Sum256([]byte(token))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tokens = append(k.tokens, hex.EncodeToString(sum[:]))
	if len(k.tokens) > maxTokens {
		k.tokens = k.tokens[1:]
	}
	return token
}

func (k *keeper) redeem(token, ticket string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.Index(k.tokens, token)
	if i < 0 {
		return false
	}
	k.tokens = slices.Delete(k.tokens, i, i+1)
	k.tickets = append(k.tickets, ticket)
	if len(k.tickets) > maxTickets {
		k.tickets = k.tickets[1:]
	}
	return true
}

func (k *keeper) ticketList() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.tickets)
}

// try counts an attempt before it is made, so that a child killed in the middle does not give a free
// one. It returns how long to wait; zero means go on.
func (k *keeper) try() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if wait := k.next.Sub(now); wait > 0 {
		return wait
	}
	k.tries++
	if over := k.tries - freeTries; over >= 0 {
		wait := maxWait
		if over < 10 {
			wait = min(firstWait<<over, maxWait)
		}
		k.next = now.Add(wait)
	}
	return 0
}

func (k *keeper) right() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tries, k.next = 0, time.Time{}
}
