package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// declaredFlags lists what a function of a file declares as flags, read from the source. No function
// name means the whole file.
func declaredFlags(t *testing.T, path string, functions ...string) []string {
	t.Helper()
	found := map[string]bool{}
	for _, f := range sourceFiles(t) {
		if f.path != path {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || len(functions) > 0 && !slices.Contains(functions, fn.Name.Name) {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if name := flagName(n); name != "" {
					found[name] = true
				}
				return true
			})
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// flagName returns the name in a call such as flags.StringVar(&v, "data", …).
func flagName(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	on, ok := method.X.(*ast.Ident)
	declares := regexp.MustCompile(`^(Bool|String|Int|Float64|Duration|Func)(Var)?$`)
	if !ok || on.Name != "flags" || !declares.MatchString(method.Sel.Name) {
		return ""
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			name, _ := strconv.Unquote(lit.Value)
			return name
		}
	}
	return ""
}

// named lists the distinct first groups of a pattern in a text, without the flag that asks for help.
func named(pattern, text string) []string {
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		if m[1] != "h" {
			found[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// manSections are the parts of the manual page that describe a command, by its name; "" is serving.
func manSections(t *testing.T) map[string]string {
	t.Helper()
	body, _, ok := strings.Cut(readText(t, "docs/keyholder.1"), "\n.Sh ENVIRONMENT")
	if !ok {
		t.Fatal("the manual page has lost its section ENVIRONMENT")
	}
	sections := map[string]string{}
	for part := range strings.SplitSeq(body, "\n.Ss keyholder") {
		head, text, _ := strings.Cut(part, "\n")
		if !strings.HasPrefix(head, ".") {
			sections[strings.TrimSpace(head)] = text
		}
	}
	return sections
}

// TestManual: the flags that a command declares, those that its help names and those in the manual
// page are the same.
func TestManual(t *testing.T) {
	sections := manSections(t)
	for _, test := range []struct {
		command string
		flags   []string
	}{
		{"", declaredFlags(t, "cmd_serve.go")},
		{"scan", declaredFlags(t, "cmd_scan.go")},
		{"import", declaredFlags(t, "cmd_import.go")},
		{"identify", nil},
		{"demo", declaredFlags(t, "cmd_serve.go", "pageFlags")},
		{"vault", declaredFlags(t, "cmd_vault.go")},
		{"content", nil},
		{"verify", nil},
		{"version", nil},
		{"licences", nil},
	} {
		var help bytes.Buffer
		args := []string{"-h"}
		if test.command != "" {
			args = []string{test.command, "-h"}
		}
		if status := run(context.Background(), args, console{in: strings.NewReader(""), out: &help, err: &help}); status != 0 {
			t.Errorf("keyholder %v ends with %d", args, status)
		}
		if diff := cmp.Diff(test.flags, named(`[\s(\[]-([a-z][a-z-]*)`, forbidden(help.String()))); diff != "" {
			t.Errorf("keyholder %s: declared flags (-) and those of its help (+):\n%s", test.command, diff)
		}
		text, ok := sections[test.command]
		if !ok {
			t.Errorf("the manual page says nothing about keyholder %s", test.command)
		}
		if diff := cmp.Diff(test.flags, named(`Fl ([a-z][a-z-]*)`, text)); diff != "" {
			t.Errorf("keyholder %s: declared flags (-) and those of the manual page (+):\n%s", test.command, diff)
		}
		delete(sections, test.command)
	}
	for left := range sections {
		t.Errorf("the manual page describes keyholder %s, which is not there", left)
	}
}

// forbidden drops the flag that the demonstration names only to say that it is not there.
func forbidden(help string) string { return strings.ReplaceAll(help, "there is no -data here", "") }

// TestManual_commands: every command for people stands in the table above.
func TestManual_commands(t *testing.T) {
	sections := manSections(t)
	for _, c := range commands() {
		if _, ok := sections[c.name]; ok != (c.summary != "") {
			t.Errorf("keyholder %s: in the manual page %v, with a summary %v", c.name, ok, c.summary != "")
		}
	}
}

// TestManual_form: the page is well formed for the program that shows it.
func TestManual_form(t *testing.T) {
	path, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("groff is not installed, so nobody reads the manual page here")
	}
	page, err := os.Open("docs/keyholder.1")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	var complaints bytes.Buffer
	cmd := exec.Command(path, "-mandoc", "-Tutf8", "-ww")
	cmd.Stdin, cmd.Stderr = page, &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 || !bytes.Contains(out, []byte("Lock after this time")) {
		t.Errorf("showing the manual page: %v\n%s", err, complaints.Bytes())
	}
}
