package browsertest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestJourney_figures publishes the made-up cases of the demonstration, so that there is something to
// count, and compares what leaves with what was shown before.
func TestJourney_figures(t *testing.T) {
	b := startApp(t, withArgs("demo")).open(t)
	b.enterDemo()
	b.click(b.say("frame.nav") + " > " + b.say("frame.nav.numbers"))
	b.click(b.say("statistics.preview.go"))
	b.wants(b.say("frame.madeup"))
	b.check("figures-preview")
	rows := get(b, "reading the tables", chromedp.Evaluate[[][]string](
		`Array.from(document.querySelectorAll("main tbody tr")).map(r => Array.from(r.cells).map(c => c.innerText.trim()))`))
	b.click(b.say("statistics.publish"))
	b.check("figures-released")
	file := b.download(b.say("statistics.file.csv"))
	keep(t, "exports", "figures.csv", file.data)
	counted := 0
	lines := strings.Split(string(file.data), "\n")
	for _, row := range rows {
		if _, err := strconv.Atoi(row[1]); err == nil {
			counted++
		}
		if !slices.ContainsFunc(lines, func(line string) bool {
			return strings.Contains(line, row[0]) && strings.Contains(line, row[1])
		}) {
			t.Errorf("the file has no line of %q with %q:\n%s", row[0], row[1], file.data)
		}
	}
	if len(rows) < 10 || counted < 4 {
		t.Errorf("%d rows were shown, %d of them with a figure: too few to compare", len(rows), counted)
	}
}
