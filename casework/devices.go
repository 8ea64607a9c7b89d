package casework

import (
	"context"
	"slices"

	"keyholder/casework/checklist"
)

// AddDevice records a device by hand and returns its id. The five questions about it stay open
// until they are asked.
func (b *Casebook) AddDevice(ctx context.Context, id CaseID, a Act, d DeviceEdit) (EntityID, error) {
	if err := d.check(); err != nil {
		return "", err
	}
	device := EntityID(a.newID())
	c := b.change(a, VerbDevice, d.values(device)...)
	c.Entities = []Entity{{ID: device, Kind: kindOf(d.Group), At: c.At, By: a.By}}
	if err := b.apply(ctx, id, c); err != nil {
		return "", err
	}
	return device, nil
}

// kindOf returns the entity kind of a device group.
func kindOf(group string) EntityKind {
	switch group {
	case "account":
		return KindAccount
	case "vehicle":
		return KindVehicle
	}
	return KindDevice
}

// CorrectDevice replaces what is said of a device; the old values stay in its history. expect holds
// the heads that the form showed.
func (b *Casebook) CorrectDevice(
	ctx context.Context, id CaseID, a Act, device EntityID, d DeviceEdit, expect map[Slot]ValueID,
) error {
	if err := d.check(); err != nil {
		return err
	}
	f, err := b.withThing(ctx, id, device)
	if err != nil {
		return err
	}
	values, kept, err := b.untouched(ctx, f, Answers{Values: d.values(device), Expect: expect})
	if err != nil {
		return err
	}
	c := b.change(a, VerbDevice, values...)
	c.Expect = kept
	return b.apply(ctx, id, c)
}

// DiscardDevice takes a device off the working lists, with a reason of DiscardReasons. Nothing is
// erased; KeepDevice brings it back.
func (b *Casebook) DiscardDevice(ctx context.Context, id CaseID, a Act, device EntityID, reason string) error {
	if !slices.Contains(DiscardReasons(), reason) {
		return invalid(string(FieldStanding), "error.device.reason")
	}
	return b.standing(ctx, id, a, device, []string{StandingDiscarded, reason})
}

// KeepDevice brings a discarded device back.
func (b *Casebook) KeepDevice(ctx context.Context, id CaseID, a Act, device EntityID) error {
	return b.standing(ctx, id, a, device, []string{StandingKept})
}

// standing writes whether a device belongs to the working lists.
func (b *Casebook) standing(ctx context.Context, id CaseID, a Act, device EntityID, codes []string) error {
	f, err := b.withThing(ctx, id, device)
	if err != nil {
		return err
	}
	v := Value{
		Slot: Slot{Entity: device, Field: FieldStanding}, State: checklist.Yes, Codes: codes,
		Basis: WorkerSaw,
	}
	return b.apply(ctx, id, b.change(a, VerbDevice, f.news([]Value{v})...))
}

// withThing reads the file and makes sure that the device is in it.
func (b *Casebook) withThing(ctx context.Context, id CaseID, device EntityID) (*File, error) {
	f, err := b.file(ctx, id)
	if err != nil {
		return nil, err
	}
	there := slices.ContainsFunc(f.Entities, func(e Entity) bool {
		return e.ID == device && e.Kind != KindScan && e.Kind != KindPerson
	})
	if !there {
		return nil, &Error{Kind: KindNotFound, Key: "error.device.not_found"}
	}
	return f, nil
}
