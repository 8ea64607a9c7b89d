package server

import (
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"keyholder/casework/checklist"
)

// ownTopicFile is a topic that an organisation added.
const ownTopicFile = `version: 1
organisation: House by the river
section:
  id: X-river
  title: "Phones in our house"
  why: "The house has rules of its own."
  gate: {when: always, text: "Before moving in"}
  available: true
  questions:
    - id: X-river.1
      text: "Does any app on your phone share where you are?"
      help: "Some apps go on sharing after a move."
      parts: [{kind: t4}]
      concern: [{states: [yes]}]
      unknown: finding
      finding: "An app may tell others where the house is"
      means: "They could see the address on a map."
      next_step: "Talk about it before the move."
      actions: [SP-P.help]
      alert: A1
      warnings: [LIVE]
      phases: [PC, ES, LA]
      depth: session
      dont_know: {who: "Your worker", how: "Look together at a quiet place."}
      sources: [inf]
      checked: 2026-11
actions: []
`

// withOwn starts a server whose data folder holds these files.
func withOwn(t *testing.T, files fstest.MapFS) *world {
	t.Helper()
	return newWorld(t, func(cfg *Config) { cfg.Data.AddOwn(files) })
}

// An organisation's own topic is asked, kept, and opens its finding, like one of the core.
func TestOwn_topicIsAsked(t *testing.T) {
	w := withOwn(t, fstest.MapFS{"river.yaml": {Data: []byte(ownTopicFile)}})
	b := w.unlocked()
	contains(t, "the settings", b.text("/settings"), "river.yaml: asked as the topic “Phones in our house”")
	path := b.agreed(b.sitting())
	contains(t, "the topics", b.text(path+"/sections"), "Phones in our house", "House by the river")
	page := path + "/ask/X-river.1"
	b.submit(page, page, url.Values{"s.X-river.1": {"dont_know"}})
	contains(t, "the findings", b.text(path+"/findings"), "Does any app on your phone share where you are?")
	contains(t, "the history", b.text(path+"/history/X-river.1"), "Don’t know")
}

// A faulty file is left out with its reason; the core and the good file beside it open all the same.
func TestOwn_faultLeavesTheRest(t *testing.T) {
	w := withOwn(t, fstest.MapFS{
		"a.yaml":     {Data: []byte("version: 1\nsektion: {}\n")},
		"river.yaml": {Data: []byte(ownTopicFile)},
		"same.yaml":  {Data: []byte(ownTopicFile)},
	})
	b := w.unlocked()
	contains(t, "the settings", b.text("/settings"), "a.yaml: left out", "a.yaml:2:", "river.yaml: asked", "same.yaml: left out")
	want(t, "topics", len(w.server.Content.Sections), 27)
}

// What was asked under an older version is shown in the words of that version.
func TestHistory_wordsOfTheirTime(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/ask/11.3", path+"/ask/11.3", url.Values{"s.11.3": {"dont_know"}})
	old := w.server.Content.Question("11.3").Text
	newer, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	newer.Version++
	newer.Question("11.3").Text = "Would anybody hear of a new device?"
	w.keeper.tokens[hash(testToken)] = true
	w.restart(func(cfg *Config) { cfg.Data.Content = newer })
	b = w.unlocked()
	page := b.text(path + "/history/11.3")
	contains(t, "the history", page, "Would anybody hear of a new device?", "asked like this: “"+old)
	want(t, "times the old words stand there", strings.Count(page, old), 1)
}
