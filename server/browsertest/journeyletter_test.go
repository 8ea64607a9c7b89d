package browsertest

import "strings"

// letters looks at a letter in each of its forms: held back, before its warnings were read, and to be
// written. Only the first can be reached by links alone. The written one, and so its paper, is left to
// the walk.
func (c *crawl) letters(at string) {
	c.t.Helper()
	c.goTo(at + "/plan")
	var held, written bool
	for _, link := range c.look().Links {
		if c.kind(link) != "PLACE/plan/letter/:step" || held && written {
			continue
		}
		c.goTo(link)
		switch {
		case !held && strings.Contains(c.text(), c.say("letter.held")):
			held = true
			c.closely("every-letter-held")
		case !written && c.offers(c.say("letter.read"), "button"):
			written = true
			c.closely("every-letter-warnings")
			c.click(c.say("letter.read"))
			c.click(c.say("letter.save"))
			c.add(c.path())
		}
	}
	if !held || !written {
		c.t.Errorf("the plan of the demonstration has no letter to look at: held back %v, to be written %v", held, written)
	}
}
