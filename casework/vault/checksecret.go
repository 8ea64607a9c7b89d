package vault

// CheckSecret compares a passphrase or the recovery key with the slots of the open vault, for acts
// that ask for it again. Errors: ErrWrongPassphrase, ErrRecoveryTypo.
func (v *Vault) CheckSecret(typed []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	got, err := v.opt.openSlot(v.header, typed)
	clear(got.key)
	clear(got.next)
	return err
}
