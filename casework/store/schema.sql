-- The schema after all migrations. A test compares it; -update writes it anew.

CREATE INDEX case_values_by_slot ON case_values (org_id, case_id, entity_id, field, seq);

CREATE TABLE audit_entries (
	org_id         TEXT    NOT NULL,
	id             INTEGER NOT NULL, -- counts from 1 without gaps
	generation     INTEGER NOT NULL, -- of the key
	pseudonym      TEXT    NOT NULL, -- of the case; empty for acts on none
	verb           TEXT    NOT NULL CHECK (verb <> ''),
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	hash           TEXT    NOT NULL,
	PRIMARY KEY (org_id, id)
);

CREATE TABLE case_salts (
	org_id TEXT NOT NULL,
	id     TEXT NOT NULL, -- the case
	salt   TEXT NOT NULL,
	PRIMARY KEY (org_id, id),
	FOREIGN KEY (org_id, id) REFERENCES cases (org_id, id)
);

CREATE TABLE case_values (
	org_id          TEXT    NOT NULL,
	id              TEXT    NOT NULL,
	case_id         TEXT    NOT NULL,
	seq             INTEGER NOT NULL,
	entity_id       TEXT    NOT NULL, -- empty: the case itself
	field           TEXT    NOT NULL CHECK (field <> ''),
	state           TEXT    NOT NULL CHECK (state IN ('yes', 'no', 'suspected', 'dont_know', 'declined', 'not_asked', 'not_applicable')),
	codes           TEXT    NOT NULL, -- a JSON list
	body            TEXT    NOT NULL, -- free text; never exported
	basis           TEXT    NOT NULL,
	by_id           TEXT    NOT NULL,
	at_utc          INTEGER NOT NULL,
	offset_minutes  INTEGER NOT NULL,
	content_version INTEGER NOT NULL,
	supersedes      TEXT    NOT NULL, -- empty: the first of its slot
	consultation_id TEXT    NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, case_id, seq),
	UNIQUE (org_id, case_id, entity_id, field, supersedes),
	FOREIGN KEY (org_id, case_id) REFERENCES cases (org_id, id)
);

CREATE TABLE cases (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	seq            INTEGER NOT NULL,
	code           TEXT    NOT NULL,
	made_up        INTEGER NOT NULL CHECK (made_up IN (0, 1)),
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, code)
);

CREATE TABLE consents (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	case_id        TEXT    NOT NULL,
	seq            INTEGER NOT NULL,
	purpose        TEXT    NOT NULL CHECK (purpose <> ''),
	state          TEXT    NOT NULL,
	wording        TEXT    NOT NULL,
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, case_id, seq),
	FOREIGN KEY (org_id, case_id) REFERENCES cases (org_id, id)
);

CREATE TABLE entities (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	case_id        TEXT    NOT NULL,
	seq            INTEGER NOT NULL,
	kind           TEXT    NOT NULL,
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, case_id, seq),
	FOREIGN KEY (org_id, case_id) REFERENCES cases (org_id, id)
);

CREATE TABLE evidence_items (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	case_id        TEXT    NOT NULL,
	seq            INTEGER NOT NULL,
	file_id        TEXT    NOT NULL,
	sha256         TEXT    NOT NULL,
	size           INTEGER NOT NULL,
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id),
	UNIQUE (org_id, case_id, seq),
	FOREIGN KEY (org_id, case_id) REFERENCES cases (org_id, id)
);

CREATE TABLE `migrations` (`id` text,PRIMARY KEY (`id`));

CREATE TABLE releases (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL, -- the key of the request
	body           BLOB    NOT NULL,
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id)
);

CREATE TABLE settings (
	org_id TEXT    NOT NULL,
	id     TEXT    NOT NULL, -- the key
	body   TEXT    NOT NULL,
	by_id  TEXT    NOT NULL,
	at_utc INTEGER NOT NULL,
	PRIMARY KEY (org_id, id)
);

CREATE TABLE submissions (
	org_id  TEXT    NOT NULL,
	id      TEXT    NOT NULL,
	case_id TEXT    NOT NULL,
	at_utc  INTEGER NOT NULL,
	PRIMARY KEY (org_id, id)
);

CREATE TABLE vault_backup (
	path    TEXT    NOT NULL PRIMARY KEY,
	made_at INTEGER NOT NULL -- seconds since 1970, UTC
);

CREATE TABLE vault_file (
	id     TEXT    NOT NULL PRIMARY KEY,
	sealed TEXT    NOT NULL, -- the file's own key, wrapped under the newest evidence secret
	sha256 TEXT    NOT NULL,
	size   INTEGER NOT NULL
);

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

CREATE TABLE workers (
	org_id         TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	seq            INTEGER NOT NULL,
	name           TEXT    NOT NULL,
	by_id          TEXT    NOT NULL,
	at_utc         INTEGER NOT NULL,
	offset_minutes INTEGER NOT NULL,
	PRIMARY KEY (org_id, id)
);

CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is never deleted'); END;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END;

CREATE TRIGGER case_values_no_delete BEFORE DELETE ON case_values BEGIN SELECT RAISE(ABORT, 'values are never deleted'); END;

CREATE TRIGGER case_values_no_update BEFORE UPDATE ON case_values BEGIN SELECT RAISE(ABORT, 'values are never changed'); END;

CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END;

CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents BEGIN SELECT RAISE(ABORT, 'consents are never changed'); END;

CREATE TRIGGER entities_no_delete BEFORE DELETE ON entities BEGIN SELECT RAISE(ABORT, 'entities are never deleted'); END;

CREATE TRIGGER entities_no_update BEFORE UPDATE ON entities BEGIN SELECT RAISE(ABORT, 'entities are never changed'); END;

CREATE TRIGGER releases_no_delete BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'releases are never deleted'); END;

CREATE TRIGGER releases_no_update BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'releases are never changed'); END;

