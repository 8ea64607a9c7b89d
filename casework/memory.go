package casework

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// Memory is a record that lives only in this process and reaches no disk. It carries a consultation
// until the survivor has agreed to a record, a whole consultation without record, and the tests of
// everything above it. The zero value is not usable; see NewMemory.
//
// Memory implements Record, Cases, Auditor and Settings with the semantics of the encrypted store;
// casetest.RecordTests holds both to them.
type Memory struct {
	mu       sync.Mutex
	files    map[CaseID]*memoryFile
	order    []CaseID
	done     map[string]bool // submissions already performed
	audit    []AuditEntry
	settings map[string]string
}

// memoryFile is one case with its chains of values.
type memoryFile struct {
	header   Case
	entities []Entity
	values   []Value // oldest first
	consents []Consent
}

// Type checks.
var (
	_ Record   = (*Memory)(nil)
	_ Cases    = (*Memory)(nil)
	_ Auditor  = (*Memory)(nil)
	_ Settings = (*Memory)(nil)
)

// NewMemory returns an empty record.
func NewMemory() *Memory {
	return &Memory{
		files:    make(map[CaseID]*memoryFile),
		done:     make(map[string]bool),
		settings: make(map[string]string),
	}
}

// Format implements fmt.Formatter by redaction, see File.
func (*Memory) Format(s fmt.State, _ rune) { redact(s) }

// Apply implements Record.
func (m *Memory) Apply(_ context.Context, id CaseID, c Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.Submission != "" && m.done[c.Submission] {
		return nil
	}
	file, err := m.target(id, c)
	if err != nil {
		return err
	}
	if err := file.accepts(c); err != nil {
		return err
	}
	settled, err := c.Settle(file.heads())
	if err != nil {
		return err
	}
	file.write(c, settled)
	if c.Open != nil {
		m.files[id] = file
		m.order = append(m.order, id)
	}
	if c.Submission != "" {
		m.done[c.Submission] = true
	}
	m.append(AuditEntry{Case: id, Verb: c.Verb, By: c.By, At: c.At})
	return nil
}

// target returns the file a change is about: the one it opens, or the one that is there.
func (m *Memory) target(id CaseID, c Change) (*memoryFile, error) {
	file, ok := m.files[id]
	switch {
	case c.Open == nil && !ok:
		return nil, &Error{Kind: KindNotFound, Key: "error.case.not_found"}
	case c.Open == nil:
		return file, nil
	case ok || c.Open.ID != id:
		return nil, &Error{Kind: KindInvalid, Key: "error.case.already_open"}
	}
	return &memoryFile{header: *c.Open}, nil
}

// accepts checks the change against the shape of the record before anything is written.
func (f *memoryFile) accepts(c Change) error {
	known := map[EntityID]bool{"": true}
	for _, e := range f.entities {
		known[e.ID] = true
	}
	for _, e := range c.Entities {
		if e.ID == "" || known[e.ID] {
			return &Error{Kind: KindInvalid, Key: "error.record.entity"}
		}
		known[e.ID] = true
	}
	for _, v := range c.Values {
		if err := acceptsValue(v, known); err != nil {
			return err
		}
	}
	for _, k := range c.Consents {
		if !k.State.Valid() || k.Purpose == "" {
			return &Error{Kind: KindInvalid, Key: "error.record.consent"}
		}
	}
	return nil
}

// acceptsValue checks one value; known holds the entities of the case, the case itself included.
func acceptsValue(v Value, known map[EntityID]bool) error {
	if !v.State.Valid() || v.Slot.Field == "" {
		return invalid(string(v.Slot.Field), "error.record.value")
	}
	if !known[v.Slot.Entity] {
		return &Error{Kind: KindNotFound, Key: "error.record.entity", Field: string(v.Slot.Field)}
	}
	return nil
}

// write appends the rows of c, which has been checked.
func (f *memoryFile) write(c Change, settled map[Slot]bool) {
	f.entities = append(f.entities, c.Entities...)
	heads := f.heads()
	for _, v := range c.Values {
		if settled[v.Slot] {
			continue
		}
		v.ID, v.By, v.At = ValueID(NewID()), c.By, c.At
		v.Supersedes = heads[v.Slot].ID
		v.Codes = slices.Clone(v.Codes)
		f.values = append(f.values, v)
		heads[v.Slot] = v
	}
	for _, k := range c.Consents {
		k.ID, k.By, k.At = NewID(), c.By, c.At
		f.consents = append(f.consents, k)
	}
}

// heads returns the newest value of every slot.
func (f *memoryFile) heads() map[Slot]Value {
	heads := make(map[Slot]Value, len(f.values))
	for _, v := range f.values {
		heads[v.Slot] = v
	}
	return heads
}

// Heads implements Record; the values come in the order in which their slots were first filled.
func (m *Memory) Heads(_ context.Context, id CaseID) ([]Value, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.find(id)
	if err != nil {
		return nil, err
	}
	heads := f.heads()
	out := make([]Value, 0, len(heads))
	for _, v := range f.values {
		if head, left := heads[v.Slot]; left {
			out = append(out, head.clone())
			delete(heads, v.Slot)
		}
	}
	return out, nil
}

// History implements Record.
func (m *Memory) History(_ context.Context, id CaseID, s Slot) ([]Value, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.find(id)
	if err != nil {
		return nil, err
	}
	var out []Value
	for _, v := range f.values {
		if v.Slot == s {
			out = append(out, v.clone())
		}
	}
	return out, nil
}

// Entities implements Record.
func (m *Memory) Entities(_ context.Context, id CaseID) ([]Entity, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.find(id)
	if err != nil {
		return nil, err
	}
	return slices.Clone(f.entities), nil
}

// Consents implements Record.
func (m *Memory) Consents(_ context.Context, id CaseID) ([]Consent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.find(id)
	if err != nil {
		return nil, err
	}
	return slices.Clone(f.consents), nil
}

// Case implements Cases.
func (m *Memory) Case(_ context.Context, id CaseID) (*Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.find(id)
	if err != nil {
		return nil, err
	}
	header := f.header
	return &header, nil
}

// Cases implements Cases, in the order in which the cases were opened.
func (m *Memory) Cases(context.Context) ([]Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]Case, 0, len(m.order))
	for _, id := range m.order {
		out = append(out, m.files[id].header)
	}
	return out, nil
}

// Audit implements Auditor.
func (m *Memory) Audit(_ context.Context, e AuditEntry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.append(e)
	return nil
}

// Entries returns the audit entries so far, oldest first.
func (m *Memory) Entries() []AuditEntry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.audit)
}

// Setting implements Settings.
func (m *Memory) Setting(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.settings[key], nil
}

// SetSetting implements Settings.
func (m *Memory) SetSetting(_ context.Context, key, value string, _ WorkerID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settings[key] = value
	return nil
}

// Forget drops everything. What the runtime still holds until the process ends is the business of
// the lock, which ends the process.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.files)
	clear(m.done)
	clear(m.settings)
	m.order, m.audit = nil, nil
}

// append numbers e and keeps it; the caller holds the lock.
func (m *Memory) append(e AuditEntry) {
	e.Seq = int64(len(m.audit)) + 1
	m.audit = append(m.audit, e)
}

// find returns the file of a case; the caller holds the lock.
func (m *Memory) find(id CaseID) (*memoryFile, error) {
	f, ok := m.files[id]
	if !ok {
		return nil, &Error{Kind: KindNotFound, Key: "error.case.not_found"}
	}
	return f, nil
}
