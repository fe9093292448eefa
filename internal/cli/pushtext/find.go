// Package pushtext reads and shows the texts of pushes as people meet them: pasted
// from a log, cut off, all on one line.
package pushtext

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// ErrNone says that a text holds no push.
var ErrNone = errors.New("there is neither an <Encrypt> nor base64 in it")

// Push is an encrypted push that was found in a text.
type Push struct {
	// Encrypt is the encrypted text, base64.
	Encrypt string
	// AppID and ToUserName are whom the XML around it names; empty where there is none.
	AppID, ToUserName string
	// Cut says that the text ends before the Encrypt does.
	Cut bool
}

// unescape undoes what logs do to XML: as a string of JSON (PHP escapes slashes,
// too), or in a web page.
var unescape = strings.NewReplacer(
	`\u003c`, "<", `\u003e`, ">", `\u003C`, "<", `\u003E`, ">", `\u002b`, "+", `\u002B`, "+", `\u003d`, "=", `\u003D`, "=", `\/`, "/",
	`\r`, "\n", `\n`, "\n", `\t`, "\n",
	"&lt;", "<", "&gt;", ">",
)

const encryptTag = "<Encrypt>"

// alphabet is of base64 with the white space that wrapped lines have.
var alphabet = regexp.MustCompile(`^\s*[A-Za-z0-9+/][A-Za-z0-9+/\s]*=*\s*$`)

// Find finds a push in a text: XML with an Encrypt, whatever a log has before and
// after it, or only the Encrypt. The error is [ErrNone].
func Find(text string) (Push, error) {
	text = unescape.Replace(text)
	_, rest, found := strings.Cut(text, encryptTag)
	if !found {
		if !alphabet.MatchString(text) {
			return Push{}, ErrNone
		}
		return Push{Encrypt: squeeze(text)}, nil
	}
	p := Push{AppID: element(text, "AppId"), ToUserName: element(text, "ToUserName")}
	rest = strings.TrimPrefix(strings.TrimSpace(rest), "<![CDATA[")
	end := strings.IndexAny(rest, "]<")
	if p.Cut = end < 0; !p.Cut {
		rest = rest[:end]
	}
	p.Encrypt = squeeze(rest)
	return p, nil
}

// lineSpace takes out the white space that wrapped base64 has. Of ASCII only: bytes
// on both sides of what goes must not become a space of another kind.
var lineSpace = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "\v", "", "\f", "")

// squeeze takes the white space out of base64.
func squeeze(s string) string { return lineSpace.Replace(s) }

// element returns the text of an element; empty if there is none.
func element(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	value, _, found := strings.Cut(rest, "</"+name+">")
	if !found {
		return ""
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(value), "<![CDATA["), "]]>"))
}

// Signed is what of the query of a push goes with its signature.
type Signed struct {
	// Timestamp and Nonce are what is signed with the body.
	Timestamp, Nonce string
	// MsgSignature covers the body, Signature the two others only.
	MsgSignature, Signature string
}

// FromURL takes the parameters out of a URL, a path with a query as access logs have
// it, or a query alone.
func FromURL(text string) (Signed, error) {
	text = strings.TrimSpace(text)
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	text, _, _ = strings.Cut(text, "#")
	query, err := url.ParseQuery(text)
	if err != nil {
		return Signed{}, err
	}
	return Signed{
		Timestamp: query.Get("timestamp"), Nonce: query.Get("nonce"),
		MsgSignature: query.Get("msg_signature"), Signature: query.Get("signature"),
	}, nil
}
