package server

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// letterID is the letter of the tests: to the bank, on where post and alerts go.
const letterID = "SP-L.bank-post"

// answers sends plain answers to questions of a place.
func (b *browser) answers(place string, fields map[string]url.Values) {
	b.w.t.Helper()
	for question, values := range fields {
		if b.submit(place+"/ask/"+question, place+"/ask/"+question, values); b.page.Code != 303 {
			b.w.t.Fatalf("answering %s: status %d", question, b.page.Code)
		}
	}
}

// readyForLetter makes everything ready that the letter waits for, but her agreement and the contact way.
func readyForLetter(b *browser, place string) {
	b.w.t.Helper()
	b.answers(place, map[string]url.Values{
		"01.1": {"a.01.1": {"apart"}}, "23.1": {"a.23.1": {"own_memory"}}, "23.2": {"s.23.2": {"no"}}, "23.3": {"a.23.3": {"survivor"}},
		"23.4": {"s.23.4": {"yes"}}, "23.5": {"s.23.5": {"no"}},
		"24.2": {"a.24.2/who_helps": {"service"}}, "19.2": {"a.19.2/statements": {"person_of_concern"}},
	})
	b.submit(place+"/plan", place+"/plan/ready", url.Values{"safe_device": {"yes"}, "safe_camera": {"yes"}})
	b.submit(place+"/plan/step/SP-19.9", place+"/plan/step/SP-19.9", url.Values{"result": {"done"}})
}

// openLetter goes on until the letter shows its text, and returns its path.
func openLetter(b *browser, place string) string {
	b.w.t.Helper()
	readyForLetter(b, place)
	b.answers(place, map[string]url.Values{"00.4": {"a.00.4/route": {"survivor_calls", "email_new"}}})
	b.submit(place+"/plan/step/"+letterID, place+"/plan/step/"+letterID, url.Values{"agreed": {"yes"}})
	path := place + "/plan/letter/" + letterID
	b.submit(path, path+"/read", nil)
	return path
}

// The letter opens bit by bit: held back in words only, then who may be told and the warnings, then the
// way for the answer, then its text. Nothing before that shows a word of it, also not on paper.
func TestLetter_opensBitByBit(t *testing.T) {
	for name, place := range map[string]func(b *browser) string{
		"case": func(b *browser) string { return b.agreed(b.sitting()) }, "sitting": func(b *browser) string { return b.sitting() },
	} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).unlocked()
			at := place(b)
			l := b.w.server.Content.Letter(letterID)
			path := at + "/plan/letter/" + letterID
			hidden := func(what string) string {
				t.Helper()
				text := html.UnescapeString(b.text(path))
				for _, s := range append(l.Sentences(), b.w.server.Content.Letters.Frame.Only) {
					if len(checklist.Gaps(s)) == 0 {
						lacks(t, what, text, s)
					}
				}
				want(t, what+", on paper", b.get(b.at(path+"/print")).Code, 303)
				return text
			}
			readyForLetter(b, at)
			text := hidden("not agreed")
			contains(t, "not agreed", text, l.NotYet.Told, l.NotYet.Ready, b.w.server.Texts.T("plan.hold.agreement"))
			lacks(t, "not agreed", text, l.Worker, l.Told.Words)
			lacks(t, "the plan", html.UnescapeString(b.text(at+"/plan")), l.Worker)

			b.submit(at+"/plan/step/"+letterID, at+"/plan/step/"+letterID, url.Values{"agreed": {"yes"}})
			contains(t, "the plan", b.get(b.at(at+"/plan")).Body.String(), b.at(path))
			text = hidden("warnings not read")
			contains(t, "warnings not read", text, l.Told.Words, b.w.server.Content.WarningTexts[checklist.WarnAlert], b.w.server.Texts.T("letter.read"))

			b.submit(path, path+"/read", nil)
			text = hidden("no contact way")
			contains(t, "no contact way", text, b.w.server.Texts.T("letter.contact.none"))

			b.w.now = b.w.now.Add(time.Minute)
			b.answers(at, map[string]url.Values{"00.4": {"a.00.4/route": {"survivor_calls"}}})
			hidden("contact way changed") // the warnings have to be read again
			b.submit(path, path+"/read", nil)
			text = html.UnescapeString(b.text(path))
			contains(t, "open", text, l.Subject, b.w.server.Content.Letters.Frame.Only, b.w.server.Content.Question("00.4").Text)
			paper := b.get(b.at(path + "/print"))
			want(t, "paper", paper.Code, 200)
			contains(t, "paper", html.UnescapeString(paper.Body.String()), "<p>"+l.Subject+"</p>", "<title>Letter</title>")
			_, sheet, _ := strings.Cut(html.UnescapeString(paper.Body.String()), "<main")
			lacks(t, "paper", sheet, l.Why, "KH-", "plan", "survivor", "{")

			b.answers(at, map[string]url.Values{"00.5": {"a.00.5": {"weapon_threat"}, "s.00.5": {"no"}}})
			hidden("danger")
		})
	}
}

// What the worker types is kept with its history, an unchanged text goes on following the record, and a
// wrong form loses nothing.
func TestLetter_saves(t *testing.T) {
	b := newWorld(t).unlocked()
	at := b.agreed(b.sitting())
	path := openLetter(b, at)
	slot := func(part string) casework.Slot { return casework.Slot{Field: casework.LetterField(letterID, part)} }
	all := func() url.Values {
		form := sent(t, b.get(b.at(path)).Body.String())
		for _, name := range []string{"_token", "_submission", "_from"} {
			form.Del(name)
		}
		return form
	}
	form := all()
	form.Set("since", "May 2024")
	b.submit(path, path, form)
	want(t, "saved", b.page.Code, 303)
	want(t, "an unchanged text", b.record(at, slot(casework.LetterText)).ID, "")
	contains(t, "the letter", b.text(path), "This has been so since May 2024.")

	form = all()
	form.Set("text", "Words of my own <b>\n\nand more")
	form.Set("stage", "sent")
	form.Set("sent_on", "2026-02-31")
	want(t, "a wrong day goes on", b.submit(path, path, form), "")
	contains(t, "a wrong day", b.page.Body.String(), "govuk-error-summary", "Words of my own &lt;b&gt;", "2026-02-31")
	want(t, "half of a wrong form", b.record(at, slot(casework.LetterStage)).ID, "")
	form.Set("sent_on", "2026-11-21")
	form.Set("text", "Words since {since}")
	want(t, "a gap goes on", b.submit(path, path, form), "")
	contains(t, "a gap", html.UnescapeString(b.page.Body.String()), b.w.server.Texts.T("error.letter.gap"), "Words since {since}")
	form.Set("text", "Words of my own <b>\n\nand more")
	b.submit(path, path, form)
	want(t, "the text", b.record(at, slot(casework.LetterText)).Text.Reveal(), "Words of my own <b>\n\nand more")
	want(t, "the stage", b.record(at, slot(casework.LetterStage)).Code(), "sent")
	contains(t, "paper", b.get(b.at(path+"/print")).Body.String(), "<p>Words of my own &lt;b&gt;</p>", "<p>and more</p>")
	contains(t, "the page", html.UnescapeString(b.text(path)), b.w.server.Texts.T("letter.edited"), b.w.server.Texts.T("letter.not_in_text"))
	lacks(t, "what the edited text says", b.text(path), "a place that is no longer mine alone")

	form = all()
	form.Set("afresh", "1")
	b.submit(path, path, form)
	contains(t, "written anew", b.text(path), "since May 2024", b.w.server.Texts.N("letter.earlier", 1), "Words of my own")
	for _, copy := range []string{"worker", "survivor", "unmarked"} {
		lacks(t, copy, b.text(at+"/plan/print/"+copy), "Words of my own", "May 2024", b.w.server.Content.Letter(letterID).Subject)
	}
}

// Two tabs on one letter: the second is shown both sides, and what the worker chooses stands.
func TestLetter_conflict(t *testing.T) {
	for choice, stands := range map[string]string{"mine": "second words", "theirs": "first words"} {
		t.Run(choice, func(t *testing.T) {
			b := newWorld(t).unlocked()
			at := b.agreed(b.sitting())
			path := openLetter(b, at)
			b.get(b.at(path))
			tab := b.hidden()
			b.submit(path, path, url.Values{"text": {"first words"}, "why": {"yes"}})
			for k, v := range map[string]string{"text": "second words", "why": "", "sign": "A. N. Other", "route": "survivor_calls", "stage": "drafted"} {
				tab.Set(k, v)
			}
			b.post(b.at(path), tab)
			want(t, "second tab", b.page.Code, 200)
			contains(t, "both sides", b.page.Body.String(), "first words", "second words")
			again := b.hidden()
			again.Set("_choice.text", choice)
			b.post(b.at(path), again)
			want(t, "after the choice", b.page.Code, 303)
			want(t, "what stands", b.record(at, casework.Slot{Field: casework.LetterField(letterID, "text")}).Text.Reveal(), stands)
			want(t, "what nobody contested", b.record(at, casework.Slot{Field: casework.LetterField(letterID, "sign")}).Text.Reveal(), "A. N. Other")
		})
	}
}

// Only letters of the plan have a page, and no address of one says anything about anybody.
func TestLetter_notInPlan(t *testing.T) {
	b := newWorld(t).unlocked()
	at := b.agreed(b.sitting())
	for _, id := range []string{letterID, "SP-19.2", "none"} {
		want(t, id, b.get(b.at(at+"/plan/letter/"+id)).Code, 404)
		want(t, id+", paper", b.get(b.at(at+"/plan/letter/"+id+"/print")).Code, 404)
	}
	readyForLetter(b, at)
	want(t, "in the plan", b.get(b.at(at+"/plan/letter/"+letterID)).Code, 200)
	title := b.page.Body.String()
	if !strings.Contains(title, "<title>Letter – ") {
		t.Error("the window of the letter has another title")
	}
}

// A letter that is sent into a lock comes back as it was typed.
func TestLetter_lockKeepsText(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := openLetter(b, b.agreed(b.sitting()))
	form := b.guard(path)
	form.Set("text", "half a letter")
	form.Set("sign", "A. N.")
	w.restart()
	want(t, "where it goes", b.post(b.at(path), form).Header().Get("Location"), "/unlock?kept")
	b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	contains(t, "the letter", b.get(b.at(path)).Body.String(), ">half a letter</textarea>", ">A. N.</textarea>", "We kept what you typed")
}
