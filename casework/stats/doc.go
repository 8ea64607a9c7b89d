// Package stats turns coded cases into tables that may leave the service, and refuses the ones that
// may not. It imports nothing of ours, so it cannot be given a name, an address or a note.
//
// The one way out is Prepare (cases) or PrepareSurvey (a survey of workers): both return a *Release,
// and the writers in stats/out accept nothing else. Every decision to show, hide or refuse is a
// function of the figures that would be published, never of the counts behind them; a reader who
// knows the rule therefore learns nothing from the decision itself (docs/decisions/0006).
package stats
