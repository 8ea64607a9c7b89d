package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// killDir names the data folder for the child of the kill test, which is this test program again.
const killDir = "KEYHOLDER_TEST_KILL_DIR"

// killMarker is in every text that the child writes.
const killMarker = "MARKER-killed-while-writing"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes answers with two writers and three readers, and names each answer on
// standard output once it was acknowledged. It returns only when something fails.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	v, err := vault.Unlock(ctx, dir, []byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, v, nil)
	if err != nil {
		return err
	}
	cases, err := s.Cases(ctx)
	if err != nil {
		return err
	}
	id := cases[0].ID
	failed := make(chan error)
	for range 2 {
		go func() {
			for {
				field := "q:" + casework.NewID()
				if err := s.Apply(ctx, id, pair(field)); err != nil {
					failed <- err
					return
				}
				fmt.Println(field) // one write: a line is never cut
			}
		}()
	}
	for range 3 {
		go func() {
			for {
				if _, err := s.Heads(ctx, id); err != nil {
					failed <- err
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}()
	}
	return <-failed
}

// pair is a change of two values, of which never one alone may stand.
func pair(field string) casework.Change {
	c := casework.Change{Submission: casework.NewID(), By: casetest.Worker, At: casetest.At(1), Verb: casework.VerbAnswer}
	for _, part := range []string{"", "/note"} {
		c.Values = append(c.Values, casework.Value{
			Slot: casework.Slot{Field: casework.Field(field + part)}, State: checklist.Yes,
			Text: personal.New(strings.Repeat(killMarker, 20)), Basis: casework.SurvivorSaid,
		})
	}
	return c
}

// The writing process is killed, again and again: the vault opens, is sound, holds every answer that
// was acknowledged and no half of a change, and its bytes show no text.
func TestStore_killedWhileWriting(t *testing.T) {
	kills := 50
	if os.Getenv("KEYHOLDER_LONG") != "" {
		kills = 200
	}
	if testing.Short() {
		kills = 5
	}
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[casework.Field]bool{}
	for kill := range kills {
		fields := killOnce(t, v.Dir(), time.Duration(20+kill*7%90)*time.Millisecond)
		for _, f := range fields {
			acknowledged[casework.Field(f)] = true
		}
		if marked := filesWith(t, v.Dir(), killMarker); len(marked) > 0 {
			t.Fatalf("kill %d: text in %v", kill, marked)
		}
		checkAfterKill(t, v.Dir(), id, acknowledged)
		if t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
	t.Logf("%d kills, %d acknowledged answers", kills, len(acknowledged))
	if len(acknowledged) < kills {
		t.Errorf("only %d answers were acknowledged in %d rounds: the test proves little", len(acknowledged), kills)
	}
}

// killOnce runs the child, kills it some time after its first answer, and returns what it named.
func killOnce(t *testing.T, dir string, after time.Duration) (fields []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), killDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	child.Stderr = &complaint
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if fields = append(fields, lines.Text()); len(fields) == 1 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the child ended by itself: %v, %s", err, complaint.String())
	}
	return fields
}

func checkAfterKill(t *testing.T, dir string, id casework.CaseID, acknowledged map[casework.Field]bool) {
	t.Helper()
	v, err := vault.Unlock(t.Context(), dir, []byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		t.Fatalf("unlocking after a kill: %v", err)
	}
	defer func() {
		if err := v.Close(context.Background()); err != nil {
			t.Errorf("closing after a kill: %v", err)
		}
	}()
	if err := v.Integrity(t.Context()); err != nil {
		t.Errorf("integrity after a kill: %v", err)
	}
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatalf("opening the store after a kill: %v", err)
	}
	heads, err := s.Heads(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	there := map[casework.Field]bool{}
	for _, h := range heads {
		there[h.Slot.Field] = true
	}
	for f := range acknowledged {
		if !there[f] {
			t.Errorf("the acknowledged answer %s is lost", f)
		}
	}
	for f := range there {
		if !strings.HasSuffix(string(f), "/note") && !there[f+"/note"] {
			t.Errorf("only half of the change %s stands", f)
		}
	}
	if verdict, err := s.VerifyAudit(t.Context()); err != nil || verdict.Fault != store.AuditSound {
		t.Errorf("the audit reads %+v (%v)", verdict, err)
	}
}

// filesWith returns the files below dir whose bytes hold text.
func filesWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
