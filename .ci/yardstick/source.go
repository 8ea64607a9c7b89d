package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// function is one function or method of the product, tests left out.
type function struct {
	where                 string // file:line
	name                  string
	lines, params, depth  int
	cyclomatic, cognitive int
	reason                string // of its //yardstick: comment
}

// source is everything that was counted.
type source struct {
	functions    []*function
	byWhere      map[string]*function
	files        []int
	testFiles    []int
	templates    []int
	methods      []int // of each interface
	packages     map[string]int
	exported     int
	undocumented []string
	codeLines    map[string]int // by first folder
	testLines    map[string]int
	ownJS        int
	ownCSS       int
	modules      int
}

// readSource walks the tree; vendored files, test data and hidden folders are not ours to measure.
func readSource(root string) (*source, error) {
	src := &source{
		byWhere: map[string]*function{}, packages: map[string]int{},
		codeLines: map[string]int{}, testLines: map[string]int{},
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipFolder(d.Name())
		}
		return src.addFile(path)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the source: %w", err)
	}
	return src, nil
}

func skipFolder(name string) error {
	switch {
	case name == ".", name == "":
		return nil
	case strings.HasPrefix(name, "."), name == "vendor", name == "testdata", name == "dist":
		return filepath.SkipDir
	}
	return nil
}

func (s *source) addFile(path string) error {
	ext := filepath.Ext(path)
	switch ext {
	case ".go", ".html", ".js", ".css":
	default:
		if path == "go.mod" {
			return s.addModules(path)
		}
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading a file: %w", err)
	}
	lines := bytes.Count(data, []byte("\n"))
	switch ext {
	case ".html":
		s.templates = append(s.templates, lines)
	case ".js":
		s.ownJS += lines
	case ".css":
		s.ownCSS += lines
	case ".go":
		return s.addGo(path, data, lines)
	}
	return nil
}

// addModules counts the modules that go.mod requires directly.
func (s *source) addModules(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the list of modules: %w", err)
	}
	inside := false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "require (":
			inside = true
		case line == ")":
			inside = false
		case inside && line != "" && !strings.Contains(line, "// indirect"):
			s.modules++
		}
	}
	return nil
}

func (s *source) addGo(path string, data []byte, lines int) error {
	top, _, _ := strings.Cut(filepath.ToSlash(path), "/")
	if strings.HasSuffix(path, "_test.go") {
		s.testFiles = append(s.testFiles, lines)
		s.testLines[top] += lines
		return nil
	}
	s.files = append(s.files, lines)
	s.codeLines[top] += lines
	s.packages[filepath.Dir(path)]++
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parsing: %w", err)
	}
	reasons := reasonsByLine(fset, file)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			s.addFunction(fset, d, reasons)
		case *ast.GenDecl:
			s.addDeclaration(fset, d)
		}
	}
	return nil
}

// reasonsByLine finds the //yardstick: comments that carry a reason.
func reasonsByLine(fset *token.FileSet, file *ast.File) map[int]string {
	out := map[int]string{}
	for _, group := range file.Comments {
		for _, c := range group.List {
			rest, ok := strings.CutPrefix(c.Text, "//yardstick:")
			if _, reason, found := strings.Cut(rest, " "); ok && found {
				out[fset.Position(c.Pos()).Line] = strings.TrimSpace(reason)
			}
		}
	}
	return out
}

func (s *source) addFunction(fset *token.FileSet, d *ast.FuncDecl, reasons map[int]string) {
	start, end := fset.Position(d.Pos()), fset.Position(d.End())
	where := fmt.Sprintf("%s:%d", filepath.ToSlash(start.Filename), start.Line)
	f := &function{where: where, name: d.Name.Name, lines: end.Line - start.Line + 1, params: countParams(d)}
	if d.Body != nil {
		f.depth = depth(d.Body) - 1
	}
	first := start.Line
	if d.Doc != nil {
		first = fset.Position(d.Doc.Pos()).Line
	}
	for line := first; line <= end.Line; line++ {
		if reasons[line] != "" {
			f.reason = reasons[line]
		}
	}
	s.functions = append(s.functions, f)
	s.byWhere[where] = f
	if d.Name.IsExported() && receiverExported(d) {
		s.document(where, d.Name.Name, d.Doc)
	}
}

func (s *source) document(where, name string, docs ...*ast.CommentGroup) {
	s.exported++
	for _, d := range docs {
		if strings.TrimSpace(d.Text()) != "" {
			return
		}
	}
	s.undocumented = append(s.undocumented, where+" "+name)
}

// receiverExported is true for functions and for methods of exported types.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	expr := d.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return false
		}
	}
}

// countParams counts the parameters; a context is not counted.
func countParams(d *ast.FuncDecl) int {
	n := 0
	for _, field := range d.Type.Params.List {
		if sel, ok := field.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}
