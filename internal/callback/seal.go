package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"draftbox/internal/platform"
	"draftbox/wxopen/wxcrypt"
)

// What the header of a push says.
const (
	// userAgent is what an access log shows of the real service.
	userAgent = "Mozilla/4.0"
	// cloudSource is the X-Wx-Source of a push inside of WeChat's cloud hosting,
	// whose receivers look whether it is there. No source tells its value; this is
	// the name that wx-server-sdk has for a call that is from none of the others.
	cloudSource = "wx_unknown"
)

// letter is a push as it goes over the line.
type letter struct {
	url    *url.URL
	query  string // the whole one, the URL's own included
	body   string
	header http.Header
}

// seal makes the letter of a push. Encrypted ones get a fresh nonce each time, and
// the timestamp of this attempt: a receiver may refuse what it has seen before.
func seal(p *platform.Push) (*letter, error) {
	to, err := url.Parse(p.URL)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return nil, errors.New("the callback URL is none; it must begin with http:// or https:// and a host")
	}
	l := &letter{url: to, body: p.Body, header: http.Header{"User-Agent": {userAgent}}}
	if p.Format == platform.PushCloudJSON {
		l.query = to.RawQuery
		l.header.Set("Content-Type", "application/json")
		l.header.Set("X-Wx-Source", cloudSource)
		return l, nil
	}
	c, err := wxcrypt.New(p.Token, p.EncodingAESKey, p.ComponentAppid)
	if err != nil {
		return nil, fmt.Errorf("the push cannot be sealed with token and encoding_aes_key of the component: %w", err)
	}
	var options []wxcrypt.SealOption
	if p.Target == platform.TargetMessage {
		options = append(options, wxcrypt.ForAccount(p.ToUserName, p.OpenID))
	}
	sealed, err := c.Seal([]byte(p.Body), p.SignedAt, wxcrypt.NewNonce(), options...)
	if err != nil {
		return nil, fmt.Errorf("the push cannot be sealed: %w", err)
	}
	if to.RawQuery != "" {
		to.RawQuery += "&"
	}
	to.RawQuery += sealed.Query
	l.query, l.body = to.RawQuery, string(sealed.Body)
	l.header.Set("Content-Type", "text/xml")
	return l, nil
}

// request makes what net/http sends.
func (l *letter) request(ctx context.Context) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url.String(), bytes.NewReader([]byte(l.body)))
	if err != nil {
		return nil, errors.New("the callback URL cannot be asked for") // the cause quotes the signed query
	}
	r.Header = l.header
	if user := l.url.User; user != nil {
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
	}
	return r, nil
}
