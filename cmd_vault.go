package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/store"
	"keyholder/casework/vault"
	"keyholder/server/launch"
)

const vaultUsage = `Usage: keyholder vault <check|passphrase|backup|restore> [flags]

  check                  read every page, the audit and every evidence file, and say what is wrong
  passphrase             change the passphrase (-generate draws one; -recovery replaces the recovery key)
  backup -to FOLDER      write an encrypted backup that the recovery key opens
  restore -from FILE     unpack a backup into an empty data folder, with the recovery key

Flags:
  -data FOLDER           the data folder (default: the system's own place for application data)
  -worker ID             passphrase: whose, when the recovery key opened it and several people have one
  -recipient AGE1KEY     backup: a further age recipient that can open it, such as the organisation's
  -allow-synced          restore: accept a folder that a cloud service copies

Passphrases are asked for without showing them. Without a terminal they are read from standard
input, one on each line; never from arguments. Keyholder must not be running with the same folder.
Exit status: 0 done, 1 it did not work, 2 wrong use.
`

func vaultCommand() command {
	return command{name: "vault", summary: "check, back up and restore the encrypted cases", run: runVault}
}

// vaultJob is one call of keyholder vault.
type vaultJob struct {
	console
	secrets    *secrets
	opt        vault.Options
	data       string
	to, from   string
	worker     string
	recipients []string
	generate   bool
	recovery   bool
}

func runVault(ctx context.Context, args []string, c console) int {
	return runVaultWith(ctx, args, c, vault.Options{})
}

func runVaultWith(ctx context.Context, args []string, c console, opt vault.Options) int {
	jobs := map[string]func(*vaultJob, context.Context) error{
		"check": (*vaultJob).check, "passphrase": (*vaultJob).passphrase,
		"backup": (*vaultJob).backup, "restore": (*vaultJob).restore,
	}
	if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		fmt.Fprint(c.out, vaultUsage)
		return 0
	}
	if len(args) == 0 || jobs[args[0]] == nil {
		fmt.Fprint(c.err, "keyholder vault: say what to do: check, passphrase, backup or restore.\n\n", vaultUsage)
		return 2
	}
	j := &vaultJob{console: c, secrets: newSecrets(c), opt: opt}
	err := j.parse(args[0], args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.out, vaultUsage)
		return 0
	}
	if err != nil {
		fmt.Fprintf(c.err, "keyholder vault %s: %v\n\n%s", args[0], err, vaultUsage)
		return 2
	}
	vault.PrivateFiles()
	defer j.secrets.close()
	if err := jobs[args[0]](j, ctx); err != nil {
		fmt.Fprintln(c.err, "keyholder: "+vaultErrorText(err))
		return 1
	}
	return 0
}

// vaultErrorText adds to the text of an error what only the error knows.
func vaultErrorText(err error) string {
	if errors.Is(err, context.Canceled) {
		return "stopped before it was done."
	}
	text := errorText(err)
	var typo *vault.RecoveryTypo
	if errors.As(err, &typo) && typo.Group > 0 {
		text += fmt.Sprintf(" Above all group %d.", typo.Group)
	}
	return text
}

// parse reads the flags that belong to one job.
func (j *vaultJob) parse(job string, args []string) error {
	flags := flag.NewFlagSet("vault "+job, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&j.data, "data", "", "")
	switch job {
	case "passphrase":
		flags.BoolVar(&j.generate, "generate", false, "")
		flags.BoolVar(&j.recovery, "recovery", false, "")
		flags.StringVar(&j.worker, "worker", "", "")
	case "backup":
		flags.StringVar(&j.to, "to", "", "")
		flags.Func("recipient", "", func(r string) error { j.recipients = append(j.recipients, r); return nil })
	case "restore":
		flags.StringVar(&j.from, "from", "", "")
		flags.BoolVar(&j.opt.AllowSynced, "allow-synced", false, "")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return errors.New("takes flags only; a passphrase is asked for and never an argument")
	}
	return j.complete(job)
}

// complete checks that nothing is missing and fills in the usual data folder.
func (j *vaultJob) complete(job string) (err error) {
	switch {
	case job == "backup" && j.to == "":
		return errors.New("-to FOLDER is missing: where shall the backup go?")
	case job == "restore" && j.from == "":
		return errors.New("-from FILE is missing: which backup?")
	case j.data == "":
		j.data, err = vault.DefaultFolder()
	}
	if err != nil {
		return err
	}
	return refuseFile(j.data)
}

// open asks for the passphrase and opens vault and store, with the instance lock held.
func (j *vaultJob) open(ctx context.Context) (*vault.Vault, *store.Store, func(), error) {
	if there, err := vault.Exists(j.data); err != nil || !there {
		if err == nil {
			err = vault.ErrNoVault
		}
		return nil, nil, nil, err
	}
	release, err := launch.Hold(j.data)
	if err != nil {
		return nil, nil, nil, err
	}
	secret, err := j.secrets.ask(ctx, "Passphrase or recovery key")
	if err != nil {
		release()
		return nil, nil, nil, err
	}
	v, err := vault.Unlock(ctx, j.data, []byte(secret), j.opt)
	if err != nil {
		release()
		return nil, nil, nil, err
	}
	done := func() {
		if err := v.Close(context.WithoutCancel(ctx)); err != nil {
			fmt.Fprintln(j.err, "keyholder: closing the vault: "+vaultErrorText(err))
		}
		release()
	}
	s, err := store.Open(ctx, v, nil)
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	if v.Repaired() {
		fmt.Fprintln(j.out, "The small file that holds the keys was damaged. It has been repaired from its copy; nothing was lost.")
	}
	return v, s, done, nil
}

// errFaults is what check ends with when it found something; the findings are printed already.
var errFaults = errors.New("something is wrong: see above. Do not delete anything; restore a backup into another folder and compare")

func (j *vaultJob) check(ctx context.Context) error {
	v, s, done, err := j.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	faults := 0
	if err := v.Integrity(ctx); err != nil {
		faults++
		fmt.Fprintln(j.out, "Database:  "+vaultErrorText(err))
	} else {
		fmt.Fprintln(j.out, "Database:  every page is what was written.")
	}
	verdict, err := s.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	if verdict.Fault != store.AuditSound {
		faults++
		fmt.Fprintf(j.out, "Audit:     entry %d does not fit the chain (%s).\n", verdict.At, verdict.Fault)
	} else {
		fmt.Fprintf(j.out, "Audit:     %d entries form one chain. Head: %.16s\n", verdict.Entries, verdict.Head)
	}
	damaged, err := j.checkEvidence(ctx, v)
	if err != nil {
		return err
	}
	if err := j.describe(ctx, v); err != nil {
		return err
	}
	if faults+damaged > 0 {
		return errFaults
	}
	return nil
}

// checkEvidence compares every evidence file with its hash and returns how many do not fit.
func (j *vaultJob) checkEvidence(ctx context.Context, v *vault.Vault) (damaged int, err error) {
	files, err := v.EvidenceFiles(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		r, err := v.OpenEvidence(ctx, f.ID)
		switch {
		case errors.Is(err, vault.ErrEvidenceDamaged):
			damaged++
			fmt.Fprintf(j.out, "Evidence:  file %s is missing or damaged.\n", f.ID)
		case err != nil:
			return damaged, err
		default:
			_ = r.Close()
		}
	}
	fmt.Fprintf(j.out, "Evidence:  %d of %d files are what was put in.\n", len(files)-damaged, len(files))
	return damaged, nil
}

// describe prints who can open the vault, its backups and the fingerprint to compare.
func (j *vaultJob) describe(ctx context.Context, v *vault.Vault) error {
	kinds := map[vault.SlotKind]int{}
	for _, s := range v.Slots() {
		kinds[s.Kind]++
	}
	fmt.Fprintf(j.out, "Opens by:  %d passphrase(s), %d recovery key(s).\n", kinds[vault.SlotPassphrase], kinds[vault.SlotRecovery])
	print, err := v.Fingerprint(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(j.out, "Signs as:  %s (write it beside the recovery key)\n", print)
	backups, err := v.Backups(ctx)
	if err != nil {
		return err
	}
	for _, b := range backups {
		state := "kept"
		if b.Expired {
			state = "expired: delete it, or make a new backup, which does"
		}
		if !b.Here {
			state += "; not within reach now"
		}
		fmt.Fprintf(j.out, "Backup:    %s, %s, %s\n", b.Made.Format("2006-01-02"), b.Path, state)
	}
	return nil
}

func (j *vaultJob) passphrase(ctx context.Context) error {
	v, s, done, err := j.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	if j.recovery {
		recovery, err := v.ReplaceRecoveryKey()
		if err != nil {
			return err
		}
		fmt.Fprintf(j.out, "The new recovery key. Write it down now; it is kept nowhere:\n\n  %s\n\n"+
			"The old one opens nothing any more but the backups made with it.\n", recovery)
		return j.audit(ctx, v, s, casework.VerbPassphrase)
	}
	worker, err := j.whose(v)
	if err != nil {
		return err
	}
	chosen, err := j.choose(ctx)
	if err != nil {
		return err
	}
	if err := v.ChangePassphrase(worker, []byte(chosen)); err != nil {
		return err
	}
	fmt.Fprintln(j.out, "The passphrase is changed. If somebody else may know the old one, their copies of these files still open with it.")
	return j.audit(ctx, v, s, casework.VerbPassphrase)
}

// whose returns the worker whose passphrase is to be changed.
func (j *vaultJob) whose(v *vault.Vault) (string, error) {
	if v.Worker() != "" && j.worker == "" {
		return v.Worker(), nil
	}
	var workers []string
	for _, s := range v.Slots() {
		if s.Kind == vault.SlotPassphrase {
			workers = append(workers, s.Worker)
		}
	}
	switch {
	case slices.Contains(workers, j.worker):
		return j.worker, nil
	case j.worker == "" && len(workers) == 1:
		return workers[0], nil
	}
	return "", errors.New("say whose passphrase with -worker, one of: " + strings.Join(workers, ", "))
}

// choose asks for a new passphrase, or draws one.
func (j *vaultJob) choose(ctx context.Context) (string, error) {
	if j.generate {
		phrase := vault.GeneratePhrase()
		fmt.Fprintf(j.out, "The new passphrase, drawn by chance (%.0f bits):\n\n  %s\n\n", vault.PhraseBits(), phrase)
		return phrase, nil
	}
	return j.secrets.askTwice(ctx, "New passphrase, at least 12 characters")
}

func (j *vaultJob) backup(ctx context.Context) error {
	v, s, done, err := j.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	path, err := v.Backup(ctx, j.to, j.recipients...)
	if err != nil {
		return err
	}
	print, err := v.Fingerprint(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(j.out, "Backup:    %s\nSigned by: %s\nThe recovery key opens it; docs/backup.md says how, also without Keyholder.\n"+
		"It expires after %d days.\n", path, print, int(vault.BackupLife/(24*time.Hour)))
	return j.audit(ctx, v, s, casework.VerbBackup)
}

// audit writes the entry of an act that is done.
func (j *vaultJob) audit(ctx context.Context, v *vault.Vault, s *store.Store, verb casework.Verb) error {
	return s.Audit(ctx, casework.AuditEntry{Verb: verb, By: casework.WorkerID(v.Worker()), At: time.Now()})
}

func (j *vaultJob) restore(ctx context.Context) error {
	if err := vault.PrepareFolder(j.data, j.opt.AllowSynced); err != nil {
		return err
	}
	release, err := launch.Hold(j.data)
	if err != nil {
		return err
	}
	defer release()
	recovery, err := j.secrets.ask(ctx, "Recovery key")
	if err != nil {
		return err
	}
	got, err := vault.Restore(ctx, j.from, j.data, recovery, j.opt)
	if err != nil {
		return err
	}
	fmt.Fprintf(j.out, "Restored %d files of %s into %s.\nSigned by: %s\nCompare this with the paper: if it differs, somebody else made this backup.\n"+
		"Start Keyholder and unlock with the recovery key or a passphrase of that day.\n",
		got.Files, got.Made.Local().Format("2006-01-02 15:04"), j.data, got.Fingerprint)
	return nil
}
