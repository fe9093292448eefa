// Package wxcrypt signs, encrypts and opens what WeChat pushes to a third-party
// platform (第三方平台), for the side that receives and for the side that sends.
// WeChat's own samples call it WXBizMsgCrypt.
//
// A platform has three values for it, set on its page: its appid, a Token that
// signs, and an EncodingAESKey that encrypts. A [Cipher] holds them:
//
//	c, err := wxcrypt.New(token, encodingAESKey, appid)
//	...
//	opened, err := c.Open(request.URL.Query(), body)
//	...
//	// opened.Message is the XML that tells of the event.
//
// [Cipher.Open] checks the signature, takes the message out and checks whom it
// was encrypted for. It does not look at the age of a push; a handler does, such
// as wxopen.CallbackHandler, which is built on this package.
//
// # What is on the wire
//
// The message stands in plaintext behind 16 random characters and its length,
// before the platform's appid:
//
//	random (16 bytes) | length (4 bytes, big-endian) | message | appid | padding
//
// It is padded to a multiple of 32 bytes and encrypted by AES-256 in CBC mode;
// the key is the EncodingAESKey read as base64, the initialization vector its
// first half. The result, in base64, is the Encrypt element of an outer XML. The
// query has what signs it:
//
//	msg_signature = sha1(Token, timestamp, nonce and Encrypt, sorted, joined)
//
// The parameter signature is the same without Encrypt; it says nothing about the
// body.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Message_encryption_and_decryption.html
package wxcrypt
