package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A gate is a test of the source itself: of rules that the compiler does not know.

// goFile is one parsed file of the module, whatever its build tags.
type goFile struct {
	path string // slash-separated, from the root
	pkg  string // folder; "." is the root
	test bool
	fset *token.FileSet
	ast  *ast.File
}

// sourceFiles parses every Go file of the module. The programs under .ci are tools for developers
// and no part of the product, and casework/store/mattnstub is a module of its own.
func sourceFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if d.IsDir() {
			if path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" ||
				d.Name() == "node_modules" || path == "dist" || path == "casework/store/mattnstub") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, goFile{
			path: path, pkg: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"), fset: fset, ast: file,
		})
		return nil
	})
	if err != nil {
		t.Fatalf("reading the source: %v", err)
	}
	if len(files) == 0 {
		t.Fatal("no Go file found: the gates would prove nothing")
	}
	return files
}

// imports lists the import paths of a file.
func (f goFile) imports() []string {
	var out []string
	for _, spec := range f.ast.Imports {
		out = append(out, strings.Trim(spec.Path.Value, `"`))
	}
	return out
}

// within says whether path is the folder or lies below it; a pattern ending in "/*" means below.
func within(path, pattern string) bool {
	if below, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(path, below+"/")
	}
	return path == pattern || strings.HasPrefix(path, pattern+"/")
}

func withinAny(path string, patterns []string) bool {
	for _, p := range patterns {
		if within(path, p) {
			return true
		}
	}
	return false
}

// importRow is one row of the import rule: what the packages of a folder may import, besides the
// standard library. The first row whose folder holds a package counts.
type importRow struct {
	folder string
	ours   []string // folders of this module
	others []string // modules
}

// importRule is the table of docs/architecture.md. A leaf stays a leaf: checklist, stats,
// knowledge and personal import nothing of ours, so no statistics function can ever be given a
// name, an address or a note.
func importRule() []importRow {
	return []importRow{
		{folder: "server/launch", others: []string{"golang.org/x/sys"}},
		{folder: "server/logging"},
		{folder: "server/chart"},
		{folder: "server/i18n", ours: []string{"templates"}, others: []string{"golang.org/x/text"}},
		{
			folder: "server/view",
			ours:   []string{"server/i18n", "server/chart", "scanner", "casework", "templates", "static"},
			others: []string{"golang.org/x/text", "golang.org/x/net/html"},
		},
		{
			folder: "server/web", ours: []string{"server/i18n", "server/view", "casework"},
			others: []string{"github.com/gin-gonic/gin"},
		},
		{folder: "server/browsertest", ours: []string{"casework", "scanner", "server/i18n", "templates"}}, // has no code but tests
		// The pages of the work. Only those of a check see what the scanner finds; the words that several
		// share take from it how a foreign text is made harmless and how far a lead is counted.
		{folder: "server/wording", ours: append(pageOurs(), "scanner", "scanner/leads")},
		{folder: "server/cards", ours: append(pageOurs(), "server/wording")},
		{folder: "server/plan", ours: append(pageOurs(), "server/wording")},
		{folder: "server/talk", ours: append(pageOurs(), "server/wording")},
		{folder: "server/accessmap", ours: append(pageOurs(), "server/wording", "server/plan", "server/chart")},
		{folder: "server/devices", ours: append(pageOurs(), "server/wording", "server/cards", "server/chart", "scanner/leads")},
		{folder: "server/scan", ours: append(pageOurs(), "server/wording", "scanner")},
		{
			folder: "server", ours: []string{"server", "scanner", "casework", "templates", "static"},
			others: []string{"github.com/gin-gonic/gin"},
		},
		{folder: "scanner/catalogue", ours: []string{"scanner"}, others: []string{"gopkg.in/yaml.v3"}},
		{folder: "scanner/imports", ours: []string{"scanner"}},
		{folder: "scanner/lan", ours: []string{"scanner"}, others: []string{"github.com/jackpal/gateway", "golang.org/x/sys"}},
		{folder: "scanner/mdns", ours: []string{"scanner"}, others: append(probeModules(), "github.com/grandcat/zeroconf")},
		{folder: "scanner/scantest", ours: []string{"scanner"}, others: probeModules()},
		{folder: "scanner/*", ours: []string{"scanner"}, others: probeModules()},
		{folder: "scanner"},
		{folder: "casework/access"},
		{folder: "casework/personal"},
		{folder: "casework/checklist", others: []string{"gopkg.in/yaml.v3"}},
		{folder: "casework/knowledge", others: []string{"gopkg.in/yaml.v3"}},
		{folder: "casework/bundle"},
		{folder: "casework/stats/out", ours: []string{"casework/stats"}},
		{folder: "casework/stats"},
		{
			folder: "casework/vault", ours: []string{"casework/personal"},
			others: []string{
				"filippo.io/age", "golang.org/x/crypto", "golang.org/x/sys",
				"github.com/ncruces/go-sqlite3", "lukechampine.com/adiantum",
			},
		},
		{
			folder: "casework/store", ours: []string{"casework", "casework/personal", "casework/vault"},
			others: []string{"gorm.io/gorm", "gorm.io/driver/sqlite", "github.com/go-gormigrate/gormigrate/v2"},
		},
		{folder: "casework/casetest", ours: []string{"casework", "casework/checklist", "casework/personal", "casework/store", "casework/vault"}},
		{folder: "casework", ours: []string{"casework/personal", "casework/checklist", "casework/stats", "casework/access"}},
		{folder: "templates"},
		{folder: "static"},
		{folder: ".", ours: []string{"server", "scanner", "casework", "static", "templates"}},
	}
}

// pageOurs is what every package of pages may import of ours: no store, no vault, and none of each other.
func pageOurs() []string {
	return []string{
		"server/web", "server/view", "casework", "casework/access", "casework/bundle", "casework/checklist", "casework/knowledge",
		"casework/personal",
	}
}

func probeModules() []string {
	return []string{
		"github.com/huin/goupnp", "github.com/miekg/dns", "github.com/jackpal/gateway",
		"golang.org/x/net", "golang.org/x/sys",
	}
}

// testModules are what tests may import beside the row of their package.
func testModules() []string {
	return []string{
		"github.com/google/go-cmp", "golang.org/x/net/html", "gopkg.in/yaml.v3",
		"github.com/santhosh-tekuri/jsonschema/v6", "github.com/rogpeppe/go-internal", "golang.org/x/crypto/argon2",
	}
}

// testOurs are the packages of ours that every test may use: builders, fakes, and the type that hides
// what is personal.
func testOurs() []string {
	return []string{"scanner/scantest", "casework/casetest", "casework/personal"}
}

func rowFor(pkg string) (importRow, bool) {
	for _, r := range importRule() {
		if r.folder == "." && pkg == "." || r.folder != "." && within(pkg, r.folder) {
			return r, true
		}
	}
	return importRow{}, false
}

// TestGate_imports enforces the import rule on every file, also on those of other systems.
func TestGate_imports(t *testing.T) {
	for _, f := range sourceFiles(t) {
		row, ok := rowFor(f.pkg)
		if !ok {
			t.Errorf("%s: folder %s has no row in the import rule; add one and say why in docs/architecture.md", f.path, f.pkg)
			continue
		}
		for _, path := range f.imports() {
			if !mayImport(f, row, path) {
				t.Errorf("%s: %s may not import %s", f.path, f.pkg, path)
			}
		}
	}
}

func mayImport(f goFile, row importRow, path string) bool {
	if ours, ok := strings.CutPrefix(path, "keyholder/"); ok {
		return oursAllowed(f, row, ours)
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return true // the standard library
	}
	if f.pkg == "server/browsertest" && strings.HasPrefix(path, "github.com/chromedp/") ||
		f.pkg == "server/browsertest" && path == "golang.org/x/sys/unix" {
		return true
	}
	return withinAny(path, row.others) || f.test && withinAny(path, testModules())
}

func oursAllowed(f goFile, row importRow, ours string) bool {
	switch {
	case ours == f.pkg, withinAny(ours, row.ours):
		// A leaf of casework is reached only where the row names it.
		return !f.leafByAccident(row, ours)
	case f.test:
		return withinAny(ours, testOurs()) || within(ours, f.pkg)
	}
	return false
}

// leafByAccident is true when a row that names "casework" would also let in what lies below it
// though another row forbids that: the store, the vault and the test builders belong to those who
// name them, and to the server and the root, which join everything.
func (f goFile) leafByAccident(row importRow, ours string) bool {
	if f.test || f.pkg == "server" || f.pkg == "." {
		return false
	}
	for _, guarded := range []string{"casework/store", "casework/vault", "casework/casetest"} {
		if within(ours, guarded) && !within(f.pkg, guarded) {
			named := false
			for _, o := range row.ours {
				named = named || o == guarded
			}
			return !named
		}
	}
	return false
}

// TestGate_importRule_refuses proves that the rule refuses what it is there to refuse.
func TestGate_importRule_refuses(t *testing.T) {
	tests := []struct {
		pkg, path string
		test      bool
		want      bool
	}{
		{pkg: "casework/stats", path: "keyholder/casework", want: false},
		{pkg: "casework/stats", path: "keyholder/casework/personal", want: false},
		{pkg: "casework/stats/out", path: "keyholder/casework/stats", want: true},
		{pkg: "casework/checklist", path: "keyholder/casework/personal", want: false},
		{pkg: "casework", path: "keyholder/casework/stats", want: true},
		{pkg: "casework", path: "keyholder/casework/store", want: false},
		{pkg: "casework", path: "github.com/gin-gonic/gin", want: false},
		{pkg: "casework/store", path: "gorm.io/gorm/clause", want: true},
		{pkg: "casework/vault", path: "gorm.io/gorm", want: false},
		{pkg: "casework/vault", path: "keyholder/casework", want: false},
		{pkg: "casework/casetest", path: "keyholder/server", want: false},
		{pkg: "server", path: "github.com/gin-gonic/gin", want: true},
		{pkg: "server", path: "keyholder/casework/store", want: true},
		{pkg: "server/view", path: "github.com/gin-gonic/gin", want: false},
		{pkg: "server/launch", path: "keyholder/casework", want: false},
		{pkg: "server/web", path: "keyholder/server/talk", want: false},
		{pkg: "server/web", path: "keyholder/scanner", want: false},
		{pkg: "server/talk", path: "keyholder/scanner", want: false},
		{pkg: "server/plan", path: "keyholder/server/accessmap", want: false},
		{pkg: "server/devices", path: "keyholder/scanner/catalogue", want: false},
		{pkg: "server/scan", path: "keyholder/scanner/catalogue", want: true},
		{pkg: "server/scan", path: "keyholder/casework/store", want: false},
		{pkg: "server/talk", path: "keyholder/casework/vault", want: false},
		{pkg: "scanner", path: "github.com/miekg/dns", want: false},
		{pkg: "scanner", path: "keyholder/scanner/mdns", want: false},
		{pkg: "scanner/ssdp", path: "github.com/grandcat/zeroconf", want: false},
		{pkg: "scanner/mdns", path: "github.com/grandcat/zeroconf", want: true},
		{pkg: "scanner/mdns", path: "keyholder/casework", want: false},
		{pkg: "templates", path: "gopkg.in/yaml.v3", want: false},
		{pkg: "server", path: "github.com/chromedp/chromedp", test: true, want: false},
		{pkg: "casework", path: "keyholder/casework/casetest", test: true, want: true},
		{pkg: "casework", path: "keyholder/casework/casetest", want: false},
		{pkg: "elsewhere", path: "fmt", want: false},
	}
	for _, tt := range tests {
		row, ok := rowFor(tt.pkg)
		got := ok && mayImport(goFile{pkg: tt.pkg, test: tt.test}, row, tt.path)
		if got != tt.want {
			t.Errorf("%s (test %v) may import %s = %v, want %v", tt.pkg, tt.test, tt.path, got, tt.want)
		}
	}
}

// TestGate_translation keeps the way from the words of the scanner to those of casework in one file: in
// the server nobody else looks at what the catalogue says of a device.
func TestGate_translation(t *testing.T) {
	hands := []string{"server/data.go", "server/scan/pages.go"} // load the catalogue and pass it on
	translates := false
	for _, f := range sourceFiles(t) {
		if f.test || !within(f.pkg, "server") || localName(f, "keyholder/scanner/catalogue") == "" {
			continue
		}
		switch {
		case f.path == "server/scan/translate.go":
			translates = true
		case !slices.Contains(hands, f.path):
			t.Errorf("%s: only server/scan/translate.go reads what the catalogue says", f.path)
		}
	}
	if !translates {
		t.Error("server/scan/translate.go does not translate: this gate would prove nothing")
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("reading a file that a gate needs: %v", err)
	}
	return string(data)
}
