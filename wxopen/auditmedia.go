package wxopen

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

const pathUploadMedia = "/wxa/uploadmedia"

// AuditMedia is a picture or video for [AuditPreview].
type AuditMedia struct {
	// MediaID is good for three days.
	MediaID string
	// Type is "image" or "video".
	Type string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UploadAuditMedia uploads a picture (PNG, JPEG or GIF, at most 2 MB) or a video (MP4,
// at most 10 MB) for [AuditPreview]. The end of the name tells the kind.
//
// Content is not read into memory where it is an [os.File], a [bytes.Reader] or
// something else that is an [io.Seeker] and an [io.ReaderAt]: then it is read from
// where it stands to its end, and stays there. Of anything else at most 64 MiB are
// read, into a temporary file where it is long.
//
// It is made again after -1 within the [RetryPolicy]: at worst there is a medium that
// nobody uses.
//
// Refusals: [ErrFileType], [ErrMediaSize], [ErrMediaMissing], [ErrRequirePOST].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_uploadmediatocodeaudit.html
func (a *AuthorizerClient) UploadAuditMedia(ctx context.Context, name string, content io.Reader) (AuditMedia, error) {
	body, err := newForm("media", name, content)
	if err != nil {
		return AuditMedia{}, err
	}
	defer body.close()
	var media AuditMedia
	r := &request{method: http.MethodPost, path: pathUploadMedia, form: body}
	err = a.fetch(ctx, r, func(fields *reader) {
		media = AuditMedia{MediaID: fields.needText("mediaid"), Type: fields.text("type")}
		media.Extra = fields.rest()
	})
	if err != nil {
		return AuditMedia{}, err
	}
	return media, nil
}
