package server

import (
	"errors"
	"fmt"
	"sync"

	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/scanner/catalogue"
)

// Data is the content that the pages rest on. It is read-only, so that several servers can share it.
type Data struct {
	Content   *checklist.Content
	Catalogue *catalogue.Catalogue
	Knowledge *knowledge.Base
}

// LoadData reads and checks the embedded content, the three parts side by side.
func LoadData() (Data, error) {
	var (
		d    Data
		errs [3]error
		wait sync.WaitGroup
	)
	wait.Go(func() { d.Content, errs[0] = loaded(checklist.Load, "the checklist") })
	wait.Go(func() { d.Catalogue, errs[1] = loaded(catalogue.Load, "the catalogue") })
	wait.Go(func() { d.Knowledge, errs[2] = loaded(knowledge.Load, "what devices can do") })
	wait.Wait()
	return d, errors.Join(errs[:]...)
}

func loaded[T any](load func() (T, error), what string) (T, error) {
	v, err := load()
	if err != nil {
		return v, fmt.Errorf("loading %s: %w", what, err)
	}
	return v, nil
}

func (d Data) complete() bool { return d.Content != nil && d.Catalogue != nil && d.Knowledge != nil }
