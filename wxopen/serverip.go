package wxopen

import (
	"context"
	"errors"
	"net/http"
)

const (
	pathCallbackIPs  = "/cgi-bin/getcallbackip"
	pathAPIDomainIPs = "/cgi-bin/get_api_domain_ip"
)

// CallbackIPs returns the addresses that WeChat pushes from, as the service writes
// them: each may be an address or, by what is told, a range in CIDR form.
//
// Refusals: [ErrInvalidAppid], [ErrInvalidCredential].
//
// https://developers.weixin.qq.com/doc/service/api/base/api_getcallbackip
func (c *caller) CallbackIPs(ctx context.Context) ([]string, error) {
	return c.addresses(ctx, pathCallbackIPs)
}

// APIDomainIPs returns the addresses of api.weixin.qq.com, in the form of
// [Client.CallbackIPs].
//
// Refusals: [ErrInvalidAppid], [ErrInvalidCredential].
//
// https://developers.weixin.qq.com/doc/store/talent/openapi/basics/api_getapidomainip.md
func (c *caller) APIDomainIPs(ctx context.Context) ([]string, error) {
	return c.addresses(ctx, pathAPIDomainIPs)
}

func (c *caller) addresses(ctx context.Context, path string) ([]string, error) {
	r := &request{method: http.MethodGet, path: path}
	ans, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	fields := ans.reader()
	list := fields.texts("ip_list")
	if list == nil {
		fields.fail(errors.New("the answer has no ip_list"))
	}
	if fields.err != nil {
		return nil, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return list, nil
}
