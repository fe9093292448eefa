// Package platform is the domain of draftbox: third-party platforms
// ("components"), their development mini programs, drafts, templates, tickets
// and access tokens, and the rules that hold between them.
//
// The package knows neither HTTP nor SQL and imports the standard library only.
// Adapters (the emulated wire, the management API, the SQL store) import it and
// never each other: a request flows wire → platform → store.
//
// Times are instants of the virtual clock (see [ClockState]); what goes on the
// wire is Unix seconds, and what a person reads is UTC+8, as on the real
// service.
package platform
