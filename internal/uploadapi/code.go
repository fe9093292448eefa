package uploadapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/spool"
)

// codeCall is an upload or a preview: what its query says, and who sends it.
type codeCall struct {
	query    url.Values
	uploader platform.Uploader
	robot    int
}

// maxRobot is how many CI robots there are. The uploader's command line checks it,
// its API does not; what the real service does is unconfirmed.
const maxRobot = 30

// openCode reads the query of an upload and finds out who sends it: before the
// body is looked at.
func (a *API) openCode(ctx context.Context, c *call) (*codeCall, error) {
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, refuse("invalid query", "the query cannot be read: %v", err)
	}
	u, err := a.service.Uploader(ctx, q.Get("appid"))
	if err != nil {
		return nil, err
	}
	c.component = u.Component.Appid
	if err := u.CheckAddress(c.ip); err != nil {
		return nil, err
	}
	if kind := q.Get("type"); kind != "miniProgram" {
		return nil, refuse("invalid type", "type is %q; only miniProgram makes drafts", clip(kind))
	}
	robot := 1
	if text := q.Get("robot"); text != "" {
		if robot, err = strconv.Atoi(text); err != nil || robot < 1 || robot > maxRobot {
			return nil, refuse("invalid robot", "robot is %q, must be 1 to %d", clip(text), maxRobot)
		}
	}
	return &codeCall{query: q, uploader: u, robot: robot}, nil
}

func (k *codeCall) upload() platform.Upload {
	return platform.Upload{
		ComponentAppid: k.uploader.Component.Appid, SourceAppid: k.uploader.Dev.Appid, UserVersion: k.query.Get("version"),
		UserDesc: k.query.Get("desc"), Developer: fmt.Sprintf("ci机器人%d", k.robot),
	}
}

// storeFunc stores code that is in order and returns the body of the answer.
type storeFunc func(ctx context.Context, u platform.Upload, ext platform.CodeExt, b *miniprogram.Built, content platform.PackageContent) (codeBody, error)

// takeCode does what uploads and previews have in common.
func (a *API) takeCode(ctx context.Context, c *call, store func(*codeCall) storeFunc) (any, error) {
	k, err := a.openCode(ctx, c)
	if err != nil {
		// The uploader reads no answer before it has sent all.
		_, _ = io.Copy(io.Discard, io.LimitReader(c.r.Body, codeLimit))
		return nil, err
	}
	body, err := a.spools.Receive(c.r.Body, codeLimit)
	if errors.Is(err, spool.ErrTooLarge) {
		_, _ = io.Copy(io.Discard, io.LimitReader(c.r.Body, codeLimit))
		return nil, platform.InnerUploadError(80200, fmt.Sprintf("source size exceed max limit %dMB", codeLimit>>20),
			fmt.Sprintf("the body of the upload is over %d MiB", codeLimit>>20))
	}
	if err != nil {
		return nil, brokenBody(err)
	}
	defer body.Close()
	select {
	case a.building <- struct{}{}:
		defer func() { <-a.building }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, workTimeout)
	defer cancel()
	return a.storeCode(ctx, c, k, body, store(k))
}

// brokenBody tells an upload that was cut off from a failing disk.
func brokenBody(err error) error {
	if isDisk(err) {
		return err
	}
	return refuse("data format error", "the body could not be read to its end: %v", err)
}

// storeCode unpacks, authenticates and stores.
func (a *API) storeCode(ctx context.Context, c *call, k *codeCall, body *spool.Body, store storeFunc) (any, error) {
	container, err := miniprogram.OpenContainer(body, body.Size, miniprogram.Options{TempDir: a.tempDir})
	if err != nil {
		return nil, badCode(err)
	}
	defer func() { _ = container.Close() }() // what matters is stored by then
	signature, err := container.Signature()
	if err != nil && !errors.Is(err, miniprogram.ErrNoSignature) { // which is no signature of the key either
		return nil, badCode(err)
	}
	if err := a.service.AuthenticateUpload(ctx, &k.uploader, signature.Signature); err != nil {
		return nil, err
	}
	ext, err := container.Ext()
	if err != nil {
		return nil, badCode(err)
	}
	var staged platform.StagedContent
	built, err := container.Build(miniprogram.Options{
		TempDir: a.tempDir,
		Stage: func(content platform.PackageContent, size int64) (err error) {
			staged, err = a.service.StagePackage(ctx, content, size)
			return err
		},
	})
	if staged != nil {
		defer staged.Release()
	}
	if err != nil {
		return nil, badCode(err)
	}
	defer func() { _ = built.Content.Close() }() // the same
	out, err := store(ctx, k.upload(), ext, built, staged)
	if err != nil {
		return nil, badCode(err)
	}
	out.Subpackages = sizes(&built.Package)
	out.Plugins = []struct{}{}
	c.reason += fmt.Sprintf("; uploaded by %s, version %s", k.upload().Developer, clip(signature.Version))
	return did{okEnvelope(), out}, nil
}

// codeBody is the payload of a successful answer. There is no field for the id of
// the draft on the real service either.
type codeBody struct {
	Subpackages []partSize `json:"subpackage_info"`
	Plugins     []struct{} `json:"ext_plugin_info"`
	QRCode      string     `json:"qrcode_img,omitempty"` // base64
}

type partSize struct {
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
}

// sizes lists the parts as the uploader shows them: the whole, and where there are
// sub-packages the main package and each of them. How the real service names
// those, and which bytes it counts, is unconfirmed.
func sizes(p *platform.Package) []partSize {
	out := []partSize{{miniprogram.WholePart, p.Size}}
	if len(p.Subpackages) == 0 {
		return out
	}
	out = append(out, partSize{miniprogram.MainPart, p.MainSize})
	for _, s := range p.Subpackages {
		out = append(out, partSize{"/" + s.Root + "/", s.Size})
	}
	return out
}

// upload answers POST /wxa/ci/upload: the code becomes a draft, or with
// directCommit in its ext.json the pending version of a merchant.
func (a *API) upload(ctx context.Context, c *call) (any, error) {
	return a.takeCode(ctx, c, func(*codeCall) storeFunc {
		return func(ctx context.Context, u platform.Upload, ext platform.CodeExt, b *miniprogram.Built, content platform.PackageContent) (codeBody, error) {
			made, err := a.service.UploadCode(ctx, u, ext, &b.Package, content)
			switch {
			case err != nil:
			case made.Draft != nil:
				c.reason = fmt.Sprintf("made draft %d of %s", made.Draft.ID, u.SourceAppid)
			default:
				c.reason = fmt.Sprintf("made the pending version of %s: ext.json has directCommit", made.Pending.AuthorizerAppid)
			}
			return codeBody{}, err
		}
	})
}

// preview answers POST /wxa/ci/testSourceURL: the code becomes the development
// version, and the answer has a QR code that opens it.
func (a *API) preview(ctx context.Context, c *call) (any, error) {
	return a.takeCode(ctx, c, func(k *codeCall) storeFunc {
		return func(ctx context.Context, u platform.Upload, _ platform.CodeExt, b *miniprogram.Built, content platform.PackageContent) (codeBody, error) {
			v, err := a.service.PreviewCode(ctx, u, k.query.Get("path"), &b.Package, content)
			if err != nil {
				return codeBody{}, err
			}
			c.reason = "made the development version of " + u.SourceAppid
			code, err := previewCode(v)
			return codeBody{QRCode: code}, err
		}
	})
}
