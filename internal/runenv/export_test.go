package runenv

// What a black-box test cannot reach by itself.
var (
	QuoteNode    = quoteNode
	QuoteJava    = quoteJava
	NoProxyList  = noProxyList
	AppendFolder = appendFolder
	BundleOf     = bundleOf
	SystemRoots  = systemRoots
)
