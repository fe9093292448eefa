package wxopen

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultBaseURL is the real service.
const DefaultBaseURL = "https://api.weixin.qq.com"

// DefaultMaxAnswerBytes is the longest answer that is read.
const DefaultMaxAnswerBytes = 16 << 20

// Config says whose calls a [Client] makes and where. Its zero value reaches
// the real service and can make no call: give it either Tokens, or
// ComponentAppid, ComponentSecret and one of Tickets and Store.
type Config struct {
	// BaseURL is where the endpoints' paths begin, [DefaultBaseURL] when empty;
	// "http://127.0.0.1:8506" is a local draftbox server.
	BaseURL string
	// HTTPClient makes the requests. Nil means one that gives up after 30
	// seconds and goes through the proxy of the environment. Redirects are not
	// followed unless its CheckRedirect says otherwise, since they would tell
	// the access token to another host.
	HTTPClient *http.Client
	// ComponentAppid and ComponentSecret are the third-party platform's appid
	// and AppSecret.
	ComponentAppid  string
	ComponentSecret string
	// Tickets gives the component_verify_ticket for [Client.ComponentToken]. Nil
	// means [StoredTickets] over Store, where there is one.
	Tickets TicketStore
	// Tokens gives the access token of each call. Nil means a source that fetches
	// by ComponentAppid, ComponentSecret and Tickets: a [StoredTokenSource] over
	// Store where there is one, else a [ComponentTokenSource].
	Tokens TokenSource
	// Store keeps tickets, tokens and authorizations for all processes of the
	// component, and for [Client.Authorizer]. Nil means that each process is on its
	// own and that there is nothing to know of authorizers.
	Store Store
	// Retry says what is done about an answer of -1.
	Retry RetryPolicy
	// MaxAnswerBytes bounds an answer; 0 means [DefaultMaxAnswerBytes].
	MaxAnswerBytes int64
}

// String names the configuration without its secrets.
func (c Config) String() string {
	return fmt.Sprintf("wxopen.Config(%s %s)", c.BaseURL, c.ComponentAppid)
}

// GoString names the configuration without its secrets.
func (c Config) GoString() string { return c.String() }

// LogValue names the configuration without its secrets.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Client makes the calls of one third-party platform. It is safe for concurrent
// use; make one and keep it, since it holds the access token.
type Client struct {
	caller
	tickets TicketStore
	store   Store         // nil where the program has none
	adding  chan struct{} // holds one value while AddDraftAsTemplate is at work

	mu       sync.Mutex
	accounts map[string]TokenSource // over store, by appid
}

// New returns a client. It fails when BaseURL is no http or https address, or
// when Tickets or Store is given without ComponentAppid and ComponentSecret.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		caller: caller{
			base:   base,
			http:   httpClient(cfg.HTTPClient),
			appid:  cfg.ComponentAppid,
			secret: cfg.ComponentSecret,
			tokens: cfg.Tokens,
			retry:  cfg.Retry.withDefaults(),
			max:    cfg.MaxAnswerBytes,
		},
		tickets:  cfg.Tickets,
		store:    cfg.Store,
		adding:   make(chan struct{}, 1),
		accounts: map[string]TokenSource{},
	}
	if c.max <= 0 {
		c.max = DefaultMaxAnswerBytes
	}
	if c.tickets == nil && c.store == nil {
		return c, nil
	}
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	if c.tickets == nil {
		c.tickets = &StoredTickets{Store: c.store, ComponentAppid: c.appid}
	}
	switch {
	case c.tokens != nil:
	case c.store != nil:
		c.tokens = c.storedComponentTokens()
	default:
		c.tokens = &ComponentTokenSource{Fetch: c.ComponentToken}
	}
	return c, nil
}

// String names the client without its secrets.
func (c *Client) String() string { return fmt.Sprintf("wxopen.Client(%s %s)", c.base, c.appid) }

// GoString names the client without its secrets.
func (c *Client) GoString() string { return c.String() }

func (c *Client) checkComponent() error {
	if c.appid == "" || c.secret == "" {
		return errors.New("wxopen: set Config.ComponentAppid and Config.ComponentSecret")
	}
	return nil
}

func parseBase(s string) (*url.URL, error) {
	if s == "" {
		s = DefaultBaseURL
	}
	base, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("wxopen: Config.BaseURL: %w", err)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("wxopen: Config.BaseURL is %q, write it like %s", s, DefaultBaseURL)
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("wxopen: Config.BaseURL must have no user, query or fragment")
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.RawPath = ""
	return base, nil
}

func httpClient(given *http.Client) *http.Client {
	if given == nil {
		return &http.Client{Transport: newTransport(), Timeout: 30 * time.Second, CheckRedirect: keepRedirect}
	}
	if given.CheckRedirect != nil {
		return given
	}
	c := *given
	c.CheckRedirect = keepRedirect
	return &c
}

// keepRedirect makes a redirect the answer instead of following it.
func keepRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func newTransport() http.RoundTripper {
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // a program put its own there
	}
	t := shared.Clone()
	t.MaxIdleConnsPerHost = 16
	t.ResponseHeaderTimeout = 20 * time.Second
	return t
}
