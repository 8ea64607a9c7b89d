// Package vault keeps a record encrypted at rest and nothing else: it knows passphrases, key slots,
// one encrypted SQLite database, encrypted evidence files, sealed drafts and backups, and it knows
// nothing of cases.
//
// A vault is a folder with two files. cases.vault is the header: the data key, wrapped once for every
// key slot. cases.db is the database; every page, the write-ahead log and all temporary data are
// encrypted with the data key. See docs/decisions/0001-encrypted-storage.md.
//
// Key bytes live in the keyring of the VFS (one slice per open vault), in the cipher state made from
// it, and for moments on the stack of a function that clears them. The garbage collector may have
// copied others: only the end of the process removes them all, which is why a lock ends the process.
package vault
