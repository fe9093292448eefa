package platform

import (
	"net"
	"slices"
	"strconv"
	"strings"
)

// DomainKind says which of a component's two lists of domains is meant.
type DomainKind string

// Kinds of domains.
const (
	DomainServer DomainKind = "server" // 小程序服务器域名
	DomainJump   DomainKind = "jump"   // 小程序业务域名
)

// Bounds of the lists. The number of changes is printed for server domains only.
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyserverdomain
const (
	MaxServerDomains    = 1000
	MaxJumpDomains      = 300 // 200 on the older page
	DomainChangesAMonth = 50
)

// ThirdpartyDomains are a component's own domains of one kind: those of its testing
// version (测试版) and those of its published one (全网发布版).
type ThirdpartyDomains struct {
	ComponentAppid string
	Kind           DomainKind
	Testing        []string // in order of their addition
	Published      []string
	Month          int // of the last change, in UTC+8: 12 × year + month
	Changes        int // in that month
	// ConfirmName and ConfirmContent are the check file of jump domains; empty until
	// it is asked for, and always of the kind server.
	ConfirmName, ConfirmContent string
}

// most is how many domains a list of the kind may have.
func (k DomainKind) most() int {
	if k == DomainJump {
		return MaxJumpDomains
	}
	return MaxServerDomains
}

// splitDomains reads a list joined with semicolons: host names without scheme and
// path, a port allowed for server domains. Letters become small, doubles go.
func splitDomains(kind DomainKind, joined string) (valid, invalid []string) {
	for item := range strings.SplitSeq(joined, ";") {
		item = strings.TrimSpace(item)
		host := strings.ToLower(item)
		switch {
		case item == "" || slices.Contains(valid, host) || slices.Contains(invalid, item):
		case kind.validDomain(host):
			valid = append(valid, host)
		default:
			invalid = append(invalid, item)
		}
	}
	return valid, invalid
}

func (k DomainKind) validDomain(s string) bool {
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort {
		n, err := strconv.Atoi(port)
		if k != DomainServer || err != nil || n < 1 || n > 65535 || strconv.Itoa(n) != port {
			return false
		}
	}
	// The service's own host is refused for mini programs; here it is decided.
	if len(host) > 253 || host == "api.weixin.qq.com" || net.ParseIP(host) != nil {
		return false
	}
	labels := strings.Split(host, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, badLabel)
}

// badLabel reports whether a part of a host name breaks the rules of RFC 1123.
func badLabel(s string) bool {
	return s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' || !alphanumeric(strings.ReplaceAll(s, "-", "0"))
}
