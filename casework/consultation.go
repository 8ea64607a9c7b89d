package casework

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"keyholder/casework/checklist"
)

// Standing says what becomes of what is said in a consultation.
type Standing string

// The standings of a consultation.
const (
	// StandingDraft: nothing is written yet; it waits in memory for the agreement (00.7).
	StandingDraft Standing = "draft"
	// StandingWithoutRecord: the survivor wants no record; everything is gone on close.
	StandingWithoutRecord Standing = "without_record"
	// StandingRecorded: she agreed; every answer is written as it is given.
	StandingRecorded Standing = "recorded"
)

// NoticeKey is the message key of the sentence that every page of a consultation shows about what
// becomes of it, e.g. that a lock ends a draft and nothing of it is kept.
func (s Standing) NoticeKey() string { return "consultation.notice." + string(s) }

// Consultation is one sitting with a survivor. It starts in memory only: there is no case and no
// byte on disk until she has agreed to a record. A consultation that is not recorded survives
// nothing: a lock, leaving the program or its end are its end.
type Consultation struct {
	ID        ConsultationID
	By        WorkerID
	StartedAt time.Time

	mu       sync.Mutex
	standing Standing
	memory   *Memory   // nil once recorded
	draft    *Casebook // over memory
	kept     *Casebook
	id       CaseID // the provisional case in memory, then the one on record
}

// Format implements fmt.Formatter by redaction, see File.
func (*Consultation) Format(s fmt.State, _ rune) { redact(s) }

// StartConsultation starts a sitting in memory. Nothing is written anywhere.
func (b *Casebook) StartConsultation(ctx context.Context, by WorkerID) (*Consultation, error) {
	memory := NewMemory()
	draft := NewCasebook(CasebookConfig{
		Record: memory, Cases: memory, Audit: memory, Clock: b.clock, Content: b.content,
		MadeUp: b.madeUp,
	})
	k, err := draft.OpenCase(ctx, Act{By: by}, false)
	if err != nil {
		return nil, err
	}
	return &Consultation{
		ID: ConsultationID(NewID()), By: by, StartedAt: k.OpenedAt,
		standing: StandingDraft, memory: memory, draft: draft, kept: b, id: k.ID,
	}, nil
}

// Casebook returns the casebook that the sitting writes to: in memory, or on record.
func (c *Consultation) Casebook() *Casebook {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.standing == StandingRecorded {
		return c.kept
	}
	return c.draft
}

// Case returns the case of the sitting. Before agreement it is a provisional one in memory.
func (c *Consultation) Case() CaseID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// Standing returns what becomes of what is said.
func (c *Consultation) Standing() Standing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.standing
}

// WithoutRecord marks the sitting as one that leaves no record. She may still agree later.
func (c *Consultation) WithoutRecord() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.standing == StandingDraft {
		c.standing = StandingWithoutRecord
	}
}

// Keeping says how a sitting goes on record.
type Keeping struct {
	Submission string
	Attach     CaseID           // an existing case; empty opens a new one
	Expect     map[Slot]ValueID // heads of that case which the worker has seen and replaces
	Leave      []Slot           // slots in which that case keeps what it has
}

// Keep writes the whole sitting in one transaction: the case, its entities, the answers as they
// stand, the consents and the audit entry. It needs a plain yes to the purpose "record"; anything
// less, and "partly" is less, writes nothing (00.7). Attached to an existing case, answers that
// differ from those on record give a *Conflict, and nothing is written until the worker has chosen.
// What was corrected before the agreement was never agreed to and is not written.
func (c *Consultation) Keep(ctx context.Context, k Keeping) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.standing == StandingRecorded {
		return nil
	}
	f, err := c.draft.file(ctx, c.id)
	if err != nil {
		return err
	}
	if f.ConsentTo(ConsentRecord) != checklist.Yes {
		return &Error{Kind: KindForbidden, Key: "error.consultation.not_agreed"}
	}
	id, change := c.id, c.change(f, k)
	if k.Attach != "" {
		if id, err = k.Attach, c.attach(ctx, k, &change); err != nil {
			return err
		}
	}
	if err := c.kept.record.Apply(ctx, id, change); err != nil {
		return err
	}
	c.id, c.standing = id, StandingRecorded
	c.memory.Forget()
	c.memory, c.draft = nil, nil
	return nil
}

// change collects everything the memory holds into one transaction that opens the case.
func (c *Consultation) change(f *File, k Keeping) Change {
	opened := f.Case
	change := Change{
		Submission: k.Submission, By: c.By, At: c.kept.clock(), Verb: VerbOpenCase, Open: &opened,
		Entities: f.Entities, Consents: f.Consents,
	}
	wanted, back := f.wanted(), f.returned()
	for _, v := range f.Heads() {
		if v.blank() || f.lapsed(v, wanted) || v.Slot.Field == FieldPhase && !f.phaseHolds() {
			continue
		}
		if back[v.Slot] {
			v.Codes = []string{string(FindingReturned)}
		}
		v.ID, v.Supersedes, v.Consultation = "", "", c.ID
		change.Values = append(change.Values, v)
	}
	change.Values = rehome(change.Values, f, NewFile(f.Content, f.Case, f.Entities, change.Values, nil))
	return change
}

// attach turns the change into one on an existing case. What the case does not know yet is new;
// what it knows already is compared by the record.
func (c *Consultation) attach(ctx context.Context, k Keeping, change *Change) error {
	there, err := c.kept.file(ctx, k.Attach)
	if err != nil {
		return err
	}
	both := slices.Concat(there.Heads(), change.Values)
	change.Values = rehome(change.Values, NewFile(there.Content, there.Case, change.Entities, change.Values, nil),
		NewFile(there.Content, there.Case, slices.Concat(there.Entities, change.Entities), both, nil))
	leave := make(map[Slot]bool, len(k.Leave))
	for _, s := range k.Leave {
		leave[s] = true
	}
	var values []Value
	expect := make(map[Slot]ValueID)
	for _, v := range there.news(change.Values) {
		if leave[v.Slot] {
			continue
		}
		values = append(values, v)
		expect[v.Slot] = k.Expect[v.Slot]
		if leadsTalk(v.Slot.Field) {
			expect[v.Slot] = there.Head("", v.Slot.Field).ID
		}
	}
	change.Open, change.Verb = nil, VerbAnswer
	change.Values, change.Expect = values, expect
	change.Consents = slices.DeleteFunc(slices.Clone(change.Consents), func(k Consent) bool {
		return leave[Slot{Field: agreementPrefix + Field(k.Purpose)}]
	})
	return nil
}

// End forgets what the sitting holds in memory. What is on record stays there.
func (c *Consultation) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.memory != nil {
		c.memory.Forget()
	}
}

// Consultations holds the sittings that are open in this process, so that pages find theirs again.
// It is lost with the process, on purpose.
type Consultations struct {
	mu   sync.Mutex
	open map[ConsultationID]*Consultation
}

// NewConsultations returns an empty set.
func NewConsultations() *Consultations {
	return &Consultations{open: make(map[ConsultationID]*Consultation)}
}

// Add keeps a sitting in sight until End.
func (s *Consultations) Add(c *Consultation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[c.ID] = c
}

// Find returns an open sitting. One that is not there was ended or lost with a lock; the key of the
// error says that nothing of an unrecorded sitting is left.
func (s *Consultations) Find(id ConsultationID) (*Consultation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.open[id]
	if !ok {
		return nil, &Error{Kind: KindNotFound, Key: "error.consultation.gone"}
	}
	return c, nil
}

// End closes a sitting; an unrecorded one is gone.
func (s *Consultations) End(id ConsultationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.open[id]; ok {
		c.End()
		delete(s.open, id)
	}
}
