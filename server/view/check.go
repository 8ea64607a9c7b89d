package view

import (
	"fmt"
	"html/template"
	"reflect"
	"text/template/parse"
)

// check walks the template name of set as it would run on a value of type data and reports the
// first field or method that does not exist. Values whose type cannot be known before running
// (function results, interfaces) are let through; page structs and partial structs have none.
func check(set *template.Template, name string, data reflect.Type) error {
	c := &checker{set: set, done: map[string]bool{}}
	return c.template(name, data)
}

// shadowed refuses a page struct that hides something of Base: the layout would draw the wrong thing.
func shadowed(t reflect.Type) error {
	t = indirect(t)
	base := reflect.TypeFor[Base]()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == base && f.Anonymous {
			continue
		}
		_, hidesField := base.FieldByName(f.Name)
		_, hidesMethod := reflect.PointerTo(base).MethodByName(f.Name)
		if hidesField || hidesMethod {
			return fmt.Errorf("its field %s hides the one of the same name in Base; name it otherwise", f.Name)
		}
	}
	return nil
}

type checker struct {
	set  *template.Template
	done map[string]bool
}

// scope is what names mean at one place of a template.
type scope struct {
	dot  reflect.Type
	vars map[string]reflect.Type
}

func (s scope) with(dot reflect.Type) scope {
	vars := make(map[string]reflect.Type, len(s.vars))
	for k, v := range s.vars {
		vars[k] = v
	}
	return scope{dot: dot, vars: vars}
}

func (c *checker) template(name string, dot reflect.Type) error {
	key := fmt.Sprintf("%s|%v", name, dot)
	if c.done[key] {
		return nil
	}
	c.done[key] = true
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		return fmt.Errorf("no template %q", name)
	}
	err := c.node(t.Tree.Root, scope{dot: dot, vars: map[string]reflect.Type{"$": dot}})
	if err != nil {
		return fmt.Errorf("in %s: %w", name, err)
	}
	return nil
}

func (c *checker) node(n parse.Node, s scope) error {
	switch n := n.(type) {
	case *parse.ListNode:
		return c.list(n, s)
	case *parse.ActionNode:
		_, err := c.pipe(n.Pipe, s)
		return err
	case *parse.IfNode:
		return c.branch(&n.BranchNode, s, func(_ reflect.Type, in scope) scope { return in })
	case *parse.WithNode:
		return c.branch(&n.BranchNode, s, func(t reflect.Type, in scope) scope { return in.with(t) })
	case *parse.RangeNode:
		return c.ranging(n, s)
	case *parse.TemplateNode:
		return c.call(n, s)
	}
	return nil
}

func (c *checker) list(n *parse.ListNode, s scope) error {
	if n == nil {
		return nil
	}
	for _, child := range n.Nodes {
		if err := c.node(child, s); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) branch(n *parse.BranchNode, s scope,
	inner func(reflect.Type, scope) scope,
) error {
	in := s.with(s.dot)
	t, err := c.pipe(n.Pipe, in)
	if err != nil {
		return err
	}
	if err := c.list(n.List, inner(t, in)); err != nil {
		return err
	}
	return c.list(n.ElseList, s)
}

func (c *checker) ranging(n *parse.RangeNode, s scope) error {
	in := s.with(s.dot)
	t, err := c.pipe(n.Pipe, in)
	if err != nil {
		return err
	}
	elem, index := element(t)
	in = in.with(elem)
	switch decl := n.Pipe.Decl; len(decl) {
	case 1:
		in.vars[decl[0].Ident[0]] = elem
	case 2:
		in.vars[decl[0].Ident[0]], in.vars[decl[1].Ident[0]] = index, elem
	}
	if err := c.list(n.List, in); err != nil {
		return err
	}
	return c.list(n.ElseList, s)
}

func element(t reflect.Type) (elem, index reflect.Type) {
	t = indirect(t)
	if t == nil {
		return nil, nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return t.Elem(), reflect.TypeFor[int]()
	case reflect.Map:
		return t.Elem(), t.Key()
	case reflect.Int:
		return t, t
	}
	return nil, nil
}

func (c *checker) call(n *parse.TemplateNode, s scope) error {
	var dot reflect.Type
	if n.Pipe != nil {
		t, err := c.pipe(n.Pipe, s)
		if err != nil {
			return err
		}
		dot = t
	}
	return c.template(n.Name, dot)
}

// pipe returns the type of the last command; nil means that it is not known before running.
func (c *checker) pipe(p *parse.PipeNode, s scope) (reflect.Type, error) {
	var last reflect.Type
	for _, cmd := range p.Cmds {
		t, err := c.command(cmd, s)
		if err != nil {
			return nil, err
		}
		last = t
	}
	for _, v := range p.Decl {
		s.vars[v.Ident[0]] = last
	}
	return last, nil
}

func (c *checker) command(cmd *parse.CommandNode, s scope) (reflect.Type, error) {
	var first reflect.Type
	for i, arg := range cmd.Args {
		t, err := c.arg(arg, s)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = t
		}
	}
	return first, nil
}

func (c *checker) arg(n parse.Node, s scope) (reflect.Type, error) {
	switch n := n.(type) {
	case *parse.DotNode:
		return s.dot, nil
	case *parse.FieldNode:
		return fields(s.dot, n.Ident)
	case *parse.VariableNode:
		return fields(s.vars[n.Ident[0]], n.Ident[1:])
	case *parse.ChainNode:
		t, err := c.arg(n.Node, s)
		if err != nil {
			return nil, err
		}
		return fields(t, n.Field)
	case *parse.PipeNode:
		return c.pipe(n, s)
	}
	return nil, nil
}

func fields(t reflect.Type, names []string) (reflect.Type, error) {
	for _, name := range names {
		next, err := field(t, name)
		if err != nil {
			return nil, err
		}
		t = next
	}
	return t, nil
}

// field finds a method first, as html/template does.
func field(t reflect.Type, name string) (reflect.Type, error) {
	if t == nil || t.Kind() == reflect.Interface {
		return nil, nil
	}
	pointer := t
	if t.Kind() != reflect.Pointer {
		pointer = reflect.PointerTo(t)
	}
	if m, ok := pointer.MethodByName(name); ok && m.Type.NumOut() > 0 {
		return m.Type.Out(0), nil
	}
	value := indirect(t)
	if value.Kind() == reflect.Struct {
		if f, ok := value.FieldByName(name); ok && f.IsExported() {
			return f.Type, nil
		}
	}
	return nil, fmt.Errorf("%v has no field or method %s", t, name)
}

func indirect(t reflect.Type) reflect.Type {
	if t != nil && t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
