package scanner

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// grace is how long a source may take to notice that time is up before it is given up.
const grace = 400 * time.Millisecond

// Progress is what a page can show while a check runs.
type Progress struct {
	Source  SourceName // the source that has just started or ended; empty for a mere count
	Outcome *Outcome   // set when the source has ended
	Seen    int        // addresses seen so far
	Elapsed time.Duration
	Budget  time.Duration
}

// Report is the result of a check.
type Report struct {
	Scope    Scope
	Devices  []Device // at most MaximumListed
	Further  int      // devices that were noticed but are not listed, because there were too many
	Outcomes map[SourceName]Outcome
	Started  time.Time
	Ended    time.Time
	// Stopped says that the check was stopped before its time; what it found until then is listed.
	Stopped bool
}

// Run makes one check. It ends, whatever the sources do, shortly after the scope's budget or after
// ctx ends, and then no source can add to the report any more. It fails only for a scope that must
// not be used; sources that could not look say so in Report.Outcomes.
//
// progress may be nil; it is called one call at a time and must not block.
func Run(ctx context.Context, scope Scope, sources []Source, progress func(Progress)) (*Report, error) {
	if err := scope.Validate(); err != nil {
		return nil, err
	}
	r := newRun(scope, progress)
	if ctx.Err() != nil { // stopped before it began: no source may send even its first question
		return r.close(true, sources), nil
	}
	budget := scope.EffectiveBudget()
	inTime, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	done := r.start(inTime, sources)
	select {
	case <-done:
	case <-inTime.Done():
		select {
		case <-done:
		case <-time.After(grace):
		}
	}
	return r.close(ctx.Err() != nil, sources), nil
}

// run is the state of one check.
type run struct {
	scope    Scope
	started  time.Time
	progress func(Progress)

	mu       sync.Mutex
	closed   bool
	found    *collector
	outcomes map[SourceName]Outcome
	queues   []*queue
}

func newRun(scope Scope, progress func(Progress)) *run {
	if progress == nil {
		progress = func(Progress) {}
	}
	return &run{
		scope: scope, progress: progress, started: time.Now(),
		found: newCollector(), outcomes: map[SourceName]Outcome{},
	}
}

// start starts every source and returns a channel that closes when all have ended. A follower is told
// that no more addresses come once the others have ended, and the followers that stand before it: one
// that finds addresses itself has to stand before one that only asks about them.
func (r *run) start(ctx context.Context, sources []Source) <-chan struct{} {
	type following struct {
		queue *queue
		ended chan struct{}
	}
	var leaders sync.WaitGroup
	var followers []following
	var starts []func()
	for _, s := range sources {
		f, ok := s.(Follower)
		if !ok {
			starts = append(starts, func() {
				leaders.Go(func() { r.one(ctx, s.Name(), func() Outcome { return s.Observe(ctx, r.scope, r.emit) }) })
			})
			continue
		}
		q := following{newQueue(), make(chan struct{})}
		followers, r.queues = append(followers, q), append(r.queues, q.queue)
		starts = append(starts, func() {
			go q.queue.feed(ctx)
			go func() {
				defer close(q.ended)
				r.one(ctx, s.Name(), func() Outcome { return f.Follow(ctx, r.scope, q.queue.out, r.emit) })
			}()
		})
	}
	for _, start := range starts { // now that every queue exists, so that none misses an address
		start()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		leaders.Wait()
		for _, f := range followers {
			f.queue.close()
			<-f.ended
		}
	}()
	return done
}

// one runs a source and records what it says about itself.
func (r *run) one(ctx context.Context, name SourceName, look func() Outcome) {
	r.report(name, nil)
	o := safely(look)
	o = r.cut(ctx.Err(), o)
	r.mu.Lock()
	if !r.closed {
		r.outcomes[name] = o
	}
	r.mu.Unlock()
	r.report(name, &o)
}

// cut says of a source that looked, but ended only because the check did, that it may have missed
// something: "looked and found nothing" would claim too much. ended is nil while the check still runs.
// Who only listens always listens to the end, and says so already.
func (r *run) cut(ended error, o Outcome) Outcome {
	if ended == nil || o.State == CouldNotLook {
		return o
	}
	why := ReasonFor(ended)
	if why == ReasonTimedOut && !r.scope.Mode.Asks() || slices.Contains(o.Limits, why) {
		return o
	}
	o.Limits = append(slices.Clone(o.Limits), why)
	return o
}

// safely runs a source. A fault in it, such as one that a hostile packet provokes, ends as a source
// that could not look and never ends the program.
func safely(look func() Outcome) (o Outcome) {
	defer func() {
		if recover() != nil {
			o = CouldNot(ReasonSourceFailed)
		}
	}()
	return look()
}

func (r *run) report(name SourceName, o *Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.progress(Progress{
		Source: name, Outcome: o, Seen: r.found.addresses,
		Elapsed: time.Since(r.started), Budget: r.scope.EffectiveBudget(),
	})
}

// emit takes a sighting in and tells the followers about new addresses.
func (r *run) emit(s Sighting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	fresh := r.found.add(s)
	for _, a := range fresh {
		for _, q := range r.queues {
			q.add(a)
		}
	}
	if len(fresh) > 0 && r.found.addresses <= mostAddresses {
		r.progress(Progress{
			Seen: r.found.addresses, Elapsed: time.Since(r.started), Budget: r.scope.EffectiveBudget(),
		})
	}
}

// close ends the check: later sightings and outcomes are ignored.
func (r *run) close(cancelled bool, sources []Source) *Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, s := range sources {
		if _, ended := r.outcomes[s.Name()]; ended {
			continue
		}
		r.outcomes[s.Name()] = CouldNot(ReasonTimedOut)
		if cancelled {
			r.outcomes[s.Name()] = CouldNot(ReasonCancelled)
		}
	}
	listed, further := r.found.devices(MaximumListed)
	suspectBlocked(r.outcomes, len(listed))
	return &Report{
		Scope: r.scope, Devices: listed, Further: further, Outcomes: r.outcomes,
		Started: r.started, Ended: time.Now(), Stopped: cancelled,
	}
}

// manyNeighbours is how many devices make it strange that not one answers a question to all.
const manyNeighbours = 6

// suspectBlocked adds to the outcomes that questions to all devices may have been blocked: there are
// many devices, and not one was heard in any of the protocols that almost every home speaks.
func suspectBlocked(outcomes map[SourceName]Outcome, devices int) {
	asked := []SourceName{SourceMDNS, SourceSSDP, SourceWSD}
	for _, name := range asked {
		if outcomes[name].State != LookedNothing || devices < manyNeighbours {
			return
		}
	}
	for _, name := range asked {
		o := outcomes[name]
		o.Limits = append(slices.Clone(o.Limits), ReasonMulticastBlocked)
		outcomes[name] = o
	}
}

// queue hands addresses to a follower without ever making the sources wait.
type queue struct {
	mu      sync.Mutex
	waiting []netip.Addr
	ended   bool
	wake    chan struct{}
	out     chan netip.Addr
}

func newQueue() *queue {
	return &queue{wake: make(chan struct{}, 1), out: make(chan netip.Addr)}
}

func (q *queue) add(a netip.Addr) {
	q.mu.Lock()
	if !q.ended {
		q.waiting = append(q.waiting, a)
	}
	q.mu.Unlock()
	q.signal()
}

func (q *queue) close() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// feed passes addresses on until the queue is closed and empty, or ctx ends.
func (q *queue) feed(ctx context.Context) {
	defer close(q.out)
	for {
		q.mu.Lock()
		batch, ended := slices.Clone(q.waiting), q.ended
		q.waiting = q.waiting[:0]
		q.mu.Unlock()
		for _, a := range batch {
			select {
			case q.out <- a:
			case <-ctx.Done():
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		if ended {
			return
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
			return
		}
	}
}
