package stats

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// TestRecord_holdsCodesOnly reads the declarations: nothing a Record is made of may be able to hold
// text, a reference or an open type.
func TestRecord_holdsCodesOnly(t *testing.T) {
	types := map[string]ast.Expr{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				types[s.Name.Name] = s.Type
			}
			return true
		})
	}
	record, ok := types["Record"].(*ast.StructType)
	if !ok || record.Fields.NumFields() < 3 {
		t.Fatal("Record is not the struct this test was written for")
	}
	for _, field := range record.Fields.List {
		if !codeOnly(field.Type, types) {
			t.Errorf("field %v of Record could hold more than codes", field.Names)
		}
	}
	if codeOnly(ast.NewIdent("VariableID"), types) {
		t.Error("the test takes a text type for a code")
	}
}

func codeOnly(e ast.Expr, types map[string]ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ArrayType:
		return codeOnly(e.Elt, types)
	case *ast.Ident:
		switch e.Name {
		case "bool", "uint8", "int32":
			return true
		}
		return types[e.Name] != nil && codeOnly(types[e.Name], types)
	}
	return false
}

func TestRecords_Add_refuses(t *testing.T) {
	r := NewRecords(testSchema(t))
	if err := r.Add(Record{Values: []Code{0, 0}}); err != nil {
		t.Fatal(err)
	}
	for name, rec := range map[string]Record{
		"too few values":     {Values: []Code{0}},
		"an unknown code":    {Values: []Code{0, 99}},
		"made up among real": {Values: []Code{0, 0}, MadeUp: true},
	} {
		if r.Add(rec) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if len(r.opened) != 1 || len(r.columns[0]) != 1 {
		t.Errorf("a refused record left something behind: %d, %d", len(r.opened), len(r.columns[0]))
	}
}

func TestRecords_count_severalVariables(t *testing.T) {
	r := NewRecords(testSchema(t))
	for _, v := range [][]Code{{0, 1}, {0, 1}, {2, 0}} {
		if err := r.Add(Record{Opened: monthAt(2026, 4), Values: v}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Add(Record{Opened: monthAt(2026, 7), Values: []Code{0, 1}}); err != nil {
		t.Fatal(err)
	}
	cells, total := r.count(Quarter(2026, 2), []int{0, 1})
	answers := len(r.schema.variables[1].Answers)
	if total != 3 || cells[1] != 2 || cells[2*answers] != 1 {
		t.Errorf("counted %v of %d", cells, total)
	}
}

func TestNewSchema_refuses(t *testing.T) {
	v := Presence("ta_any", "")
	lacking := Variable{ID: "x", Answers: v.Answers[:4]}
	for name, vs := range map[string][]Variable{
		"no not_asked": {lacking}, "twice the same": {v, v}, "no name": {{Answers: v.Answers}},
		"an answer twice": {{ID: "y", Answers: append(v.Answers[:6:6], v.Answers[0])}},
	} {
		if _, err := NewSchema(vs...); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := NewSchema(CaseSchema().Variables()...); err != nil {
		t.Errorf("the schema of cases: %v", err)
	}
}

// testSchema has two presence tick-boxes.
func testSchema(t testing.TB) *Schema {
	t.Helper()
	s, err := NewSchema(Presence("ta_any", "Any"), Presence("ta_iot_home", "Home"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
