package store_test

import (
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
)

func TestStore_Record(t *testing.T) {
	casetest.RecordTests(t, func(t *testing.T) casework.Record { return casetest.NewStore(t) })
}
