package checklist

// Kind says how one part of a question is answered, and so which controls a page shows.
type Kind string

// The kinds. Every kind can also be answered by a bare state ("don't know", "not asked", …).
const (
	KindState    Kind = "t4"        // a state and nothing else
	KindPick     Kind = "pick"      // one code of the options
	KindMulti    Kind = "multi"     // any number of codes of the options
	KindItems    Kind = "items"     // several yes/no points on one screen; each option is its own slot
	KindWho      Kind = "who"       // one WHO code
	KindWhoMulti Kind = "who_multi" // any number of WHO codes
	KindFreq     Kind = "freq"      // one FREQ code
	KindText     Kind = "text"      // a few words
	KindNote     Kind = "note"      // some lines of words
	KindNumber   Kind = "number"    // a whole number; zero is an answer
	KindDate     Kind = "date"      // year-month-day or year-month
	KindList     Kind = "list"      // rows; the state says whether there are any
	KindAuto     Kind = "auto"      // filled by the program, never asked
)

// Coded reports whether answers of this kind consist of codes from a closed list.
func (k Kind) Coded() bool {
	switch k {
	case KindPick, KindMulti, KindWho, KindWhoMulti, KindFreq:
		return true
	}
	return false
}

// Several reports whether more than one code can be given.
func (k Kind) Several() bool { return k == KindMulti || k == KindWhoMulti }

// Typed reports whether the answer is typed rather than chosen.
func (k Kind) Typed() bool {
	switch k {
	case KindText, KindNote, KindNumber, KindDate:
		return true
	}
	return false
}

// Alert says what the other side may notice. Unknown counts as A2 (PRACTICE section 2.1).
type Alert string

// The alert levels.
const (
	A0 Alert = "A0" // nothing changes for the other side
	A1 Alert = "A1" // could be noticed
	A2 Alert = "A2" // likely notified, or obvious
)

// OrWorst returns the level, and A2 for an empty or unknown one.
func (a Alert) OrWorst() Alert {
	if a == A0 || a == A1 {
		return a
	}
	return A2
}

// Warning is the code of a sentence that is shown before a step (PRACTICE section 2.1).
type Warning string

// The warning codes.
const (
	WarnSafeNew Warning = "SAFE_NEW"
	WarnSafeOld Warning = "SAFE_OLD"
	WarnAlert   Warning = "ALERT"
	WarnEsc     Warning = "ESC"
	WarnEvid    Warning = "EVID"
	WarnCollect Warning = "COLLECT"
	WarnLock    Warning = "LOCK"
	WarnLive    Warning = "LIVE"
	WarnChild   Warning = "CHILD"
	WarnLegal   Warning = "LEGAL"
	WarnImg     Warning = "IMG"
	WarnDep     Warning = "DEP"
)

// Warnings lists the codes in the order in which they are shown.
func Warnings() []Warning {
	return []Warning{
		WarnSafeNew, WarnSafeOld, WarnAlert, WarnEsc, WarnEvid, WarnCollect, WarnLock, WarnLive, WarnChild,
		WarnLegal, WarnImg, WarnDep,
	}
}

// PhaseTag is the short tag with which content marks the phases a question or step belongs to.
type PhaseTag string

// The phase tags (Matthews et al. 2017: physical control, escape, life apart).
const (
	TagPC PhaseTag = "PC"
	TagES PhaseTag = "ES"
	TagLA PhaseTag = "LA"
)

// Phase is the code under which a case records its phase (PRACTICE section 3.5).
type Phase string

// The phases. MovesBetween, ModelDoesNotFit and PhaseUnknown are gated like PhysicalControl.
const (
	PhysicalControl Phase = "physical_control"
	Escape          Phase = "escape"
	LifeApart       Phase = "life_apart"
	MovesBetween    Phase = "moves_between"
	ModelDoesNotFit Phase = "model_does_not_fit"
	PhaseUnknown    Phase = "dont_know"
)

// Tag returns the tag whose rules hold in this phase. Whatever is not clearly escape or life apart
// is held to the rules of physical control, the most careful ones.
func (p Phase) Tag() PhaseTag {
	switch p {
	case Escape:
		return TagES
	case LifeApart:
		return TagLA
	}
	return TagPC
}

// Depth says from which depth of consultation on a question is asked.
type Depth string

// The depths (PRACTICE section 2.1).
const (
	DepthFirst   Depth = "first"   // about 15 minutes, at most seven screens
	DepthSession Depth = "session" // one sitting, at most 40 questions
	DepthFull    Depth = "full"    // over several visits
)

// Codes that the rules of the practice name.
const (
	WhoSurvivor        = "survivor"
	WhoPersonOfConcern = "person_of_concern"
	CodeDontKnow       = "dont_know"
)
