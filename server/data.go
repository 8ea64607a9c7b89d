package server

import (
	"errors"
	"fmt"
	"io/fs"
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
	Own       []OwnTopic // what the organisation's own files came to
}

// OwnTopic is one file of questions that an organisation has added.
type OwnTopic struct {
	File  string
	Title string // of its topic; empty when it was left out
	Fault string // why it was left out, with lines and what to do
}

// mostOwn is how many files of its own an organisation can have.
const mostOwn = 20

// AddOwn adds the topics that stand as *.yaml in a folder, in the order of their names. A file with a
// fault is left out and nothing else is: the core always opens. A folder that is not there adds nothing.
func (d *Data) AddOwn(folder fs.FS) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return // the pattern is ours and well-formed
	}
	for i, name := range names {
		topic := OwnTopic{File: name}
		switch more, err := d.withOwn(folder, name); {
		case i >= mostOwn:
			topic.Fault = fmt.Sprintf("only the first %d files are read", mostOwn)
		case err != nil:
			topic.Fault = err.Error()
		default:
			for _, s := range more.Sections {
				if s.Own != "" && d.Content.SectionByID(s.ID) == nil {
					topic.Title = s.Title
				}
			}
			d.Content = more
		}
		d.Own = append(d.Own, topic)
	}
}

func (d *Data) withOwn(folder fs.FS, name string) (*checklist.Content, error) {
	raw, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read", name)
	}
	return d.Content.WithOwn(name, raw)
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
