package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
)

// addDeclaration counts exported types, constants and variables. A comment on the group speaks
// for constants and variables in it, as Go's own documentation shows it; a type needs its own.
func (s *source) addDeclaration(fset *token.FileSet, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.addType(fset, d, spec)
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() {
					s.document(at(fset, name), name.Name, d.Doc, spec.Doc, spec.Comment)
				}
			}
		}
	}
}

func (s *source) addType(fset *token.FileSet, d *ast.GenDecl, spec *ast.TypeSpec) {
	if spec.Name.IsExported() {
		doc := spec.Doc
		if doc == nil && !d.Lparen.IsValid() {
			doc = d.Doc
		}
		s.document(at(fset, spec.Name), spec.Name.Name, doc)
	}
	if i, ok := spec.Type.(*ast.InterfaceType); ok {
		s.methods = append(s.methods, i.Methods.NumFields())
	}
}

func at(fset *token.FileSet, n ast.Node) string {
	p := fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.ToSlash(p.Filename), p.Line)
}

// depth is how many blocks lie inside one another, counting the body of the function as one. The
// clauses of a switch stand at its own depth, as gofmt indents them.
func depth(n ast.Node) int {
	deepest := 0
	ast.Inspect(n, func(c ast.Node) bool {
		if c == nil || c == n {
			return true
		}
		if block, ok := c.(*ast.BlockStmt); ok {
			deepest = max(deepest, depth(block))
			return false
		}
		return true
	})
	return deepest + 1
}
