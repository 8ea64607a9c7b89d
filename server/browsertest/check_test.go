package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// axe is the accessibility checker, unchanged from its publisher; see testdata/axe for its licence.
//
//go:embed testdata/axe/axe-4.14.1.min.js
var axe string

// check looks at the page as it stands: axe in light and dark, nothing wider than 320 CSS pixels,
// nothing in the console, no policy violation, nothing asked of another host. It keeps the source
// for html-validate and a picture for a reader. The name is of the page and its state; axe looks at
// a name once for scripts and once without, unless KEYHOLDER_LONG asks for every time.
func (b *tab) check(name string) {
	b.t.Helper()
	b.seen()
	if b.pseudo {
		b.checkTranslated(name)
		return
	}
	if b.firstTime(name) {
		b.keepSource(name)
		for _, theme := range b.themes() {
			b.theme(theme)
			b.keepPicture(name + "-" + theme)
			b.checkAxe(name+" in "+theme, theme)
		}
		b.theme("light")
		b.checkNarrow(name)
	}
	b.checkQuiet(name)
}

// firstTime says whether this page has yet to be looked at closely.
func (b *tab) firstTime(name string) bool {
	key := fmt.Sprint(name, b.script)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	seen := shared.checked[key]
	shared.checked[key] = true
	return !seen || os.Getenv("KEYHOLDER_LONG") != ""
}

// themes are those to look at: colours do not depend on scripts, so one look at the dark is enough.
func (b *tab) themes() []string {
	if !b.script && os.Getenv("KEYHOLDER_LONG") == "" {
		return []string{"light"}
	}
	return []string{"light", "dark"}
}

// theme asks for light or dark, and for no movement.
func (b *tab) theme(scheme string) {
	b.t.Helper()
	b.do("asking for "+scheme, command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	}))
}

// fault is one violation that axe found.
type fault struct {
	ID, Impact, Help string
	Nodes            []string
}

func (f fault) String() string {
	return fmt.Sprintf("%s (%s): %s\n    %s", f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n    "))
}

// axeRules are what axe looks for. In the dark only colours can differ from what it saw in the light.
var axeRules = map[string]string{
	"light": `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}`,
	"dark":  `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`,
}

const axeRun = `axe.run(document, {runOnly: RULES, resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
	ID: v.id, Impact: v.impact, Help: v.help,
	Nodes: v.nodes.slice(0, 5).map(n => n.html + " " + (n.failureSummary || ""))})))`

// faults runs axe. Scripts of the tests run under the page's own policy, which stays as it is; where
// scripts are off they are let run for that moment only.
func (b *tab) faults() []fault {
	b.t.Helper()
	return b.faultsIn("light")
}

// faultsIn runs axe with the rules of a theme.
func (b *tab) faultsIn(theme string) []fault {
	b.t.Helper()
	if !b.script {
		off := emulation.SetScriptExecutionDisabledParams{Value: true}
		b.do("letting axe run", command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}))
		defer b.do("switching scripts off again", command(emulation.SetScriptExecutionDisabled, off))
	}
	b.do("loading axe", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.Evaluate[chromedp.Void](axe)(ctx, target)
		return err
	}))
	return get(b, "running axe", chromedp.Evaluate[[]fault](strings.Replace(axeRun, "RULES", axeRules[theme], 1), chromedp.EvalAwaitPromise))
}

func (b *tab) checkAxe(name, theme string) {
	b.t.Helper()
	for _, f := range b.faultsIn(theme) {
		b.t.Errorf("axe, page %s: %s", name, f)
	}
}

// checkNarrow looks at the page at 320 CSS pixels, which is also 400 % zoom on a laptop.
func (b *tab) checkNarrow(name string) {
	b.t.Helper()
	b.do("making the window narrow", narrow())
	if w := get(b, "measuring the page", width()); w > 320 {
		wide := get(b, "looking for what is wide", chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("body *"))
			.filter(e => e.getBoundingClientRect().right > 321).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
		b.t.Errorf("page %s is %d pixels wide in a window of 320:\n%s", name, w, strings.Join(wide, "\n"))
	}
	b.keepPicture(name + "-narrow")
	b.do("making the window wide", chromedp.EmulateViewport(1280, 900))
}

func narrow() chromedp.Action[chromedp.Void] { return chromedp.EmulateViewport(320, 800) }

// width is how wide the page is, with what hangs over its edge.
func width() chromedp.Action[int] {
	return chromedp.Evaluate[int]("document.documentElement.scrollWidth")
}

// checkQuiet asserts that nothing was written to the console, refused by the policy, or asked of
// another host, on this page or any before it.
func (b *tab) checkQuiet(name string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.console {
		b.t.Errorf("console, by page %s: %s", name, m)
	}
	for _, v := range b.policy {
		b.t.Errorf("content security policy, by page %s: %s", name, v)
	}
	if b.app != nil {
		for _, r := range b.foreign() {
			b.t.Errorf("asked of another host, by page %s: %s", name, r)
		}
	}
	b.console, b.policy = nil, nil
}

// foreign lists the requests that went elsewhere. b.mu is held.
func (b *tab) foreign() []string {
	var out []string
	for _, r := range b.requests {
		u, err := url.Parse(r)
		if err != nil || u.Scheme != "data" && u.Scheme != "about" && u.Host != b.app.address.Host {
			out = append(out, r)
		}
	}
	return out
}

// expectConsole takes away the messages that a step is meant to cause, such as the browser's own
// note of an answer with status 403; it fails when there was none.
func (b *tab) expectConsole(part string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.console)
	b.console = slices.DeleteFunc(b.console, func(m string) bool { return strings.Contains(m, part) })
	if len(b.console) == before {
		b.t.Errorf("the console says nothing of %q", part)
	}
}

// keepSource keeps the page as the server sent it, before a script or the browser changed it.
func (b *tab) keepSource(name string) {
	b.t.Helper()
	if !b.script {
		return // the same bytes
	}
	if strings.Contains(plain(b.text()), b.say("frame.kept")) {
		return // filled in again by a parser, which has a spelling of its own for empty elements
	}
	b.mu.Lock()
	id := b.document
	b.mu.Unlock()
	action := func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		body, err := cdp.Call(ctx, target, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id})
		if err != nil {
			return nil, err
		}
		return body.Body, nil
	}
	keep(b.t, "pages", fileName(name)+".html", get(b, "reading the source", action))
}

func (b *tab) keepPicture(name string) {
	b.t.Helper()
	if !b.script {
		name += "-no-script"
	}
	keep(b.t, "pictures", fileName(name)+".png", get(b, "taking a picture", chromedp.FullScreenshot(100)))
}

func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
}

// print prints the page as its own style sheet for paper says, keeps the result and returns its text
// by page; the text is nil where pdftotext is missing, and the test says so.
func (b *tab) print(name string) []string {
	b.t.Helper()
	pdf := get(b, "printing", chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	path := artefact(b.t, "prints", fileName(name)+".pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		b.t.Fatalf("keeping a print: %v", err)
	}
	return pdfText(b.t, path)
}

// pdfText returns the text of each page.
func pdfText(t *testing.T, path string) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Logf("pdftotext is not installed (Debian package poppler-utils): the print %s was not read", filepath.Base(path))
		return nil
	}
	out, err := exec.Command(tool, "-layout", path, "-").Output()
	if err != nil {
		t.Fatalf("reading a print: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}
