package knowledge

import (
	"regexp"
	"strings"
	"testing"
)

// The codes are kept in records: written out once more, so that none can vanish or change unnoticed.
func TestBase_outcomesAndControls(t *testing.T) {
	b := base(t)
	var got []string
	for _, o := range b.Outcomes() {
		got = append(got, o.Code)
		if o.Review != "needed" {
			t.Errorf("outcome %s: review %q", o.Code, o.Review)
		}
	}
	if want := "passwords disclosure updates credentials encryption surface integrity personal_data outages telemetry deleting setup input"; strings.Join(got, " ") != want {
		t.Errorf("outcomes %v\nwant %s", got, want)
	}
	got = nil
	for _, k := range b.Controls() {
		got = append(got, k.Code)
		for _, p := range b.Platforms() {
			if len(k.Of(p)) == 0 || k.Of(p)[0] == "" || k.Review != "needed" {
				t.Errorf("%s has nothing to say about %s, or is not marked for review", p.ID, k.Code)
			}
		}
	}
	if want := "see_access changes_told guest_role history_read lock_out leave_proof"; strings.Join(got, " ") != want {
		t.Errorf("controls %v", got)
	}
	if _, ok := b.Lead("none"); ok || len(b.Leads()) < 28 {
		t.Errorf("%d leads", len(b.Leads()))
	}
}

// A lead speaks of what may be so. It never says who did something.
func TestLeads_words(t *testing.T) {
	verdict := regexp.MustCompile(`(?i)\b(secure|safe|dangerous|spy|spying|attacker|intruder|stalk\w*|abus\w*|he|she|his|her)\b`)
	for _, l := range base(t).Leads() {
		all := l.Title + " " + l.Shows + " " + l.Not
		if m := verdict.FindString(all); m != "" {
			t.Errorf("lead %s says %q", l.Code, m)
		}
		if l.Review != "needed" {
			t.Errorf("lead %s: review %q", l.Code, l.Review)
		}
	}
	if !verdict.MatchString("a stalker did it") {
		t.Error("the test lets everything pass")
	}
}

func TestLoad_refusesLeads(t *testing.T) {
	const leads, security, control = "data/leads.v0.yaml", "data/security.v0.yaml", "data/control.v0.yaml"
	tests := map[string][3]string{
		"lead without its limits":    {leads, "not: \"Whose home that is", "nott: \"Whose home that is"},
		"lead with empty limits":     {leads, "not: \"Whether it does, and who can sign in to it. Many people use one against advertising.\"", "not: \"\""},
		"lead twice":                 {leads, "code: homekit_unpaired", "code: homekit_paired"},
		"lead that asks nothing":     {leads, "ask: [\"12.1\", \"12.2\"]", "ask: []"},
		"leads without a month":      {leads, "checked: 2026-11", "checked: \"\""},
		"outcome twice":              {security, "code: disclosure", "code: passwords"},
		"outcome without a question": {security, "ask: \"Does it still get updates?\"", "ask: \"\""},
		"outcome without a source":   {security, "sources: [COP-IOT, EN303645]", "sources: []"},
		"sign without words":         {security, "words: \"It has a page with encryption.\"", "words: \"\""},
		"outcomes without a review":  {security, "review: needed", "review: \"\""},
		"control of no field":        {control, "known: roles", "known: colour"},
		"control twice":              {control, "code: changes_told", "code: see_access"},
		"control without words":      {control, "may: \"In many apps", "maybe: \"In many apps"},
		"controls without a month":   {control, "checked: 2026-11", "checked: \"\""},
	}
	for name, c := range tests {
		if _, err := load(files(t, c[0], c[1], c[2])); err == nil || !strings.Contains(err.Error(), c[0]) {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
}
