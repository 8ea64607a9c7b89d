package checklist_test

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"keyholder/casework/checklist"
)

var once = sync.OnceValues(checklist.Load)

func load(t *testing.T) *checklist.Content {
	t.Helper()
	c, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// files copies the data folder so that a test can damage it.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	root := os.DirFS("data")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(root, path)
		m[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const mainName = "who-has-access.v1.yaml"

// TestLoad_faults damages the content in one place each; the loader has to stop, and say where.
func TestLoad_faults(t *testing.T) {
	for _, tc := range []struct{ name, file, old, new, want string }{
		{"unknown key", mainName, "    gate: {when: always, text: \"Always first\"}", "    gatex: 1", mainName + ":"},
		{"step that does not exist", mainName, "actions: [SP-00.2]", "actions: [SP-99.9]", "the step SP-99.9 does not exist"},
		{"code that is no option", mainName, "concern: [{codes: [more]}]", "concern: [{codes: [moar]}]", "which is no option"},
		{"concern that cannot fire", mainName, "concern: [{codes: [more]}]", "concern: [{part: \"\"}]", "can never fire"},
		{"don't know as an option", mainName, "{code: same, label: \"About the same\"}", "{code: dont_know, label: \"x\"}", "is a state, not an option"},
		{"source that is not listed", mainName, "sources: [TSCA-AS, WP]", "sources: [NOPE]", "the source NOPE is not listed"},
		{"same id twice", mainName, "id: \"01.8\"", "id: \"01.7\"", "stands there twice"},
		{"no way out of don't know", mainName, "        dont_know: {who: \"The head of the service\", how: \"Ask for the written rule of the house.\"}\n", "", "who could find out"},
		{"step without not-yet words", "actions.v1.yaml", "    not_yet: {what: \"Resetting the router\", told: \"Their devices drop off the network, and they may see it at once.\", ready: \"Life apart, the restart order, and saved proof.\"}\n", "", "SP-11.2"},
		{"circle of steps", "actions.v1.yaml", "    depends_on: [SP-12.1]", "    depends_on: [SP-12.R]", "lead back"},
		{"screen of nothing", "first.v1.yaml", "{question: \"01.1\"}", "{question: \"77.7\"}", "shows 77.7"},
		{"first step that can be noticed", "first.v1.yaml", "  - SP-P.word", "  - SP-12.R", "SP-12.R"},
		{"pattern of nothing", "first.v1.yaml", "    where: [one_room]", "    where: [cellar]", "one_room"},
		{"core item of nothing", "triage.v1.yaml", "from: [{question: \"13.6\"}]", "from: [{question: \"13.66\"}]", "covert_listening_or_camera"},
		{"warning without a sentence", mainName, "  DEP: ", "  DEQ: ", "no sentence for the warning DEP"},
		{"warning of nothing", "actions.v1.yaml", "warnings: [LIVE", "warnings: [BOO", "BOO is not a warning"},
		{"way to nowhere", "access.v1.yaml", "question: \"01.3\", to: home,", "question: \"01.3\", to: moon,", "no node \"moon\""},
		{"way from no question", "access.v1.yaml", "question: \"01.3\", to: home", "question: \"01.33\", to: home", "keys-to-home: it reads 01.33"},
		{"way that cannot fire", "access.v1.yaml", "part: kind, to: phone", "part: by, to: phone", "no answer to 09.1/by"},
		{"way cut by nothing", "access.v1.yaml", "to: home, cut_by: [SP-14.1]}", "to: home, cut_by: [SP-99.9]}", "SP-99.9"},
		{"way back by nothing", "access.v1.yaml", "back_by: [drop-in]", "back_by: [drop-out]", "drop-out"},
		{"way twice", "access.v1.yaml", "id: leaving-seen,", "id: hidden-camera,", "stands there twice"},
		{"way to a row that is none", "access.v1.yaml", "question: \"01.3\", to: home,", "question: \"01.3\", to: row,", "leads to a row"},
		{"way by a code that is none", "access.v1.yaml", "chat_social: chat, bank: bank, shops", "chat_social: chat, bink: bank, shops", "password-known"},
		{"question left out in silence", "access.v1.yaml", "  - {question: \"18.9\",", "  - {question: \"00.1\",", "neither reads it nor says why not"},
		{"question left out and read", "access.v1.yaml", "  - {question: \"18.9\",", "  - {question: \"18.8\",", "does not leave it out"},
		{"rows of nothing", "access.v1.yaml", "{question: \"02.1\", to: [phone]}", "{question: \"02.2\", to: [phone]}", "has no rows"},
		{"thing without words", "access.v1.yaml", "{id: photos, label: \"photos and files\"}", "{id: photos, label: \"\"}", "has no label"},
		{"holder of nobody", "access.v1.yaml", "{code: joint, node: person_of_concern}", "{code: joint, node: somebody}", "somebody"},
		{"wrong version", "triage.v1.yaml", "version: 1", "version: 2", "says it is version 2"},
		{"trailing document", "first.v1.yaml", "version: 1", "version: 1\n---\nversion: 1", "first.v1.yaml"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := files(t)
			text := string(m[tc.file].Data)
			if !strings.Contains(text, tc.old) {
				t.Fatalf("the text to damage is not in %s", tc.file)
			}
			m[tc.file].Data = []byte(strings.Replace(text, tc.old, tc.new, 1))
			_, err := checklist.LoadFS(m, checklist.Current)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestLoad_placesFaults(t *testing.T) {
	m := files(t)
	text := string(m[mainName].Data)
	m[mainName].Data = []byte(strings.Replace(text, "sources: [TSCA-AS, WP]", "sources: [NOPE]", 1))
	line := 1 + strings.Count(text[:strings.Index(text, `id: "01.8"`)], "\n")
	_, err := checklist.LoadFS(m, checklist.Current)
	if want := mainName + ":" + itoa(line) + ": 01.8"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it to start with %q", err, want)
	}
}

func TestLoad_missingVersion(t *testing.T) {
	if _, err := checklist.LoadVersion(99); err == nil {
		t.Error("version 99 was loaded")
	}
}
