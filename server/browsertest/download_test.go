package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// file is what a page gave to keep.
type file struct {
	name string
	data []byte
}

// download presses a link or button that gives a file, and returns the file.
func (b *tab) download(name string) file {
	b.t.Helper()
	dir := b.t.TempDir()
	b.do("allowing a download", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, chromedp.FromContext(ctx).Browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir,
			BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
		})
		return err
	}))
	e := b.find(name, "link", "button")
	b.inputs.clicks++
	b.do("asking for a file", b.mouse(e))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			b.t.Fatalf("looking for the file: %v", err)
		}
		found = slices.DeleteFunc(found, func(p string) bool { return filepath.Ext(p) == ".crdownload" })
		if len(found) == 1 {
			data, err := os.ReadFile(found[0])
			if err != nil {
				b.t.Fatalf("reading the file: %v", err)
			}
			return file{filepath.Base(found[0]), data}
		}
	}
	b.t.Fatalf("no file came\n%s", b.where())
	return file{}
}
