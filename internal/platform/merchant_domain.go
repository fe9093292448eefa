package platform

import (
	"slices"
	"strings"
)

// MerchantDomains are the domains of a mini program by where they were set.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/product/domain.html
type MerchantDomains[T any] struct {
	MP        T `json:"mp,omitempty"`     // in the merchant's own console
	Third     T `json:"third,omitempty"`  // through the platform, of the platform's own domains
	Direct    T `json:"direct,omitempty"` // through the platform, of any
	Effective T `json:"effective,omitempty"`
}

// ServerDomains are server domains (服务器域名) by kind, each with its scheme.
type ServerDomains map[ServerDomainKind][]string

// ServerDomainKind is a kind of server domain, named as on the wire.
type ServerDomainKind string

// Kinds of server domains.
const (
	RequestDomain   ServerDomainKind = "requestdomain"
	WsRequestDomain ServerDomainKind = "wsrequestdomain"
	UploadDomain    ServerDomainKind = "uploaddomain"
	DownloadDomain  ServerDomainKind = "downloaddomain"
	UDPDomain       ServerDomainKind = "udpdomain"
	TCPDomain       ServerDomainKind = "tcpdomain"
)

// ServerDomainKinds lists all in the order of the pages.
func ServerDomainKinds() []ServerDomainKind {
	return []ServerDomainKind{RequestDomain, WsRequestDomain, UploadDomain, DownloadDomain, UDPDomain, TCPDomain}
}

// Bounds of a mini program's domains. The notes of the page of jump domains say 300,
// the text of its code 100.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyserverdomain.html
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomain.html
const (
	MaxMerchantServerDomains = 200 // of a kind
	MaxMerchantJumpDomains   = 300
)

func (k ServerDomainKind) scheme() string {
	switch k {
	case WsRequestDomain:
		return "wss://"
	case UDPDomain:
		return "udp://"
	case TCPDomain:
		return "tcp://"
	case RequestDomain, UploadDomain, DownloadDomain:
	}
	return "https://"
}

// domainFault is what is wrong with a domain of a mini program.
type domainFault int

const (
	domainFine domainFault = iota
	domainScheme
	domainOwnHost // the service's own
	domainRule
)

const ownHost = "api.weixin.qq.com"

// merchantDomain reads a domain with its scheme: host, and port where the kind has
// ports. Letters become small.
func merchantDomain(scheme string, kind DomainKind, item string) (clean, host string, fault domainFault) {
	clean = strings.ToLower(strings.TrimSpace(item))
	host, found := strings.CutPrefix(clean, scheme)
	name, _, _ := strings.Cut(host, ":")
	switch {
	case !found:
		return clean, "", domainScheme
	case name == ownHost:
		return clean, host, domainOwnHost
	case !kind.validDomain(host):
		return clean, host, domainRule
	}
	return clean, host, domainFine
}

// within reports whether a host is one of a list, or a sub-domain of one.
func within(host string, list []string) bool {
	name, _, _ := strings.Cut(host, ":")
	return slices.ContainsFunc(list, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) })
}

// cleanDomains makes domains comparable, for those that are to be deleted.
func cleanDomains(items []string) []string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = strings.ToLower(strings.TrimSpace(item))
	}
	return out
}

// registered are the domains of a kind that a component has, of its testing version
// and its published one.
func (d *ThirdpartyDomains) registered() []string { return changed(d.Published, "add", d.Testing) }

// checkAction refuses what is no action on a list of domains: 40097.
func checkAction(action string) error {
	switch action {
	case "add", "delete", "set", "get":
		return nil
	}
	return Refuse(CodeInvalidArgs, "action is %q, must be add, delete, set or get", clip(action))
}
