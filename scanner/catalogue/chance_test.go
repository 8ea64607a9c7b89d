package catalogue

import "testing"

// What a made-up name meets too easily is no more than a hint: short words, words of everyday language,
// syllables, expressions that leave most characters open.
func TestVocabulary_telling(t *testing.T) {
	words := load(t).words
	for text, want := range map[string]bool{
		"~shelly": true, "~reolink": true, "~tasmota": true, "~delta dore": false, "~pixel tablet": true,
		"~nest hello": true, "~apple watch": true, "~tapo p115": true,
		"~ipad": false, "~echo": false, "~tado": false, "~kobold": false, "~smart home hub": false,
		"~merlin at home": false, "~ring": false, "~dore": false, "~mi box": false,
		"/^tapo p[0-9]/": false, "/^km[0-9a-f]{6}$/": false, "/^gw2 /": false,
		"/^shelly(plus|pro)?[0-9a-z-]*$/": true, "/^(shelly|ep)[0-9]{3}/": false, "/^hikvision/": true,
	} {
		test, err := parseTest(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := words.telling(&test); got != want {
			t.Errorf("%s: telling %v, want %v", text, got, want)
		}
	}
}
