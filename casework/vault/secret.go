package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filippo.io/age"
)

// SecretName names one of the random keys that are kept, wrapped, inside the database.
type SecretName string

// The secrets. Each has generations: a re-key adds one.
const (
	SecretAudit    SecretName = "audit"    // 32 bytes, the key of the audit chain
	secretEvidence SecretName = "evidence" // 32 bytes, wraps the keys of evidence files
	secretDrafts   SecretName = "drafts"   // an age identity, opens sealed drafts
	secretSigning  SecretName = "signing"  // 32 bytes, the seed of the Ed25519 key that signs backups
)

// Secret is one generation of a secret.
type Secret struct {
	Generation int
	Key        []byte
}

// Secrets returns all generations of a secret, oldest first; the last is the one to use.
func (v *Vault) Secrets(ctx context.Context, name SecretName) ([]Secret, error) {
	all, err := secrets(ctx, v.db, v.key(), v.header.ID, name)
	return all, explain(err, v.dir)
}

// queryer is what a database and a transaction have in common.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func secrets(ctx context.Context, q queryer, key []byte, vaultID string, name SecretName) ([]Secret, error) {
	wrap, err := derive(key, "secrets")
	if err != nil {
		return nil, err
	}
	defer clear(wrap)
	rows, err := q.QueryContext(ctx,
		"SELECT generation, sealed FROM vault_secret WHERE name = ? ORDER BY generation", name)
	if err != nil {
		return nil, fmt.Errorf("reading a vault key: %w", err)
	}
	defer rows.Close()
	var all []Secret
	for rows.Next() {
		var s Secret
		var sealed string
		if err := rows.Scan(&s.Generation, &sealed); err != nil {
			return nil, fmt.Errorf("reading a vault key: %w", err)
		}
		if s.Key, err = unseal(wrap, sealed, secretBind(vaultID, name, s.Generation)); err != nil {
			return nil, ErrDatabaseDamaged
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading a vault key: %w", err)
	}
	if len(all) == 0 {
		return nil, ErrDatabaseDamaged
	}
	return all, nil
}

func secretBind(vaultID string, name SecretName, generation int) []byte {
	return fmt.Appendf(nil, "%s|%s|%s|%d", headerFormat, vaultID, name, generation)
}

// putSecret wraps one generation under the data key and stores it, over an older wrap if there is one.
func putSecret(ctx context.Context, q queryer, key []byte, vaultID string, name SecretName, s Secret) error {
	wrap, err := derive(key, "secrets")
	if err != nil {
		return err
	}
	defer clear(wrap)
	sealed, err := seal(wrap, s.Key, secretBind(vaultID, name, s.Generation))
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO vault_secret (name, generation, sealed) VALUES (?, ?, ?)
		ON CONFLICT (name, generation) DO UPDATE SET sealed = excluded.sealed`, name, s.Generation, sealed)
	if err != nil {
		return fmt.Errorf("storing a vault key: %w", err)
	}
	return nil
}

func secretNames() []SecretName {
	return []SecretName{SecretAudit, secretEvidence, secretDrafts, secretSigning}
}

// freshSecret draws a new secret of the right form.
func freshSecret(name SecretName) ([]byte, error) {
	if name != secretDrafts {
		return randomBytes(keyBytes), nil
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("making the identity for drafts: %w", err)
	}
	return []byte(id.String()), nil
}

// newSecrets stores the first generation of each and returns the recipient for sealed drafts.
func (v *Vault) newSecrets(ctx context.Context) (recipient string, err error) {
	for _, name := range secretNames() {
		s := Secret{Generation: 1}
		if s.Key, err = freshSecret(name); err != nil {
			return "", err
		}
		if err := putSecret(ctx, v.db, v.key(), v.header.ID, name, s); err != nil {
			return "", err
		}
		if name == secretDrafts {
			if recipient, err = draftRecipient(s); err != nil {
				return "", err
			}
		}
		clear(s.Key)
	}
	return recipient, nil
}

func draftRecipient(s Secret) (string, error) {
	id, err := age.ParseX25519Identity(string(s.Key))
	if err != nil {
		return "", errors.New("reading the identity for drafts") // the cause would quote the secret
	}
	return id.Recipient().String(), nil
}

// newest returns the generation in use.
func (v *Vault) newest(ctx context.Context, name SecretName) (Secret, error) {
	all, err := v.Secrets(ctx, name)
	if err != nil {
		return Secret{}, err
	}
	return all[len(all)-1], nil
}
