package knowledge

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// wanted are the cards and platforms that must not vanish unnoticed.
const wanted = `apple_account google_account iphone_sharing android_sharing microsoft_account mailbox computer whatsapp
facebook_messenger instagram snapchat tiktok telegram signal bank_app carrier_app
google_home amazon_alexa apple_home smartthings philips_hue tuya_smart_life ikea_home home_assistant
tado hive ecobee netatmo router_app robot_vacuum tv_streaming
ring nest_camera blink arlo eufy wyze tapo_kasa reolink hik_connect baby_monitor_app august_yale nuki schlage
apple_find_my google_find_hub smartthings_find tile gps_tracker_app life360 fitbit garmin_connect strava
child_watch_app family_controls tesla car_apps`

func TestBase_everyCard(t *testing.T) {
	b := base(t)
	for _, id := range strings.Fields(wanted) {
		c, ok := b.Card(id)
		if !ok {
			t.Errorf("card %s is missing", id)
			continue
		}
		if c.Look.Alert == "" || c.Look.Words == "" || c.Review != "needed" {
			t.Errorf("card %s: look %+v, review %q; want what looking shows, and a card still to be reviewed", id, c.Look, c.Review)
		}
	}
	if got, want := len(b.Cards()), len(strings.Fields(wanted)); got != want {
		t.Errorf("%d cards, want %d", got, want)
	}
	for _, p := range b.Platforms() {
		if c, ok := b.Card(p.ID); !ok || c.Platform != p.ID || c.Removing != p.WhoIsTold || c.Proof != p.ProofLost {
			t.Errorf("platform %s has no card drawn from it", p.ID)
		}
	}
}

func TestBase_cardsInOrder(t *testing.T) {
	b := base(t)
	var groups []string
	for _, c := range b.Cards() {
		if !slices.Contains(groups, c.Group) {
			groups = append(groups, c.Group)
		} else if groups[len(groups)-1] != c.Group {
			t.Fatalf("card %s stands apart from its group %s", c.ID, c.Group)
		}
	}
	if len(groups) != len(b.Groups()) {
		t.Errorf("%d groups have cards, want %d", len(groups), len(b.Groups()))
	}
}

func TestBase_cardsFor(t *testing.T) {
	b := base(t)
	ids := func(cards []Card) (out []string) {
		for _, c := range cards {
			out = append(out, c.ID)
		}
		return out
	}
	if got := ids(b.CardsForQuestion("08.1")); !slices.Equal(got, []string{"whatsapp", "telegram", "signal"}) {
		t.Errorf("08.1 has the cards %v", got)
	}
	if b.CardsForQuestion("99.9") != nil {
		t.Error("a question that does not exist has cards")
	}
}

func TestLoad_refusesCards(t *testing.T) {
	const cards, doors = "data/cards.v0.yaml", "data/door.platforms.v0.yaml"
	tests := map[string][3]string{
		"unknown key":               {cards, "screen: \"Account\"", "page: \"Account\""},
		"look without an alert":     {cards, "alert: A2, words: \"Opening the app may put", "words: \"Opening the app may put"},
		"alert outside the set":     {cards, "alert: A2", "alert: A3"},
		"warning outside the set":   {cards, "warnings: [SAFE_OLD]", "warnings: [ALERT]"},
		"group that does not exist": {cards, "  group: message", "  group: chat"},
		"card twice":                {cards, "id: telegram", "id: signal"},
		"card named as a platform":  {cards, "id: telegram", "id: ring"},
		"kind that does not exist":  {doors, "kind: lock", "kind: padlock"},
		"class that does not exist": {doors, "classes: [smart_lock, key_safe]", "classes: [padlock]"},
		"empty tap":                 {doors, "Read keypad codes and fobs in the same list.", ""},
		"empty words":               {doors, "A log of who opened when, by which right.", ""},
		"month":                     {cards, "checked: 2026-11", "checked: November"},
		"ask without a question":    {cards, ", why: \"Do you know all four?\"", ""},
		"normal with a question":    {cards, "value: \"This phone\", note: normal", "value: \"This phone\", note: normal, why: \"Is it yours?\""},
		"note outside the set":      {cards, "value: \"This phone\", note: normal", "value: \"This phone\", note: bad"},
		"no limits":                 {cards, "  limits:\n  - \"If you are not the owner", "  limits: []\n  unused:\n  - \"If you are not the owner"},
	}
	for name, c := range tests {
		_, err := load(files(t, c[0], c[1], c[2]))
		if err == nil || !strings.Contains(err.Error(), "data/") {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
	if _, err := load(files(t, cards, "version: 0", "version: 0 ")); err != nil {
		t.Errorf("the content as it is: %v", err)
	}
}

// lookingOnly are all words of a card that tell somebody what to do.
func instructions(c Card) []string {
	var out []string
	for _, t := range c.Where {
		out = append(out, t.Do)
	}
	return slices.Concat(out, c.Write, c.Limits)
}

// A card is about looking. A sentence that tells to change something would pass by the plan and its
// rules.
func TestCards_tellNobodyToChange(t *testing.T) {
	change := regexp.MustCompile(`(?i)(^|[.;,] |then |and |tap |choose )(remove|delete|sign (it |them |him |her )?out|log (it |them )?out|turn off|switch off|stop sharing|block|change|reset|unlink|unpair|revoke|leave the|end the|confirm|disable|uninstall)\b`)
	for _, c := range base(t).Cards() {
		for _, s := range instructions(c) {
			if m := change.FindString(s); m != "" && !strings.Contains(s, "Change n") {
				t.Errorf("card %s tells to change something: %q", c.ID, s)
			}
		}
	}
	for _, bad := range []string{"Tap Remove.", "Open the list, then sign out the phone.", "Turn off sharing."} {
		if !change.MatchString(bad) {
			t.Errorf("the test lets %q pass", bad)
		}
	}
}

// A platform says what is so. How to take somebody out stands in no entry.
func TestPlatforms_holdNoSteps(t *testing.T) {
	step := regexp.MustCompile(`(^|[.:] )(Remove|Delete|Sign|Log|Turn|Switch|Stop|Block|Change|Reset|Unlink|Revoke|Tap|Open|Choose|Go|Press|Hold)\b`)
	for _, p := range base(t).Platforms() {
		for _, s := range append([]string{p.WhoCanRemove, p.WhoIsTold, p.History, p.SeeAccess, p.Reset}, p.Roles...) {
			if m := step.FindString(s); m != "" {
				t.Errorf("platform %s has a step: %q", p.ID, s)
			}
		}
	}
}

// What is printed of a card can lie about: no word of it tells what it is for.
func TestCards_paperSaysNothing(t *testing.T) {
	telling := regexp.MustCompile(`(?i)\b(abuse\w*|violen\w*|police|survivor|refuge|evidence|proof|spy\w*|danger\w*|partner|threat\w*|shelter|escape|victim|stalk\w*|person of concern|controlling|ex|he|she|his|her)\b`)
	for _, c := range base(t).Cards() {
		texts := slices.Concat([]string{c.Title, c.Look.Words, c.Sketch.Screen}, c.Write)
		for _, tap := range c.Where {
			texts = append(append(texts, tap.Do), tap.Or...)
		}
		for _, r := range c.Sketch.Rows {
			texts = append(texts, r.Label, r.Value, r.Why)
		}
		for _, s := range texts {
			if m := telling.FindString(s); m != "" {
				t.Errorf("card %s betrays the paper with %q: %s", c.ID, m, s)
			}
		}
	}
}

var (
	wordForm     = regexp.MustCompile(`[A-Za-z’]+`)
	sentenceEnd  = regexp.MustCompile(`[.!?:;]+(\s|$)`)
	vowelGroup   = regexp.MustCompile(`[aeiouy]+`)
	silentEnding = regexp.MustCompile(`(e|es|ed)$`)
)

// grade is the Flesch–Kincaid grade of a text: 7 is about age 12.
func grade(s string) float64 {
	words := wordForm.FindAllString(s, -1)
	sentences := max(1, len(sentenceEnd.FindAllString(s, -1)))
	syllables := 0
	for _, w := range words {
		w = strings.ToLower(w)
		if trimmed := silentEnding.ReplaceAllString(w, ""); vowelGroup.MatchString(trimmed) && !strings.HasSuffix(w, "le") {
			w = trimmed
		}
		syllables += max(1, len(vowelGroup.FindAllString(w, -1)))
	}
	n := float64(len(words))
	return 0.39*n/float64(sentences) + 11.8*float64(syllables)/n - 15.59
}

// TestCards_readingAge fails when cards and platforms get harder than a reader of about twelve can
// take, and prints the hardest ten sentences.
func TestCards_readingAge(t *testing.T) {
	b := base(t)
	all := map[string]bool{}
	for _, c := range b.Cards() {
		for _, s := range append(instructions(c), c.Title, c.Look.Words, c.Removing, c.Proof) {
			all[s] = true
		}
		for _, r := range c.Sketch.Rows {
			all[r.Why] = true
		}
	}
	for _, p := range b.Platforms() {
		for _, s := range append([]string{p.WhoCanRemove, p.History, p.SeeAccess, p.Reset}, p.Roles...) {
			all[s] = true
		}
	}
	var texts []string
	sum := 0.0
	for s := range all {
		if len(wordForm.FindAllString(s, -1)) >= 6 { // the measure means nothing for a few words
			texts = append(texts, s)
			sum += grade(s)
		}
	}
	sort.Slice(texts, func(i, j int) bool { return grade(texts[i]) > grade(texts[j]) })
	average := sum / float64(len(texts))
	t.Logf("%d texts, average grade %.1f; the hardest ten:", len(texts), average)
	for _, s := range texts[:10] {
		t.Logf("  %4.1f  %s", grade(s), s)
	}
	if average > 7 {
		t.Errorf("average grade %.1f, want 7 or less (about age 12)", average)
	}
	if worst := grade(texts[0]); worst > 14 {
		t.Errorf("%q has grade %.1f", texts[0], worst)
	}
}
