-- What the vault itself keeps inside the encrypted database. Case tables belong to the store.
CREATE TABLE vault_meta (
	id     TEXT    NOT NULL PRIMARY KEY, -- the vault id of the header
	schema INTEGER NOT NULL
);
CREATE TABLE vault_secret (
	name       TEXT    NOT NULL,
	generation INTEGER NOT NULL,
	sealed     TEXT    NOT NULL, -- wrapped under a key from the data key
	PRIMARY KEY (name, generation)
);
CREATE TABLE vault_file (
	id     TEXT    NOT NULL PRIMARY KEY,
	sealed TEXT    NOT NULL, -- the file's own key, wrapped under the newest evidence secret
	sha256 TEXT    NOT NULL,
	size   INTEGER NOT NULL
);
CREATE TABLE vault_backup (
	path    TEXT    NOT NULL PRIMARY KEY,
	made_at INTEGER NOT NULL -- seconds since 1970, UTC
);
