package checklist_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"keyholder/casework/checklist"
)

// schemaOf names the schema of a content file: "who-has-access.v3.yaml" → "checklist".
func schemaOf(file string) string {
	stem, _, _ := strings.Cut(strings.TrimSuffix(file, ".yaml"), ".")
	switch {
	case stem == "who-has-access":
		return "checklist"
	case regexp.MustCompile(`^S[0-9]{2}$`).MatchString(stem):
		return "section"
	}
	return stem
}

// validate checks one content file against its schema (JSON Schema, draft 2020-12).
func validate(t *testing.T, m fstest.MapFS, file string) error {
	t.Helper()
	name := "schema/" + schemaOf(file) + ".schema.json"
	schemaDoc, err := jsonschema.UnmarshalJSON(bytes.NewReader(m[name].Data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, schemaDoc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := yaml.Unmarshal(m[file].Data, &doc); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchema_allFiles(t *testing.T) {
	m := files(t)
	n := 0
	for file := range m {
		if strings.HasSuffix(file, ".yaml") {
			n++
			if err := validate(t, m, file); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
	if n < 6 {
		t.Errorf("only %d content files", n)
	}
}

func TestSchema_faults(t *testing.T) {
	for _, tc := range []struct{ file, old, new string }{
		{mainName, "unknown: finding", "unknown: silence"},
		{mainName, "{kind: t4}", "{kind: t5}"},
		{mainName, "alert: A1", "alert: A9"},
		{mainName, "checked: 2026-11", "checked: lately"},
		{"actions.v1.yaml", "who_acts: survivor", "who_acts: nobody"},
		{"triage.v1.yaml", "group: high", "group: medium"},
		{"first.v1.yaml", "screens:", "screenz:"},
		{"session.v1.yaml", "limit: 40", "limit: 41"},
		{"session.v1.yaml", "worry: 16", "worries: 16"},
		{"presence.v1.yaml", "export: B", "export: maybe"},
		{"sources.yaml", "at: \"techsafety.ca\"", "when: \"techsafety.ca\""},
	} {
		m := files(t)
		text := string(m[tc.file].Data)
		damaged := strings.Replace(text, tc.old, tc.new, 1)
		if damaged == text {
			t.Fatalf("%s has no %q", tc.file, tc.old)
		}
		m[tc.file].Data = []byte(damaged)
		if validate(t, m, tc.file) == nil {
			t.Errorf("%s with %q passed", tc.file, tc.new)
		}
	}
}

var versioned = regexp.MustCompile(`\.v([0-9]+)\.yaml$`)

// unfrozen lists what is wrong with published files: changed, missing from the list, or listed but
// gone. Version 0 is the draft and may change.
func unfrozen(m fstest.MapFS) []string {
	sums := map[string]string{}
	for line := range strings.Lines(string(m["published.sum"].Data)) {
		if sum, file, ok := strings.Cut(strings.TrimSpace(line), "  "); ok && !strings.HasPrefix(line, "#") {
			sums[file] = sum
		}
	}
	var faults []string
	for file, f := range m {
		v := versioned.FindStringSubmatch(file)
		if v == nil || v[1] == "0" {
			continue
		}
		sum := sha256.Sum256(f.Data)
		switch want, listed := sums[file]; {
		case !listed:
			faults = append(faults, file+": published but not in published.sum")
		case want != hex.EncodeToString(sum[:]):
			faults = append(faults, file+": changed after it was published")
		}
	}
	for file := range sums {
		if _, err := fs.Stat(m, file); err != nil {
			faults = append(faults, file+": in published.sum but gone")
		}
	}
	return faults
}

func TestPublished_frozen(t *testing.T) {
	for _, fault := range unfrozen(files(t)) {
		t.Error(fault)
	}
}

// TestPublished_mechanism publishes a further version in memory, then tampers with it.
func TestPublished_mechanism(t *testing.T) {
	m := files(t)
	name := "who-has-access.v" + itoa(checklist.Current+7) + ".yaml"
	m[name] = &fstest.MapFile{Data: []byte("version: 7\n")}
	if len(unfrozen(m)) != 1 {
		t.Error("a version that is not listed passed")
	}
	sum := sha256.Sum256([]byte("version: 7\n"))
	listed := string(m["published.sum"].Data) + "\n" + hex.EncodeToString(sum[:]) + "  " + name + "\n"
	m["published.sum"] = &fstest.MapFile{Data: []byte(listed)}
	if faults := unfrozen(m); len(faults) != 0 {
		t.Errorf("a listed version failed: %v", faults)
	}
	m[name].Data = []byte("version: 7 \n")
	if len(unfrozen(m)) != 1 {
		t.Error("a changed version passed")
	}
	delete(m, name)
	if len(unfrozen(m)) != 1 {
		t.Error("a lost version passed")
	}
}
