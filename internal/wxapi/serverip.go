package wxapi

import (
	"context"
	"strings"
)

// serverIPs is what both calls for addresses answer: pushes come from this machine,
// and the API is on it.
var serverIPs = []string{"127.0.0.1"}

// getCallbackIP is getCallbackIp, 获取微信推送服务器IP. Its answer carries no errcode.
//
// https://developers.weixin.qq.com/doc/service/api/base/api_getcallbackip
func (a *API) getCallbackIP(context.Context, *call) (*answer, error) {
	return ipList()
}

// getAPIDomainIP is getApiDomainIp, 获取微信API服务器IP. Its answer carries no errcode.
//
// https://developers.weixin.qq.com/doc/store/talent/openapi/basics/api_getapidomainip.md
func (a *API) getAPIDomainIP(context.Context, *call) (*answer, error) {
	return ipList()
}

func ipList() (*answer, error) {
	return reply(struct {
		List []string `json:"ip_list"`
	}{serverIPs}, "told of %s", strings.Join(serverIPs, ", "))
}
