package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestFrame_first_run_to_home(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	want(t, "after first run", b.page.Header().Get("Location"), b.at("/recovery"))
	page := b.get(b.at("/recovery"))
	want(t, "recovery page", page.Code, http.StatusOK)
	if !strings.Contains(page.Body.String(), "CCCCC") {
		t.Error("the recovery page does not show the key")
	}
	form := b.guard("/recovery")
	form.Set("group", "wrong")
	if body := b.post(b.at("/recovery"), form).Body.String(); !strings.Contains(body, "govuk-error-summary") {
		t.Error("a wrong group is not refused")
	}
	form = b.guard("/recovery")
	form.Set("group", "ccccc")
	want(t, "right group", b.post(b.at("/recovery"), form).Header().Get("Location"), b.at("/home"))
	page = b.get(b.at("/home"))
	want(t, "home", page.Code, http.StatusOK)
	if !strings.Contains(page.Body.String(), "Start a session") {
		t.Error("home offers no session")
	}
}
