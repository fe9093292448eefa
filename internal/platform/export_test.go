package platform

// SignedNonce returns the nonce in the signature of an upload.
var SignedNonce = signedNonce
