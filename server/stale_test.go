package server

import (
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keyholder/casework"
)

// hidden are the hidden fields of the page that is shown.
func (b *browser) hidden() url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).
		FindAllStringSubmatch(b.page.Body.String(), -1) {
		form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return form
}

// record returns the newest value of a slot of a case.
func (b *browser) record(path string, slot casework.Slot) casework.Value {
	b.w.t.Helper()
	heads, err := b.w.vault.record.Heads(b.w.t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")))
	if err != nil {
		b.w.t.Fatal(err)
	}
	i := slices.IndexFunc(heads, func(v casework.Value) bool { return v.Slot == slot })
	if i < 0 {
		return casework.Value{}
	}
	return heads[i]
}

// device adds a device by hand and returns its id.
func (b *browser) device(place, label, kind string) casework.EntityID {
	b.w.t.Helper()
	to := b.submit(place+"/devices/add", place+"/devices/add", url.Values{"label": {label}, "kind": {kind}})
	m := regexp.MustCompile(`/devices/at/([0-9a-f]{32})`).FindStringSubmatch(to)
	if m == nil {
		b.w.t.Fatalf("adding a device led to %q", to)
	}
	return casework.EntityID(m[1])
}

// Two tabs on every form of free text and codes: the second one is shown both sides, and what the
// worker chooses stands. Nothing is overwritten in silence.
func TestStale_bothSidesOnEveryForm(t *testing.T) {
	step := casework.Slot{Field: "step:SP-P.help/note"}
	for name, tt := range map[string]struct {
		page, action  string
		first, second url.Values
		input         string
		slot          casework.Slot
	}{
		"emergency": {
			page: "/emergency", action: "/emergency", input: "linea", slot: casework.Slot{Field: casework.FieldCallWho},
			first: url.Values{"linea": {"her neighbour"}}, second: url.Values{"linea": {"her cousin"}},
		},
		"step": {
			page: "/plan/step/SP-P.help", action: "/plan/step/SP-P.help", input: "note", slot: step,
			first: url.Values{"note": {"her neighbour"}}, second: url.Values{"note": {"her cousin"}, "result": {"done"}},
		},
		"device": {
			page: "/devices/at/DEVICE", action: "/devices/correct/DEVICE", input: "label", slot: casework.Slot{Field: casework.FieldLabel},
			first:  url.Values{"label": {"her neighbour"}, "kind": {"iot_camera/doorbell"}},
			second: url.Values{"label": {"her cousin"}, "kind": {"iot_camera/doorbell"}},
		},
	} {
		for choice, stands := range map[string]string{"mine": "her cousin", "theirs": "her neighbour"} {
			t.Run(name+" "+choice, func(t *testing.T) {
				b := newWorld(t).unlocked()
				path := b.agreed(b.sitting())
				if name == "device" {
					tt.slot.Entity = b.device(path, "bell", "iot_camera/doorbell")
				}
				id := strings.NewReplacer("DEVICE", string(tt.slot.Entity))
				page, action := path+id.Replace(tt.page), path+id.Replace(tt.action)
				b.get(b.at(page))
				tab := b.hidden()
				b.submit(page, action, tt.first)
				want(t, "first tab", b.page.Code, 303)
				for k, v := range tt.second {
					tab[k] = v
				}
				tab.Set("_submission", casework.NewID())
				want(t, "second tab goes on", b.post(b.at(action), tab).Header().Get("Location"), "")
				contains(t, "both sides", b.page.Body.String(), "her neighbour", "her cousin", "_choice."+tt.input)
				want(t, "stands before the choice", b.record(path, tt.slot).Text.Reveal(), "her neighbour")
				again := b.hidden()
				again.Set("_choice."+tt.input, choice)
				want(t, "choosing", b.post(b.at(action), again).Code, 303)
				want(t, "stands after it", b.record(path, tt.slot).Text.Reveal(), stands)
				if name == "step" {
					want(t, "what nobody contested", b.record(path, casework.Slot{Field: "step:SP-P.help/result"}).Code(), "done")
				}
			})
		}
	}
}

// Group and class are one question: both sides say both, and leaving theirs leaves both.
func TestStale_kindOfDevice(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	id := b.device(path, "bell", "other")
	page, action := path+"/devices/at/"+string(id), path+"/devices/correct/"+string(id)
	b.get(b.at(page))
	tab := b.hidden()
	b.submit(page, action, url.Values{"label": {"bell"}, "kind": {"iot_camera/doorbell"}})
	tab.Set("_submission", casework.NewID())
	tab.Set("label", "bell")
	tab.Set("kind", "iot_entry/smart_lock")
	b.post(b.at(action), tab)
	if n := strings.Count(b.page.Body.String(), `<section class="kh-card">`); n != 1 {
		t.Fatalf("%d contests, want one: %d", n, b.page.Code)
	}
	contains(t, "both sides", b.page.Body.String(), "Doorbell", "Door lock")
	again := b.hidden()
	again.Set("_choice.kind", "theirs")
	want(t, "choosing", b.post(b.at(action), again).Code, 303)
	want(t, "class", b.record(path, casework.Slot{Entity: id, Field: casework.FieldClass}).Code(), "doorbell")
	want(t, "group", b.record(path, casework.Slot{Entity: id, Field: casework.FieldGroup}).Code(), "iot_camera")
}

// A form sent into a lock comes back filled in on the pages with the most to lose.
func TestStale_keptForms(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	id := string(b.device(path, "bell", "iot_camera/doorbell"))
	for page, form := range map[string]struct {
		action string
		fields url.Values
		shows  string
	}{
		"/emergency":           {"/emergency", url.Values{"linea": {"her cousin"}}, `value="her cousin"`},
		"/plan/step/SP-P.help": {"/plan/step/SP-P.help", url.Values{"note": {"on Tuesday"}}, ">on Tuesday</textarea>"},
		"/devices/at/" + id:    {"/devices/correct/" + id, url.Values{"label": {"grey bell"}}, `value="grey bell"`},
		"/devices/add":         {"/devices/add", url.Values{"label": {"old phone"}}, `value="old phone"`},
		"/risk":                {"/risk/judge", url.Values{"lane": {"act_now"}, "reason": {"she said so"}}, ">she said so</textarea>"},
	} {
		sent := b.guard(path + page)
		for k, v := range form.fields {
			sent[k] = v
		}
		w.restart()
		want(t, page, b.post(b.at(path+form.action), sent).Header().Get("Location"), "/unlock?kept")
		b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
		contains(t, page, b.get(b.at(path+page)).Body.String(), form.shows, "We kept what you typed")
		w.vault.drafts = nil
	}
}

// Codes: what many steps wait for, the status of a finding and a judgement are never overwritten in
// silence either.
func TestStale_codes(t *testing.T) {
	for name, tt := range map[string]struct {
		page, action  string
		first, second url.Values
		choice        string
		field         casework.Field
	}{
		"ready": {
			page: "/plan", action: "/plan/ready", choice: "safe_device", field: casework.FieldSafeDevice,
			first:  url.Values{"safe_device": {"yes"}, "safe_camera": {"not_asked"}},
			second: url.Values{"safe_device": {"no"}, "safe_camera": {"not_asked"}},
		},
		"status": {
			page: "/findings", action: "/findings", choice: "status", field: "finding:F-11.2/status",
			first:  url.Values{"finding": {"F-11.2"}, "status": {"watching"}},
			second: url.Values{"finding": {"F-11.2"}, "status": {"resolved"}},
		},
		"judgement": {
			page: "/risk", action: "/risk/judge", choice: "lane", field: casework.FieldJudgement,
			first:  url.Values{"lane": {"review_today"}, "reason": {"one"}},
			second: url.Values{"lane": {"act_now"}, "reason": {"two"}},
		},
	} {
		b := newWorld(t).unlocked()
		path := b.agreed(b.sitting())
		b.submit(path+"/ask/11.2", path+"/ask/11.2", url.Values{"a.11.2": {"person_of_concern"}})
		send := func(extra ...url.Values) {
			b.get(b.at(path + tt.page))
			form := b.hidden()
			for _, e := range extra {
				maps.Copy(form, e)
			}
			b.post(b.at(path+tt.action), form)
		}
		b.get(b.at(path + tt.page))
		old := b.hidden()
		send(tt.first)
		slot := casework.Slot{Field: tt.field}
		stands := b.record(path, slot)
		send(old, url.Values{"_submission": {"the second tab"}}, tt.second)
		contains(t, name, b.page.Body.String(), "_choice."+tt.choice)
		want(t, name+": nothing is overwritten", b.record(path, slot).ID, stands.ID)
		again := b.hidden()
		b.post(b.at(path+tt.action), merged(again, url.Values{"_choice." + tt.choice: {"theirs"}}))
		want(t, name+": theirs stands", b.record(path, slot).ID, stands.ID)
		again.Set("_submission", "the choice")
		b.post(b.at(path+tt.action), merged(again, url.Values{"_choice." + tt.choice: {"mine"}}))
		if now := b.record(path, slot); now.ID == stands.ID {
			t.Errorf("%s: choosing one's own answer changed nothing", name)
		}
	}
}

func merged(a, b url.Values) url.Values {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// A device that was taken off the list is not erased and can be put back.
func TestDevices_putBack(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	id := string(b.device(path, "bell at the door", "iot_camera/doorbell"))
	b.submit(path+"/devices/at/"+id, path+"/devices/discard/"+id, url.Values{"reason": {"mistake"}})
	before, after, _ := strings.Cut(b.text(path+"/devices"), "Taken off the list")
	lacks(t, "the list", before, "bell at the door")
	contains(t, "what was taken off", after, "bell at the door")
	b.submit(path+"/devices", path+"/devices/keep/"+id, nil)
	text := b.text(path + "/devices")
	contains(t, "the list", text, "bell at the door")
	lacks(t, "the page", text, "Taken off the list")
}
