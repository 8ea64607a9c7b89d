package vault

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/ncruces/go-sqlite3"
)

// phrase makes a passphrase that is not refused.
func phrase(r *rand.Rand) string {
	list := words()
	out := ""
	for range 6 {
		out += list[r.IntN(len(list))] + " "
	}
	return out[:len(out)-1]
}

// opens reports whether a secret opens the vault in dir.
func opens(t *testing.T, dir, secret string) bool {
	t.Helper()
	v, err := Unlock(t.Context(), dir, []byte(secret), cheap())
	if err == nil {
		_ = v.DB().Close()
		return true
	}
	if !errors.Is(err, ErrWrongPassphrase) {
		t.Fatalf("unlocking gave %v", err)
	}
	return false
}

// Two processes have the vault open. One makes a new recovery key, which moves the slots; the other then
// changes a passphrase. Nobody's way in may be lost, and no old one may stay.
func TestVault_slotsMovedByAnotherProcess(t *testing.T) {
	one, _ := made(t)
	if err := one.AddPassphrase("2", []byte(otherPass)); err != nil {
		t.Fatal(err)
	}
	two := unlocked(t, one.Dir(), otherPass)
	recovery, err := one.ReplaceRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	const changed = "pillow anchor maple quartz fiddle hazel"
	if err := two.ChangePassphrase("2", []byte(changed)); err != nil {
		t.Fatal(err)
	}
	_ = one.DB().Close()
	_ = two.DB().Close()
	for secret, want := range map[string]bool{testPass: true, otherPass: false, changed: true, recovery: true} {
		if got := opens(t, one.Dir(), secret); got != want {
			t.Errorf("a secret opens the vault: %t, want %t", got, want)
		}
	}
}

// Random acts of two processes on the ways to open the vault: whatever the order, exactly the newest
// secrets open it.
func TestVault_slotsOfTwoProcesses(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 3))
		v, recovery := made(t)
		other := unlocked(t, v.Dir(), testPass)
		handles := []*Vault{v, other}
		now := map[string]string{worker: testPass, "recovery": recovery}
		var old []string
		for range 10 {
			h := handles[r.IntN(2)]
			name := []string{worker, "2", "3"}[r.IntN(3)]
			secret := phrase(r)
			switch r.IntN(3) {
			case 0:
				key, err := h.ReplaceRecoveryKey()
				if err != nil {
					t.Fatal(err)
				}
				old, now["recovery"] = append(old, now["recovery"]), key
			case 1:
				err := h.AddPassphrase(name, []byte(secret))
				if _, there := now[name]; there != errors.Is(err, ErrSlotExists) || err != nil && !there {
					t.Fatalf("adding a passphrase of somebody who has one (%t): %v", there, err)
				}
				if err == nil {
					now[name] = secret
				}
			default:
				err := h.ChangePassphrase(name, []byte(secret))
				was, there := now[name]
				if there == errors.Is(err, ErrNoSlot) || err != nil && there {
					t.Fatalf("changing a passphrase of somebody who has one (%t): %v", there, err)
				}
				if err == nil {
					old, now[name] = append(old, was), secret
				}
			}
		}
		_ = v.DB().Close()
		_ = other.DB().Close()
		for name, secret := range now {
			if !opens(t, v.Dir(), secret) {
				t.Errorf("round %d: the way in of %s is lost", round, name)
			}
		}
		for _, secret := range old {
			if opens(t, v.Dir(), secret) {
				t.Errorf("round %d: a secret that was replaced still opens the vault", round)
			}
		}
		h, _, err := findHeader(v.Dir())
		if err != nil || len(h.Slots) != len(now) {
			t.Errorf("round %d: %d slots for %d secrets (%v)", round, len(h.Slots), len(now), err)
		}
	}
}

// What somebody without a key could write into the header: every field of it, with the sum put right.
// Nothing of that opens, and putting the old header back does.
func TestHeader_everyFieldForged(t *testing.T) {
	v, recovery := made(t)
	if err := v.AddPassphrase("2", []byte(otherPass)); err != nil {
		t.Fatal(err)
	}
	if err := v.NoteAuditHead(AuditHead{Count: 40, Hash: "ab"}); err != nil {
		t.Fatal(err)
	}
	dir := closed(t, v)
	stranger, _ := made(t)
	foreign := stranger.header.clone()
	closed(t, stranger)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	forgeries := map[string]func(h *header){
		"another vault's id":         func(h *header) { h.ID = foreign.ID },
		"drafts sealed for another":  func(h *header) { h.Drafts = identity.Recipient().String() },
		"no audit":                   func(h *header) { h.Audit = AuditHead{} },
		"a shorter audit":            func(h *header) { h.Audit.Count-- },
		"another code":               func(h *header) { h.MAC = foreign.MAC },
		"no code":                    func(h *header) { h.MAC = "" },
		"a slot of another vault":    func(h *header) { h.Slots = append(h.Slots, foreign.Slots[0]) },
		"a slot taken away":          func(h *header) { h.Slots = h.Slots[:2] },
		"slots in another order":     func(h *header) { h.Slots[0], h.Slots[2] = h.Slots[2], h.Slots[0] },
		"a slot under another name":  func(h *header) { h.Slots[2].Worker = worker },
		"a backup key of another":    func(h *header) { h.Slots[1].Recipient = identity.Recipient().String() },
		"a backup identity replaced": func(h *header) { h.Slots[1].Identity = foreign.Slots[1].Identity },
		"a re-key that never was":    func(h *header) { h.Slots[0].Next = h.Slots[0].Key },
		"a fresh slot":               func(h *header) { h.Slots[1].Fresh = true },
		"another salt": func(h *header) {
			h.Slots[0].Salt, h.Slots[1].Salt, h.Slots[2].Salt = foreign.Slots[0].Salt, foreign.Slots[0].Salt, foreign.Slots[0].Salt
		},
		"no slots":                   func(h *header) { h.Slots = nil },
		"too many slots":             func(h *header) { h.Slots = make([]slot, maxSlots+1) },
		"another format":             func(h *header) { h.Format = "other" },
		"a later version":            func(h *header) { h.Version = headerVersion + 1 },
		"a version before the first": func(h *header) { h.Version = 0 },
	}
	good := content(t, filepath.Join(dir, headerName))
	database := content(t, filepath.Join(dir, databaseName))
	for name, forge := range forgeries {
		h := v.header.clone()
		forge(h)
		b, err := h.encode()
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(dir, headerName), b)
		overwrite(t, filepath.Join(dir, copyName), b)
		for _, secret := range []string{testPass, otherPass, recovery} {
			got, err := Unlock(t.Context(), dir, []byte(secret), cheap())
			if err == nil {
				_ = got.DB().Close()
				t.Errorf("%s: the vault opens", name)
			} else if Key(err) == "" {
				t.Errorf("%s: %v tells nobody what to do", name, err)
			}
		}
		if now := content(t, filepath.Join(dir, databaseName)); len(now) != len(database) || string(now) != string(database) {
			t.Fatalf("%s: a refused unlock changed the database", name)
		}
	}
	overwrite(t, filepath.Join(dir, headerName), good)
	overwrite(t, filepath.Join(dir, copyName), good)
	closed(t, unlocked(t, dir, testPass))
}

// A wrong secret, tried in every form, changes no byte on the disk, and a vault of the future is left
// alone.
func TestUnlock_refusedTouchesNothing(t *testing.T) {
	v, recovery := made(t)
	addNotes(t, v, 2, "x")
	exec(t, v, "UPDATE vault_meta SET schema = ?", schemaVersion+1)
	dir := closed(t, v)
	files := func() map[string]string {
		out := map[string]string{}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out[e.Name()] = string(content(t, filepath.Join(dir, e.Name())))
		}
		delete(out, databaseName+"-wal") // made private and empty before SQLite could make them wider
		delete(out, databaseName+"-shm")
		return out
	}
	before := files()
	for _, secret := range []string{"", " ", testPass + " ", "kettle walnut tundra sofa violin", otherPass, recovery[:len(recovery)-5], "\x00", "é"} {
		if _, err := Unlock(t.Context(), dir, []byte(secret), cheap()); err == nil || Key(err) == "" {
			t.Errorf("a wrong secret gave %v", err)
		}
	}
	for _, secret := range []string{testPass, recovery} {
		refused(t, dir, secret, ErrNewerSchema)
	}
	after := files()
	for name, was := range before {
		if after[name] != was {
			t.Errorf("%s was changed by an unlock that was refused", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, were %d", len(after), len(before))
	}
}

// A backup that was cut, changed or swapped restores nothing: the folder holds no vault afterwards.
func TestRestore_damagedAnywhere(t *testing.T) {
	v, recovery := made(t)
	addNotes(t, v, 3, "x")
	path, err := v.Backup(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	closed(t, v)
	good := content(t, path)
	restore := func(b []byte) (dir string, err error) {
		overwrite(t, path, b)
		dir = filepath.Join(t.TempDir(), "new")
		_, err = Restore(t.Context(), path, dir, recovery, cheap())
		return dir, err
	}
	step := max(len(good)/stride(40), 512)
	if testing.Short() {
		step = len(good) / 12
	}
	for i := 0; i < len(good); i += step {
		flipped := append([]byte(nil), good...)
		flipped[i] ^= 0x40
		for name, b := range map[string][]byte{"flipped": flipped, "cut": good[:i]} {
			dir, err := restore(b)
			there, existsErr := Exists(dir)
			if err == nil { // a byte that no reader looks at, such as the padding of the tar
				if name == "cut" && i < len(good)-2048 {
					t.Fatalf("a backup cut to %d of %d bytes was restored", i, len(good))
				}
				closed(t, unlocked(t, dir, testPass))
				continue
			}
			if Key(err) == "" || there || existsErr != nil {
				t.Errorf("%s at %d: %v, and a vault is there: %t (%v)", name, i, err, there, existsErr)
			}
			left, _ := os.ReadDir(dir)
			if len(left) > 0 {
				t.Errorf("%s at %d left %d files behind", name, i, len(left))
			}
		}
	}
	dir, err := restore(good)
	if err != nil {
		t.Fatal(err)
	}
	v = unlocked(t, dir, testPass)
	if notes(t, v) != 3 {
		t.Errorf("%d notes after restoring", notes(t, v))
	}
	closed(t, v)
}

// Whatever the database says, a person is told what to do: the codes of SQLite and of the system.
func TestExplain_codes(t *testing.T) {
	v, _ := made(t)
	for err, want := range map[error]Failure{
		sqlite3.FULL:             ErrDiskFull,
		sqlite3.NOTADB:           ErrDatabaseForeign,
		sqlite3.CORRUPT:          ErrDatabaseDamaged,
		sqlite3.BUSY:             ErrInUse,
		sqlite3.LOCKED:           ErrInUse,
		sqlite3.READONLY:         ErrFolderNotWritable,
		sqlite3.CANTOPEN:         ErrFolderNotWritable,
		sqlite3.PERM:             ErrFolderNotWritable,
		sqlite3.IOERR_DATA:       ErrDatabaseDamaged,
		sqlite3.IOERR_SHORT_READ: ErrDatabaseDamaged,
		sqlite3.IOERR_CORRUPTFS:  ErrDatabaseDamaged,
		os.ErrPermission:         ErrFolderNotWritable,
	} {
		if got := v.Explain(fmt.Errorf("doing something: %w", err)); !errors.Is(got, want) || !errors.Is(got, err) {
			t.Errorf("%v is told as %v, want %v beside its cause", err, got, want)
		}
	}
	strange := errors.New("strange")
	if got := v.Explain(strange); got != strange || v.Explain(nil) != nil || Key(got) != "" {
		t.Errorf("an error nobody knows is told as %v", got)
	}
	if got := v.Explain(fmt.Errorf("once: %w", ErrDiskFull)); Key(got) != string(ErrDiskFull) {
		t.Errorf("an error that was explained before is told as %v", got)
	}
	exec(t, v, "CREATE TABLE rule (a TEXT PRIMARY KEY, b INTEGER UNIQUE, c INTEGER CHECK (c > 0), d TEXT REFERENCES rule (a))")
	exec(t, v, "INSERT INTO rule VALUES ('one', 1, 1, NULL)")
	for query, want := range map[string]Rule{
		"INSERT INTO rule VALUES ('one', 2, 1, NULL)":   RuleUnique,
		"INSERT INTO rule VALUES ('two', 1, 1, NULL)":   RuleUnique,
		"INSERT INTO rule VALUES ('two', 2, 0, NULL)":   RuleCheck,
		"INSERT INTO rule VALUES ('two', 2, 1, 'none')": RuleReference,
		"INSERT INTO nowhere VALUES (1)":                "",
	} {
		if _, err := v.DB().Exec(query); err == nil || BrokenRule(err) != want {
			t.Errorf("%s broke the rule %q, want %q", query, BrokenRule(err), want)
		}
	}
	if BrokenRule(nil) != "" || BrokenRule(strange) != "" {
		t.Error("a rule is broken where there is none")
	}
}

// Drafts typed while the vault was locked come back once each, oldest first, and only to this vault.
func TestDrafts_onlyForThisVault(t *testing.T) {
	one, _ := made(t)
	two, _ := made(t)
	dirOne, dirTwo := closed(t, one), closed(t, two)
	for i := range 3 {
		if err := SealDraft(dirOne, []byte(fmt.Sprint("form ", i))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // their order is that of the files
	}
	folder := filepath.Join(dirTwo, draftFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	names, err := draftNames(filepath.Join(dirOne, draftFolder))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		body := content(t, filepath.Join(dirOne, draftFolder, name))
		if string(body) == "form 0" || len(body) < 100 {
			t.Error("a draft lies open")
		}
		overwrite(t, filepath.Join(folder, name), body)
	}
	overwrite(t, filepath.Join(folder, "note.txt"), []byte("not a draft"))
	two = unlocked(t, dirTwo, testPass)
	if drafts, unreadable, err := two.OpenDrafts(t.Context()); err != nil || len(drafts) != 0 || unreadable != 3 {
		t.Errorf("the other vault read %d drafts, %d unreadable (%v)", len(drafts), unreadable, err)
	}
	closed(t, two)
	one = unlocked(t, dirOne, testPass)
	if _, err := one.Rekey(t.Context(), []byte(testPass)); err != nil {
		t.Fatal(err)
	}
	drafts, unreadable, err := one.OpenDrafts(t.Context())
	if err != nil || unreadable != 0 || len(drafts) != 3 {
		t.Fatalf("after a re-key %d drafts, %d unreadable (%v)", len(drafts), unreadable, err)
	}
	for i, d := range drafts {
		if string(d.Body) != fmt.Sprint("form ", i) {
			t.Errorf("draft %d reads %q", i, d.Body)
		}
	}
	if err := one.DropDrafts(drafts[0].ID, drafts[1].ID, drafts[2].ID, drafts[0].ID, "", "..", "/etc/passwd"); err != nil {
		t.Error(err)
	}
	if again, _, err := one.OpenDrafts(t.Context()); err != nil || len(again) != 0 {
		t.Errorf("%d drafts came back twice (%v)", len(again), err)
	}
	closed(t, one)
}
