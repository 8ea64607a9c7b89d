package casework

import "context"

// Releases keeps what was published, byte for byte. A period that was released once is frozen: the
// same table is handed out again, never counted anew, because the difference between two counts can
// tell who joined in between.
type Releases interface {
	// Release returns the bytes frozen under key, or KindNotFound when there are none.
	Release(ctx context.Context, key string) ([]byte, error)
	// Released returns every frozen body in the order of their keys: a new release is checked against
	// all of them.
	Released(ctx context.Context) ([][]byte, error)
	// Freeze keeps body under key for good. Freezing the same bytes again changes nothing; other
	// bytes under a frozen key are KindConflict.
	Freeze(ctx context.Context, key string, body []byte, by WorkerID) error
}
