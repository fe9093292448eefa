package wxapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"draftbox/internal/platform"
	"draftbox/internal/qrimage"
)

// trialHeader is that of the picture, as the page shows it. Two clients compare the
// whole type, so it has no parameter.
var trialHeader = http.Header{
	"Content-Type":        {"image/jpeg"},
	"Content-Disposition": {`attachment; filename="QRCode.jpg"`},
	"Cache-Control":       {"no-cache, must-revalidate"},
}

// getTrialQRCode is getTrialQRCode, 获取体验版二维码: a JPEG, or JSON for an error. Where
// the parameter path goes in the code's link is decided.
//
// Errors, in the order of the checks: 86001 nothing was committed, 40097 a path that no
// QR code has room for (both decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_gettrialqrcode.html
func (a *API) getTrialQRCode(ctx context.Context, c *call) (*answer, error) {
	exp, err := a.service.ExpVersion(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	path := c.r.URL.Query().Get("path")
	picture, err := qrimage.JPEG(trialLink(c.authorizer.Appid, path))
	if err != nil {
		return nil, platform.Refuse(platform.CodeInvalidArgs, "path has %d bytes, too many for a QR code: %v", len(path), err)
	}
	return &answer{
		header: trialHeader, body: picture, kept: fmt.Appendf(nil, "a JPEG of %d bytes", len(picture)),
		reason: "QR code of version " + exp.UserVersion,
	}, nil
}

// trialLink is what the QR code of an experience version says.
// https://www.showdoc.com.cn/1669353/1699261857249549
func trialLink(appid, path string) string {
	link := "https://open.weixin.qq.com/sns/getexpappinfo?appid=" + appid + "&iswxtpa=1"
	if path != "" {
		link += "&path=" + url.QueryEscape(path)
	}
	return link + "#wechat-redirect"
}
