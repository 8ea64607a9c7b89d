package browsertest

import (
	"slices"

	"github.com/chromedp/chromedp"
)

// letters looks at a letter in each of its forms: held back, and before its warnings were read. That
// it may be written, and so its paper, is left to the walk.
func (c *crawl) letters(at string) {
	c.t.Helper()
	c.goTo(at + "/plan")
	links := c.look().Links
	i := slices.IndexFunc(links, func(link string) bool { return c.kind(link) == "PLACE/plan/letter/:step" })
	if i < 0 {
		c.t.Error("the plan of the demonstration has no letter to look at")
		return
	}
	before := c.lives(at, "together")
	c.goTo(links[i])
	c.wants(c.say("letter.held"))
	c.closely("every-letter-held")
	c.lives(at, before) // before the letter is written: a change in how they live brings its warnings back
	c.goTo(links[i])
	c.closely("every-letter-warnings")
	c.click(c.say("letter.read"))
	c.click(c.say("letter.save"))
	c.add(c.path())
}

// lives changes how they live, on which it depends what waits, and returns what stood there.
func (c *crawl) lives(at, how string) string {
	c.t.Helper()
	c.goTo(at + "/ask/01.1")
	const chosen = `document.querySelector("[name='a.01.1']:checked")?.value ?? ""`
	before := get(c.tab, "reading how they live", chromedp.Evaluate[string](chosen))
	c.enters(entry{"a.01.1", how})
	c.click(c.say("checklist.question.save_topic"))
	return before
}
