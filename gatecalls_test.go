package main

import (
	"go/ast"
	"strings"
	"testing"
)

// callRule says where a function of the standard library may be used. Tests are free: they start
// servers and programs of their own.
type callRule struct {
	pkg     string   // import path
	names   []string // identifiers of it; none means the whole package
	allowed []string // folders
	why     string
}

func callRules() []callRule {
	probes := []string{"scanner/*"}
	return []callRule{
		{
			pkg: "os/exec", allowed: []string{"server/launch", "scanner/scantest"},
			why: "only the supervisor starts programs",
		},
		{
			pkg: "net", names: []string{
				"Dial", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "LookupAddr", "LookupHost",
				"LookupIP", "LookupCNAME", "LookupTXT", "LookupSRV", "LookupMX", "LookupNS", "Resolver", "DefaultResolver",
				"ListenUDP", "ListenMulticastUDP", "ListenPacket", "ListenIP", "ListenUnixgram",
			},
			allowed: probes, why: "only a probe talks to the network",
		},
		{
			pkg: "net", names: []string{"DialTimeout"},
			allowed: []string{"scanner/*", "server/launch"}, why: "only a probe connects, and a second start to the first on loopback",
		},
		{
			pkg: "net", names: []string{"Listen", "ListenTCP", "ListenUnix", "FileListener"},
			allowed: []string{"server/launch", "scanner/scantest"}, why: "only the supervisor and its child listen",
		},
		{
			pkg: "net", names: []string{"ListenConfig"},
			allowed: []string{"server/launch", "scanner/*"}, why: "only the supervisor listens and only probes receive",
		},
		{
			pkg: "net/http", names: []string{
				"Get", "Post", "PostForm", "Head", "Client", "DefaultClient", "DefaultTransport", "Transport", "NewRequest",
				"NewRequestWithContext",
			},
			allowed: probes, why: "only a probe fetches",
		},
		{
			pkg: "net/http", names: []string{"ListenAndServe", "ListenAndServeTLS"},
			allowed: []string{"server/launch"}, why: "only the supervisor listens",
		},
		{pkg: "crypto/tls", names: []string{"Dial", "DialWithDialer", "Dialer", "Client"}, allowed: probes, why: "only a probe connects"},
		{pkg: "crypto/tls", names: []string{"Listen"}, allowed: []string{"server/launch"}, why: "only the supervisor listens"},
		{pkg: "math/rand", allowed: []string{"scanner/scantest"}, why: "identifiers and keys need crypto/rand"},
		{pkg: "net/http/pprof", why: "it would show memory to anyone"},
		{pkg: "expvar", why: "it would show counters to anyone"},
		{pkg: "plugin", why: "nothing is loaded at run time"},
		{pkg: "net/smtp", why: "nothing is sent anywhere"},
	}
}

// TestGate_calls enforces where programs are started, ports opened and connections made.
func TestGate_calls(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if f.test {
			continue
		}
		for _, rule := range callRules() {
			if withinAny(f.pkg, rule.allowed) {
				continue
			}
			for _, use := range usesOf(f, rule) {
				t.Errorf("%s uses %s: %s", use, rule.pkg, rule.why)
			}
		}
	}
}

// usesOf finds where a file uses what a rule is about.
func usesOf(f goFile, rule callRule) []string {
	name := localName(f, rule.pkg)
	if name == "" {
		return nil
	}
	if len(rule.names) == 0 {
		return []string{f.path}
	}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); !ok || x.Name != name {
			return true
		}
		for _, banned := range rule.names {
			if sel.Sel.Name == banned {
				out = append(out, f.fset.Position(sel.Pos()).String()+" "+banned)
			}
		}
		return true
	})
	return out
}

// localName is the name under which a file knows a package; "" when it does not import it.
func localName(f goFile, path string) string {
	for _, spec := range f.ast.Imports {
		if strings.Trim(spec.Path.Value, `"`) != path {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}

// TestGate_noHiddenImports keeps dot imports and mutable or hidden state out: a dot import would
// slip past the rules above.
func TestGate_noHiddenImports(t *testing.T) {
	for _, f := range sourceFiles(t) {
		for _, spec := range f.ast.Imports {
			if spec.Name != nil && spec.Name.Name == "." {
				t.Errorf("%s: imports %s into its own names", f.path, spec.Path.Value)
			}
		}
	}
}

// TestGate_noInit forbids init functions in the product: what runs at start stands in main.
func TestGate_noInit(t *testing.T) {
	for _, f := range sourceFiles(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !f.test && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: has an init function; build a value in a constructor instead", f.fset.Position(fn.Pos()))
			}
		}
	}
}

// TestGate_fileNames: no underscores in Go file names but for an operating system, an
// architecture, or the ending of a test.
func TestGate_fileNames(t *testing.T) {
	suffixes := map[string]bool{
		"test": true, "linux": true, "darwin": true, "windows": true, "unix": true, "other": true, "amd64": true,
		"arm64": true, "bsd": true, "freebsd": true,
	}
	for _, f := range sourceFiles(t) {
		base := strings.TrimSuffix(f.path[strings.LastIndex(f.path, "/")+1:], ".go")
		if f.pkg == "." {
			base = strings.TrimPrefix(base, "cmd_") // one short file per command
		}
		parts := strings.Split(base, "_")
		for _, p := range parts[1:] {
			if !suffixes[p] {
				t.Errorf("%s: the name has an underscore before %q", f.path, p)
			}
		}
	}
}
