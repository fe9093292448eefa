package uploadapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// decode reads a JSON body.
func (c *call) decode(into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, bodyLimit))
	c.body = body
	if err != nil {
		return refuse("data format error", "the body could not be read: %v", err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return refuse("data format error", "the body is no JSON object of this call: %v", err)
	}
	return nil
}

// getRandStr answers POST /wxa/ci/getrandstr: a nonce to sign. Whether the real
// service ever refuses here is unconfirmed; all reports of refusals are of the
// upload that follows.
func (a *API) getRandStr(ctx context.Context, c *call) (any, error) {
	var in struct {
		Appid string `json:"appid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	nonce, err := a.service.UploadNonce(ctx, in.Appid)
	if err != nil {
		return nil, err
	}
	return helped{okEnvelope(), struct {
		RandomString string `json:"randomString"`
	}{nonce}}, nil
}

// signedBody is what calls with a signature have in their bodies.
type signedBody struct {
	Appid     string `json:"appid"`
	Signature string `json:"signature"`
}

// authenticate finds out who calls and uses the nonce up.
func (a *API) authenticate(ctx context.Context, c *call, in signedBody) error {
	u, err := a.service.Uploader(ctx, in.Appid)
	if err != nil {
		return err
	}
	c.component = u.Component.Appid
	return a.service.AuthenticateUpload(ctx, &u, in.Signature)
}

// projectSetting is what the uploader checks app.json by; sizes are the server's
// business. The values are the uploader's own defaults, those of the real service
// are unconfirmed. Sizes are MiB, the icon's KiB.
type projectSetting struct {
	MaxCodeSize              int
	MaxSubpackageSubCodeSize int
	// 12 in the uploader's defaults; 20 is what a package may have here.
	MaxSubpackageFullCodeSize int
	NavigateMiniprogramLimit  int
	MaxSubPackageLimit        int
	MinTabbarCount            int
	MaxTabbarCount            int
	MaxCustomTabbarCount      int
	MaxTabbarIconSize         int
}

type projectAttributes struct {
	Platform  bool           `json:"platform"` // of a third-party platform: ext.json takes effect
	AppType   int            `json:"appType"`
	GameApp   bool           `json:"gameApp"`
	IsSandbox bool           `json:"isSandbox"`
	Released  bool           `json:"released"`
	Setting   projectSetting `json:"setting"`
}

// getAttr answers POST /wxa/ci/getattr. A refusal is not fatal to the uploader: it
// goes on as if the mini program were no third-party platform's.
func (a *API) getAttr(ctx context.Context, c *call) (any, error) {
	var in signedBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := a.authenticate(ctx, c, in); err != nil {
		return nil, err
	}
	return helped{okEnvelope(), projectAttributes{
		Platform: true,
		Setting: projectSetting{
			MaxCodeSize: 2, MaxSubpackageSubCodeSize: 2, MaxSubpackageFullCodeSize: 20, NavigateMiniprogramLimit: 10,
			MaxSubPackageLimit: 100, MinTabbarCount: 2, MaxTabbarCount: 5, MaxCustomTabbarCount: 10, MaxTabbarIconSize: 40,
		},
	}}, nil
}

// getWhiteExtList answers GET /wxa/ci/getwhiteextlist: without lists the uploader
// packs the extensions of its own.
func (a *API) getWhiteExtList(context.Context, *call) (any, error) {
	return helped{okEnvelope(), struct{}{}}, nil
}

// clientReport answers POST /wxa-dev-logic/clientreportv2, the usage report, which
// is read and forgotten.
func (a *API) clientReport(_ context.Context, c *call) (any, error) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(c.w, c.r.Body, bodyLimit))
	return struct{}{}, nil
}

// maxTranslated is how many names one call translates: as many as a package has
// files.
const maxTranslated = 10_000

// translateFilename answers POST /wxa/ci/translate_filename: with code protection
// the uploader's 1.x versions pack files under the names given here.
func (a *API) translateFilename(ctx context.Context, c *call) (any, error) {
	var in struct {
		signedBody
		Paths []string `json:"arrPaths"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Paths) > maxTranslated {
		return nil, refuse("data format error", "%d paths, at most %d are translated", len(in.Paths), maxTranslated)
	}
	if err := a.authenticate(ctx, c, in.signedBody); err != nil {
		return nil, err
	}
	type pair struct {
		Origin     string `json:"origin"`
		Translated string `json:"translated"` // without .js
	}
	pairs := make([]pair, len(in.Paths))
	for i, p := range in.Paths {
		pairs[i] = pair{p, fmt.Sprintf("f%d", i)}
	}
	return did{okEnvelope(), struct {
		Pairs []pair `json:"pairs"`
	}{pairs}}, nil
}

// refuseObjectStorage answers the calls by which the uploader would hand packages
// over 5 MiB to an object storage; refused, it posts them as it does all others.
func (a *API) refuseObjectStorage(_ context.Context, c *call) (any, error) {
	var in signedBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return nil, refuse("object storage is not offered here", "packages over 5 MiB are asked for here first; the uploader falls back to the plain upload by itself")
}
