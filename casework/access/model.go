// Package access is the arithmetic of who can reach what in a household: a graph of persons,
// devices, accounts, places and things, the ways that lead from a person of concern to a thing that
// must be kept from them, what a step would change, and the smallest set of steps that closes every
// way. It holds ids and codes, never words, and it knows what was said, not what is: a link nobody
// has asked about is no proof of anything.
package access

// NodeID names a node of the map. It is opaque here; a record uses the id of an entity.
type NodeID string

// EdgeID names a link of the map.
type EdgeID string

// StepID names a step that a plan may hold, as in the content ("SP-13.2").
type StepID string

// Kind says what a node is.
type Kind string

// The kinds of nodes.
const (
	Person  Kind = "person"
	Device  Kind = "device"
	Account Kind = "account"
	Place   Kind = "place"
	Vehicle Kind = "vehicle"
	Thing   Kind = "thing" // what somebody can learn or do: messages, location, the view of a camera
)

// Role says who a person is in this case. Paths start at a person of concern.
type Role string

// The roles of persons.
const (
	Survivor        Role = "survivor"
	PersonOfConcern Role = "person_of_concern"
	Child           Role = "child"
	Other           Role = "other"
)

// Certainty says how well a link is known. New reads an empty or strange value as Unknown: what was
// not said is never a no.
type Certainty string

// The certainties of a link. No is no link; New leaves it out.
const (
	Known     Certainty = "known"
	Suspected Certainty = "suspected"
	Unknown   Certainty = "unknown"
	No        Certainty = "no"
)

// Doubt orders certainties: 0 known, 1 suspected, 2 unknown and everything else.
func (c Certainty) Doubt() int {
	switch c {
	case Known:
		return 0
	case Suspected:
		return 1
	}
	return 2
}

// Alert says what the person of concern may notice of a step. Its zero value is unknown, which
// weighs as much as the worst.
type Alert uint8

// The alert levels (PRACTICE 3.4, visibility of change).
const (
	AlertUnknown Alert = iota
	A0                 // nothing is shown
	A1                 // it may be seen by somebody who looks
	A2                 // it is told, or stops working
)

// OrWorst returns the level, A2 when it is unknown.
func (a Alert) OrWorst() Alert {
	if a == AlertUnknown || a > A2 {
		return A2
	}
	return a
}

// Node is a person, a device, an account, a place, a vehicle or a thing.
type Node struct {
	ID        NodeID // unique in the map
	Kind      Kind
	Role      Role   // of a person, else empty
	Class     string // code of the class of a device or account, or of the thing
	Protected bool   // paths are looked for to this node
}

// Edge is one channel: whoever holds From can reach To.
type Edge struct {
	ID         EdgeID // unique in the map
	From, To   NodeID
	Channel    string    // code, PRACTICE 3.4, and those that the content adds
	Basis      string    // how it is known: survivor_said, worker_saw, scan, provider_confirmed, inferred
	Certainty  Certainty // Unknown counts as open
	NotAsked   bool      // drawn because such a thing has such a link; nobody was asked about it
	Slot       string    // the question and the row it came from; opaque
	CutBy      []StepID  // each of these steps alone ends the link
	ReopensVia []EdgeID  // a link that was cut comes back while one of these can be reached
}

// Question is something nobody was asked, though the answer may add a link.
type Question struct {
	Slot    string // the question and the row; opaque
	Entity  NodeID // the node it is about
	Channel string // the channel it asks about
}

// Step is what the map needs to know of a step.
type Step struct {
	ID        StepID // unique in the map
	Alert     Alert
	Told      []string // codes of who is told or may see it
	ProofLost string   // code of what proof goes; empty or "none" is nothing
	Warnings  []string // codes of what is said before the step
	DependsOn []StepID // steps that come first
	Available bool     // the phase and the freeze rule let it be done now
	Held      []string // why not, as codes
	Done      bool     // it was done; whether it held is to be asked again
	Waived    bool     // it was decided that it is not needed: it cuts nothing and stops nothing
}

// Model is what a map is made of. The order of its lists does not matter to any result.
type Model struct {
	Nodes     []Node
	Edges     []Edge
	Steps     []Step
	Questions []Question
}
