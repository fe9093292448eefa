package uploadapi

import (
	"encoding/base64"
	"net/url"

	"draftbox/internal/platform"
	"draftbox/internal/qrimage"
)

// previewLink is what the QR code of a preview says: the link that opens a version
// in development. Its exact form on the real service is unconfirmed.
func previewLink(v platform.DevVersion) string {
	q := url.Values{"appid": {v.Appid}}
	if v.Path != "" {
		q.Set("path", v.Path)
	}
	return "https://open.weixin.qq.com/sns/getexpappinfo?" + q.Encode() + "#wechat-redirect"
}

// previewCode is the QR code of a preview, a PNG in base64.
func previewCode(v platform.DevVersion) (string, error) {
	png, err := qrimage.PNG(previewLink(v))
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(png), nil
}
