package platform

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// emitMerchantEvent pushes an event of a merchant's account to the message URL.
func (s *Service) emitMerchantEvent(ctx context.Context, tx Tx, c *Component, m *Authorizer, typ string, at time.Time, fields ...pushField) error {
	from := openID(c.Appid, m.Appid)
	return s.emit(ctx, tx, c, event{
		target: TargetMessage, typ: typ, authorizer: m.Appid, toUserName: m.UserName(), openID: from, at: at,
		fields: merchantEvent(m.UserName(), from, typ, at, fields...),
	})
}

// merchantEvent returns the elements of an event of a merchant's account.
func merchantEvent(to, from, typ string, at time.Time, fields ...pushField) []pushField {
	return append([]pushField{
		textField("ToUserName", to),
		textField("FromUserName", from),
		numberField("CreateTime", at.Unix()),
		textField("MsgType", "event"),
		textField("Event", typ),
	}, fields...)
}

// openID makes the openid of whoever acts for WeChat in the events of an account; whose
// it is on the real service is not known. 28 characters that begin with an o.
func openID(component, authorizer string) string {
	sum := sha256.Sum256([]byte(component + authorizer))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
}
