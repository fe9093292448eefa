package wxcrypt

import "errors"

// The causes for which a message is refused; test with errors.Is. The texts of
// the errors have nothing of the message, the key or the Token in them. The
// number is what WeChat's sample code calls the case.
var (
	// ErrSignature says that a signature is missing or another: the Token is
	// another one, or something on the way changed the body (-40001).
	ErrSignature = errors.New("wxcrypt: the signature does not fit")
	// ErrXML says that the outer XML cannot be read or has no Encrypt (-40002).
	ErrXML = errors.New("wxcrypt: the body is not the XML of an encrypted message")
	// ErrKey says that an EncodingAESKey is not 43 characters of base64 (-40004).
	ErrKey = errors.New("wxcrypt: an EncodingAESKey is 43 characters of base64")
	// ErrAppid says that the message was encrypted for another appid (-40005).
	ErrAppid = errors.New("wxcrypt: the message is for another appid")
	// ErrCiphertext says that what was decoded is no whole number of AES blocks
	// (-40007).
	ErrCiphertext = errors.New("wxcrypt: the ciphertext is no whole number of blocks")
	// ErrPadding says that the padding is not 1 to 32 equal bytes, as it comes out
	// when the EncodingAESKey is another one (-40007).
	ErrPadding = errors.New("wxcrypt: the padding is wrong; the EncodingAESKey may be another one")
	// ErrLength says that the length before the message does not fit what is there
	// (-40008).
	ErrLength = errors.New("wxcrypt: the length of the message does not fit")
	// ErrBase64 says that the Encrypt text is no base64 (-40010).
	ErrBase64 = errors.New("wxcrypt: the encrypted text is no base64")
	// ErrTooLong says that a message is over [MaxMessageBytes] or a body over
	// [MaxBodyBytes].
	ErrTooLong = errors.New("wxcrypt: the message is too long")
)
