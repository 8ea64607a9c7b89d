package browsertest

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to come, on a busy machine.
const patience = 20 * time.Second

// tab is one browser tab with cookies of its own, as a person sits before it.
type tab struct {
	t      *testing.T
	app    *app
	ctx    context.Context
	script bool // scripts run
	pseudo bool // the pages speak the made-up language of the tests

	mu       sync.Mutex
	console  []string // everything the page wrote, and what the browser complained of
	policy   []string // violations of the content security policy
	requests []string // every address that was asked for
	visited  []visit  // every page that was shown
	document network.RequestID
	inputs   inputs
}

// visit is what the browser's history and window showed of a page.
type visit struct{ url, title string }

// tabOption changes a tab before its first page.
type tabOption func(*tab)

// noScript switches scripts off, as some browsers and some workers have them.
func noScript(b *tab) {
	b.script = false
	b.do("switching scripts off", scripts(false))
}

// scripts switches scripts on or off for the pages to come.
func scripts(on bool) chromedp.Action[chromedp.Void] {
	return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// open opens a tab with an empty cookie jar; it closes with the test.
func (a *app) open(t *testing.T, options ...tabOption) *tab {
	t.Helper()
	b := newTab(t, options...)
	b.app = a
	return b
}

func newTab(t *testing.T, options ...tabOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(needBrowser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, script: true}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	b.do("preparing a tab", prepared())
	for _, o := range options {
		o(b)
	}
	return b
}

// prepared makes a tab report what goes wrong, and be the one that somebody works in.
func prepared() chromedp.Action[chromedp.Void] {
	return chromedp.Steps(command(audits.Enable, cdp.Empty{}), command(accessibility.Enable, cdp.Empty{}),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
}

// command turns a protocol command into an action.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// do runs actions and ends the test when one fails.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.where())
	}
}

// get runs an action that has a result.
func get[T any](b *tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.where())
	}
	return v
}

// hear collects what the browser reports. It runs on the browser's own loop, so it only appends.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		b.console = append(b.console, "console."+string(ev.Type))
	case *runtime.EventExceptionThrown:
		b.console = append(b.console, "exception: "+exceptionText(ev.ExceptionDetails))
	case *cdplog.EventEntryAdded:
		// The browser acknowledges the clearing of its own stores, which is what was asked of it.
		if !strings.HasPrefix(ev.Entry.Text, "Clear-Site-Data header on") {
			b.console = append(b.console, string(ev.Entry.Level)+": "+ev.Entry.Text+" "+ev.Entry.URL)
		}
	case *audits.EventIssueAdded:
		b.hearIssue(ev.Issue)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, ev.Request.URL)
	case *network.EventResponseReceived:
		if ev.Type == network.ResourceTypeDocument {
			b.document = ev.RequestID
		}
	case *page.EventFrameNavigated:
		b.visited = append(b.visited, visit{url: ev.Frame.URL + ev.Frame.URLFragment})
	}
}

func (b *tab) hearIssue(issue *audits.InspectorIssue) {
	if issue == nil || issue.Details == nil || issue.Details.ContentSecurityPolicyIssueDetails == nil {
		return
	}
	d := issue.Details.ContentSecurityPolicyIssueDetails
	b.policy = append(b.policy, d.ViolatedDirective+" refused "+d.BlockedURL)
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d == nil {
		return "unknown"
	}
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// goTo opens a path as if it had been typed into the address bar.
func (b *tab) goTo(path string) {
	b.t.Helper()
	address := path
	if !strings.Contains(path, "://") {
		address = b.app.url(path)
	}
	b.do("opening "+path, chromedp.Navigate(address))
	b.seen()
}

// enter opens the printed address. With scripts the code in it is sent by itself; without, it is
// typed as a person would.
func (b *tab) enter() {
	b.t.Helper()
	b.do("opening the printed address", chromedp.Navigate(b.app.address.String()))
	if b.script {
		b.waitPath(func(path string) bool { return path != "/" && path != "/start" })
		return
	}
	b.seen()
}

// back presses the browser's own Back.
func (b *tab) back() {
	b.t.Helper()
	get(b, "going back", chromedp.WaitEvent(page.FrameNavigated, nil, chromedp.Func(previousEntry)))
	b.waitPath(func(string) bool { return true })
}

// previousEntry asks for the page before this one. It may come out of the browser's memory, and
// then nothing is loaded, so the caller waits for the frame and not for a load.
func previousEntry(ctx context.Context, target *chromedp.Target) error {
	history, err := cdp.Call(ctx, target, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	if history.CurrentIndex < 1 {
		return errors.New("there is no page to go back to")
	}
	entry := history.Entries[history.CurrentIndex-1]
	_, err = cdp.Call(ctx, target, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry.ID})
	return err
}

// seen notes the title of the page that has come, for the search for markers.
func (b *tab) seen() {
	b.t.Helper()
	v := visit{url: b.url(), title: b.title()}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visited = append(b.visited, v)
}

func (b *tab) url() string   { return get(b, "reading the address", chromedp.Location()) }
func (b *tab) title() string { return get(b, "reading the title", chromedp.Title()) }

// path is the path of the address, without the session's key in front.
func (b *tab) path() string {
	u, err := url.Parse(b.url())
	if err != nil {
		b.t.Fatalf("reading the address: %v", err)
	}
	return u.Path
}

// waitPath waits until the page stands at a path that fits, for pages that a script leads to.
func (b *tab) waitPath(fits func(path string) bool) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if fits(b.path()) && b.ready() {
			b.seen()
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("no such page came\n%s", b.where())
		}
	}
}

func (b *tab) ready() bool {
	state, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.readyState"))
	return err == nil && state == "complete" // an error: the page is just being replaced
}

// text is what a person can read on the page.
func (b *tab) text() string {
	b.t.Helper()
	return get(b, "reading the page", chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
}

// wants fails the test when one of the texts is not to be read on the page.
func (b *tab) wants(texts ...string) {
	b.t.Helper()
	shown := plain(b.text())
	for _, want := range texts {
		if !strings.Contains(shown, plain(want)) {
			b.t.Errorf("the page does not say %q\n%s", want, b.where())
		}
	}
}

// lacks fails the test when one of the texts is to be read on the page.
func (b *tab) lacks(texts ...string) {
	b.t.Helper()
	shown := plain(b.text())
	for _, unwanted := range texts {
		if strings.Contains(shown, plain(unwanted)) {
			b.t.Errorf("the page says %q\n%s", unwanted, b.where())
		}
	}
}

// waitText waits for a text that a script brings.
func (b *tab) waitText(text string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		shown, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
		if err == nil && strings.Contains(plain(shown), plain(text)) {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the page never said %q\n%s", text, b.where())
		}
	}
}

// evaluate is the text that an expression of the page has.
func (b *tab) evaluate(expression string) string {
	b.t.Helper()
	return get(b, "looking at the page", chromedp.Evaluate[string](expression))
}

// plain folds white space, so that a line break in a narrow window is no difference.
func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

// where describes the page for the reader of a failed test.
func (b *tab) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, 3*time.Second)
	defer cancel()
	const script = `location.href + "\n" + document.title + "\n" + (document.body ? document.body.innerText : "")`
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		return "(the page cannot be read: " + err.Error() + ")"
	}
	if runes := []rune(said); len(runes) > 1500 {
		said = string(runes[:1500]) + " …"
	}
	return "page: " + said
}
