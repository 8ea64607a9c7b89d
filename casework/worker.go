package casework

import (
	"context"
	"time"

	"keyholder/casework/personal"
)

// VerbWorker is the audit verb for adding a worker.
const VerbWorker Verb = "worker"

// Worker is a person who works with the record.
type Worker struct {
	ID    WorkerID
	Name  personal.Text // as the worker wants to be shown; never in an export
	Added time.Time
}

// Workers lists and adds workers. What a worker may do is decided by the program; who can open the
// vault, by the key slots.
type Workers interface {
	// Workers returns all workers in the order in which they were added.
	Workers(ctx context.Context) ([]Worker, error)
	// AddWorker adds w; adding the same ID twice is KindInvalid.
	AddWorker(ctx context.Context, w Worker, by WorkerID) error
}
