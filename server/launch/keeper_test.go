package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"
)

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func TestKeeper_tokens_work_once(t *testing.T) {
	k := newKeeper(time.Now)
	token := k.mint()
	if len(token) != 26 || token == k.mint() {
		t.Fatalf("a token is 26 random characters, got %q", token)
	}
	if k.redeem(hashOf("guess"), hashOf("a")) {
		t.Error("a guessed token was accepted")
	}
	if !k.redeem(hashOf(token), hashOf("a")) {
		t.Error("a fresh token was refused")
	}
	if k.redeem(hashOf(token), hashOf("b")) {
		t.Error("a used token was accepted")
	}
	if got := k.ticketList(); len(got) != 1 || got[0] != hashOf("a") {
		t.Errorf("tickets: %v", got)
	}
}

func TestKeeper_bounds(t *testing.T) {
	k := newKeeper(time.Now)
	first := k.mint()
	for range maxTokens {
		k.mint()
	}
	if k.redeem(hashOf(first), hashOf("a")) {
		t.Error("an old token that nobody used lives for ever")
	}
	for i := range maxTickets + 5 {
		k.redeem(hashOf(k.mint()), hashOf(string(rune('a'+i))))
	}
	if got := len(k.ticketList()); got != maxTickets {
		t.Errorf("%d tickets, want %d", got, maxTickets)
	}
}

// TestKeeper_try_grows counts what an attacker at the unlock page can try in a day.
func TestKeeper_try_grows(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	k := newKeeper(func() time.Time { return now })
	for i := range freeTries {
		if wait := k.try(); wait != 0 {
			t.Fatalf("try %d has to wait %v", i+1, wait)
		}
	}
	last := time.Duration(0)
	tries := freeTries
	for end := now.Add(24 * time.Hour); now.Before(end); tries++ {
		wait := k.try()
		if wait < last || wait > maxWait || wait == 0 {
			t.Fatalf("try %d waits %v after %v", tries, wait, last)
		}
		last = wait
		now = now.Add(wait)
		if k.try() != 0 {
			t.Fatal("after the wait the next try is refused")
		}
	}
	if tries > 120 {
		t.Errorf("%d tries in a day", tries)
	}
	now = now.Add(maxWait)
	k.right()
	for range freeTries {
		if k.try() != 0 {
			t.Fatal("a right passphrase does not end the waiting")
		}
	}
}
