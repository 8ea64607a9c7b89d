package browsertest

import (
	"fmt"
	"os"
	"testing"
)

func TestZZExplore(t *testing.T) {
	if os.Getenv("EXPLORE") == "" {
		t.Skip("scratch")
	}
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	dump := func(what string) {
		fmt.Println("=====", what, b.path(), "|", b.title())
		for _, e := range b.elements("radio", "checkbox", "textbox", "combobox", "button", "link", "heading", "group", "DisclosureTriangle") {
			fmt.Printf("  %s %q\n", e.role, e.name)
		}
	}
	dump("home")
	b.click(b.say("frame.home.start"))
	dump("first 1")
	b.tick("Is it safe for you to talk now? > Yes")
	b.click(b.say("session.screen.continue"))
	for i := 2; i <= 7; i++ {
		dump(fmt.Sprint("first ", i))
		if i == 3 {
			b.tick("Yes to all of it")
		}
		b.click(b.say("session.screen.continue"))
	}
	dump("summary")
	fmt.Println(b.text())
}
