package main

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

// TestGate_documentation: every exported identifier says what it means.
func TestGate_documentation(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s is exported and has no documentation", f.fset.Position(name.Pos()), name.Name)
			}
		}
	}
}

// TestGate_packageDocumentation: every package says what it is for, once.
func TestGate_packageDocumentation(t *testing.T) {
	said := map[string]bool{}
	for _, f := range sourceFiles(t) {
		if !f.test || f.pkg == "server/browsertest" {
			said[f.pkg] = said[f.pkg] || strings.TrimSpace(f.ast.Doc.Text()) != ""
		}
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// undocumented lists the exported names of a declaration that nothing is said about.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && !said(d.Doc) && exportedReceiver(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var out []*ast.Ident
		for _, spec := range d.Specs {
			out = append(out, undocumentedSpec(d, spec)...)
		}
		return out
	}
	return nil
}

// undocumentedSpec: a comment on a group speaks for the constants and variables in it; a type and
// each exported field of a struct of more than three need their own words or their group's.
func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) []*ast.Ident {
	var out []*ast.Ident
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && !said(spec.Doc) && (d.Lparen.IsValid() || !said(d.Doc)) {
			out = append(out, spec.Name)
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && !said(d.Doc) && !said(spec.Doc) && !said(spec.Comment) {
				out = append(out, name)
			}
		}
	}
	return out
}

func said(c *ast.CommentGroup) bool {
	return strings.TrimSpace(c.Text()) != ""
}

// exportedReceiver is true for functions and for methods of exported types.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if x, ok := n.(*ast.Ident); ok {
			exported = exported || x.IsExported()
			return false
		}
		return true
	})
	return exported
}

// TestGate_openEnds: no note to self stays in the code.
func TestGate_openEnds(t *testing.T) {
	open := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	for _, f := range sourceFiles(t) {
		for _, group := range f.ast.Comments {
			if hit := open.FindString(group.Text()); hit != "" && f.path != "gatedocs_test.go" {
				t.Errorf("%s: %s: finish it or say in docs what is missing", f.fset.Position(group.Pos()), hit)
			}
		}
	}
}

// TestGate_dependencies: every module that we require directly is explained, and nothing that was
// dropped is still explained.
func TestGate_dependencies(t *testing.T) {
	const decision = "docs/decisions/0007-dependencies.md"
	rows := map[string]bool{}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
	for _, m := range row.FindAllStringSubmatch(readText(t, decision), -1) {
		rows[m[1]] = true
	}
	required := directModules(readText(t, "go.mod"))
	if len(required) == 0 {
		t.Fatal("no module found in go.mod: the gate would prove nothing")
	}
	for _, path := range required {
		if !rows[path] {
			t.Errorf("%s has no line for %s: why, licence, last release, what replaces it", decision, path)
		}
		delete(rows, path)
	}
	for path := range rows {
		t.Errorf("%s explains %s, which go.mod does not require", decision, path)
	}
}

// directModules reads the modules that go.mod requires directly.
func directModules(text string) []string {
	var out []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "require (":
			inside = true
		case line == ")":
			inside = false
		case inside && !strings.HasSuffix(line, "// indirect"):
			path, _, ok := strings.Cut(line, " ")
			if ok {
				out = append(out, path)
			}
		}
	}
	return out
}
