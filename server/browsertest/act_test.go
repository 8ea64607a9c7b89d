package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// inputs counts what a worker has to do: each click, choice and typed field is one.
type inputs struct{ clicks, choices, typed int }

func (i inputs) total() int { return i.clicks + i.choices + i.typed }

// count returns the inputs so far.
func (b *tab) count() inputs { return b.inputs }

// element is something on the page that assistive technology can name.
type element struct {
	role, name string
	node       cdp.BackendNodeID
}

// elements lists what the accessibility tree holds with one of the roles.
func (b *tab) elements(roles ...string) []element {
	b.t.Helper()
	action := func(ctx context.Context, target *chromedp.Target) ([]element, error) {
		root, err := cdp.Call(ctx, target, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return nil, err
		}
		params := accessibility.QueryAXTreeParams{NodeID: root.Root.NodeID}
		if len(roles) == 1 {
			params.Role = roles[0]
		}
		tree, err := cdp.Call(ctx, target, accessibility.QueryAXTree, params)
		if err != nil {
			return nil, err
		}
		var out []element
		for _, n := range tree.Nodes {
			if role := axText(n.Role); !n.Ignored && slices.Contains(roles, role) {
				out = append(out, element{role, plain(axText(n.Name)), n.BackendDOMNodeID})
			}
		}
		return out, nil
	}
	for range 3 { // a page that has just come may still be given new node numbers
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		found, err := chromedp.Run(ctx, action)
		cancel()
		if err == nil {
			return found
		}
		time.Sleep(50 * time.Millisecond)
	}
	return get(b, "listing "+strings.Join(roles, ", "), action)
}

func axText(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	if json.Unmarshal(v.Value, &s) != nil {
		return ""
	}
	return s
}

// find returns the one element of these roles with this accessible name. A name that ends with "…"
// stands for all names that begin so; "Group > Name" asks for Name inside the group.
func (b *tab) find(name string, roles ...string) element {
	b.t.Helper()
	found := b.matching(name, roles...)
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		var have []string
		for _, e := range b.elements(roles...) {
			have = append(have, fmt.Sprintf("%s %q", e.role, e.name))
		}
		b.t.Fatalf("there is no %s named %q; there are: %s\n%s", strings.Join(roles, " or "), name, strings.Join(have, ", "), b.where())
	default:
		b.t.Fatalf("there are %d elements named %q: use \"Group > Name\"\n%s", len(found), name, b.where())
	}
	return element{}
}

// offers says whether such an element is there.
func (b *tab) offers(name string, roles ...string) bool {
	b.t.Helper()
	return len(b.matching(name, roles...)) > 0
}

func (b *tab) matching(name string, roles ...string) []element {
	b.t.Helper()
	group, rest, grouped := strings.Cut(name, " > ")
	if grouped {
		name = rest
	}
	var found []element
	for _, e := range b.elements(roles...) {
		if fits(e.name, name) && (!grouped || b.inGroup(e, group)) {
			found = append(found, e)
		}
	}
	return found
}

func fits(have, want string) bool {
	want = plain(want)
	if begin, ok := strings.CutSuffix(want, "…"); ok {
		return strings.HasPrefix(have, begin)
	}
	return have == want
}

// inGroup says whether a group around the element (a fieldset, a region, a row) has this name.
func (b *tab) inGroup(e element, group string) bool {
	b.t.Helper()
	params := accessibility.GetAXNodeAndAncestorsParams{BackendNodeID: e.node}
	action := func(ctx context.Context, target *chromedp.Target) (bool, error) {
		chain, err := cdp.Call(ctx, target, accessibility.GetAXNodeAndAncestors, params)
		if err != nil {
			return false, err
		}
		for _, n := range chain.Nodes {
			if n.BackendDOMNodeID != e.node && fits(plain(axText(n.Name)), group) {
				return true, nil
			}
		}
		return false, nil
	}
	return get(b, "looking around "+e.name, action)
}

// click presses a link or a button that leads to another page, and waits for it.
func (b *tab) click(name string) {
	b.t.Helper()
	e := b.find(name, "link", "button")
	b.inputs.clicks++
	b.follow("pressing "+name, b.mouse(e))
}

// press presses a button or opens a disclosure that stays on the page.
func (b *tab) press(name string) {
	b.t.Helper()
	e := b.find(name, "button", "link", "DisclosureTriangle")
	b.inputs.clicks++
	b.do("pressing "+name, b.mouse(e))
}

// tick chooses a radio button or turns a tick box over.
func (b *tab) tick(name string) {
	b.t.Helper()
	e := b.find(name, "radio", "checkbox")
	b.inputs.choices++
	b.do("ticking "+name, b.mouse(e))
}

// fill replaces the text of a field.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	e := b.find(label, "textbox", "searchbox", "spinbutton", "Date", "DateTime")
	b.inputs.typed++
	b.do("filling in "+label,
		command(dom.Focus, dom.FocusParams{BackendNodeID: e.node}),
		b.keys("a", "KeyA", 65, ctrl, "selectAll"),
		command(input.InsertText, input.InsertTextParams{Text: text}))
}

// choose takes an option of a list by its text.
func (b *tab) choose(label, option string) {
	b.t.Helper()
	e := b.find(label, "combobox", "listbox")
	b.inputs.choices++
	const script = `function (text) {
		const o = Array.from(this.options).find(o => o.text.trim() === text);
		if (!o) { return false; }
		this.value = o.value;
		this.dispatchEvent(new Event("input", {bubbles: true}));
		this.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	}`
	if !callOn[bool](b, e, script, option) {
		b.t.Fatalf("the list %q has no option %q\n%s", label, option, b.where())
	}
}

// callOn calls a function of the browser's on an element.
func callOn[T any](b *tab, e element, script string, args ...any) T {
	b.t.Helper()
	action := func(ctx context.Context, target *chromedp.Target) (T, error) {
		var zero T
		object, err := cdp.Call(ctx, target, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: e.node})
		if err != nil {
			return zero, err
		}
		on := func(p *runtime.CallFunctionOnParams) { p.ObjectID = object.Object.ObjectID }
		return chromedp.CallFunctionOn[T](script, on, args...)(ctx, target)
	}
	return get(b, "calling into the page", action)
}

// follow runs what leads to another page and waits until that page has come.
func (b *tab) follow(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	get(b, what, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Steps(steps...)))
	b.seen()
}

// mouse clicks into the middle of an element, after scrolling it into view.
func (b *tab) mouse(e element) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: e.node})
		if err != nil {
			return fmt.Errorf("scrolling to %s %q: %w", e.role, e.name, err)
		}
		box, err := cdp.Call(ctx, target, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: e.node})
		if err != nil {
			return fmt.Errorf("placing %s %q: %w", e.role, e.name, err)
		}
		if len(box.Quads) == 0 || len(box.Quads[0]) < 8 {
			return fmt.Errorf("%s %q takes no room on the page", e.role, e.name)
		}
		q := box.Quads[0]
		_, err = chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2)(ctx, target)
		return err
	})
}

// ctrl is the modifier of a key chord.
const ctrl = 2

// keys presses one key with modifiers, and the editing command that belongs to it.
func (b *tab) keys(key, code string, virtual, modifiers int64, commands ...string) chromedp.Action[chromedp.Void] {
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeRawKeyDown, Key: key, Code: code, WindowsVirtualKeyCode: virtual, Modifiers: modifiers, Commands: commands,
	}
	up := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key, Code: code, WindowsVirtualKeyCode: virtual}
	return chromedp.Steps(command(input.DispatchKeyEvent, down), command(input.DispatchKeyEvent, up))
}

// shift taps the Shift key alone.
func (b *tab) shift() chromedp.Action[chromedp.Void] {
	return b.keys("Shift", "ShiftLeft", 16, 8)
}

// typed sends keys as they are struck: text, or a key of chromedp's package kb.
func (b *tab) typed(keys string) {
	b.t.Helper()
	b.do("typing", chromedp.KeyEvent(keys))
}

// tabTo moves the focus with the Tab key until it stands on the named element, as somebody without a
// mouse does.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	for range 200 {
		b.do("pressing Tab", chromedp.KeyEvent("\t"))
		if fits(b.focused(), name) {
			return
		}
	}
	b.t.Fatalf("Tab never comes to %q\n%s", name, b.where())
}

// focused is the accessible name of the element that has the focus.
func (b *tab) focused() string {
	b.t.Helper()
	action := func(ctx context.Context, target *chromedp.Target) (string, error) {
		object, err := chromedp.Evaluate[*runtime.RemoteObject]("document.activeElement")(ctx, target)
		if err != nil || object.ObjectID == "" {
			return "", err
		}
		no := false
		params := accessibility.GetPartialAXTreeParams{ObjectID: object.ObjectID, FetchRelatives: &no}
		tree, err := cdp.Call(ctx, target, accessibility.GetPartialAXTree, params)
		if err != nil || len(tree.Nodes) == 0 {
			return "", err
		}
		return plain(axText(tree.Nodes[0].Name)), nil
	}
	return get(b, "looking for the focus", action)
}

// enterKey presses Enter on the focused element and waits for the page that comes.
func (b *tab) enterKey() {
	b.t.Helper()
	b.inputs.clicks++
	b.follow("pressing Enter", chromedp.KeyEvent("\r"))
}

// leaveKeys taps Shift three times and waits for the neutral page.
func (b *tab) leaveKeys() {
	b.t.Helper()
	b.follow("tapping Shift three times", b.shift(), b.shift(), b.shift())
}

// wait lets time pass where the passing of time is what is tested.
func (b *tab) wait(d time.Duration) {
	b.t.Helper()
	b.do("waiting", chromedp.Sleep(d))
}

// cookies is what the tab would send to the program, as one header.
func (b *tab) cookies() string {
	b.t.Helper()
	action := func(ctx context.Context, target *chromedp.Target) ([]string, error) {
		got, err := cdp.Call(ctx, target, network.GetCookies, network.GetCookiesParams{URLs: []string{b.url()}})
		if err != nil {
			return nil, err
		}
		var out []string
		for _, c := range got.Cookies {
			out = append(out, c.Name+"="+c.Value)
		}
		return out, nil
	}
	return strings.Join(get(b, "reading the cookies", action), "; ")
}
