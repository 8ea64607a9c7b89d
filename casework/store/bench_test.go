package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// BenchmarkVault_unlock measures an unlock at the cost that users get.
func BenchmarkVault_unlock(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "data")
	v, _, err := vault.Create(b.Context(), dir, string(casetest.Worker), []byte(casetest.Passphrase), vault.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := v.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		v, err := vault.Unlock(b.Context(), dir, []byte(casetest.Passphrase), vault.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := store.Open(b.Context(), v, nil); err != nil {
			b.Fatal(err)
		}
		if err := v.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStore_append measures one saved answer with its audit entry, durable.
func BenchmarkStore_append(b *testing.B) {
	s, _ := onVault(b)
	id := opened(b, s)
	for b.Loop() {
		answered(b, s, id, casework.Field("q:"+casework.NewID()), "a line of text")
	}
}

// BenchmarkStore_heads reads a case of 10,000 values in 5,000 slots.
func BenchmarkStore_heads(b *testing.B) {
	s, _ := onVault(b)
	id := opened(b, s)
	for round := range 2 {
		c := casework.Change{By: casetest.Worker, At: casetest.At(round), Verb: casework.VerbAnswer}
		for i := range 5000 {
			c.Values = append(c.Values, casework.Value{
				Slot: casework.Slot{Field: casework.Field(fmt.Sprintf("q:%d", i))}, State: checklist.Yes,
				Text: personal.New("a line of text"), Basis: casework.SurvivorSaid,
			})
		}
		if err := s.Apply(b.Context(), id, c); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		heads, err := s.Heads(b.Context(), id)
		if err != nil || len(heads) != 5000 {
			b.Fatalf("%d heads (%v)", len(heads), err)
		}
	}
}

func opened(b *testing.B, s *store.Store) casework.CaseID {
	b.Helper()
	id := casework.CaseID(casework.NewID())
	err := s.Apply(b.Context(), id, casework.Change{By: casetest.Worker, Verb: casework.VerbOpenCase, Open: &casework.Case{
		ID: id, Code: "KH-BENCH", OpenedAt: casetest.At(0), OpenedBy: casetest.Worker,
	}})
	if err != nil {
		b.Fatal(err)
	}
	return id
}
