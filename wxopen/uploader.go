package wxopen

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// DefaultUploadURL is the real service's host for uploads.
const DefaultUploadURL = "https://servicewechat.com"

// UploaderConfig says whose code an [Uploader] uploads and where.
type UploaderConfig struct {
	// BaseURL is where the paths begin, [DefaultUploadURL] when empty.
	BaseURL string
	// Appid is that of the development mini program (开发小程序).
	Appid string
	// PrivateKey is the upload key of that mini program (代码上传密钥): an RSA key
	// of at least 1024 bits, PEM, PKCS#1 or PKCS#8, not encrypted.
	PrivateKey []byte
	// HTTPClient makes the requests. Nil means one that gives up after 15 minutes,
	// or 3 minutes after the last byte was sent, and goes through the proxy of the
	// environment. Redirects are not followed unless its CheckRedirect says
	// otherwise.
	HTTPClient *http.Client
	// TempDir is where a package of over 4 MiB is put together; empty means the
	// system's folder for temporary files.
	TempDir string
}

// String names the configuration without its key.
func (c UploaderConfig) String() string {
	return fmt.Sprintf("wxopen.UploaderConfig(%s %s)", c.BaseURL, c.Appid)
}

// GoString names the configuration without its key.
func (c UploaderConfig) GoString() string { return c.String() }

// LogValue names the configuration without its key.
func (c UploaderConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Uploader uploads the code of one development mini program, as the official
// miniprogram-ci does: an upload becomes a draft of the third-party platform that
// the mini program is bound to. It is safe for concurrent use.
//
// Files go as they are: nothing is compiled, and ext.json is not merged into
// app.json.
type Uploader struct {
	base    *url.URL
	http    *http.Client
	appid   string
	key     *rsa.PrivateKey
	tempDir string
}

// NewUploader returns an uploader. It fails when BaseURL is no http or https
// address, Appid is empty, or PrivateKey is no RSA key that can be used.
func NewUploader(cfg UploaderConfig) (*Uploader, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultUploadURL
	}
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.Appid == "" {
		return nil, errors.New("wxopen: set UploaderConfig.Appid")
	}
	key, err := parseUploadKey(cfg.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("wxopen: UploaderConfig.PrivateKey %w", err)
	}
	client := cfg.HTTPClient
	if client == nil {
		client = &http.Client{Transport: newUploadTransport(), Timeout: 15 * time.Minute}
	}
	return &Uploader{base: base, http: httpClient(client), appid: cfg.Appid, key: key, tempDir: cfg.TempDir}, nil
}

// newUploadTransport waits longer for the answer than other calls do: the
// service looks through the whole package first.
func newUploadTransport() http.RoundTripper {
	t := newTransport()
	if own, ok := t.(*http.Transport); ok {
		own.ResponseHeaderTimeout = 3 * time.Minute
	}
	return t
}

// String names the uploader without its key.
func (u *Uploader) String() string { return fmt.Sprintf("wxopen.Uploader(%s %s)", u.base, u.appid) }

// GoString names the uploader without its key.
func (u *Uploader) GoString() string { return u.String() }
