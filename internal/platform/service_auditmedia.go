package platform

import (
	"bytes"
	"context"
	"time"
)

// auditMediaLife is how long a mediaid can be used.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_uploadmediatocodeaudit.html
const auditMediaLife = 3 * 24 * time.Hour

// Limits of a file for reviewers, in bytes.
const (
	maxAuditImage = 2 << 20
	maxAuditVideo = 10 << 20
)

// MaxAuditMedia is the largest file that can be right, in bytes.
const MaxAuditMedia = maxAuditVideo

// UploadAuditMedia keeps a picture or a video for reviewers and returns what its
// mediaid is.
//
// Errors: 41005 no content; 40005 neither PNG, JPEG, GIF nor MP4; 40006 too large.
func (s *Service) UploadAuditMedia(ctx context.Context, component, authorizer string, content []byte) (AuditMedia, error) {
	if len(content) == 0 {
		return AuditMedia{}, Refuse(CodeMediaMissing, "the form has no file in the field media")
	}
	m := AuditMedia{ComponentAppid: component, AuthorizerAppid: authorizer, Size: int64(len(content))}
	most := maxAuditImage
	switch m.Type = mediaType(content); m.Type {
	case "image":
	case "video":
		most = maxAuditVideo
	default:
		return AuditMedia{}, Refuse(CodeInvalidFileType, "the file is neither PNG, JPEG, GIF nor MP4")
	}
	if len(content) > most {
		return AuditMedia{}, Refuse(CodeInvalidMediaSize, "the file has %d bytes, an %s may have %d", len(content), m.Type, most)
	}
	var err error
	if m.ID, err = s.urlSafe(64); err != nil {
		return AuditMedia{}, err
	}
	return update(ctx, s.store, component, func(tx Tx, c *Component) (AuditMedia, error) {
		m.ExpiresAt = tx.Now().Add(auditMediaLife)
		// What has expired is kept for another three days, for the reason why.
		if err := tx.PruneAuditMedia(ctx, c.Appid, tx.Now().Add(-auditMediaLife)); err != nil {
			return AuditMedia{}, err
		}
		err := tx.PutAuditMedia(ctx, &m, content)
		return m, err
	})
}

// mediaType tells by the first bytes what a file is.
func mediaType(content []byte) string {
	for _, magic := range [][]byte{[]byte("\x89PNG\r\n\x1a\n"), []byte("\xff\xd8\xff"), []byte("GIF87a"), []byte("GIF89a")} {
		if bytes.HasPrefix(content, magic) {
			return "image"
		}
	}
	if len(content) >= 12 && bytes.Equal(content[4:8], []byte("ftyp")) {
		return "video"
	}
	return ""
}

// AuditMedia returns a file for reviewers.
func (s *Service) AuditMedia(ctx context.Context, component, authorizer, id string) (AuditMedia, []byte, error) {
	var content []byte
	m, err := view(ctx, s.store, func(r Reader) (*AuditMedia, error) {
		m, err := r.AuditMedia(ctx, component, authorizer, id)
		if err != nil {
			return nil, orMissing(err, "%s has no file %s for reviewers", authorizer, clip(id))
		}
		content, err = r.AuditMediaContent(ctx, component, authorizer, id)
		return m, err
	})
	if err != nil {
		return AuditMedia{}, nil, err
	}
	return *m, content, nil
}
