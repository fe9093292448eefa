package uploadapi

import (
	"encoding/base64"
	"fmt"
	"net/url"

	"rsc.io/qr"

	"draftbox/internal/platform"
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
	code, err := qr.Encode(previewLink(v), qr.M)
	if err != nil {
		return "", fmt.Errorf("make the QR code of a preview: %w", err)
	}
	return base64.StdEncoding.EncodeToString(code.PNG()), nil
}
