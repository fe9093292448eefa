package platform

// SplitDomains reads a list of domains as a call has it.
var SplitDomains = splitDomains
