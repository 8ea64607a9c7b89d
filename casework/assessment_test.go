package casework_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// TestRuleOf_agreesWithReference proves that the content's table and the reference cases name the
// same items in the same groups and order.
func TestRuleOf_agreesWithReference(t *testing.T) {
	want := reference(t).rule()
	got := casework.RuleOf(casetest.New(t).Content())
	want.Version = got.Version
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rule of the content (-reference +content):\n%s", diff)
	}
	if got.Version == "" || len(got.Items()) != 22 {
		t.Errorf("version %q with %d items, want a version and 22", got.Version, len(got.Items()))
	}
}

func TestFile_Triage_fromAnswers(t *testing.T) {
	b := casetest.New(t)
	lanes := func(automatic casework.Lane, unknown int) {
		t.Helper()
		if got := b.File().Triage(); got.Automatic != automatic || got.Unknown != unknown {
			t.Fatalf("%+v, want %s with %d unknown", got, automatic, unknown)
		}
	}
	lanes(casework.LaneIncomplete, 22)
	b.NoDanger()
	lanes(casework.LaneNoTrigger, 0)
	b.Pick("12.8", "few_times").Pick("12.8/last", "longer_ago")
	lanes(casework.LaneNoTrigger, 0)
	b.Pick("12.8/last", "within_30_days")
	lanes(casework.LanePlanned, 0)
	b.Answer("D.1/cannot_exit", checklist.DontKnow)
	lanes(casework.LaneReviewToday, 1)
	b.Answer("00.5/weapon_threat", checklist.Yes)
	lanes(casework.LaneActNow, 1)
}

func TestCasebook_Assess_replays(t *testing.T) {
	b := casetest.New(t)
	rule := casework.RuleOf(b.Content())
	b.NoDanger().Answer("D.2/fear_serious_harm", checklist.Yes)
	if _, err := b.Judge(ctx, b.Case, b.Act(), casework.Judging{
		Lane: casework.LanePlanned, Reason: personal.New("known to us"), Second: personal.New("senior, by phone"),
	}); err != nil {
		t.Fatal(err)
	}
	b.Answer("00.5/threat_kill", checklist.Yes)
	if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	chain, err := b.History(ctx, b.Case, casework.Slot{Field: casework.FieldAssessment})
	if err != nil || len(chain) != 2 {
		t.Fatalf("%d assessments (%v), want two", len(chain), err)
	}
	for i, want := range []casework.Lane{casework.LanePlanned, casework.LaneActNow} {
		got, same, err := rule.Replay(chain[i])
		if err != nil || !same || got.Final != want {
			t.Errorf("replaying assessment %d: %s, same %t, %v; want %s", i, got.Final, same, err, want)
		}
	}
	for from, to := range map[string]string{
		"fear_serious_harm=yes": "fear_serious_harm=no", "final=planned": "final=act_now",
		"automatic=review_today": "automatic=planned", "second=true": "second=false",
	} {
		forged := chain[0]
		forged.Codes = slices.Clone(forged.Codes)
		forged.Codes[slices.Index(forged.Codes, from)] = to
		if _, same, err := rule.Replay(forged); err != nil || same {
			t.Errorf("%s in place of %s replays as if it led to the stored lanes", to, from)
		}
	}
	rule.Version = "triage.v9"
	_, _, err = rule.Replay(chain[0])
	wantKey(t, err, "error.triage.other_rule")
}

func TestCasebook_Assess_onceForTheSameFacts(t *testing.T) {
	b := casetest.New(t)
	for range 3 {
		if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
			t.Fatal(err)
		}
	}
	chain, err := b.History(ctx, b.Case, casework.Slot{Field: casework.FieldAssessment})
	if err != nil || len(chain) != 1 {
		t.Errorf("%d assessments of the same facts (%v), want one", len(chain), err)
	}
	b.Pass(casework.RelookAfter)
	if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	chain, err = b.History(ctx, b.Case, casework.Slot{Field: casework.FieldAssessment})
	if err != nil || len(chain) != 2 {
		t.Errorf("%d assessments after another look a month later (%v), want two", len(chain), err)
	}
	if why := b.File().Reopen(b.Now()); len(why) != 0 {
		t.Errorf("another look is asked for right after one: %v", why)
	}
}

func TestCasebook_Judge(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Answer("D.2/fear_serious_harm", checklist.Yes)
	judge := func(lane casework.Lane, reason, second string) (*casework.Triage, error) {
		return b.Judge(ctx, b.Case, b.Act(), casework.Judging{
			Lane: lane, Reason: personal.New(reason), Second: personal.New(second),
		})
	}
	_, err := judge(casework.LaneActNow, "  ", "")
	wantKey(t, err, "error.triage.reason")
	_, err = judge("calm", "because", "")
	wantKey(t, err, "error.triage.lane")

	alone, err := judge(casework.LanePlanned, "because", "")
	if err != nil || alone.Final != casework.LaneReviewToday || !slices.Contains(alone.Reasons, casework.ReasonLoweringRefused) {
		t.Errorf("%+v, %v: one worker alone lowered the lane", alone, err)
	}
	both, err := judge(casework.LanePlanned, "because", "senior, in the room")
	if err != nil || both.Automatic != casework.LaneReviewToday || both.Final != casework.LanePlanned {
		t.Errorf("%+v, %v: want planned beside the automatic lane", both, err)
	}
	// New facts: the lowering was not made on them.
	b.Answer("D.2/stalked_in_person", checklist.Yes)
	if got := b.File().Triage(); !got.Lapsed || got.Final != casework.LaneReviewToday {
		t.Errorf("%+v: a lowering outlived the facts it was made on", got)
	}
	if why := b.File().Reopen(b.Now()); !slices.Contains(why, casework.ReopenLapsed) {
		t.Errorf("reasons to look again %v, want the lapsed judgement among them", why)
	}
	if _, err := judge(casework.LaneActNow, "he is released tomorrow", ""); err != nil {
		t.Fatal(err)
	}
	b.Answer("D.2/stalked_in_person", checklist.No)
	if got := b.File().Triage(); got.Final != casework.LaneActNow {
		t.Errorf("%+v: a raise did not outlive a change of facts", got)
	}
}

func TestFile_Reopen(t *testing.T) {
	b := casetest.New(t)
	b.Pick("01.1", "apart").Pick("01.2", "longer_ago")
	want := func(reasons ...casework.ReopenReason) {
		t.Helper()
		if diff := cmp.Diff(reasons, b.File().Reopen(b.Now())); diff != "" {
			t.Errorf("reasons to look again (-want +got):\n%s", diff)
		}
	}
	assess := func() {
		t.Helper()
		if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
			t.Fatal(err)
		}
	}
	want(casework.ReopenNever)
	assess()
	want()
	b.Answer("00.5/threat_kill", checklist.DontKnow)
	want(casework.ReopenAnswers)
	assess()
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.Escape); err != nil {
		t.Fatal(err)
	}
	want(casework.ReopenPhase)
	assess()
	if err := b.Decide(ctx, b.Case, b.Act(), "SP-12.2", casework.Decision{Result: casework.ResultDone}, nil); err != nil {
		t.Fatal(err)
	}
	want(casework.ReopenStep)
	b.Pass(casework.RelookAfter)
	want(casework.ReopenStep, casework.ReopenTime)
}
