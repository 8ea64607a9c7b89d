package vault

import (
	"bytes"
	"errors"
	"slices"
)

// SlotInfo names one way to open the vault.
type SlotInfo struct {
	Kind   SlotKind
	Worker string // empty for a recovery key
}

// Slots lists the ways to open the vault.
func (v *Vault) Slots() []SlotInfo {
	v.mu.Lock()
	defer v.mu.Unlock()
	var infos []SlotInfo
	for _, s := range v.header.Slots {
		infos = append(infos, SlotInfo{Kind: s.Kind, Worker: s.Worker})
	}
	return infos
}

// openSlot tries what was typed: as a recovery key when it has that shape, then as a passphrase.
func (o Options) openSlot(h *header, typed []byte) (opened, error) {
	typed = bytes.TrimRight(typed, "\r\n")
	canonical, keyErr := ParseRecoveryKey(string(typed))
	if keyErr == nil {
		got, err := o.tryOpen(h, SlotRecovery, []byte(canonical))
		if !errors.Is(err, ErrWrongPassphrase) {
			return got, err
		}
	}
	got, err := o.tryOpen(h, SlotPassphrase, typed)
	if errors.Is(err, ErrWrongPassphrase) && errors.Is(keyErr, ErrRecoveryTypo) {
		return got, keyErr
	}
	return got, err
}

// AddPassphrase gives a worker a slot. Errors: ErrSlotExists, ErrPassphraseShort, ErrPassphraseWeak,
// ErrDiskFull, ErrFolderNotWritable.
func (v *Vault) AddPassphrase(worker string, pass []byte) error {
	return v.setPassphrase(worker, pass, func(at int) error {
		if at >= 0 {
			return ErrSlotExists
		}
		return nil
	})
}

// ChangePassphrase replaces the passphrase of one worker and rewrites that slot only. The old
// passphrase still opens old copies of the header: when it may have leaked, re-key. Errors:
// ErrNoSlot, ErrPassphraseShort, ErrPassphraseWeak, ErrDiskFull, ErrFolderNotWritable.
func (v *Vault) ChangePassphrase(worker string, pass []byte) error {
	return v.setPassphrase(worker, pass, func(at int) error {
		if at < 0 {
			return ErrNoSlot
		}
		return nil
	})
}

// setPassphrase writes one slot after allow has agreed to its place (-1 when there is none yet).
func (v *Vault) setPassphrase(worker string, pass []byte, allow func(at int) error) error {
	if err := CheckPassphrase(pass); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := allow(v.current().passphraseOf(worker)); err != nil {
		return err
	}
	s, err := v.opt.newSlot(v.header.ID, slot{Kind: SlotPassphrase, Worker: worker}, pass, v.key(), nil)
	if err != nil {
		return err
	}
	return v.change(func(h *header) {
		if at := h.passphraseOf(worker); at < 0 {
			h.Slots = append(h.Slots, s)
		} else {
			h.Slots[at] = s
		}
	})
}

// passphraseOf returns the place of a worker's slot, -1 when there is none.
func (h *header) passphraseOf(worker string) int {
	return slices.IndexFunc(h.Slots, func(s slot) bool { return s.Kind == SlotPassphrase && s.Worker == worker })
}

// ReplaceRecoveryKey makes a new recovery key, which is kept nowhere, and takes away the old one.
// Backups made before still open with the old one.
func (v *Vault) ReplaceRecoveryKey() (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, recovery, err := v.opt.newRecoverySlot(v.header.ID, v.key(), nil)
	if err != nil {
		return "", err
	}
	return recovery, v.change(func(h *header) {
		h.Slots = slices.DeleteFunc(h.Slots, func(s slot) bool { return s.Kind == SlotRecovery })
		h.Slots = append(h.Slots, s)
	})
}

// Exists reports whether dir holds a vault, or what is left of one.
func Exists(dir string) (bool, error) {
	_, _, err := findHeader(dir)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNoVault):
		return false, nil
	}
	return true, err
}

// CheckSecret returns nil when secret, a passphrase or the recovery key, opens this vault; otherwise
// ErrWrongPassphrase or ErrRecoveryTypo. It asks again before an act that needs it.
func (v *Vault) CheckSecret(secret []byte) error {
	v.mu.Lock()
	h := v.header.clone()
	v.mu.Unlock()
	got, err := v.opt.openSlot(h, secret)
	clear(got.key)
	clear(got.next)
	return err
}
