package server

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// cannedCheck is a check of a network that looks at nothing and finds a door lock.
func cannedCheck(c *Config) {
	c.Check = func(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
		start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		return &scanner.Report{
			Scope:   scanner.Scope{Mode: choice.Mode, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}},
			Started: start, Ended: start.Add(time.Second),
			Outcomes: map[scanner.SourceName]scanner.Outcome{
				scanner.SourceMDNS: scanner.Could(1), scanner.SourceSSDP: scanner.CouldNot(scanner.ReasonMulticastBlocked),
			},
			Devices: []scanner.Device{
				{
					MACs: []string{"54:ef:44:d0:0d:01"}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.7")},
					Names: []scanner.Name{{Value: "Front Door", From: scanner.SourceMDNS}},
					Facts: []scanner.Fact{{Kind: scanner.FactMDNS, Fields: map[string]string{
						"type": "_hap._tcp", "name": "Front Door", "txt.ci": "6",
					}}},
				},
				{
					MACs: []string{"02:00:00:00:00:01"}, PrivateMAC: true,
					Names: []scanner.Name{{Value: `<script>alert(1)</script>`, From: scanner.SourceMDNS}},
				},
			},
		}, nil
	}
}

// submit fetches a page, sends its guard with the given fields, and returns the address it leads to.
func (b *browser) submit(page, action string, fields url.Values) string {
	b.w.t.Helper()
	form := b.guard(page)
	for _, m := range regexp.MustCompile(`name="(h\.[^"]*)" value="([^"]*)"`).FindAllStringSubmatch(b.page.Body.String(), -1) {
		form.Set(strings.ReplaceAll(m[1], "&#34;", `"`), m[2])
	}
	for name, values := range fields {
		form[name] = values
	}
	return b.post(b.at(action), form).Header().Get("Location")
}

// sitting starts a session with a safe first answer and returns its path.
func (b *browser) sitting() string {
	b.w.t.Helper()
	to := b.submit("/session", "/session", url.Values{"s.00.1": {"yes"}})
	m := regexp.MustCompile(`/session/[0-9a-f]{32}`).FindString(to)
	if m == "" {
		b.w.t.Fatalf("starting a session led to %q", to)
	}
	return m
}

// agreed puts the session on record for the given purposes and returns the path of the case.
func (b *browser) agreed(sitting string, purposes ...string) string {
	b.w.t.Helper()
	fields := url.Values{"s.00.7": {"no"}}
	fields["a.00.7"] = append([]string{"record"}, purposes...)
	b.submit(sitting+"/first/3", sitting+"/first/3", fields)
	m := regexp.MustCompile(`/cases/[0-9a-f]{32}`).FindString(b.get(b.at("/home")).Body.String())
	if m == "" {
		b.w.t.Fatal("agreeing to a record opened no case")
	}
	return m
}

// text is the page as a person reads it, without white space runs.
func (b *browser) text(path string) string {
	b.w.t.Helper()
	rec := b.get(b.at(path))
	if rec.Code != 200 {
		b.w.t.Fatalf("page %s: status %d", path, rec.Code)
	}
	body := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(rec.Body.String(), " ")
	return strings.Join(strings.Fields(body), " ")
}

func contains(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s does not say %q", what, p)
		}
	}
}

func lacks(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(text, p) {
			t.Errorf("%s says %q", what, p)
		}
	}
}

// Nothing is written before the survivor agreed, and everything said before is written then.
func TestSitting_agreement(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	sitting := b.sitting()
	b.submit(sitting+"/first/2", sitting+"/first/2", url.Values{"s.00.5": {"no"}})
	if cases, _ := w.vault.record.Cases(t.Context()); len(cases) != 0 {
		t.Fatalf("%d cases before the agreement", len(cases))
	}
	b.submit(sitting+"/first/3", sitting+"/first/3", url.Values{"s.00.7": {"no"}, "a.00.7": {"scan"}})
	if cases, _ := w.vault.record.Cases(t.Context()); len(cases) != 0 {
		t.Fatal("agreeing to a check of the network, but to no record, wrote a case")
	}
	path := b.agreed(sitting)
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	heads, err := w.vault.record.Heads(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	found := map[casework.Field]casework.State{}
	for _, v := range heads {
		found[v.Slot.Field] = v.State
	}
	want(t, "safe to talk", found["q:00.1"], "yes")
	want(t, "agreement to a record", found["q:00.7/record"], "yes")
	want(t, "agreement to statistics", found["q:00.7/statistics"], "no")
}

// A session without record has the same pages and leaves nothing behind.
func TestSitting_withoutRecord(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	sitting := b.sitting()
	b.submit(sitting+"/summary", sitting+"/without", nil)
	for _, page := range []string{"", "/sections", "/sections/S12", "/ask/12.1", "/devices", "/devices/network", "/devices/print", "/scan", "/risk", "/findings", "/map", "/map/whatif", "/map/proposal", "/map/print", "/plan", "/plan/print/unmarked", "/emergency"} {
		contains(t, page, b.text(sitting+page), "")
	}
	contains(t, "the summary", b.text(sitting+"/summary"), "leaves no record")
	b.submit(sitting+"/end", sitting+"/end", nil)
	want(t, "after the end", b.get(b.at(sitting+"/summary")).Code, 404)
	if cases, _ := w.vault.record.Cases(t.Context()); len(cases) != 0 {
		t.Errorf("%d cases after a session without record", len(cases))
	}
}

// Unsafe to talk, or not knowing whether it is, stops the session (00.1).
func TestSitting_stops(t *testing.T) {
	for _, answer := range []string{"no", "dont_know", "declined"} {
		b := newWorld(t).unlocked()
		to := b.submit("/session", "/session", url.Values{"s.00.1": {answer}})
		if !strings.HasSuffix(to, "/stop") {
			t.Errorf("answer %s led to %s", answer, to)
		}
	}
}

// The summary is true wherever the session stops: what was not asked stands as not asked (B16).
func TestSummary_notAskedIsNotNo(t *testing.T) {
	b := newWorld(t).unlocked()
	sitting := b.sitting()
	b.submit(sitting+"/first/2", sitting+"/first/2", url.Values{"a.00.5": {"weapon_threat"}, "s.00.5": {"dont_know"}, "_then": {"stop"}})
	_, notAsked, ok := strings.Cut(b.text(sitting+"/summary"), "Not asked")
	if !ok {
		t.Fatal("the summary has no list of what was not asked")
	}
	contains(t, "the list of what was not asked", notAsked, "How do you live now?")
	text := b.text(sitting + "/findings")
	lacks(t, "the findings", strings.ToLower(text), "no risk", "all clear", "no concerns")
}

// Two tabs: a stale answer is never written over a newer one in silence, and both sides are shown.
func TestAnswering_conflict(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	first := b.guard(path + "/ask/01.3")
	head := regexp.MustCompile(`name="h\.01\.3" value="([^"]*)"`).FindStringSubmatch(b.page.Body.String())
	if head == nil {
		t.Fatal("the page does not carry the value that the worker saw")
	}
	second := b.guard(path + "/ask/01.3")
	first.Set("s.01.3", "yes")
	first.Set("h.01.3", head[1])
	want(t, "first tab", b.post(b.at(path+"/ask/01.3"), first).Code, 303)
	second.Set("s.01.3", "no")
	second.Set("h.01.3", head[1])
	rec := b.post(b.at(path+"/ask/01.3"), second)
	want(t, "second tab", rec.Header().Get("Location"), "")
	now := regexp.MustCompile(`name="h\.01\.3" value="([^"]+)"`).FindStringSubmatch(rec.Body.String())
	if now == nil {
		t.Fatal("the page with both sides does not carry what stands now")
	}
	contains(t, "the page with both sides", rec.Body.String(), "_choice.01.3", `name="s.01.3" value="no"`)
	for choice, answer := range map[string]string{"theirs": "yes", "mine": "no"} {
		form := b.guard(path + "/ask/01.3")
		form.Set("s.01.3", "no")
		form.Set("h.01.3", now[1])
		form.Set("_choice.01.3", choice)
		if choice == "mine" {
			defer func() {
				want(t, "choosing "+choice, b.post(b.at(path+"/ask/01.3"), form).Code, 303)
				want(t, "state after "+choice, b.state(path, "q:01.3"), answer)
			}()
			continue
		}
		want(t, "choosing "+choice, b.post(b.at(path+"/ask/01.3"), form).Code, 303)
		want(t, "state after "+choice, b.state(path, "q:01.3"), answer)
	}
}

// state is what stands in the record of a case.
func (b *browser) state(path string, field casework.Field) string {
	b.w.t.Helper()
	heads, err := b.w.vault.record.Heads(b.w.t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")))
	if err != nil {
		b.w.t.Fatal(err)
	}
	for _, v := range heads {
		if v.Slot.Field == field && v.Slot.Entity == "" {
			return string(v.State)
		}
	}
	return ""
}

// scan runs the canned check in a place and returns the path of its result.
func (b *browser) scan(place string, fields url.Values) string {
	b.w.t.Helper()
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"listen"}, "s.11.3": {"dont_know"}}
	for name, values := range fields {
		form[name] = values
	}
	to := b.submit(place+"/scan", place+"/scan", form)
	m := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(to)
	if m == "" {
		b.w.t.Fatalf("starting a check led to %q: %d", to, b.page.Code)
	}
	for range 200 {
		if strings.Contains(b.get(b.at(place+m)).Body.String(), "How far each way of looking got") {
			return place + m
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.w.t.Fatal("the check did not end")
	return ""
}

// Only confirmed devices are kept, and the network fills in neither owner nor access (PRACTICE 2.4).
func TestScan_keepsWhatIsConfirmed(t *testing.T) {
	w := newWorld(t, cannedCheck)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	result := b.scan(path, nil)
	lacks(t, "the result", b.page.Body.String(), "<script>alert")
	contains(t, "the result", b.text(result), "Door lock", "could not look", "What no check of a network can see")
	to := b.submit(result, result+"/keep", url.Values{"keep.1": {"yes"}, "label.1": {"lock at the front"}, "keep.2": {"no"}})
	if !strings.HasSuffix(to, "/devices") {
		t.Fatalf("keeping led to %q", to)
	}
	text := b.text(path + "/devices")
	contains(t, "the devices", text, "lock at the front", "not asked")
	lacks(t, "the devices", text, "alert(1)")
	for _, field := range []casework.Field{"bought_by", "set_up_by", "account_holder", "bill_payer", "daily_user"} {
		heads, _ := w.vault.record.Heads(t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")))
		for _, v := range heads {
			if v.Slot.Field == field {
				t.Errorf("the check filled in %s", field)
			}
		}
	}
	want(t, "the raw result afterwards", b.get(b.at(result)).Code, 404)
}

// Who only listened is told that silent devices are missing; who asked is not.
func TestScan_blindSpots(t *testing.T) {
	b := newWorld(t, cannedCheck).unlocked()
	path := b.agreed(b.sitting())
	silent := b.w.server.Texts.T("scan.blind.silent")
	contains(t, "after listening", b.text(b.scan(path, nil)), silent)
	lacks(t, "after asking", b.text(b.scan(path, url.Values{"mode": {"quiet"}})), silent)
}

// A check needs to know whose network it is and that somebody agreed; a clinic's network saves nothing.
func TestScan_asksFirst(t *testing.T) {
	b := newWorld(t, cannedCheck).unlocked()
	path := b.agreed(b.sitting())
	for name, fields := range map[string]url.Values{
		"no network": {"agreed": {"yes"}, "mode": {"listen"}}, "no agreement": {"network": {"home"}, "mode": {"listen"}},
		"no mode":          {"network": {"home"}, "agreed": {"yes"}},
		"asking in theirs": {"network": {"theirs"}, "agreed": {"yes"}, "mode": {"quiet"}},
	} {
		want(t, name, b.submit(path+"/scan", path+"/scan", fields), "")
		contains(t, name, b.page.Body.String(), "govuk-error-summary")
	}
	result := b.scan(path, url.Values{"network": {"agency"}})
	lacks(t, "the result in a clinic", b.page.Body.String(), `name="keep.1"`)
	b.submit(result, result+"/keep", url.Values{"keep.1": {"yes"}})
	want(t, "keeping from a clinic", b.page.Code, 403)
}

// Listening is the default while living together or while nobody knows what the router does (6.3).
func TestScan_defaultMode(t *testing.T) {
	b := newWorld(t, cannedCheck).unlocked()
	path := b.agreed(b.sitting())
	chosen := func() string {
		m := regexp.MustCompile(`name="mode" type="radio" value="(\w+)" checked`).FindStringSubmatch(b.get(b.at(path + "/scan")).Body.String())
		if m == nil {
			t.Fatal("no mode is offered first")
		}
		return m[1]
	}
	want(t, "nothing known", chosen(), "listen")
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"apart"}})
	want(t, "apart, router not known", chosen(), "listen")
	b.submit(path+"/ask/11.3", path+"/ask/11.3", url.Values{"s.11.3": {"no"}})
	want(t, "apart, router tells nobody", chosen(), "quiet")
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"together"}})
	want(t, "together", chosen(), "listen")
}

// The plan shows no instruction of a step that is held back, and the unmarked sheet betrays nothing.
func TestPlan_heldBackInWordsOnly(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"together"}})
	b.submit(path+"/ask/11.2", path+"/ask/11.2", url.Values{"a.11.2": {"person_of_concern"}})
	plan := b.file(path).SafetyPlan()
	if len(plan.NotYet) == 0 {
		t.Fatal("nothing is held back while living together")
	}
	pages := b.text(path+"/plan") + b.text(path+"/plan/print/worker") + b.text(path+"/plan/print/survivor")
	for _, step := range plan.NotYet {
		lacks(t, "the plan", pages, w.server.Content.Action(step.ID).Worker, w.server.Content.Action(step.ID).Survivor)
		contains(t, "the plan", pages, step.NotYet.What)
	}
	for _, step := range plan.Protect {
		contains(t, "the plan", pages, step.Action.Worker)
	}
	sheet := b.text(path + "/plan/print/unmarked")
	lacks(t, "the unmarked sheet", strings.ToLower(sheet), "keyholder", "abuse", "kh-", "survivor", "risk", "safety plan", "police")
}

// Figures: small counts are hidden, what was published is frozen, and asking again gives the same bytes.
func TestStatistics_publishFreezes(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	quarter := periodKey(periods(statsMonth(w.now))[0])
	form := url.Values{"period": {quarter}, "table": {"ta_any", "ta_iot_home"}}
	want(t, "mostly hidden", b.submit("/statistics", "/statistics", form), "")
	contains(t, "the refusal", b.page.Body.String(), "More of the table would be hidden")
	form.Set("hidden", "yes")
	to := b.submit("/statistics", "/statistics", form)
	preview := regexp.MustCompile(`/statistics/preview/\w+`).FindString(to)
	if preview == "" {
		t.Fatalf("preparing led to %q, status %d", to, b.page.Code)
	}
	shown := b.text(preview)
	contains(t, "the preview", shown, "[c]")
	b.submit(preview, preview, nil)
	file := "/statistics/file/" + quarter + "/csv"
	first := b.get(b.at(file)).Body.String()
	contains(t, "the file", first, "[c]")
	want(t, "the name of the file", b.page.Header().Get("Content-Disposition"), `attachment; filename="table.csv"`)
	if to := b.submit("/statistics", "/statistics", form); !strings.HasSuffix(to, "/statistics/released/"+quarter) {
		t.Errorf("asking again led to %q", to)
	}
	want(t, "the file again", b.get(b.at(file)).Body.String(), first)
	want(t, "an unknown period", b.submit("/statistics", "/statistics", url.Values{"period": {"quarter-1"}}), "")
}

// Every page of a case and of a session answers, and none shows more than it should outside.
func TestPlaces_allPages(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	for _, page := range []string{
		"", "/sections", "/sections/S00", "/ask/00.4", "/ask/12.1", "/history/00.1", "/devices", "/devices/network", "/devices/print", "/devices/add", "/scan",
		"/risk", "/findings", "/map", "/map/whatif", "/map/proposal", "/map/print", "/plan", "/plan/step/SP-P.help", "/plan/print/worker", "/plan/print/survivor?size=large", "/emergency",
		"/talk", "/safe", "/pattern", "/household", "/stop", "/sections/S21",
	} {
		rec := b.get(b.at(path + page))
		want(t, page, rec.Code, 200)
		title := regexp.MustCompile(`<title>([^<]*)</title>`).FindStringSubmatch(rec.Body.String())
		if title == nil || regexp.MustCompile(`(?i)abuse|survivor|victim|risk|danger|KH-`).MatchString(title[1]) {
			t.Errorf("page %s has the title %q", page, title)
		}
	}
	for _, page := range []string{"/sections/S99", "/sections/S98", "/ask/99.1", "/ask/matrix", "/history/zz", "/plan/step/none", "/plan/print/other", "/devices/at/none"} {
		want(t, page, b.get(b.at(path+page)).Code, 404)
	}
	want(t, "a case that is not there", b.get(b.at("/cases/"+fmt.Sprintf("%032d", 1))).Code, 404)
}

// Danger today leads to the emergency page, and to nothing else.
func TestSummary_dangerComesFirst(t *testing.T) {
	b := newWorld(t).unlocked()
	sitting := b.sitting()
	b.submit(sitting+"/first/2", sitting+"/first/2", url.Values{"a.00.5": {"weapon_threat"}, "s.00.5": {"no"}, "_then": {"stop"}})
	_, next, ok := strings.Cut(b.text(sitting+"/summary"), "What next")
	if !ok {
		t.Fatal("the summary does not say what next")
	}
	contains(t, "what next", next[:80], "emergency procedure")
}

// What nobody asked is offered to be asked, never to be changed, whatever kind of question it is.
func TestSection_notAskedIsAsked(t *testing.T) {
	b := newWorld(t).unlocked()
	sitting := b.sitting()
	for _, section := range []string{"S07", "S12"} {
		lacks(t, section, b.text(sitting+"/sections/"+section), b.w.server.Texts.T("checklist.section.change"))
	}
	b.submit(sitting+"/ask/07.6", sitting+"/ask/07.6", url.Values{"s.07.6": {"dont_know"}})
	contains(t, "after an answer", b.text(sitting+"/sections/S07"), b.w.server.Texts.T("checklist.section.change"), "know")
}
