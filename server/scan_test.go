package server

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// slowCheck has looked at one source, looks at another, and ends only when it is stopped.
func slowCheck(said chan<- struct{}) func(*Config) {
	return func(c *Config) {
		c.Check = func(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error) {
			could := scanner.CouldNot(scanner.ReasonMulticastBlocked)
			progress(scanner.Progress{Source: scanner.SourceMDNS, Outcome: &could, Seen: 3})
			progress(scanner.Progress{Source: scanner.SourceNeighbour, Seen: 3})
			close(said)
			<-ctx.Done()
			return &scanner.Report{Scope: scanner.Scope{Mode: choice.Mode}, Stopped: true}, nil
		}
	}
}

// A check under way says how far each way of looking is, runs once, and ends when it is cancelled.
func TestScan_progressAndCancel(t *testing.T) {
	said := make(chan struct{})
	b := newWorld(t, slowCheck(said)).unlocked()
	path := b.agreed(b.sitting())
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"listen"}, "s.11.3": {"dont_know"}}
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(path+"/scan", path+"/scan", form))
	<-said
	texts := b.w.server.Texts
	contains(t, "under way", b.text(path+job), texts.T("scan.source.mdns"), texts.T("scan.state.could_not_look"),
		texts.T("scan.reason.multicast_blocked"), texts.T("scan.source.neighbour"), texts.T("scan.state.looking"))
	want(t, "asks again", b.page.Header().Get("Refresh"), "2")
	want(t, "a second check goes on", b.submit(path+"/scan", path+"/scan", form), "")
	contains(t, "a second check", b.page.Body.String(), texts.T("scan.error.busy"))
	want(t, "from another place", b.get(b.at(b.sitting()+job)).Code, 404)
	b.submit(path+job, path+job+"/cancel", nil)
	for range 200 {
		if b.get(b.at(path+job)).Header().Get("Refresh") == "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the check goes on after it was cancelled")
}

// A check that could not be made says why and what to do, and never that nothing is there.
func TestScan_failures(t *testing.T) {
	for key, err := range map[string]error{
		"scan.failed.no_network": scanner.ErrNoNetwork, "scan.failed.not_private": scanner.ErrNotPrivate,
		"scan.failed.other": errors.New("reading something"),
	} {
		b := newWorld(t, func(c *Config) {
			c.Check = func(context.Context, lan.Choice, func(scanner.Progress)) (*scanner.Report, error) { return nil, err }
		}).unlocked()
		path := b.agreed(b.sitting())
		form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"listen"}, "s.11.3": {"dont_know"}}
		job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(path+"/scan", path+"/scan", form))
		text := ""
		for range 200 {
			if text = b.text(path + job); b.page.Header().Get("Refresh") == "" {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		contains(t, key, text, b.w.server.Texts.T(key))
		lacks(t, key, text, "reading something", "No devices")
	}
}
