package platform

import (
	"encoding/json"
	"net/netip"
	"strings"
	"time"
)

// UploadNonce is a random text that an uploader signs to show that it has the
// key; each is good for one upload.
type UploadNonce struct {
	ComponentAppid string
	Appid          string // the development mini program
	Value          string // 32 hex digits
	ExpiresAt      time.Time
}

// Bounds of the nonces. How long the real ones live is not known.
const (
	uploadNonceLife  = 5 * time.Minute
	uploadNonces     = 100    // of one development mini program; the oldest goes
	allUploadNonces  = 50_000 // of all together
	uploadNonceChars = 32
)

// PendingVersion is code that was uploaded with directCommit: it waits in its
// merchant's list (待审核列表) and makes no draft. A newer one takes its place.
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ext.html
type PendingVersion struct {
	ComponentAppid  string
	AuthorizerAppid string
	SourceAppid     string // the development mini program
	UserVersion     string
	UserDesc        string
	Developer       string
	CreateTime      time.Time // whole seconds
	ExtJSON         string    // the project's ext.json
	Digest          string
}

// DevVersion is what a preview made: the development mini program's own
// development version. It makes no draft, and a newer one takes its place.
type DevVersion struct {
	ComponentAppid string
	Appid          string // the development mini program
	UserVersion    string
	UserDesc       string
	Developer      string
	CreateTime     time.Time // whole seconds
	Path           string    // the page that opens, with its query; may be empty
	Digest         string
}

// CodeExt is what the ext.json of uploaded code asks for.
type CodeExt struct {
	Enable       bool
	Appid        string // extAppid: the merchant
	DirectCommit bool
	JSON         string
}

// UploadedCode is what came of an upload: one of the two.
type UploadedCode struct {
	Draft   *Draft
	Pending *PendingVersion
}

// AllowsUploadFrom reports whether the code upload IP allow-list lets an uploader
// in. An empty list lets everybody in.
func (d *DevMiniprogram) AllowsUploadFrom(ip string) bool {
	if len(d.UploadIPAllowlist) == 0 {
		return true
	}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, entry := range d.UploadIPAllowlist {
		if p, ok := uploadPrefix(entry); ok && p.Contains(addr) {
			return true
		}
	}
	return false
}

// maxUploadIPs is how many entries the allow-list may have.
// https://developers.weixin.qq.com/doc/oplatform/developers/basic_func/ip_whitelist.md
const maxUploadIPs = 10

// uploadPrefix reads an entry of the allow-list as that page writes them: an
// address, 172.0.0.* or 172.0.0.1/24.
func uploadPrefix(entry string) (netip.Prefix, bool) {
	if head, wild := strings.CutSuffix(entry, ".*"); wild {
		entry = head + ".0/24"
	}
	if strings.Contains(entry, "/") {
		p, err := netip.ParsePrefix(entry)
		return p.Masked(), err == nil
	}
	addr, err := netip.ParseAddr(entry)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, false
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), true
}

// plugin is one that code uses.
type plugin struct {
	Provider string `json:"provider"`
	Version  string `json:"version"`
}

// plugins lists those that an app.json names, for the whole and for sub-packages.
func plugins(appJSON json.RawMessage) []plugin {
	type holder struct {
		Plugins map[string]plugin `json:"plugins"`
	}
	var app struct {
		holder
		SubPackages []holder `json:"subPackages"`
		Subpackages []holder `json:"subpackages"`
	}
	if json.Unmarshal(appJSON, &app) != nil {
		return nil // of another shape: it names none that could be denied
	}
	var out []plugin
	for _, h := range append(append([]holder{app.holder}, app.SubPackages...), app.Subpackages...) {
		for _, p := range h.Plugins {
			out = append(out, p)
		}
	}
	return out
}
