package casework_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

var update = flag.Bool("update", false, "rewrite the golden files of printed plans")

// words reads the message catalogue that the printed keys are looked up in.
func words(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "templates", "locales", "en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]string
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// printed writes a sheet as a person reads it.
func printed(t *testing.T, s casework.Sheet, catalogue map[string]string) string {
	t.Helper()
	var out strings.Builder
	say := func(indent, key string) {
		text, ok := catalogue[key]
		if !ok {
			t.Errorf("no text for %s", key)
		}
		fmt.Fprintf(&out, "%s%s\n", indent, text)
	}
	say("", s.TitleKey)
	if s.Code != "" {
		fmt.Fprintf(&out, "%s · %s · %s · %d\n", s.Code, s.Phase, s.Lane, s.OnHer)
	}
	for _, part := range s.Parts {
		if part.HeadingKey != "" {
			out.WriteString("\n")
			say("", part.HeadingKey)
		}
		for _, l := range part.Lines {
			for _, warning := range l.Before {
				fmt.Fprintf(&out, "  ! %s\n", warning)
			}
			fmt.Fprintf(&out, "  - %s\n", l.Text)
			for _, more := range []string{l.Told, l.Ready} {
				if more != "" {
					fmt.Fprintf(&out, "    %s\n", more)
				}
			}
			for _, hold := range l.Holds {
				say("    > ", string(hold))
			}
			if l.WhoKey != "" {
				say("    ", l.WhoKey)
			}
		}
	}
	return out.String()
}

// household is a case with steps in every list.
func household(t *testing.T) *casetest.Book {
	b := casetest.New(t)
	b.NoDanger().Ready().Pick("12.8", "weekly").Answer("12.2", checklist.No).Pick("13.2", checklist.WhoPersonOfConcern)
	b.Row("12.1", "owner", checklist.WhoPersonOfConcern)
	device := b.Device("Camera over the bed", "iot_camera", "camera_indoor")
	b.About(device, "set_up_by", checklist.Yes, checklist.WhoPersonOfConcern)
	for step, d := range map[string]casework.Decision{
		"SP-M.1":  {End: casework.EndLeave},
		"SP-12.1": {Result: casework.ResultDone},
		"SP-12.2": {Agreed: checklist.Yes, Date: "2026-12-04", Device: personal.New("phone of the service")},
	} {
		if err := b.Decide(ctx, b.Case, b.Act(), step, d, nil); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestFile_Sheet_golden(t *testing.T) {
	b := household(t)
	f := b.File()
	f.Case.Code = "KH-7QX4-M2PD"
	for _, form := range casework.SheetForms() {
		t.Run(string(form), func(t *testing.T) {
			got := printed(t, f.Sheet(form), words(t))
			path := filepath.Join("testdata", "plan-"+string(form)+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("printed plan (-want +got); run with -update after reading the change:\n%s", diff)
			}
		})
	}
}

// betraying are words that must not stand on the unmarked copy, lower case; they are looked for
// inside longer words too.
func betraying() []string {
	return []string{
		"abus", "violen", "surviv", "victim", "perpetrat", "stalk", "refuge", "shelter", "keyholder",
		"person of concern", "safety plan", "danger", "threat", "police", "hotline", "helpline", "evidence",
		"proof", "spy", "spie", "track", "escap", "emergency", "caseworker", "advocate", "ex-partner",
		"ex partner", "kh-", "secret", "hidden", "risk", "harm", "leaving", "they notice", "they may",
		"clinic", "made up", "made-up", "remove him", "remove them", "act_now", "life_apart",
	}
}

func TestFile_Sheet_unmarkedBetraysNothing(t *testing.T) {
	b := household(t)
	random := rand.New(rand.NewPCG(3, 5))
	var refs []checklist.Ref
	for _, q := range b.Content().Questions() {
		refs = append(refs, q.Refs("")...)
	}
	files := []*casework.File{b.File()}
	for range 40 {
		files = append(files, randomFile(random, b.Content(), refs))
	}
	lines, catalogue := 0, words(t)
	for _, f := range files {
		f.Case.MadeUp = true
		sheet := f.Sheet(casework.SheetUnmarked)
		if sheet.Code != "" || sheet.MadeUp || sheet.Lane != "" || sheet.Phase != "" || sheet.Triage != nil {
			t.Fatalf("the unmarked copy carries %+v", sheet)
		}
		text := strings.ToLower(printed(t, sheet, catalogue))
		for _, word := range betraying() {
			if strings.Contains(text, word) {
				t.Fatalf("the unmarked copy says %q:\n%s", word, text)
			}
		}
		for _, part := range sheet.Parts {
			lines += len(part.Lines)
		}
	}
	if lines == 0 {
		t.Error("the unmarked copies are empty: nothing was looked at")
	}
}

// TestActions_unmarkedBetrayNothing looks at every everyday wording of the content, also of steps
// that no random case reached.
func TestActions_unmarkedBetrayNothing(t *testing.T) {
	for _, a := range casetest.New(t).Content().Actions {
		for _, word := range betraying() {
			if strings.Contains(strings.ToLower(a.Unmarked), word) {
				t.Errorf("the everyday wording of %s says %q", a.ID, word)
			}
		}
	}
}

func TestFile_Sheet_head(t *testing.T) {
	f := household(t).File()
	f.Case.MadeUp = true
	worker, hers := f.Sheet(casework.SheetWorker), f.Sheet(casework.SheetSurvivor)
	if !worker.MadeUp || !hers.MadeUp {
		t.Error("a copy of a made-up case does not say so")
	}
	if worker.Code != f.Case.Code || worker.Triage == nil || worker.OnHer == 0 {
		t.Errorf("the worker's copy lacks code, reasons or what rests on her: %+v", worker)
	}
	if hers.Code != "" || hers.Lane != "" || hers.Triage != nil {
		t.Errorf("her copy carries code or lane: %+v", hers)
	}
}

func TestFile_Sheet_warningsComeFirst(t *testing.T) {
	f := household(t).File()
	plan := f.SafetyPlan()
	for _, form := range []casework.SheetForm{casework.SheetWorker, casework.SheetSurvivor} {
		warned := 0
		for _, part := range f.Sheet(form).Parts {
			for _, l := range part.Lines {
				warned += len(l.Before)
			}
		}
		if warned == 0 {
			t.Errorf("the %s copy prints no warning", form)
		}
	}
	if len(plan.Left) == 0 || len(plan.NotYet) == 0 || len(plan.Done) == 0 || len(plan.Now) == 0 {
		t.Errorf("the household of the golden files does not fill every list: %d %d %d %d",
			len(plan.Now), len(plan.NotYet), len(plan.Left), len(plan.Done))
	}
}
