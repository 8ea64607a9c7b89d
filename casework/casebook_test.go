package casework_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

var ctx = context.Background()

// wantKey fails unless err carries the message key, directly or as a field of a form.
func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	var one *casework.Error
	if errors.As(err, &one) && one.Key == key {
		return
	}
	var fields casework.FieldErrors
	if errors.As(err, &fields) {
		for _, f := range fields {
			if f.Key == key {
				return
			}
		}
	}
	t.Errorf("got %v, want %s", err, key)
}

func TestNewCaseCode(t *testing.T) {
	form := regexp.MustCompile(`^KH-[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}$`)
	seen := make(map[string]bool)
	signs := make(map[rune]bool)
	for range 2000 {
		code := casework.NewCaseCode()
		if !form.MatchString(code) {
			t.Fatalf("code %q is not of the form KH-XXXX-XXXX without I, L, O, U, 0 and 1", code)
		}
		if seen[code] {
			t.Fatalf("code %q drawn twice in 2000", code)
		}
		seen[code] = true
		for _, sign := range code[3:] {
			signs[sign] = true
		}
	}
	if len(signs) != 31 {
		t.Errorf("%d different signs, want 30 and the hyphen", len(signs))
	}
}

// TestB10_caseIDSaysNothing: another tool built the number from the date and a running count, so it
// told when somebody came and how many before her.
func TestB10_caseIDSaysNothing(t *testing.T) {
	b := casetest.New(t)
	form := regexp.MustCompile(`^[0-9a-f]{32}$`)
	var ids []string
	for i := range 40 {
		k, err := b.OpenCase(ctx, casework.Act{Submission: casework.NewID(), By: casetest.Worker}, false)
		if err != nil {
			t.Fatal(err)
		}
		if !form.MatchString(string(k.ID)) {
			t.Fatalf("case %d has the id %q", i, k.ID)
		}
		ids = append(ids, string(k.ID))
	}
	if slices.IsSorted(ids) {
		t.Error("the ids stand in the order in which the cases came")
	}
	for _, digits := range []string{b.Now().Format("20060102"), b.Now().Format("060102")} {
		if n := strings.Count(strings.Join(ids, " "), digits); n > 1 {
			t.Errorf("%d of 40 ids hold the date %s", n, digits)
		}
	}
}

func TestCasebook_Read_isAudited(t *testing.T) {
	b := casetest.New(t)
	before := len(b.Memory.Entries())
	b.File()
	entries := b.Memory.Entries()
	if len(entries) != before+1 {
		t.Fatalf("%d new audit entries, want one", len(entries)-before)
	}
	last := entries[len(entries)-1]
	if last.Verb != casework.VerbReadCase || last.Case != b.Case || last.By != casetest.Worker {
		t.Errorf("entry %+v, want the reading of this case by the worker", last)
	}
}

// deafAudit refuses every entry.
type deafAudit struct{ casework.Auditor }

func (deafAudit) Audit(context.Context, casework.AuditEntry) error { return errors.New("disk is full") }

func TestCasebook_Read_notWithoutAudit(t *testing.T) {
	b := casetest.New(t)
	book := casework.NewCasebook(casework.CasebookConfig{
		Record: b.Memory, Cases: b.Memory, Audit: deafAudit{}, Clock: b.Now, Content: b.Content(),
	})
	if f, err := book.Read(ctx, b.Case, casetest.Worker); err == nil || f != nil {
		t.Error("a case was shown although the reading could not be audited")
	}
}

func TestCasebook_SaveAnswers_keepsStatesApart(t *testing.T) {
	b := casetest.New(t)
	for _, s := range checklist.States() {
		b.Answer("11.3", s)
		if got := b.File().Ask("11.3", "").State; got != s {
			t.Errorf("saved %s, read %s", s, got)
		}
	}
	if got := b.File().Ask("12.2", "").State; got != checklist.NotAsked {
		t.Errorf("a question nobody asked reads %s", got)
	}
}

func TestCasebook_SaveAnswers_writesOnlyNews(t *testing.T) {
	b := casetest.New(t)
	slot := casework.Slot{Field: "q:12.2"}
	count := func() int {
		chain, err := b.History(ctx, b.Case, slot)
		if err != nil {
			t.Fatal(err)
		}
		return len(chain)
	}
	b.Answer("12.2", checklist.NotAsked)
	if count() != 0 {
		t.Error("a blank that nobody filled in was written")
	}
	b.Answer("12.2", checklist.DontKnow).Answer("12.2", checklist.DontKnow)
	if count() != 1 {
		t.Errorf("%d values after the same answer twice, want 1", count())
	}
	b.Answer("12.2", checklist.NotAsked)
	if count() != 2 {
		t.Error("taking an answer back was not written")
	}
	head := b.File().Ask("12.2", "")
	if head.Content != b.Content().Version || head.Basis != casework.SurvivorSaid {
		t.Errorf("content %d basis %s, want the version that was shown and what she said", head.Content, head.Basis)
	}
}

func TestCasebook_SaveAnswers_twoTabs(t *testing.T) {
	b := casetest.New(t)
	b.Answer("12.2", checklist.Yes).Answer("12.3", checklist.Yes)
	shown := b.File()
	slots := []casework.Slot{{Field: "q:12.2"}, {Field: "q:12.3"}, {Field: "q:11.3"}}
	form := func(a, c, d casework.State) casework.Answers {
		return casework.Answers{
			Values: []casework.Value{
				casetest.Value("12.2", a), casetest.Value("12.3", c), casetest.Value("11.3", d),
			},
			Expect: expectation(shown, slots...),
		}
	}
	save := func(f casework.Answers) error { return b.SaveAnswers(ctx, b.Case, b.Act(), f) }
	if err := save(form(checklist.No, checklist.Yes, checklist.NotAsked)); err != nil {
		t.Fatalf("first tab: %v", err)
	}
	// The second tab changed only 11.3: the other worker's 12.2 must neither block nor be undone.
	if err := save(form(checklist.Yes, checklist.Yes, checklist.DontKnow)); err != nil {
		t.Fatalf("second tab, other field: %v", err)
	}
	if f := b.File(); f.Ask("12.2", "").State != checklist.No || f.Ask("11.3", "").State != checklist.DontKnow {
		t.Error("a field that the second tab left as shown was overwritten, or its edit lost")
	}
	// A third tab edits the same field differently: both sides are shown, nothing is saved.
	err := save(form(checklist.Suspected, checklist.No, checklist.NotAsked))
	var conflict *casework.Conflict
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if len(conflict.Sides) != 1 || conflict.Sides[0].Offered.State != checklist.Suspected ||
		conflict.Sides[0].Now.State != checklist.No {
		t.Errorf("sides %+v, want suspected beside no for 12.2 only", conflict.Sides)
	}
	if b.File().Ask("12.3", "").State != checklist.Yes {
		t.Error("part of a refused form was saved")
	}
}

func TestCasebook_SaveAnswers_refuses(t *testing.T) {
	b := casetest.New(t)
	tests := []struct {
		name  string
		value casework.Value
		key   string
	}{
		{"unknown field", casetest.Value("favourite_colour", checklist.Yes), "error.field.unknown"},
		{"unknown question", casetest.Value("99.9", checklist.Yes), "error.field.unknown"},
		{"no state", casetest.Value("12.2", "perhaps"), "error.field.state"},
		{"code not on offer", casetest.Value("01.1", checklist.Yes, "on_the_moon"), "error.field.code"},
		{"two codes of a pick", casetest.Value("01.1", checklist.Yes, "apart", "together"), "error.field.one_only"},
		{"step decision by the back door", casetest.Value("step:SP-12.2/unlocked", checklist.Yes), "error.field.unknown"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			wantKey(t, b.Save(casetest.Value("12.3", checklist.Yes), tc.value), tc.key)
			if b.File().Ask("12.3", "").State != checklist.NotAsked {
				t.Error("part of a refused form was saved")
			}
		})
	}
}

func TestCasebook_SaveAnswers_writesConsents(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/statistics", checklist.Yes)
	f := b.File()
	if f.ConsentTo(casework.ConsentStatistics) != checklist.Yes || f.ConsentTo(casework.ConsentScan) != checklist.NotAsked {
		t.Errorf("consents %+v, want statistics only", f.Consents)
	}
	if k := f.Consents[0]; k.Wording != "agreement.v1" || k.By != casetest.Worker || k.At.IsZero() {
		t.Errorf("consent %+v, want wording version, worker and time", k)
	}
	b.Answer("00.7/statistics", checklist.No)
	if f := b.File(); f.ConsentTo(casework.ConsentStatistics) != checklist.No || len(f.Consents) != 2 {
		t.Errorf("consents %+v, want the withdrawal after the agreement", f.Consents)
	}
}

func TestFile_Form_newRows(t *testing.T) {
	b := casetest.New(t)
	row := b.Row("12.1", "owner", checklist.WhoPersonOfConcern)
	f := b.File()
	if len(f.Entities) != 1 || f.Entities[0].ID != row || f.Entities[0].Kind != casework.KindPlatform {
		t.Fatalf("entities %+v, want one platform", f.Entities)
	}
	if got := f.Answers().Rows("12.1"); len(got) != 1 || got[0] != string(row) {
		t.Errorf("rows %v, want the new one", got)
	}
	if err := b.DiscardDevice(ctx, b.Case, b.Act(), row, "mistake"); err != nil {
		t.Fatal(err)
	}
	if got := b.File().Answers().Rows("12.1"); len(got) != 0 {
		t.Errorf("a discarded row is still read: %v", got)
	}
}

func TestCasebook_List_next(t *testing.T) {
	b := casetest.New(t)
	next := func() casework.Next {
		list, err := b.List(ctx)
		if err != nil || len(list) != 1 {
			t.Fatalf("list %v, %v", list, err)
		}
		return list[0].Next
	}
	want := func(n casework.Next) {
		t.Helper()
		if got := next(); got != n {
			t.Fatalf("next is %s, want %s", got, n)
		}
	}
	want(casework.NextAskDanger)
	b.Answer("00.5/threat_kill", checklist.Yes)
	want(casework.NextEmergency)
	b.NoDanger()
	want(casework.NextPhase)
	b.Answer("D.4", checklist.Yes)
	want(casework.NextReview)
	b.Answer("D.4", checklist.No).Pick("01.1", "apart").Pick("01.2", "longer_ago")
	want(casework.NextContact)
	b.Pick("24.5/route", "we_call")
	want(casework.NextReopen)
	if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	want(casework.NextPresence)
	b.Answer("ta_any", checklist.No)
	speaker := b.Device("Speaker", "iot_hub", "smart_speaker")
	want(casework.NextDevices)
	for _, column := range []casework.Field{"bought_by", "set_up_by", "account_holder", "bill_payer", "daily_user"} {
		b.About(speaker, column, checklist.Yes, checklist.WhoSurvivor)
	}
	if n := next(); n != casework.NextPlan && n != casework.NextNothing {
		t.Fatalf("next is %s, want the plan or nothing", n)
	}
	b.Pass(casework.RelookAfter)
	want(casework.NextReopen)
}

func TestCasebook_errorsNameNoContent(t *testing.T) {
	b := casetest.New(t)
	v := casetest.Value("01.1", checklist.Yes, "CANARY-code")
	v.Text = personal.New("CANARY-text")
	err := b.Save(v)
	if err == nil {
		t.Fatal("a code that is not on offer was saved")
	}
	if regexp.MustCompile("CANARY").MatchString(err.Error()) {
		t.Errorf("the error repeats what was typed: %v", err)
	}
}

// expectation are the heads of the given slots as a form has to carry them.
func expectation(f *casework.File, slots ...casework.Slot) map[casework.Slot]casework.ValueID {
	expect := make(map[casework.Slot]casework.ValueID, len(slots))
	for _, s := range slots {
		expect[s] = f.Head(s.Entity, s.Field).ID
	}
	return expect
}
