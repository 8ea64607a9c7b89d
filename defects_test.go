package main

import (
	"go/ast"
	"strings"
	"testing"
)

// defect is a fault that another tool of this field was found to have, and the test that keeps it
// out of this one.
type defect struct{ id, fault, pkg, test string }

// knownDefects lists them all; the numbers are those of the list of defects that the content model
// was written with.
func knownDefects() []defect {
	return []defect{
		{"B1", "\"unsure\" raised no finding", "casework/checklist", "TestB1_dontKnowIsNeverSilent"},
		{"B2", "a multiple choice was compared with one word, so the rule could never fire", "casework/checklist", "TestB2_oneManyAndNoChoice"},
		{"B3", "an answer was lost because form and record spelled its name differently", "casework/checklist", "TestB3_roundTripOfEveryField"},
		{"B4", "the owner of an item was read from the last digit: account 10 became account 0", "casework/checklist", "TestB4_twelveRows"},
		{"B5", "the server listened on every network, without a login", "server/launch", "TestB5_listensOnLoopbackOnly"},
		{"B6", "pictures of clients lay in the public folder", "server", "TestB6_nothingOfACaseWithoutPermission"},
		{"B7", "opening an address deleted things", "server", "TestB7_readingChangesNothing"},
		{"B8", "a form was saved although it was refused", "server", "TestB8_refusedFormChangesNothing"},
		{"B9", "zero counted as no answer", "casework/checklist", "TestB9_zeroIsAnAnswer"},
		{"B10", "the case number told the date and the order", "casework", "TestB10_caseIDSaysNothing"},
		{"B11", "list entries with an unforeseen mark were dropped without a word", "scanner/catalogue", "TestB11_unknownMarkStopsTheStart"},
		{"B12", "names linked to a search on the web", "server", "TestB12_everyAddressIsOurs"},
		{"B13", "the first start fetched a file from the internet", "server/browsertest", "TestB13_firstStartWithoutNetwork"},
		{"B14", "a dump and key files were tracked", ".", "TestB14_repositoryHoldsNoData"},
		{"B15", "an arbitrary score was shown", "server", "TestB15_noScoreOnAnyPage"},
		{"B16", "\"no risks identified\" although nothing was asked", "casework/checklist", "TestB16_trueSummaryAtEveryStop"},
		{"B17", "evidence had no hash and no list of who held it", "casework/store", "TestB17_evidenceHasHashAndCustody"},
		{"B18", "vendor steps stayed on show when they were out of date", "casework/checklist", "TestB18_stale"},
	}
}

// TestGate_knownDefects: each defect has its own test, so that none comes in unnoticed.
func TestGate_knownDefects(t *testing.T) {
	there := map[string]bool{}
	for _, f := range sourceFiles(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && f.test && fn.Recv == nil {
				there[f.pkg+"."+fn.Name.Name] = true
			}
		}
	}
	list := knownDefects()
	if len(list) != 18 {
		t.Fatalf("%d defects, want 18", len(list))
	}
	for _, d := range list {
		if !strings.HasPrefix(d.test, "Test"+d.id+"_") || !there[d.pkg+"."+d.test] {
			t.Errorf("%s (%s): %s has no %s", d.id, d.fault, d.pkg, d.test)
		}
	}
}
