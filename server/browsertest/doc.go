// Package browsertest holds the browser journeys: it starts the built program on an empty data
// folder, drives one Chromium and checks every page it comes to with axe, the browser's console and
// the count of policy violations. It has no code but tests.
//
// A journey finds things as a person does, by their accessible names, and never by class or id:
//
//	app := startApp(t)
//	p := app.open(t)
//	p.enter()                       // the address with the one-time code
//	p.fill("Passphrase", "…")
//	p.click("Unlock")               // a link or button that leads to a page
//	p.tick("Yes")                   // a radio button or tick box
//	p.check("unlock")               // axe, console, policy, 320 px; keeps the page for html-validate
//
// Without Chromium every journey skips itself and says so; with -short the whole package does.
package browsertest
