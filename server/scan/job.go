package scan

import (
	"context"
	"errors"
	"sync"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/imports"
	"keyholder/scanner/lan"
)

// Check makes one check of the network; the demonstration and tests put a canned one in its place.
type Check func(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error)

// NetworkCheck looks at the networks this computer is on.
func NetworkCheck(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error) {
	scope, err := lan.Prepare(choice)
	if err != nil {
		return nil, err
	}
	return scanner.Run(ctx, scope, lan.SourcesFor(scope), progress)
}

// scanJob is one check under way or done. It lives in memory only and ends with the process.
type scanJob struct {
	id      string
	within  string // the place it was started from
	network string // whose network it is
	mode    casework.ScanMode
	list    *imports.Result // set for a list that was read instead of a check
	ctx     context.Context
	cancel  context.CancelFunc

	mu     sync.Mutex
	last   scanner.Progress
	states map[scanner.SourceName]*scanner.Outcome
	report *scanner.Report
	err    error
}

// Jobs holds the checks of this process.
type Jobs struct {
	mu   sync.Mutex
	jobs map[string]*scanJob
	kept map[string]bool // checks of which the worker's choice is on record: a second click finds that
}

// NewJobs returns a process without a check.
func NewJobs() *Jobs {
	return &Jobs{jobs: map[string]*scanJob{}, kept: map[string]bool{}}
}

// claim takes the one place for a check under way, so that two never run at once, and says whether it
// was free. What was claimed has to be started or forgotten. The check ends with parent, which ends at
// lock.
func (j *Jobs) claim(parent context.Context, job *scanJob) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, other := range j.jobs {
		if !other.done() {
			return false
		}
	}
	job.id, job.states = casework.NewID(), map[scanner.SourceName]*scanner.Outcome{}
	job.ctx, job.cancel = context.WithCancel(parent)
	j.jobs[job.id] = job
	return true
}

// start begins a claimed check in the background. It ends by itself, because every check has a time
// limit. A fault in it ends as a check that could not be made, never as the end of the program.
func (j *Jobs) start(check Check, job *scanJob, choice lan.Choice) {
	choice.Mode, choice.Attestation = scanner.Mode(job.mode), attestation(job.network)
	go func() {
		defer job.cancel()
		report, err := checked(job.ctx, check, choice, job.progress)
		job.mu.Lock()
		defer job.mu.Unlock()
		job.report, job.err = report, err
	}()
}

// put adds what is done already: a list that was read.
func (j *Jobs) put(job *scanJob) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.jobs[job.id] = job
}

// errFault is what a fault of the program in a check ends as.
var errFault = errors.New("the check ended in a fault of the program")

func checked(
	ctx context.Context, check Check, choice lan.Choice, progress func(scanner.Progress),
) (report *scanner.Report, err error) {
	defer func() {
		if recover() != nil {
			report, err = nil, errFault
		}
	}()
	report, err = check(ctx, choice, progress)
	if report == nil && err == nil {
		err = errFault // else it would never be done
	}
	return report, err
}

// attestation maps the answer to "whose network is this?" to the words of the scanner.
func attestation(network string) scanner.Attestation {
	switch network {
	case casework.NetworkHome:
		return scanner.AttestOwnNetwork
	case casework.NetworkNewHome:
		return scanner.AttestNewHome
	case casework.NetworkAgency:
		return scanner.AttestShared
	}
	return scanner.AttestOtherPersons
}

func (job *scanJob) progress(p scanner.Progress) {
	job.mu.Lock()
	defer job.mu.Unlock()
	job.last = p
	if p.Source != "" {
		job.states[p.Source] = p.Outcome
	}
}

// find returns a check of a place.
func (j *Jobs) find(id, within string) (*scanJob, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job, ok := j.jobs[id]
	if !ok || job.within != within {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "error.scan.gone"}
	}
	return job, nil
}

// done reports whether the check has ended, well or not.
func (job *scanJob) done() bool {
	job.mu.Lock()
	defer job.mu.Unlock()
	return job.report != nil || job.err != nil
}

// forget drops the raw result once the worker has decided: nothing unconfirmed stays.
func (j *Jobs) forget(id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.jobs, id)
}

// settle forgets a check and remembers that it was kept.
func (j *Jobs) settle(id string) {
	j.forget(id)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept[id] = true
}

// settled reports whether a check was kept.
func (j *Jobs) settled(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.kept[id]
}

// drop gives up a claim of a check that is not going to start.
func (j *Jobs) drop(job *scanJob) {
	job.cancel()
	j.forget(job.id)
}

// ForgetIn calls off and drops all checks of a place.
func (j *Jobs) ForgetIn(within string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for id, job := range j.jobs {
		if job.within == within {
			job.cancel()
			delete(j.jobs, id)
		}
	}
}

// Count is how many checks are in memory.
func (j *Jobs) Count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.jobs)
}
