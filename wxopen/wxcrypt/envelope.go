package wxcrypt

import (
	"encoding/xml"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// MaxBodyBytes bounds the outer XML. A message of [MaxMessageBytes] fits in.
const MaxBodyBytes = 1 << 20

// Opened is a message that came, its signature, key and appid checked.
type Opened struct {
	// Message is the XML inside.
	Message []byte
	// AppID and ToUserName are whom the outer XML names, the one in pushes to the
	// authorization-event URL, the other in those to the message-and-event URL.
	// Nothing signs them.
	AppID      string
	ToUserName string
	// Timestamp and Nonce are what was signed with the message. The former is Unix
	// seconds in digits, if the sender holds to the rules; it is not checked here.
	Timestamp string
	Nonce     string
	// Previous says that the [PreviousKey] opened it; the reply needs that one, too.
	Previous bool
}

// String keeps the message, which may hold a ticket or a code, out of logs.
func (o Opened) String() string { return "wxcrypt.Opened(***)" }

// GoString keeps the message out of logs.
func (o Opened) GoString() string { return o.String() }

// LogValue keeps the message out of logs.
func (o Opened) LogValue() slog.Value { return slog.StringValue(o.String()) }

// outer is the XML of a push and that of a reply.
type outer struct {
	XMLName      xml.Name `xml:"xml"`
	AppID        string   `xml:"AppId"`
	ToUserName   string   `xml:"ToUserName"`
	Encrypt      string   `xml:"Encrypt"`
	MsgSignature string   `xml:"MsgSignature"`
	TimeStamp    string   `xml:"TimeStamp"`
	Nonce        string   `xml:"Nonce"`
}

func parseOuter(body []byte) (*outer, error) {
	if len(body) > MaxBodyBytes {
		return nil, ErrTooLong
	}
	var out outer
	if err := xml.Unmarshal(body, &out); err != nil || out.Encrypt == "" {
		return nil, ErrXML // the cause may quote the body
	}
	return &out, nil
}

// Open reads a push from the query of its URL, of which it looks at
// msg_signature, timestamp and nonce, and its body. Errors: [ErrTooLong],
// [ErrXML], [ErrSignature], and those of [Cipher.Decrypt].
func (c *Cipher) Open(query url.Values, body []byte) (*Opened, error) {
	out, err := parseOuter(body)
	if err != nil {
		return nil, err
	}
	out.MsgSignature, out.TimeStamp, out.Nonce = query.Get("msg_signature"), query.Get("timestamp"), query.Get("nonce")
	return c.open(out)
}

// OpenReply reads an encrypted reply, which has all in its body. Errors are those
// of [Cipher.Open].
func (c *Cipher) OpenReply(body []byte) (*Opened, error) {
	out, err := parseOuter(body)
	if err != nil {
		return nil, err
	}
	return c.open(out)
}

func (c *Cipher) open(out *outer) (*Opened, error) {
	if err := c.verify(out.MsgSignature, out.TimeStamp, out.Nonce, out.Encrypt); err != nil {
		return nil, err
	}
	msg, _, key, err := c.decrypt(out.Encrypt)
	if err != nil {
		return nil, err
	}
	return &Opened{
		Message: msg, AppID: out.AppID, ToUserName: out.ToUserName,
		Timestamp: out.TimeStamp, Nonce: out.Nonce, Previous: key > 0,
	}, nil
}

// Sealed is a push as it goes out: a POST request of text/xml.
type Sealed struct {
	// Query is what follows the "?" of the URL, its parameters in the order that
	// WeChat's have.
	Query string
	// Body is the outer XML.
	Body []byte
}

type sealing struct{ toUserName, openID string }

// SealOption changes what [Cipher.Seal] makes.
type SealOption func(*sealing)

// ForAccount makes a push to the message-and-event URL: the outer XML has the
// original id (gh_…) of the account in a ToUserName in place of the platform's
// AppId, and the query an openid, if it is not empty.
func ForAccount(toUserName, openID string) SealOption {
	return func(s *sealing) { s.toUserName, s.openID = toUserName, openID }
}

// Seal makes a push of a message, to the authorization-event URL unless an option
// says otherwise, signed at a moment of which the seconds are told, with a nonce
// such as [NewNonce] gives. It fails as [Cipher.Encrypt] does.
func (c *Cipher) Seal(msg []byte, at time.Time, nonce string, options ...SealOption) (*Sealed, error) {
	var s sealing
	for _, option := range options {
		option(&s)
	}
	encrypted, err := c.Encrypt(msg)
	if err != nil {
		return nil, err
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	var query strings.Builder
	parameter := func(name, value string) {
		if query.Len() > 0 {
			query.WriteByte('&')
		}
		query.WriteString(name + "=" + url.QueryEscape(value))
	}
	parameter("signature", Signature(c.token, timestamp, nonce))
	parameter("timestamp", timestamp)
	parameter("nonce", nonce)
	if s.openID != "" {
		parameter("openid", s.openID)
	}
	parameter("encrypt_type", "aes")
	parameter("msg_signature", Signature(c.token, timestamp, nonce, encrypted))

	name, value := "AppId", c.appid
	if s.toUserName != "" {
		name, value = "ToUserName", s.toUserName
	}
	// The white space is that of WeChat's page; receivers parse XML.
	body := "<xml>\n    " + element(name, value) + "\n    " + element("Encrypt", encrypted) + "\n</xml>"
	return &Sealed{Query: query.String(), Body: []byte(body)}, nil
}

// Reply makes the encrypted XML that answers a message of the message-and-event
// URL, with a moment and a nonce of its own and the key of what it answers; the
// current one when that is nil. Pushes to the authorization-event URL are answered
// with a bare "success", never with this. It fails as [Cipher.Encrypt] does.
func (c *Cipher) Reply(to *Opened, msg []byte, at time.Time, nonce string) ([]byte, error) {
	key, err := c.keyOf(to)
	if err != nil {
		return nil, err
	}
	encrypted, err := c.encrypt(key, msg)
	if err != nil {
		return nil, err
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return []byte("<xml>" + element("Encrypt", encrypted) +
		element("MsgSignature", Signature(c.token, timestamp, nonce, encrypted)) +
		"<TimeStamp>" + timestamp + "</TimeStamp>" + element("Nonce", nonce) + "</xml>"), nil
}

// element writes a text as CDATA, as WeChat does.
func element(name, text string) string {
	return "<" + name + "><![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]></" + name + ">"
}
